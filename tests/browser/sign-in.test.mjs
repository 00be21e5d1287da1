// Sign-in: person ID and password, the second factor, recovery, sessions, registering and being approved.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before } from 'node:test';
import { Cast } from './cast.mjs';
import { startDemo, walk } from './harness.mjs';
import { invite, mail } from './outside.mjs';
import { activateAs, expectDevices, goTo, seeDevices, tabTo } from './steps.mjs';

const SECRET = 'seventeen green herons';
const STEP_MS = 30_000;

let demo;
let cast;
before(async () => {
  demo = await startDemo({ name: 'door' });
  cast = await Cast.of(demo);
});
after(() => demo?.stop());

/** The code an authenticator app shows (RFC 6238) so many steps from now. */
function code(key, ahead = 0) {
  const bits = [...key].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const secret = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / STEP_MS) + ahead));
  const hash = createHmac('sha1', secret).update(counter).digest();
  return String((hash.readUInt32BE(hash[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

function link(letter, where) {
  const [found] = new RegExp(`https?:\\S+/${where}/\\S+`).exec(letter.text) ?? [];
  assert.ok(found, `a link in: ${letter.text}`);
  return found;
}

async function choosePassword(page, password) {
  await page.getByLabel('New password').fill(password);
  await page.getByLabel('Repeat the password').fill(password);
  await page.getByRole('button', { name: 'Set this password' }).click();
}

async function enter(page, login, password) {
  await page.getByLabel('Person ID', { exact: true }).fill(login);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

walk('P03 A23 a customer sets a password and a second factor on a phone, signs in with both, and recovers', { faults: [/403|422/] }, async (visitor) => {
  const { page } = visitor;
  const person = cast.known();
  await activateAs(visitor, await invite(demo, person), person);
  await seeDevices(visitor, person);
  await goTo(visitor, 'Sign-in methods');
  await page.getByRole('link', { name: 'Set a password' }).click();
  await page.getByRole('heading', { name: 'Set a password', level: 1 }).waitFor();
  await visitor.look('password');
  await choosePassword(page, 'password2026!');
  await page.getByText('this one is too common').waitFor();
  await visitor.look('weak');
  await choosePassword(page, SECRET);
  const done = await page.getByText(/You can sign in with your person ID/).textContent();
  const [personId] = /P-\w{4}-\w{4}/.exec(done);
  await visitor.look('methods');
  await mail(demo, person.email, /A password was set/);

  await page.getByRole('link', { name: 'Add an app' }).click();
  await page.getByRole('heading', { name: 'Add an authenticator app' }).waitFor();
  await visitor.look('factor');
  const key = (await page.locator('.plain-steps code').textContent()).replaceAll(' ', '');
  await page.getByLabel('Code').fill(code(key));
  await page.getByRole('button', { name: 'Turn it on' }).click();
  await page.getByRole('heading', { name: 'Keep these recovery codes' }).waitFor();
  const [recovery] = await page.locator('.codes code').allTextContents();
  await visitor.look('codes');
  await page.getByRole('link', { name: 'I have stored them' }).click();

  const other = await visitor.another('other', { screen: 'desktop', theme: 'dark' });
  await other.page.goto(demo.portal);
  await other.look('sign-in');
  await enter(other.page, person.email, SECRET);
  await other.page.getByText('Person ID and password do not match.').waitFor();
  await other.look('wrong');
  await enter(other.page, personId, SECRET);
  await other.page.getByRole('heading', { name: 'Enter the code from your app' }).waitFor();
  await other.look('code');
  await other.page.getByLabel('Code').fill(code(key, 1));
  await tabTo(other, 'button', 'Sign in');
  await other.page.keyboard.press('Enter');
  await expectDevices(other, person);

  await page.getByRole('link', { name: 'See where' }).click();
  await page.getByRole('heading', { name: 'Where you are signed in', level: 1 }).waitFor();
  await visitor.look('sessions');
  await page.getByRole('button', { name: 'Sign out everywhere else' }).click();
  await page.getByText('You are not signed in anywhere else.').waitFor();
  await other.page.reload();
  await other.page.getByRole('link', { name: 'Forgot your password or person ID?' }).click();
  await other.look('forgot');
  await other.page.getByLabel('Person ID or e-mail address').fill(person.email);
  await other.page.getByRole('button', { name: 'Send me the e-mail' }).click();
  await other.page.getByRole('heading', { name: 'Check your e-mail' }).waitFor();
  await other.look('sent');
  await other.page.goto(link(await mail(demo, person.email, /Choose a password/), 'password'));
  await other.look('choose');
  await choosePassword(other.page, 'another green heron');
  await other.page.getByText(`Sign in with your person ID ${personId}.`).waitFor();
  await enter(other.page, personId, 'another green heron');
  await other.page.getByLabel('Code').fill(recovery.toLowerCase());
  await other.page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expectDevices(other, person);
  await other.leave();
});

walk('P12 P03 a person registers on a phone, staff approve by the keyboard, and the new person signs in', { screen: 'desktop' }, async (visitor) => {
  const { page } = visitor;
  const owner = cast.known();
  await (async () => {
    const customer = await visitor.another('owner');
    await activateAs(customer, await invite(demo, owner), owner);
    await customer.leave();
  })();
  const applicant = await visitor.another('applicant', { screen: 'phone' });
  await applicant.page.goto(demo.portal);
  await applicant.page.getByRole('link', { name: 'Register' }).click();
  await applicant.look('register');
  await applicant.page.getByLabel('Your name').fill('Zoe Example');
  await applicant.page.getByLabel('E-mail address').fill('zoe@example.org');
  await applicant.page.getByLabel('What is it about?').fill('I look after the inverter, too.');
  await applicant.page.getByRole('button', { name: 'Register' }).click();
  await applicant.page.getByRole('heading', { name: 'Check your e-mail' }).waitFor();
  await applicant.look('sent');
  await applicant.page.goto(link(await mail(demo, 'zoe@example.org', /Your registration/), 'register'));
  await applicant.look('confirm');
  await applicant.page.getByRole('button', { name: 'Confirm' }).click();
  await applicant.page.getByRole('heading', { name: 'Thank you' }).waitFor();
  await applicant.look('confirmed');

  await page.goto(`${demo.console}/registrations`);
  await page.getByLabel('Login').fill(demo.staff.login);
  await page.getByLabel('Password').fill(demo.staff.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Registrations', level: 1 }).waitFor();
  await visitor.look('queue');
  await page.getByRole('link', { name: 'Zoe Example' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Registration request from Zoe Example' }).waitFor();
  await visitor.look('decide');
  await tabTo(visitor, 'searchbox', 'Customer:');
  await page.keyboard.type(owner.email);
  await page.keyboard.press('Enter');
  await page.getByRole('radio', { name: owner.name }).waitFor();
  await visitor.look('found');
  await tabTo(visitor, 'button', 'Approve');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Approved' }).waitFor();
  await page.getByRole('link', { name: 'How the person signs in' }).click();
  await page.getByRole('heading', { name: 'Security of Zoe Example' }).waitFor();
  await visitor.look('security');

  const letter = await mail(demo, 'zoe@example.org', /was approved/);
  const [personId] = /P-\w{4}-\w{4}/.exec(letter.text);
  await applicant.page.goto(link(letter, 'password'));
  await choosePassword(applicant.page, SECRET);
  await enter(applicant.page, personId, SECRET);
  await expectDevices(applicant, owner);
  assert.deepEqual(applicant.faults, []);
  await applicant.leave();

  const tech = await visitor.another('tech');
  await tech.page.goto(new URL('/portal/tech', demo.hub).href);
  await tech.page.getByRole('heading', { name: 'Sign in to Tech Portal' }).waitFor();
  await tech.look('door');
  await enter(tech.page, personId, SECRET);
  await tech.page.getByText('This is not part of your access').waitFor();
  await tech.look('kept-out');
  await tech.leave();
});
