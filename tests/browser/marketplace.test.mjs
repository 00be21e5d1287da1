// A marketplace orders a customer: the customer activates through the link in the answer, staff see what was called.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { startDemo, walk } from './harness.mjs';
import { activateAsNewcomer } from './steps.mjs';

let demo;
before(async () => {
  demo = await startDemo({ name: 'marketplace' });
});
after(() => demo?.stop());

/** Calls the hub as a marketplace's platform does. */
async function call(operation, body) {
  const { base_url, application_id, api_key } = demo.vendor;
  const answer = await fetch(`${base_url}/api/accounts/${operation}`, {
    method: body ? 'POST' : 'GET',
    headers: {
      'X-CloudPlatform-ApplicationId': application_id,
      'X-CloudPlatform-APIKey': Buffer.from(api_key).toString('base64'),
      Accept: 'Accept=application/json',
      'Content-Type': 'application/json; charset=UTF-8',
    },
    body: body && JSON.stringify(body),
  });
  assert.equal(answer.status, 200);
  return answer.json();
}

function account(id, name) {
  return {
    ID: id,
    ExternalID: '',
    Name: name,
    Email: `${id}@example.com`,
    SyncOptions: { role: '1', domain: `${id}.example` },
    ContactDetails: { FirstName: 'Jo', LastName: 'Example', Email: `${id}@example.com` },
    Address: { Address1: '1 Example Street', City: 'Example', Country: { Code: 'US', Name: 'United States' } },
  };
}

async function signInStaff(visitor) {
  const { page } = visitor;
  await page.goto(demo.console);
  await page.getByLabel('Login').fill(demo.staff.login);
  await page.getByLabel('Password').fill(demo.staff.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Find a customer' }).waitFor();
}

walk('M13 a customer ordered at the marketplace activates through the link in its mail', {}, async (visitor) => {
  const answer = await call('synchronize', account('m13', 'Sunny Roofs'));
  assert.equal(answer.Code, 0);
  await activateAsNewcomer(visitor, answer.AccountExtraInfo.activation_url, 'sunny.roofs@example.org');
  await visitor.look('activated');
});

walk('M01 M15 staff see a marketplace, change what it asks, replay a call and undo a deletion', { screen: 'desktop' }, async (visitor) => {
  const { page } = visitor;
  const body = account('m15', 'Meyer Solar');
  const made = await call('Synchronize', body);
  assert.equal((await call('Synchronize', { ...account('m16', 'Bad'), SyncOptions: { role: 'User' } })).Code, -80004);
  await signInStaff(visitor);
  await page.getByRole('link', { name: 'Systems', exact: true }).click();
  await page.getByRole('link', { name: 'Marketplaces' }).click();
  await page.getByRole('heading', { name: 'Marketplaces', level: 1 }).waitFor();
  await visitor.look('marketplaces');
  await page.getByRole('link', { name: 'Sunfield Market' }).click();
  await page.getByRole('heading', { name: 'Sync options' }).waitFor();
  await visitor.look('marketplace');

  await page.getByRole('link', { name: 'Add an option' }).click();
  await page.getByLabel('Id', { exact: true }).fill('seats');
  await page.getByLabel('Name').fill('Seats');
  await page.getByLabel('Data type').selectOption('Number');
  await visitor.look('option');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The option seats is saved.').waitFor();
  const { Fields } = await call('SyncOptions');
  assert.deepEqual(Fields.at(-1).Definition.DataType, 'Number');

  await page.getByRole('link', { name: 'Meyer Solar' }).click();
  await page.getByRole('heading', { name: 'Meyer Solar', level: 1 }).waitFor();
  await visitor.look('account');
  await page.getByRole('link', { name: 'Synchronize' }).first().click();
  await page.getByRole('button', { name: 'Replay in test mode' }).click();
  await page.getByText('Nothing was changed.').waitFor();
  await visitor.look('replayed');

  assert.equal((await call('Delete', { ExternalID: made.Result, ExtraDetails: {} })).Code, 0);
  await page.getByRole('link', { name: 'm15', exact: true }).click();
  const calls = page.getByRole('region', { name: 'Calls about it' });
  await calls.getByRole('link', { name: 'Delete' }).waitFor();
  await page.getByLabel('Why').fill('a mistake at the marketplace');
  await visitor.look('deleted');
  await page.getByRole('button', { name: 'Undo the deletion' }).click();
  await page.getByText('The account and its access are back.').waitFor();
  assert.equal((await call('Synchronize', body)).Result, made.Result);
});

/** Texts that would do something if a page took them for its own. */
const HOSTILE = [
  '<script>globalThis.owned = true</script>',
  '"><img src=x onerror="globalThis.owned = true">',
  "'-alert(1)-'",
  '</pre></textarea><svg onload="globalThis.owned = true">',
  'javascript:globalThis.owned = true',
  '{{ 7 * 7 }}{% include "base.html" %}',
];

walk('M01 H01 nothing that a marketplace sends is taken for a part of the page', { screen: 'desktop', within: 180_000 }, async (visitor) => {
  const { page } = visitor;
  await page.addInitScript(() => {
    globalThis.alert = () => (globalThis.owned = true);
  });
  page.on('dialog', (dialog) => dialog.dismiss());
  const ids = [];
  for (const [at, text] of HOSTILE.entries()) {
    const id = `x${at} ${text}`;
    const answer = await call('Synchronize', {
      ...account('x', `${text} & Sons`),
      ID: id,
      Code: text,
      Phone: text,
      WebSite: text,
      Email: `x${at}@example.com`,
      Description: text,
      SyncOptions: { role: '1', domain: `x${at}.example`, [text]: text },
      ContactDetails: { FirstName: text, LastName: text, Email: `x${at}@example.com` },
      Address: { Address1: text, City: text, Country: { Code: text, Name: text } },
      [text]: { [text]: text },
    });
    assert.equal(answer.Code, 0, JSON.stringify(answer));
    await call('Synchronize', { ...account('x', text), ID: id, SyncOptions: { role: text } });
    ids.push(id);
  }
  await signInStaff(visitor);
  const seen = new Set();
  const look = async (address) => {
    seen.add(new URL(address, demo.console).pathname);
    const answer = await page.goto(new URL(address, demo.console).href);
    assert.ok(answer.status() < 500, `${answer.status()} for ${address}`);
    const [owned, made] = await page.evaluate(() => [
      globalThis.owned,
      document.querySelectorAll('main script, main img, main svg[onload], [onerror], a[href^="javascript:"]').length,
    ]);
    assert.equal(owned, undefined, `a script of the marketplace ran on ${address}`);
    assert.equal(made, 0, `markup of the marketplace is markup on ${address}`);
    assert.equal(await page.getByText('49', { exact: true }).count(), 0, 'no template is run');
  };
  await look('/console/marketplaces');
  await look('/console/marketplaces/market');
  assert.ok((await page.getByText('<script>').count()) > 0, 'it is shown as what it is');
  await visitor.look('listed');
  const links = await page.locator('main a[href*="/calls/"], main a[href*="/accounts/"]').evaluateAll((all) => all.map((a) => a.getAttribute('href')));
  assert.ok(links.length >= HOSTILE.length * 3, `accounts and calls: ${links}`);
  for (const link of new Set(links)) await look(link);
  await visitor.look('call');
  await page.getByRole('button', { name: 'Replay in test mode' }).click();
  await page.getByRole('heading', { name: 'If it came again now' }).waitFor();
  assert.equal(await page.evaluate(() => globalThis.owned), undefined);
  for (const id of ids) {
    await look(`/console/marketplaces/market/accounts/${encodeURIComponent(id)}`);
    const customer = await page.locator('main a[href^="/console/customers/"]').first().getAttribute('href');
    for (const address of [customer, `${customer}/places`, `/console/returns/new?customer=${customer.split('/').pop()}`]) await look(address);
  }
  for (const text of HOSTILE) {
    for (const way of ['', '/why', '/persons', '/returns', '/returns/new']) {
      await look(`/console${way}?${way === '/why' ? 'subject' : 'q'}=${encodeURIComponent(text)}`);
    }
  }
  assert.ok(seen.size > 20, `many pages were looked at: ${seen.size}`);
});

walk('M01 the marketplaces pages on a phone, in the dark', { theme: 'dark' }, async (visitor) => {
  const { page } = visitor;
  await call('Synchronize', account('phone', 'Phone Example'));
  await signInStaff(visitor);
  await page.goto(`${demo.console}/marketplaces/market`);
  await page.getByRole('heading', { name: 'Sunfield Market', level: 1 }).waitFor();
  await visitor.look('marketplace');
  await page.getByRole('link', { name: 'Phone Example' }).click();
  await page.getByRole('heading', { name: 'Phone Example', level: 1 }).waitFor();
  await visitor.look('account');
  await page.getByRole('link', { name: 'Synchronize' }).first().click();
  await page.getByRole('button', { name: 'Replay in test mode' }).waitFor();
  await visitor.look('call');
});
