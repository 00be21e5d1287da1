// The steps visitors take, named as a visitor would name them.
import assert from 'node:assert/strict';
import { mail } from './outside.mjs';

const MOST_TABS = 90;

/** Opens the invitation's page. */
export async function openLink(visitor, link) {
  await visitor.page.goto(link);
  await visitor.page.getByRole('heading', { name: /^(Activate your account|This link has been used)$/, level: 1 }).waitFor();
}

/** Presses the button that leads to the identity provider. */
export async function continueToProvider(visitor) {
  await visitor.page.getByRole('button', { name: /^Continue with/ }).first().click();
}

/** Signs in with an account the provider has. */
export async function signIn(visitor, { email, password }) {
  await visitor.page.getByLabel('E-mail').fill(email);
  await visitor.page.getByLabel('Password').fill(password);
  await visitor.page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Makes an account on the way, and verifies the mailbox. `seen` is called on each page. */
export async function signUp(visitor, { email, name = 'Newcomer Example', password = 'copper-lantern-204' }, seen = async () => undefined) {
  await visitor.page.getByRole('link', { name: 'Create an account' }).click();
  await seen('sign-up');
  await visitor.page.getByLabel('E-mail').fill(email);
  await visitor.page.getByLabel('Your name').fill(name);
  await visitor.page.getByLabel('Password').fill(password);
  await visitor.page.getByRole('button', { name: 'Create account' }).click();
  await visitor.page.getByLabel('Code').waitFor();
  await seen('verify');
  await visitor.page.getByRole('button', { name: 'Verify', exact: true }).click();
  return { email, password };
}

/** Waits for the success page. */
export async function arriveAtSuccess(visitor, within = 15_000) {
  await visitor.page.getByRole('heading', { name: 'Your account is activated', level: 1 }).waitFor({ timeout: within });
}

/** Follows the success page to the devices, and checks that they are this person's. */
export async function seeDevices(visitor, person) {
  await visitor.page.getByRole('link', { name: 'See my devices' }).click();
  await expectDevices(visitor, person);
}

/** Checks that the list shows the devices of this person, all of them and no other. */
export async function expectDevices(visitor, person) {
  await visitor.page.getByRole('heading', { name: 'My devices', level: 1 }).waitFor();
  const shown = await visitor.page.locator('.device dd code').allTextContents();
  assert.deepEqual([...new Set(shown)].sort(), [...person.devices].sort(), `the devices of ${person.name}`);
}

/** The whole way of somebody who has an account already. */
export async function activateAs(visitor, link, account) {
  await openLink(visitor, link);
  await continueToProvider(visitor);
  await signIn(visitor, account);
  await arriveAtSuccess(visitor);
}

/** The whole way of a newcomer. */
export async function activateAsNewcomer(visitor, link, email) {
  await openLink(visitor, link);
  await continueToProvider(visitor);
  const account = await signUp(visitor, { email });
  await arriveAtSuccess(visitor);
  return account;
}

/** Waits for a refusal and checks its code; every refusal has a way forward. */
export async function expectRefusal(visitor, code) {
  await visitor.page.getByRole('heading', { name: 'What you can do' }).waitFor();
  assert.equal(await visitor.page.locator('.fine code').last().textContent(), code);
  const ways = await visitor.page.locator('main').getByRole('button').or(visitor.page.locator('main a.button')).count();
  assert.ok(ways > 0, `${code} leaves nothing to press`);
}

/** Comes into the customer portal with an account of the identity provider. */
export async function enterPortal(visitor, demo, account) {
  await visitor.page.goto(demo.portal);
  await continueToProvider(visitor);
  await signIn(visitor, account);
  await visitor.page.getByRole('heading', { name: 'My devices', level: 1 }).waitFor();
}

/** Comes into the customer portal for the first time as somebody staff have made: by the link in the mail they ask for. */
export async function enterByMail(visitor, demo, email, password = 'seventeen green herons') {
  const { page } = visitor;
  await page.goto(demo.portal);
  await page.getByRole('link', { name: 'Forgot your password or person ID?' }).click();
  await page.getByLabel('Person ID or e-mail address').fill(email);
  await page.getByRole('button', { name: 'Send me the e-mail' }).click();
  const letter = await mail(demo, email, /Choose a password/);
  await page.goto(/https?:\S+\/password\/\S+/.exec(letter.text)[0]);
  await page.getByLabel('New password').fill(password);
  await page.getByLabel('Repeat the password').fill(password);
  await page.getByRole('button', { name: 'Set this password' }).click();
  const said = await page.getByText(/Sign in with your person ID/).textContent();
  await page.getByLabel('Person ID', { exact: true }).fill(/person ID ([\w.-]*\w)/.exec(said)[1]);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { name: 'My devices', level: 1 }).waitFor();
}

/** Follows an entry of the portal's navigation; on a phone some of them are behind "More". */
export async function goTo({ page }, entry) {
  const link = page.getByRole('navigation', { name: 'Portal' }).getByRole('link', { name: entry, exact: true });
  if (!(await link.isVisible())) await page.getByRole('button', { name: 'More', exact: true }).click();
  await link.click();
  await page.getByRole('heading', { name: entry, level: 1 }).waitFor();
}

/** Walks with the Tab key until the element that is focused has this role and name, or is this target, and checks that the focus can be seen. */
export async function tabTo(visitor, role, name, target = visitor.page.getByRole(role, { name }).first()) {
  for (let step = 0; step < MOST_TABS; step += 1) {
    await visitor.page.keyboard.press('Tab');
    if (await target.evaluate((element) => element === element.ownerDocument.activeElement)) {
      const [style, width] = await target.evaluate((element) => {
        // The link of a card shows its focus around the whole card.
        const outlines = [getComputedStyle(element), getComputedStyle(element, '::after')];
        const { outlineStyle, outlineWidth } = outlines.find((one) => one.outlineStyle !== 'none') ?? outlines[0];
        return [outlineStyle, parseFloat(outlineWidth)];
      });
      assert.ok(style !== 'none' && width >= 1, `the focus on ${name} cannot be seen: ${style} ${width}px`);
      return target;
    }
  }
  throw new Error(`the keyboard does not reach ${role ?? ''} ${name} on ${visitor.page.url()}`);
}
