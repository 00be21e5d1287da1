// The staff of a marketplace: a vendor is connected, an account is synchronized, refreshed, imported and deleted.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before } from 'node:test';
import { startDemo, walk } from './harness.mjs';
import { signInStaff } from './staff.mjs';

/** A vendor that keeps the contract, with sync options that a walk changes. */
class Vendor {
  fields = [];
  customers = new Map();

  async start() {
    this.server = createServer((request, response) => {
      const parts = [];
      request.on('data', (part) => parts.push(part));
      request.on('end', () => {
        const body = parts.length ? JSON.parse(Buffer.concat(parts).toString()) : {};
        const operation = request.url.split('/').pop().toLowerCase();
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify(this.answer(operation, body)));
      });
    });
    await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get url() {
    return `http://127.0.0.1:${this.server.address().port}`;
  }

  answer(operation, body) {
    const known = this.customers.get(body.ID);
    if (operation === 'syncoptions') return { Fields: this.fields };
    if (operation === 'exists') return { Code: known ? 1 : 0, Message: '', Result: known ?? '' };
    if (operation === 'synchronize') {
      const id = known ?? `c-${this.customers.size + 1}`;
      this.customers.set(body.ID, id);
      return { Code: 0, Message: '', Result: id, SendNotification: false, AccountExtraInfo: { activation_link: 'https://vendor.example/start' } };
    }
    this.customers.delete(body.ID);
    return { Code: 0, Message: '' };
  }

  stop() {
    this.server.close();
  }
}

function field(id, name, more = {}) {
  const Definition = {
    ID: id, SortOrder: 0, Name: name, Description: null, Kind: 'SimpleValue', DataType: 'Text', IsRequired: false,
    PredefinedValues: [], IsReadOnly: false, AvailableToStorefront: false, ...more,
  };
  return { ID: id, Definition };
}

const PLANS = [{ ID: 'a', SortOrder: 0, Name: 'Basic', IsDefault: false }, { ID: 'b', SortOrder: 1, Name: 'Full', IsDefault: false }];
const USUAL = [
  field('username', 'User name', { IsRequired: true }),
  field('domain', 'Domain', { IsRequired: true, AvailableToStorefront: true }),
  field('plan', 'Plan', { Kind: 'List', PredefinedValues: PLANS }),
  field('extras', 'Extras', { Kind: 'ListMultiSelect', PredefinedValues: PLANS }),
  field('start', 'Start', { DataType: 'Date' }),
  field('trial', 'Trial', { Kind: 'Boolean' }),
];

let demo;
let vendor;
before(async () => {
  demo = await startDemo({ name: 'marketplace-platform' });
  vendor = await new Vendor().start();
});
after(async () => {
  vendor?.stop();
  await demo?.stop();
});

async function connect(visitor, name) {
  const { page } = visitor;
  vendor.fields = USUAL;
  await page.goto(`${demo.console}/service-managers/new`);
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Address', { exact: true }).fill(vendor.url);
  await page.getByLabel('Application ID').fill('5f2b3c1e');
  await page.getByLabel('API key').fill('a-key');
  await visitor.look('connect');
  await page.getByRole('button', { name: 'Connect' }).click();
  await page.getByRole('heading', { name, level: 1 }).waitFor();
}

async function makeAccount(visitor, name, email) {
  const { page } = visitor;
  await page.goto(`${demo.console}/marketplace-accounts/new`);
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('E-mail address', { exact: true }).fill(email);
  await page.getByLabel('City').fill('Chicago');
  await visitor.look('new-account');
  await page.getByRole('button', { name: 'Create the account' }).click();
  await page.getByRole('heading', { name, level: 1 }).waitFor();
}

async function synchronize(visitor, manager) {
  const { page } = visitor;
  await page.getByRole('link', { name: `${manager} Synchronization options` }).click();
  await page.getByRole('heading', { name: 'Synchronization options', level: 1 }).waitFor();
}

walk('M04 M14 staff connect a vendor and synchronize an account, first with a required option missing', { screen: 'desktop', within: 180_000 }, async (visitor) => {
  const { page } = visitor;
  await signInStaff(demo, visitor);
  await page.getByRole('link', { name: 'Marketplace', exact: true }).click();
  await page.getByRole('heading', { name: 'Marketplace accounts', level: 1 }).waitFor();
  await visitor.look('accounts');
  await connect(visitor, 'Walked Cloud');
  await page.getByRole('row').filter({ hasText: 'Domain' }).waitFor();
  await visitor.look('connected');
  await page.getByRole('button', { name: 'Test connection' }).click();
  await page.getByRole('heading', { name: 'Test of the connection' }).waitFor({ timeout: 30_000 });
  await visitor.look('tested');
  assert.equal(vendor.customers.size, 0, 'the test creates nothing');

  await makeAccount(visitor, 'Walker Ltd', 'office@walker.example');
  await visitor.look('account');
  await synchronize(visitor, 'Walked Cloud');
  await visitor.look('options');
  await page.getByLabel('Plan').selectOption('Full');
  await page.getByRole('button', { name: 'Save and synchronize' }).click();
  await page.getByText('“Domain” is required').waitFor();
  assert.equal(await page.getByLabel('Plan').inputValue(), 'b', 'what was chosen is kept');
  await visitor.look('refused');
  await page.getByLabel('Domain').fill('walker.example');
  await page.getByLabel('Start').fill('2026-12-01');
  await page.getByRole('group', { name: 'Extras' }).getByLabel('Basic').check();
  await page.getByRole('button', { name: 'Save and synchronize' }).click();
  await page.getByText('The vendor’s ID of the customer is').waitFor({ timeout: 60_000 });
  await visitor.look('done');
  await page.getByRole('link', { name: 'Calls about this account' }).click();
  await page.getByRole('link', { name: 'Exists' }).first().click();
  await visitor.look('call');
  await page.getByRole('button', { name: 'Repeat this call' }).click();
  await page.getByText('The vendor was asked again.').waitFor();
  await visitor.look('calls');
});

for (const [screen, theme, word] of [['phone', 'dark', 'Pocket'], ['desktop', 'light', 'Desk']]) {
  const [cloud, company, domain] = [`${word} Cloud`, `${word} Ltd`, `${word.toLowerCase()}.example`];
  walk(`M05 M12 on a ${screen}: a refresh keeps values, and the notification is previewed`, { screen, theme, within: 180_000 }, async (visitor) => {
    const { page } = visitor;
    await signInStaff(demo, visitor);
    await connect(visitor, cloud);
    const manager = page.url();
    await makeAccount(visitor, company, `office@${domain}`);
    const account = page.url();
    await synchronize(visitor, cloud);
    await page.getByLabel('Domain').fill(domain);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved. The vendor receives').waitFor();
    await visitor.look('saved');

    vendor.fields = USUAL.filter((it) => it.ID !== 'domain');
    await page.goto(manager);
    await page.getByRole('button', { name: 'Refresh custom fields' }).click();
    await page.getByText('1 account has a value').waitFor();
    await visitor.look('difference');
    await page.getByRole('button', { name: 'Apply the refresh' }).click();
    await page.getByRole('heading', { name: 'Kept values of fields that are gone' }).waitFor();
    vendor.fields = USUAL;
    await page.getByRole('button', { name: 'Refresh custom fields' }).click();
    await page.getByRole('button', { name: 'Apply the refresh' }).click();
    await page.getByText('The custom fields are up to date').waitFor();
    await page.goto(account);
    await synchronize(visitor, cloud);
    assert.equal(await page.getByLabel('Domain').inputValue(), domain, 'the value counts again');

    await page.goto(`${manager}/notification`);
    await page.getByLabel('Subject').fill('Welcome, [#Contacts.FullName#]');
    await page.getByLabel('Text').fill('Your password is [#Password#] at [#nothing#].');
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByText('Welcome, Jo Example').waitFor();
    await page.getByText('Nothing fills [#nothing#]').waitFor();
    await page.getByText('activation link in AccountExtraInfo').waitFor();
    await visitor.look('notification');
  });
}

walk('M15 staff import accounts and delete one after a preview', { screen: 'desktop', within: 180_000 }, async (visitor) => {
  const { page } = visitor;
  await signInStaff(demo, visitor);
  await page.goto(`${demo.console}/marketplace-accounts/import`);
  await visitor.look('import');
  await page.getByLabel('Or paste it here').fill('name,email\nImported Ltd,office@imported.example\nWrong,nobody\n');
  await page.getByRole('button', { name: 'Make a trial run' }).click();
  await page.getByText('1 line is refused').waitFor();
  await visitor.look('tried');
  await page.getByRole('button', { name: 'Import 1 account' }).click();
  await page.getByText('Finished', { exact: true }).first().waitFor({ timeout: 60_000 });
  await visitor.look('imported');
  await page.getByRole('link', { name: 'Imported Ltd' }).click();
  await page.getByRole('link', { name: 'Delete…' }).click();
  await page.getByRole('heading', { name: 'What happens' }).waitFor();
  await visitor.look('preview');
  await page.getByRole('button', { name: 'Delete the account' }).click();
  await page.getByText('Done.').first().waitFor({ timeout: 60_000 });
  await visitor.look('deleted');
  await page.goto(`${demo.console}/operations`);
  await visitor.look('operations');
});
