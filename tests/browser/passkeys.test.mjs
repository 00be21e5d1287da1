// Passkeys, with an authenticator inside the browser (WebAuthn's own automation): adding, signing in with and without the password, removing.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Cast } from './cast.mjs';
import { startDemo, walk } from './harness.mjs';
import { invite, mail } from './outside.mjs';
import { activateAs, expectDevices, goTo, seeDevices, tabTo } from './steps.mjs';

const SECRET = 'seventeen green herons';

let demo;
let cast;
before(async () => {
  // Browsers know passkeys by names of hosts, not by numbers.
  demo = await startDemo({ name: 'passkeys' });
  cast = await Cast.of(demo);
});
after(() => demo?.stop());

/** A device that its owner unlocks at once; what it holds can be carried to another browser. */
async function device(visitor, passkeys = []) {
  const devtools = await visitor.context.newCDPSession(visitor.page);
  await devtools.send('WebAuthn.enable');
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  for (const credential of passkeys) {
    await devtools.send('WebAuthn.addCredential', { authenticatorId, credential });
  }
  return {
    async passkeys() {
      return (await devtools.send('WebAuthn.getCredentials', { authenticatorId })).credentials;
    },
    async refuse() {
      await devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
    },
  };
}

async function ways(page) {
  await page.getByRole('heading', { name: 'Sign-in methods', level: 1 }).waitFor();
}

for (const [screen, theme, other] of [['phone', 'light', 'desktop'], ['desktop', 'dark', 'phone']]) {
  walk(`P03 A23 passkeys on a ${screen}: added, used alone and after the password, removed`, { screen, theme, faults: [/403/] }, async (visitor) => {
    const { page } = visitor;
    const person = cast.known();
    await activateAs(visitor, await invite(demo, person), person);
    await seeDevices(visitor, person);
    const phone = await device(visitor);
    await goTo(visitor, 'Sign-in methods');
    await page.getByRole('link', { name: 'Set a password' }).click();
    await page.getByLabel('New password').fill(SECRET);
    await page.getByLabel('Repeat the password').fill(SECRET);
    await page.getByRole('button', { name: 'Set this password' }).click();
    const [personId] = /P-\w{4}-\w{4}/.exec(await page.getByText(/You can sign in with your person ID/).textContent());

    await page.getByRole('link', { name: 'Add a passkey' }).click();
    await page.getByRole('heading', { name: 'Add a passkey', level: 1 }).waitFor();
    await visitor.look('add');
    await page.getByLabel('Name for this passkey').fill('My pocket');
    await tabTo(visitor, 'button', 'Add a passkey');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Keep these recovery codes' }).waitFor();
    await visitor.look('codes');
    await page.getByRole('link', { name: 'I have stored them' }).click();
    await ways(page);
    await page.getByRole('heading', { name: 'My pocket (passkey)' }).waitFor();
    await visitor.look('methods');
    await mail(demo, person.email, /A passkey was added/);
    const [key] = await phone.passkeys();
    assert.equal(key.isResidentCredential, true, 'the device keeps it with whose it is');

    // The same passkey in another browser: nothing is typed.
    const alone = await visitor.another('alone', { screen: other, theme });
    const pocket = await device(alone, [key]);
    await alone.page.goto(demo.portal);
    await alone.look('sign-in');
    await alone.page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await expectDevices(alone, person);
    const [counted] = await pocket.passkeys();
    await alone.leave();

    // After the password.
    const after = await visitor.another('after', { screen: other, theme });
    const again = await device(after, [counted]);
    await after.page.goto(demo.portal);
    await after.page.getByLabel('Person ID', { exact: true }).fill(personId);
    await after.page.getByLabel('Password', { exact: true }).fill(SECRET);
    await after.page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await after.page.getByRole('heading', { name: 'Confirm with your passkey' }).waitFor();
    await after.look('second-step');
    await tabTo(after, 'button', 'Use a passkey');
    await after.page.keyboard.press('Enter');
    await expectDevices(after, person);
    await after.page.goto(new URL('/portal/customer/confirm', demo.hub).href);
    await after.page.getByRole('heading', { name: 'With a passkey' }).waitFor();
    await after.look('confirm');
    await again.refuse();
    await after.page.getByRole('button', { name: 'Use a passkey' }).click();
    await after.page.getByText('Your device did not respond, or you cancelled.').waitFor();
    await after.look('not-unlocked');
    await after.leave();

    await page.getByRole('link', { name: 'Change', exact: true }).last().click();
    await page.getByRole('heading', { name: 'Recovery codes' }).waitFor();
    await visitor.look('second-factor');
    await page.getByRole('link', { name: 'Sign-in methods' }).first().click();
    await page.getByRole('link', { name: 'Remove My pocket (passkey)' }).click();
    await page.getByRole('heading', { name: 'Remove My pocket (passkey)?' }).waitFor();
    await visitor.look('remove');
    await page.getByRole('button', { name: 'Remove it' }).click();
    await page.getByText('Removed.').waitFor();
    await mail(demo, person.email, /A passkey was removed/);

    const gone = await visitor.another('gone', { screen: other, theme });
    await device(gone, [counted]);
    await gone.page.goto(demo.portal);
    await gone.page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await gone.page.getByText('This passkey could not be verified.').waitFor();
    await gone.look('unknown');
    await gone.leave();
  });
}

walk('P03 without scripts the sign-in says what passkeys need, and the other ways work', { scripts: false }, async (visitor) => {
  const { page } = visitor;
  await page.goto(demo.portal);
  await page.getByText('Passkeys need a browser with JavaScript').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Sign in with a passkey' }).isVisible(), false);
  assert.equal(await page.getByRole('button', { name: 'Sign in', exact: true }).isVisible(), true);
  await visitor.look('sign-in');
});
