// The ways in: a customer sees, adds and removes the sign-ins of their account.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Cast } from './cast.mjs';
import { startDemo, walk } from './harness.mjs';
import { invite, mail } from './outside.mjs';
import { activateAs, continueToProvider, expectDevices, goTo, seeDevices, signIn, signUp, tabTo } from './steps.mjs';

const ADDED = /sign-in method was added/i;
const REMOVED = /sign-in method was removed/i;

let demo;
let cast;
before(async () => {
  demo = await startDemo({ name: 'identities' });
  cast = await Cast.of(demo);
});
after(() => demo?.stop());

walk('A23 a second sign-in is added on a phone, opens the same devices, and is removed', {}, async (visitor) => {
  const { page } = visitor;
  const person = cast.known();
  await activateAs(visitor, await invite(demo, person), person);
  await seeDevices(visitor, person);
  await goTo(visitor, 'Sign-in methods');
  await page.getByRole('heading', { name: 'Sign-in methods', level: 1 }).waitFor();
  assert.equal(await page.getByRole('link', { name: /^Remove/ }).count(), 0, 'the only one stays');
  await visitor.look('only-one');

  await continueToProvider(visitor);
  await signUp(visitor, { email: 'second.way@example.org' });
  await page.getByText('Added. You can now sign in with s•••@example.org.').waitFor();
  await visitor.look('added');
  const letter = await mail(demo, person.email, ADDED);
  assert.doesNotMatch(letter.text, /second\.way@example\.org/, 'the new sign-in is masked');

  const later = await visitor.another('later');
  await later.page.goto(demo.portal);
  await continueToProvider(later);
  await signIn(later, { email: 'second.way@example.org', password: 'copper-lantern-204' });
  await expectDevices(later, person);

  await page.getByRole('link', { name: 'Remove s•••@example.org' }).click();
  await page.getByRole('heading', { name: 'Remove s•••@example.org?', level: 1 }).waitFor();
  await visitor.look('confirm');
  await page.getByRole('button', { name: 'Remove it' }).click();
  await page.getByText('Removed. That sign-in no longer has access to your devices.').waitFor();
  await visitor.look('removed');
  await mail(demo, person.email, REMOVED);
  await later.page.reload();
  await later.page.getByRole('heading', { name: 'Sign in to see your devices' }).waitFor();
  assert.deepEqual(later.faults, []);
  await later.leave();
});

walk('A23 on a wide screen, by the keyboard, the one in use is removed', { screen: 'desktop', theme: 'dark' }, async (visitor) => {
  const { page } = visitor;
  const { keyboard } = page;
  const person = cast.known();
  await activateAs(visitor, await invite(demo, person), person);
  await seeDevices(visitor, person);
  await tabTo(visitor, 'link', 'Sign-in methods');
  await keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Sign-in methods', level: 1 }).waitFor();
  await continueToProvider(visitor);
  await signUp(visitor, { email: 'other.way@example.org' });
  await page.getByText(/^Added\./).waitFor();
  await visitor.look('two');
  await page.locator('li', { hasText: 'In use now' }).getByRole('link', { name: /^Remove/ }).focus();
  await keyboard.press('Enter');
  await page.getByText('You are signed in with it right now.').waitFor();
  await visitor.look('confirm');
  await tabTo(visitor, 'button', 'Remove it');
  await keyboard.press('Enter');
  await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
});
