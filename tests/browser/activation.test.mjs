// From the invitation to "My devices".
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Cast } from './cast.mjs';
import { startDemo, walk } from './harness.mjs';
import { ACTIVATED, INVITATION, askToInvite, eventually, invite, mail, mails } from './outside.mjs';
import {
  activateAs, activateAsNewcomer, arriveAtSuccess, continueToProvider, expectDevices, openLink, seeDevices, signIn, signUp, tabTo,
} from './steps.mjs';

let demo;
let cast;
before(async () => {
  demo = await startDemo({ name: 'activation' });
  cast = await Cast.of(demo);
});
after(() => demo?.stop());

walk('A11 A12 A14 A15 a newcomer signs up through the link and sees their devices', {}, async (visitor) => {
  const { page } = visitor;
  const person = cast.newcomer();
  await askToInvite(demo, person);
  const letter = await mail(demo, person.email, INVITATION);

  await page.goto(demo.mail);
  await visitor.look('inbox');
  await page.getByRole('search').getByRole('searchbox').fill(person.email);
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: letter.subject }).click();
  const frame = page.frameLocator('iframe[title="The message as HTML"]');
  await frame.getByRole('link', { name: 'Activate my account' }).waitFor();
  await visitor.look('mail');
  await frame.getByRole('link', { name: 'Activate my account' }).click();

  await page.getByRole('heading', { name: 'Activate your account', level: 1 }).waitFor();
  assert.ok(!(await page.content()).includes(person.email), 'the invited address is masked');
  await visitor.look('invitation');
  await continueToProvider(visitor);
  await page.getByRole('link', { name: 'Create an account' }).waitFor();
  await visitor.look('provider');
  await signUp(visitor, { email: 'newcomer@example.org' }, (what) => visitor.look(what));
  await arriveAtSuccess(visitor);
  await visitor.look('success');
  await seeDevices(visitor, person);
  await visitor.look('devices');

  const notice = await mail(demo, person.email, ACTIVATED);
  assert.doesNotMatch(notice.text, /newcomer@example\.org/, 'the other sign-in is masked');
});

walk('A12 it all works without scripts', { scripts: false }, async (visitor) => {
  const person = cast.newcomer();
  const link = await invite(demo, person);
  await openLink(visitor, link);
  await visitor.look('invitation');
  await continueToProvider(visitor);
  await signUp(visitor, { email: 'scriptless@example.org' });
  await arriveAtSuccess(visitor, 30_000);
  await visitor.look('success');
  await seeDevices(visitor, person);
  await visitor.look('devices');
});

walk('A12 the keyboard alone is enough', { screen: 'desktop' }, async (visitor) => {
  const { page } = visitor;
  const { keyboard } = page;
  const person = cast.newcomer();
  await page.goto(await invite(demo, person));
  await tabTo(visitor, 'button', /^Continue with/);
  await visitor.picture('focus');
  await keyboard.press('Enter');
  await tabTo(visitor, 'link', 'Create an account');
  await keyboard.press('Enter');
  await tabTo(visitor, 'textbox', 'E-mail');
  await keyboard.type('keys.only@example.org');
  await tabTo(visitor, 'textbox', 'Your name');
  await keyboard.type('Keys Only');
  await tabTo(visitor, 'textbox', 'Password');
  await keyboard.type('copper-lantern-204');
  await keyboard.press('Enter');
  await page.getByLabel('Code').waitFor();
  await tabTo(visitor, 'button', 'Verify');
  await keyboard.press('Enter');
  await arriveAtSuccess(visitor);
  await tabTo(visitor, 'link', 'See my devices');
  await keyboard.press('Enter');
  await expectDevices(visitor, person);
  await tabTo(visitor, 'button', 'Sign out');
  await keyboard.press('Enter');
  await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
});

walk('A12 A14 A15 a known user signs in; the same account shows the devices later', {}, async (visitor) => {
  const { page } = visitor;
  const person = cast.known();
  await activateAs(visitor, await invite(demo, person), person);
  await seeDevices(visitor, person);

  await page.getByRole('link', { name: /^(?!Skip|Sunfield).*/ }).and(page.locator('.device a')).first().click();
  await page.getByRole('heading', { name: 'About this device' }).waitFor();
  assert.ok((await page.locator('main').textContent()).includes(person.devices[0]));
  await visitor.look('device');
  await page.getByRole('link', { name: '← My devices' }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
  await visitor.look('signed-out');

  const later = await visitor.another('later', { theme: 'dark' });
  await later.page.goto(demo.portal);
  await later.page.getByRole('heading', { name: 'Sign in to see your devices' }).waitFor();
  await later.look('sign-in');
  await continueToProvider(later);
  await signIn(later, person);
  await expectDevices(later, person);
  await later.look('devices');
  await later.page.locator('.device a').first().click();
  await later.page.getByRole('heading', { name: 'About this device' }).waitFor();
  await later.look('device');
  assert.deepEqual(later.faults, []);
  await later.leave();
});

walk('A12 on a wide screen, in the dark', { screen: 'desktop', theme: 'dark' }, async (visitor) => {
  const person = cast.newcomer(2);
  await openLink(visitor, await invite(demo, person));
  await visitor.look('invitation');
  await continueToProvider(visitor);
  await signUp(visitor, { email: 'night@example.org' });
  await arriveAtSuccess(visitor);
  await visitor.look('success');
  await seeDevices(visitor, person);
  await visitor.look('devices');
});

walk('A19 activated, and nothing assigned', {}, async (visitor) => {
  const person = cast.take((one) => one.email && one.contacts === 1 && !one.password && one.devices.length + one.otherAssets === 0);
  await activateAsNewcomer(visitor, await invite(demo, person), 'nothing.yet@example.org');
  await visitor.look('success');
  await visitor.page.getByRole('link', { name: 'Go to my account' }).click();
  await expectReason(visitor, 'nothing_assigned');
});

walk('A05 A19 activated, and only assets of other types', {}, async (visitor) => {
  const person = cast.take((one) => one.email && one.contacts === 1 && !one.password && one.devices.length === 0 && one.otherAssets > 0);
  await activateAsNewcomer(visitor, await invite(demo, person), 'router.only@example.org');
  await visitor.page.getByRole('link', { name: 'Go to my account' }).click();
  await expectReason(visitor, 'other_asset_type');
});

walk('A19 signed in, never invited; then invited, link not used', {}, async (visitor) => {
  const { page } = visitor;
  const person = cast.known();
  await page.goto(demo.portal);
  await continueToProvider(visitor);
  await signIn(visitor, person);
  await page.getByRole('heading', { name: 'My devices', level: 1 }).waitFor();
  // The hub knows the address once it has read the requesters, which it begins when it starts.
  await eventually('the requester is known', async () => {
    await page.reload();
    return (await page.locator('.empty .fine code').textContent()) === 'never_activated';
  });
  await expectReason(visitor, 'never_activated');
  await invite(demo, person);
  await page.reload();
  await expectReason(visitor, 'invitation_unused');
});

walk('A19 signed in, and no customer at all', {}, async (visitor) => {
  await visitor.page.goto(demo.portal);
  await continueToProvider(visitor);
  await signUp(visitor, { email: 'somebody.else@example.org' });
  await expectReason(visitor, 'not_a_customer');
  assert.deepEqual(await mails(demo, 'somebody.else@example.org'), []);
});

walk('the mail itself is readable on a phone', {}, async (visitor) => {
  const person = cast.newcomer();
  await askToInvite(demo, person);
  const letter = await mail(demo, person.email, INVITATION);
  await visitor.page.setContent(letter.html);
  await visitor.look('invitation');
  assert.match(letter.text, new RegExp(`^Hello ${person.name}`));
});

async function expectReason(visitor, code) {
  await visitor.page.getByRole('heading', { name: 'My devices', level: 1 }).waitFor();
  assert.equal(await visitor.page.locator('.empty .fine code').textContent(), code);
  await visitor.look(code.replaceAll('_', '-'));
}
