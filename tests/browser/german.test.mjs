// The customer portal in German, from the invitation to the profile, and back to English.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Cast } from './cast.mjs';
import { startDemo, walk } from './harness.mjs';
import { INVITATION, askToInvite, mail } from './outside.mjs';
import { expectDevices, signUp } from './steps.mjs';

let demo;
let cast;
before(async () => {
  demo = await startDemo({ name: 'german' });
  cast = await Cast.of(demo);
});
after(() => demo?.stop());

const PAGES = ['', '/requests', '/requests/new', '/returns', '/invoices', '/news', '/forum', '/timeline', '/identities', '/profile', '/search?q=xyz'];

/** The activation as a German browser shows it. */
async function activate(visitor, email) {
  const { page } = visitor;
  const person = cast.newcomer();
  await askToInvite(demo, person);
  const letter = await mail(demo, person.email, INVITATION);
  const [link] = letter.text.match(/https?:\/\/\S+\/activate\/\S+/);
  await page.goto(link);
  await page.getByRole('heading', { name: 'Aktivieren Sie Ihr Konto', level: 1 }).waitFor();
  await visitor.look('invitation');
  await page.getByRole('button', { name: /^Weiter mit/ }).first().click();
  await signUp(visitor, { email });
  await page.getByRole('heading', { name: 'Ihr Konto ist aktiviert', level: 1 }).waitFor();
  await visitor.look('success');
  await page.getByRole('link', { name: 'Meine Geräte ansehen' }).click();
  await page.getByRole('heading', { name: 'Meine Geräte', level: 1 }).waitFor();
  await visitor.look('devices');
  return person;
}

for (const [screen, theme] of [['phone', 'dark'], ['desktop', 'light']]) {
  walk(`H09 the portal in German, ${screen}`, { screen, theme, locale: 'de-DE', within: 180_000 }, async (visitor) => {
    const { page } = visitor;
    const person = await activate(visitor, `german-${screen}@example.org`);
    for (const path of PAGES) {
      const answer = await page.goto(`${demo.portal}${path}`);
      assert.equal(answer.status(), 200, path);
      assert.equal(await page.locator('html').getAttribute('lang'), 'de', path);
      await visitor.look(path.replace(/\W+/g, '-') || 'home');
    }
    await page.goto(`${demo.portal}/profile`);
    await page.locator('#language').selectOption({ label: 'English' });
    await page.getByRole('button', { name: 'Speichern' }).first().click();
    await page.getByRole('heading', { name: 'Profile', level: 1 }).waitFor();
    await page.goto(demo.portal);
    await expectDevices(visitor, person);
  });
}

walk('H09 a visitor chooses the language in the footer', {}, async (visitor) => {
  const { page } = visitor;
  await page.goto(`${demo.portal}/sign-in`);
  await page.getByRole('navigation', { name: 'Language' }).getByRole('link', { name: 'Deutsch' }).click();
  await page.getByRole('navigation', { name: 'Sprache' }).waitFor();
  assert.equal(await page.locator('html').getAttribute('lang'), 'de');
  await visitor.look('german');
  await page.goto(`${demo.portal}/forgot`);
  assert.equal(await page.locator('html').getAttribute('lang'), 'de', 'the choice is kept');
  await visitor.look('forgot');
  await page.getByRole('link', { name: 'English' }).click();
  await page.getByRole('navigation', { name: 'Language' }).waitFor();
});
