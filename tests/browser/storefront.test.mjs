// The storefront: a newcomer buys on a phone, the second purchase asks less, a vendor fails in sight of customer and staff.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before } from 'node:test';
import { Cast } from './cast.mjs';
import { startDemo, walk } from './harness.mjs';
import { INVITATION, askToInvite, invite, linkIn, mail } from './outside.mjs';
import { arriveAtSuccess, continueToProvider, expectDevices, openLink, seeDevices, signIn, signUp } from './steps.mjs';

const DOT = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==', 'base64');
const SECRET = 'seventeen green herons';
const ADDRESS = {
  'Street and number': '1 Example Way',
  'Postal code': '8001',
  'Town or city': 'Example Town',
  Country: 'GB',
};

let demo;
let cast;
let vendor;
before(async () => {
  demo = await startDemo({ name: 'storefront' });
  cast = await Cast.of(demo);
  vendor = await Vendor.start();
  const manager = await api('POST', '/service-managers', {
    name: 'Cloudy', base_url: vendor.url, application_id: 'walks', api_key: 'walks',
  });
  for (const name of ['Backup plan', 'Archive plan']) {
    await api('POST', '/products', {
      name,
      description: 'Stored *twice*.\n\n* at night\n* encrypted',
      price: { amount: '4.90', currency: 'GBP' },
      service_manager_id: manager.id,
    });
  }
});
after(async () => {
  await demo?.stop();
  await vendor?.stop();
});

/** Calls the admin API. */
async function api(method, path, body) {
  const answer = await fetch(`${demo.hub}/api/v1${path}`, {
    method,
    headers: { Authorization: `Bearer ${demo.admin_api_key}`, 'Content-Type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  const text = await answer.text();
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
  return JSON.parse(text);
}

/** A vendor that keeps the contract, until it is told to refuse. */
class Vendor {
  /** Answers to the next calls of Synchronize. */
  refusals = [];
  /** What every new customer is told. */
  extra = {};
  #customers = new Map();

  static async start() {
    const vendor = new Vendor();
    vendor.server = createServer((request, response) => vendor.#answer(request, response));
    await new Promise((listening) => vendor.server.listen(0, '127.0.0.1', listening));
    vendor.url = `http://127.0.0.1:${vendor.server.address().port}`;
    return vendor;
  }

  stop() {
    this.server.closeAllConnections();
    return new Promise((closed) => this.server.close(closed));
  }

  async #answer(request, response) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = chunks.length ? JSON.parse(Buffer.concat(chunks).toString()) : {};
    const operation = request.url.split('?')[0].split('/').at(-1).toLowerCase();
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(this.#of(operation, body)));
  }

  #of(operation, { ID: id }) {
    if (operation === 'syncoptions') return { Fields: [option('domain', 'Domain', true, true), option('role', 'Role', false, false)] };
    const known = this.#customers.get(id);
    if (operation === 'exists') return known ? { Code: 1, Result: known } : { Code: 0, Message: '' };
    if (operation === 'delete') return { Code: 0, Message: '' };
    const refusal = this.refusals.shift();
    if (refusal) return refusal;
    const customer = known ?? `c-${this.#customers.size + 1}`;
    this.#customers.set(id, customer);
    return { Code: 0, Message: '', Result: customer, AccountExtraInfo: this.extra, SendNotification: false };
  }
}

function option(id, name, required, storefront) {
  return {
    ID: id,
    Definition: {
      ID: id, SortOrder: 0, Name: name, Description: null, Kind: 'SimpleValue', DataType: 'Text',
      IsRequired: required, PredefinedValues: [], IsReadOnly: false, AvailableToStorefront: storefront,
    },
  };
}

/** Puts a product into the basket. */
async function addToBasket({ page }, name) {
  await page.goto(demo.storefront);
  await page.getByRole('link', { name }).click();
  await page.getByRole('heading', { name, level: 1 }).waitFor();
  await page.getByRole('button', { name: 'Add to basket' }).click();
  await page.getByRole('heading', { name: 'Basket', level: 1 }).waitFor();
}

/** Fills in contact and billing address. */
async function fillAddress({ page }) {
  await page.getByRole('heading', { name: 'Your details', level: 1 }).waitFor();
  await page.getByLabel('First name').fill('Zoe');
  await page.getByLabel('Last name').fill('Example');
  for (const [label, value] of Object.entries(ADDRESS)) await page.getByLabel(label, { exact: true }).fill(value);
  await page.getByRole('button', { name: 'Continue' }).click();
}

/** Answers what the vendor asks. */
async function fillDetails({ page }, domain) {
  await page.getByRole('heading', { name: 'Service Details', level: 1 }).waitFor();
  assert.equal(await page.getByLabel('Role').count(), 0, 'only options for the storefront');
  await page.getByLabel('Domain', { exact: true }).fill(domain);
  await page.getByRole('button', { name: 'Continue' }).click();
}

/** Places the order of the overview. */
async function placeOrder({ page }) {
  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
  await page.getByLabel('I agree to the terms').check();
  await page.getByRole('button', { name: /^Place order/ }).click();
  await page.getByRole('heading', { name: /^Order S-/, level: 1 }).waitFor();
}

/** Signs in from the basket with an account of the identity provider. */
async function signInToBuy(visitor, account) {
  await visitor.page.getByRole('link', { name: 'Sign in to check out' }).click();
  await continueToProvider(visitor);
  await signIn(visitor, account);
}

async function signInStaff({ page }) {
  await page.goto(`${demo.console}/orders`);
  await page.getByLabel('Login').fill(demo.staff.login);
  await page.getByLabel('Password').fill(demo.staff.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Orders', level: 1 }).waitFor();
}

walk('M03 M06 a newcomer signs up on a phone, buys, and comes to the activation; the second purchase asks nothing', {}, async (visitor) => {
  const { page } = visitor;
  const owner = cast.newcomer();
  vendor.extra = { activation_url: await invite(demo, owner) };
  await page.goto(demo.storefront);
  await page.getByRole('link', { name: 'Backup plan' }).waitFor();
  await visitor.look('catalogue');
  await addToBasket(visitor, 'Backup plan');
  await visitor.look('basket');
  await page.getByRole('link', { name: 'Create an account' }).click();
  await page.getByLabel('Your name').fill('Zoe Example');
  await page.getByLabel('E-mail address').fill('zoe.buys@example.org');
  await visitor.look('sign-up');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('heading', { name: 'Check your e-mail' }).waitFor();
  await visitor.look('sent');

  const letter = await mail(demo, 'zoe.buys@example.org', /registration/);
  await page.goto(/https?:\S+\/register\/\S+/.exec(letter.text)[0]);
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByLabel('New password').fill(SECRET);
  await page.getByLabel('Repeat the password').fill(SECRET);
  await page.getByRole('button', { name: 'Set this password' }).click();
  await page.getByRole('heading', { name: 'Sign in to buy' }).waitFor();
  assert.match(await page.getByLabel('Person ID', { exact: true }).inputValue(), /^P-/);
  await page.getByLabel('Password', { exact: true }).fill(SECRET);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();

  await page.getByRole('heading', { name: 'Your details', level: 1 }).waitFor();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('link', { name: 'Enter the country.' }).waitFor();
  await visitor.look('wrong');
  await fillAddress(visitor);
  await page.getByRole('heading', { name: 'Service Details', level: 1 }).waitFor();
  await visitor.look('details');
  await fillDetails(visitor, 'zoe.example');
  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
  await visitor.look('overview');
  await placeOrder(visitor);
  await page.getByText('Everything is set up.').waitFor();
  await visitor.look('order');

  await addToBasket(visitor, 'Archive plan');
  await page.getByRole('link', { name: 'Check out' }).click();
  await page.getByRole('heading', { name: 'Your details', level: 1 }).waitFor();
  assert.equal(await page.getByLabel('Town or city').inputValue(), 'Example Town');
  await page.getByRole('button', { name: 'Continue' }).click();
  await placeOrder(visitor);
  await page.getByText('Everything is set up.').waitFor();
  await page.getByRole('link', { name: 'My orders', exact: true }).click();
  await page.getByText('1 × Archive plan').waitFor();
  await visitor.look('orders');

  await page.getByRole('link', { name: 'My services', exact: true }).click();
  await page.getByRole('heading', { name: 'My services', level: 1 }).waitFor();
  await visitor.look('services');
  await page.getByRole('link', { name: 'Activate Cloudy' }).click();
  await page.getByRole('heading', { name: 'Activate your account', level: 1 }).waitFor();
});

for (const screen of ['phone', 'desktop']) {
  walk(`M11 customer and staff see the same failure, each what is meant for them (${screen})`, { screen, within: 180_000 }, async (visitor) => {
    const { page } = visitor;
    vendor.refusals.push({ Code: -17, Message: 'no such tenant' }, { Code: -80001, Message: 'This domain is taken.' });
    await addToBasket(visitor, 'Backup plan');
    await visitor.look('basket');
    await signInToBuy(visitor, cast.known());
    await fillAddress(visitor);
    await fillDetails(visitor, 'taken.example');
    await placeOrder(visitor);
    await page.getByText('Contact your support department').waitFor();
    assert.equal(await page.getByText('no such tenant').count(), 0);
    await visitor.look('failed');
    const number = (await page.getByRole('heading', { level: 1 }).textContent()).replace('Order ', '');

    const staff = await visitor.another('staff', { screen: 'desktop' });
    await signInStaff(staff);
    await staff.look('orders');
    await staff.page.getByRole('link', { name: number }).click();
    await staff.page.getByText('no such tenant').waitFor();
    await staff.look('order');
    await staff.page.getByRole('button', { name: 'Try again' }).click();
    await staff.page.getByText('The order is being tried again.').waitFor();
    await staff.page.getByRole('link', { name: 'Products', exact: true }).first().click();
    await staff.page.getByRole('heading', { name: 'Products', level: 1 }).waitFor();
    await staff.look('products');
    await staff.page.getByRole('link', { name: 'New product' }).click();
    await staff.page.getByLabel('Name').waitFor();
    await staff.look('product');
    await staff.page.goto(`${demo.console}/products`);
    await staff.page.getByRole('link', { name: 'Archive plan' }).click();
    await staff.page.locator('#picture').setInputFiles({ name: 'disk.png', mimeType: 'image/png', buffer: DOT });
    await staff.page.getByLabel('What it shows').fill('A disk in a cloud');
    await staff.page.getByRole('button', { name: 'Save picture' }).click();
    await staff.page.getByText('The picture is saved.').waitFor();
    await staff.page.getByAltText('A disk in a cloud').waitFor();
    await staff.look('picture');
    assert.deepEqual(staff.faults, []);
    await staff.leave();

    await page.reload();
    await page.getByText('This domain is taken.').waitFor();
    await page.getByRole('link', { name: 'Change the Service Details' }).click();
    assert.equal(await page.getByLabel('Domain', { exact: true }).inputValue(), 'taken.example');
    await page.getByLabel('Domain', { exact: true }).fill('free.example');
    await visitor.look('mend');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('Everything is set up.').waitFor();
    await page.goto(demo.storefront);
    await page.getByAltText('A disk in a cloud').waitFor();
    await visitor.look('picture');
  });
}

walk('M06 it all works without scripts', { scripts: false }, async (visitor) => {
  const { page } = visitor;
  await addToBasket(visitor, 'Archive plan');
  await page.getByRole('button', { name: 'Remove Archive plan' }).click();
  await page.getByRole('heading', { name: 'Your basket is empty' }).waitFor();
  await addToBasket(visitor, 'Archive plan');
  await signInToBuy(visitor, cast.known());
  await fillAddress(visitor);
  await fillDetails(visitor, 'quiet.example');
  await placeOrder(visitor);
  await page.getByText('Everything is set up.').waitFor();
  await visitor.look('order');
});

/** Somebody opens an activation link in a browser of their own, and signs in with the account that they have. */
async function activateElsewhere(visitor, what, screen, letter, account) {
  const reader = await visitor.another(what, { screen });
  await openLink(reader, linkIn(letter));
  await reader.look('link');
  await continueToProvider(reader);
  await signIn(reader, account);
  await arriveAtSuccess(reader, 30_000);
  await reader.look('activated');
  return reader;
}

/** Ends somebody's visit. */
async function leave(reader) {
  assert.deepEqual(reader.faults, []);
  await reader.leave();
}

for (const screen of ['phone', 'desktop']) {
  walk(`M06 M12 M13 a newcomer buys, activates by the mail of the vendor, and sees the device (${screen})`, { screen, within: 240_000 }, async (visitor) => {
    const { page } = visitor;
    const owner = cast.newcomer();
    await addToBasket(visitor, 'Customer portal');
    await page.getByRole('link', { name: 'Sign in to check out' }).click();
    await continueToProvider(visitor);
    const account = await signUp(visitor, { email: owner.email, name: owner.name });
    await fillAddress(visitor);
    await page.getByRole('heading', { name: 'Service Details', level: 1 }).waitFor();
    for (const label of ['Role', 'Username']) assert.equal(await page.getByLabel(label).count(), 0, 'only options for the storefront');
    await page.getByLabel(/^Domain/).fill(`${screen}.purchase.example`);
    await visitor.look('details');
    await page.getByRole('button', { name: 'Continue' }).click();
    await placeOrder(visitor);
    await page.getByText('Everything is set up.').waitFor({ timeout: 30_000 });
    await visitor.look('order');

    // The vendor is the demo's hub itself. Its mail has a link in place of a password.
    const welcome = await mail(demo, owner.email, /^Welcome to /);
    assert.match(welcome.text, /^\s*Hello Zoe Example/);
    const inbox = await visitor.another('mail', { screen });
    await inbox.page.setContent(welcome.html);
    assert.equal(await inbox.page.getByRole('link', { name: linkIn(welcome) }).count(), 1);
    await inbox.picture('welcome');
    await leave(inbox);
    const reader = await activateElsewhere(visitor, 'activates', screen, welcome, account);
    await reader.page.goto(demo.portal);
    await reader.page.getByRole('heading', { name: 'My devices', level: 1 }).waitFor();
    assert.equal(await reader.page.locator('.device').count(), 0, 'none is installed yet');
    await reader.look('portal');
    await leave(reader);

    // Once the device is installed, the service desk has its owner invited, as ever. The same account opens the link.
    await askToInvite(demo, owner);
    const installed = await activateElsewhere(visitor, 'installed', screen, await mail(demo, owner.email, INVITATION), account);
    await seeDevices(installed, owner);
    await installed.look('devices');
    await leave(installed);
    await page.goto(demo.portal);
    await expectDevices(visitor, owner);
    await page.goto(`${demo.storefront}/services`);
    await page.getByRole('heading', { name: 'My services', level: 1 }).waitFor();
    await visitor.look('services');
  });
}
