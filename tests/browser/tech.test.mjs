// The Tech Portal: an installation from the order to the customer's device, with one thumb on a phone, with and without scripts, and by the keyboard at a desk.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Cast, desk, getJson } from './cast.mjs';
import { startDemo, walk } from './harness.mjs';
import { admin, eventually, mail } from './outside.mjs';
import { Keys } from './staff.mjs';

let demo;
let cast;
let stock;
before(async () => {
  demo = await startDemo({ name: 'tech' });
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

/** Signs out, which frees the seat of the licence. */
async function leave({ page }) {
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
}

/** Who has the asset, as the service desk says. */
async function holderOf(id) {
  const { asset } = await getJson(`${demo.freshservice}/api/v2/assets/${id}`, desk(demo));
  return asset.user_id === null ? null : String(asset.user_id);
}

/** The warehouse moves a device into the van. */
async function loaded(visitor, device) {
  const keeper = await visitor.another('keeper', { screen: 'phone' });
  await enter(keeper, 'warehouse', demo.keeper);
  await keeper.page.getByRole('heading', { name: 'Warehouse Portal', level: 1 }).waitFor();
  await keeper.page.goto(`${demo.hub}/portal/warehouse/devices/${device.id}`);
  await keeper.page.getByLabel('Where it is').selectOption({ label: 'Van 3' });
  await keeper.page.getByRole('button', { name: 'Move it there' }).click();
  await keeper.page.getByText('It is at Van 3 now.').waitFor();
  await keeper.leave();
}

/** An installation for somebody who has not activated. */
async function ordered(person, subject) {
  const body = { kind: 'installation', requester_id: person.requesterId, subject, assignee: demo.technician.login };
  const made = await admin(demo, 'POST', '/work-orders', body);
  assert.equal(made.status, 201, await made.clone().text());
  return made.json();
}

for (const [screen, scripts] of [['phone', true], ['phone', false], ['desktop', true]]) {
  walk(`A11 P05 an installation is carried out from the van, ${screen}${scripts ? '' : ', without scripts'}`, { screen, scripts, theme: scripts ? 'light' : 'dark', within: 180_000 }, async (visitor) => {
    const { page } = visitor;
    const person = cast.newcomer();
    const device = stock.pop();
    const subject = `New inverter, ${screen} ${scripts}`;
    await loaded(visitor, device);
    await ordered(person, subject);
    await enter(visitor, 'tech', demo.technician);
    await page.getByRole('heading', { name: 'My work', level: 1 }).waitFor();
    await visitor.look('my-work');
    await page.getByRole('link', { name: subject }).click();
    await page.getByRole('heading', { name: subject, level: 1 }).waitFor();
    await visitor.look('open');
    for (const step of ['Accept', 'I’m on my way', 'Start the work']) {
      await page.getByRole('button', { name: step, exact: true }).click();
      await page.getByRole('button', { name: step, exact: true }).waitFor({ state: 'detached' });
    }
    await page.getByLabel('From your van').selectOption({ index: 1 });
    await page.getByRole('button', { name: 'Use it', exact: true }).click();
    await page.getByText('taken from the van').waitFor();
    await visitor.look('working');
    for (const item of ['Device mounted and connected', 'Serial number compared with the label', 'Customer shown how to use it']) {
      await page.getByRole('button', { name: `Done: ${item}`, exact: true }).click();
      await page.getByRole('button', { name: `Not done after all: ${item}`, exact: true }).waitFor();
    }
    // However it is written.
    await page.getByLabel('Serial number of the device you installed').fill(device.serial.toLowerCase().replace(/[^a-z0-9]/g, ''));
    await page.getByRole('button', { name: 'Finish', exact: true }).click();
    await page.getByText('Finished. Thank you.').waitFor();
    await visitor.look('done');
    await eventually('the device is assigned', async () => (await holderOf(device.id)) === person.requesterId);
    await mail(demo, person.email, /Activate your account/);
    await leave(visitor);
  });
}

walk('P05 A11 work is returned and assigned to another technician, by the keyboard at a desk', { screen: 'desktop', within: 180_000 }, async (visitor) => {
  const { page } = visitor;
  const subject = 'Far away';
  await ordered(cast.newcomer(), subject);
  const sam = await visitor.another('sam', { screen: 'phone' });
  await enter(sam, 'tech', demo.technician);
  await sam.page.getByRole('link', { name: subject }).click();
  await sam.page.getByText('I can’t do it').click();
  await sam.page.getByLabel('Why not? The office will see your answer.').fill('The van broke down.');
  await sam.look('why-not');
  await sam.page.getByRole('button', { name: 'Give it back' }).click();
  await sam.page.getByText('Returned to the office').waitFor();
  await sam.page.goto(`${demo.hub}/portal/tech/vans`);
  await sam.page.getByRole('heading', { name: 'Van 3' }).waitFor();
  await sam.look('van');
  await sam.page.goto(`${demo.hub}/portal/tech/list`);
  await sam.page.getByText(subject).waitFor();
  await sam.look('list');
  await leave(sam);
  await sam.leave();

  const keys = new Keys(visitor);
  await keys.signIn(demo);
  await keys.press('link', 'Service');
  await page.goto(`${demo.console}/work-orders?show=to_assign`);
  await page.getByRole('heading', { name: 'Work orders', level: 1 }).waitFor();
  await visitor.look('to-assign');
  const row = page.getByRole('row').filter({ hasText: subject });
  await row.getByRole('link').first().click();
  await page.getByText('The van broke down.').first().waitFor();
  await visitor.look('given-back');
  await page.getByLabel('Who does it').selectOption({ label: 'Sam Example' });
  await keys.press('button', 'Assign');
  await page.getByText('The work order is open.').waitFor();
  await page.getByLabel('Appointment from').fill('2031-03-03T09:00');
  await page.getByLabel('To', { exact: true }).fill('2031-03-03T12:00');
  await keys.press('button', 'Set the appointment');
  await page.getByText('3 Mar 2031, 09:00–12:00').first().waitFor();
  await visitor.look('planned');
  await page.goto(`${demo.console}/work-orders/parts`);
  await page.getByRole('heading', { name: 'Parts in vans', level: 1 }).waitFor();
  await visitor.look('parts');
  await page.goto(`${demo.console}/work-orders/new`);
  await page.getByRole('heading', { name: 'Make a work order', level: 1 }).waitFor();
  await visitor.look('new');
});
