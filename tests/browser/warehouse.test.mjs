// The Warehouse Portal: one hand on a phone, with and without scripts, and the keyboard at a desk; and the menu of the portals.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Cast, desk, getJson } from './cast.mjs';
import { startDemo, walk } from './harness.mjs';
import { admin, eventually } from './outside.mjs';
import { Keys } from './staff.mjs';
import { tabTo } from './steps.mjs';

let demo;
let cast;
let stock;
before(async () => {
  demo = await startDemo({ name: 'warehouse' });
  cast = await Cast.of(demo);
  await eventually('everything is swept once', async () => {
    const { sweeps } = await (await admin(demo, 'GET', '/systems')).json();
    return sweeps.length === 3 && sweeps.every((sweep) => sweep.finished_at);
  });
  const { items } = await (await admin(demo, 'GET', '/inventory?show=stock')).json();
  stock = items.map((item) => item.device);
});
after(() => demo?.stop());

async function enter({ page }, portal, { login, password }) {
  await page.goto(`${demo.hub}/portal/${portal}`);
  await page.getByLabel('Person ID', { exact: true }).fill(login);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Who has the asset, as the service desk says. */
async function holderOf(id) {
  const { asset } = await getJson(`${demo.freshservice}/api/v2/assets/${id}`, desk(demo));
  return asset.user_id === null ? null : String(asset.user_id);
}

/** The page of what was asked shows the outcome by itself, with a script or without. */
async function arriveAtDone({ page }) {
  await page.getByText('Done.', { exact: true }).waitFor({ timeout: 30_000 });
}

for (const scripts of [true, false]) {
  walk(`A06 A07 A09 a device is looked up, moved, issued and taken back on a phone ${scripts ? 'in the dark' : 'without scripts'}`, { scripts, theme: scripts ? 'dark' : 'light', within: 180_000 }, async (visitor) => {
    const { page } = visitor;
    const person = cast.newcomer();
    const device = stock.pop();
    await enter(visitor, 'warehouse', demo.keeper);
    await page.getByRole('heading', { name: 'Warehouse Portal', level: 1 }).waitFor();
    await visitor.look('stock');
    // However it is written.
    await page.getByLabel('Serial number, tag or name').fill(device.serial.toLowerCase().replace(/[^a-z0-9]/g, ''));
    await page.getByRole('button', { name: 'Look up' }).click();
    await page.getByText('no one: it is in stock').waitFor();
    await visitor.look('device');
    await page.getByLabel('Where it is').selectOption({ label: 'Main warehouse' });
    await page.getByRole('button', { name: 'Move it there' }).click();
    await page.getByText('It is at Main warehouse now.').waitFor();
    await page.getByRole('link', { name: 'Issue it to a customer' }).click();
    await page.getByRole('heading', { name: 'Who gets it?' }).waitFor();
    await visitor.look('who');
    await page.getByLabel(/name, number or e-mail/).fill(person.email);
    await page.getByRole('button', { name: 'Find', exact: true }).click();
    await page.getByRole('heading', { name: person.name }).waitFor();
    await visitor.look('found');
    await page.getByRole('button', { name: `Issue it to ${person.name}` }).click();
    await arriveAtDone(visitor);
    await visitor.look('issued');
    assert.equal(await holderOf(device.id), person.requesterId);
    await page.getByRole('link', { name: 'See the device' }).click();
    await page.getByText('by kim.keeper').first().waitFor();
    await page.getByText('Take it back into stock').click();
    await visitor.look('take-back');
    await page.getByRole('button', { name: 'Take it back', exact: true }).click();
    await arriveAtDone(visitor);
    assert.equal(await holderOf(device.id), null);
  });
}

walk('A08 A09 a device is received, and a table is tried, by the keyboard at a desk', { screen: 'desktop', within: 180_000 }, async (visitor) => {
  const { page } = visitor;
  const person = cast.newcomer();
  const device = stock.pop();
  const keys = new Keys(visitor);
  await enter(visitor, 'warehouse', demo.keeper);
  await page.getByRole('heading', { name: 'Warehouse Portal', level: 1 }).waitFor();
  await visitor.look('stock');
  await keys.unfold('Filter by place');
  await visitor.look('filter');
  await keys.press('link', 'Receive');
  await page.getByRole('heading', { name: 'Receive a device', level: 1 }).waitFor();
  await keys.type('Display name', 'Hybrid inverter, returned');
  for (const choice of await page.getByRole('combobox').all()) {
    if (await choice.evaluate((select) => select.required)) await choice.selectOption({ index: 1 });
  }
  const serial = page.getByLabel('Serial Number', { exact: true });
  await keys.type(serial, device.serial);
  await keys.press('button', 'Make the device');
  await page.getByText('It was not created.').waitFor();
  await visitor.look('refused');
  await keys.type(serial, 'SF-WHSE-0001');
  await keys.press('button', 'Make the device');
  await arriveAtDone(visitor);
  await visitor.look('received');

  await keys.press('link', 'Bulk changes');
  await page.getByRole('heading', { name: 'Bulk changes', level: 1 }).waitFor();
  await visitor.look('tables');
  await page.getByLabel('Or paste it here').fill(`device,requester\n${device.serial},${person.requesterId}\nno-such-device,1\n`);
  await keys.press('button', 'Make a trial run');
  const start = page.getByRole('button', { name: 'Carry out 1 change' });
  await start.waitFor({ timeout: 60_000 });
  await visitor.look('tried');
  await start.click();
  const done = page.locator('dl.facts div').filter({ has: page.getByText('Done', { exact: true }) });
  await done.getByText('1', { exact: true }).waitFor({ timeout: 60_000 });
  assert.equal(await holderOf(device.id), person.requesterId);
  await page.goto(`${demo.hub}/portal/warehouse?show=differ`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await visitor.look('differ');
});

for (const [screen, scripts] of [['phone', true], ['phone', false], ['desktop', true]]) {
  walk(`P05 P06 P13 somebody with several portals switches between them, ${screen}${scripts ? '' : ', without scripts'}`, { screen, scripts }, async (visitor) => {
    const { page } = visitor;
    await enter(visitor, 'customer', demo.editor);
    const menu = page.locator('details.switch');
    await menu.waitFor();
    await tabTo(visitor, undefined, 'the menu', menu.locator('summary'));
    await page.keyboard.press('Enter');
    await menu.getByRole('link', { name: 'Warehouse Portal' }).waitFor();
    await visitor.look('menu');
    await menu.getByRole('link', { name: 'Warehouse Portal' }).click();
    await page.getByRole('heading', { name: 'Warehouse Portal', level: 1 }).waitFor();
    await menu.locator('summary').click();
    await menu.getByRole('link', { name: 'All portals' }).click();
    await page.getByRole('heading', { name: 'Your portals', level: 1 }).waitFor();
    // The flag of Mobile is not set, whatever the licence.
    await page.getByRole('region', { name: 'No access' }).getByText('Mobile', { exact: true }).waitFor();
    await visitor.look('all');
  });
}

walk('P05 P13 a closed portal says why, and leads to those that are open', { faults: [/403/] }, async (visitor) => {
  const { page } = visitor;
  await enter(visitor, 'tech', demo.keeper);
  await page.getByRole('heading', { name: 'This is not part of your access' }).waitFor();
  await visitor.look('closed');
  await page.getByRole('link', { name: 'See your portals' }).click();
  await page.getByRole('link', { name: 'Warehouse Portal' }).waitFor();
  await visitor.look('start');
});
