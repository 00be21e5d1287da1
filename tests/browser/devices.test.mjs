// Who has which device: staff assigns, moves, takes back and makes devices, and the service desk has the last word.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Cast, desk, getJson } from './cast.mjs';
import { startDemo, walk } from './harness.mjs';
import { admin, eventually, invite } from './outside.mjs';
import { activateAs, tabTo } from './steps.mjs';

let demo;
let cast;
before(async () => {
  demo = await startDemo({ name: 'devices' });
  cast = await Cast.of(demo);
  await eventually('everything is swept once', async () => {
    const { sweeps } = await (await admin(demo, 'GET', '/systems')).json();
    return sweeps.length === 3 && sweeps.every((sweep) => sweep.finished_at);
  });
});
after(() => demo?.stop());

async function signInStaff({ page }) {
  await page.goto(demo.console);
  await page.getByLabel('Login').fill(demo.staff.login);
  await page.getByLabel('Password').fill(demo.staff.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Find a customer' }).waitFor();
}

async function openFound({ page }, words, name) {
  await page.goto(`${demo.console}?q=${encodeURIComponent(words)}`);
  await page.getByRole('link', { name }).first().click();
}

/** Who has the asset, as the service desk says. */
async function holderOf(assetPage) {
  const id = /devices\/([^/?]+)/.exec(assetPage)[1];
  const { asset } = await getJson(`${demo.freshservice}/api/v2/assets/${id}`, desk(demo));
  return asset.user_id === null ? null : String(asset.user_id);
}

/** The page of what was asked replaces itself when the service desk has answered. */
async function arriveAtDone({ page }) {
  await page.getByText('Done.', { exact: true }).waitFor();
}

walk('A09 a device is taken back, assigned from the customer’s page, and moved', { screen: 'desktop' }, async (visitor) => {
  const { page } = visitor;
  const person = cast.take((one) => one.password && one.contacts === 1 && one.devices.length === 1);
  const next = cast.newcomer();
  const customer = await visitor.another('customer');
  await activateAs(customer, await invite(demo, person), person);
  await customer.leave();

  await signInStaff(visitor);
  await page.goto(`${demo.console}?q=${encodeURIComponent(person.devices[0])}`);
  await page.getByRole('region', { name: /^Devices/ }).getByRole('row').last().getByRole('link').first().click();
  await page.getByRole('heading', { name: 'Move it' }).waitFor();
  const device = page.url();
  await visitor.look('held');
  await tabTo(visitor, 'button', 'Move');
  await page.getByText('Take it back into stock').click();
  await visitor.look('take-back');
  await page.getByRole('button', { name: 'Unassign' }).click();
  await arriveAtDone(visitor);
  await visitor.look('taken-back');
  assert.equal(await holderOf(device), null);
  await page.getByRole('link', { name: 'See the device' }).click();
  await page.getByRole('heading', { name: 'Assign it' }).waitFor();
  await visitor.look('in-stock');

  await openFound(visitor, person.email, person.name);
  await page.getByText('Assign a device from stock').click();
  await page.getByLabel('Serial number, tag or asset id').fill('no such device');
  await page.getByRole('button', { name: 'Assign' }).click();
  await page.getByRole('alert').getByText(/no device known here/i).waitFor();
  await page.getByText('Assign a device from stock').click();
  await page.getByLabel('Serial number, tag or asset id').fill(person.devices[0]);
  await visitor.look('assign');
  await page.getByRole('button', { name: 'Assign' }).click();
  await arriveAtDone(visitor);
  assert.equal(await holderOf(device), person.requesterId);

  await page.getByRole('link', { name: 'See the device' }).click();
  await page.getByLabel('New user').fill(next.email);
  await page.getByRole('button', { name: 'Move' }).click();
  await arriveAtDone(visitor);
  assert.equal(await holderOf(device), next.requesterId);
});

walk('A08 a new device, refused at first, on a phone in the dark', { theme: 'dark' }, async (visitor) => {
  const { page } = visitor;
  const person = cast.newcomer();
  await signInStaff(visitor);
  await page.goto(`${demo.console}/devices/new?for=${encodeURIComponent(person.email)}`);
  await page.getByRole('heading', { name: 'New device', level: 1 }).waitFor();
  await visitor.look('empty');
  await page.getByLabel('Display name').fill('Hybrid inverter, cabin');
  for (const choice of await page.getByRole('combobox').all()) {
    if (await choice.evaluate((select) => select.required)) await choice.selectOption({ index: 1 });
  }
  const serial = page.getByLabel('Serial Number', { exact: true });
  await serial.fill(person.devices[0]);
  await page.getByRole('button', { name: 'Make the device' }).click();
  await page.getByText('It was not created.').waitFor();
  assert.equal(await page.getByLabel('Display name').inputValue(), 'Hybrid inverter, cabin');
  await visitor.look('refused');
  await serial.fill('SF-NEW-0001');
  await page.getByRole('button', { name: 'Make the device' }).click();
  await arriveAtDone(visitor);
  await visitor.look('made');
  await page.getByRole('link', { name: 'See the device' }).click();
  await page.getByText('SF-NEW-0001').first().waitFor();
  await visitor.look('device');
});
