// What staff keep in bulk: the inventory, tables of devices, and the domains of a customer.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Cast } from './cast.mjs';
import { startDemo, walk } from './harness.mjs';
import { admin, eventually, invite } from './outside.mjs';
import { Keys, signInStaff } from './staff.mjs';
import { activateAs } from './steps.mjs';

let demo;
let cast;
before(async () => {
  demo = await startDemo({ name: 'inventory' });
  cast = await Cast.of(demo);
  await eventually('everything is swept once', async () => {
    const { sweeps } = await (await admin(demo, 'GET', '/systems')).json();
    return sweeps.length === 3 && sweeps.every((sweep) => sweep.finished_at);
  });
});
after(() => demo?.stop());

walk('A05 A06 the inventory is narrowed by state and serial number, by the keyboard', { screen: 'desktop', within: 120_000 }, async (visitor) => {
  const { page } = visitor;
  const person = cast.newcomer();
  const keys = new Keys(visitor);
  await keys.signIn(demo);
  await page.goto(`${demo.console}/devices`);
  await page.getByRole('heading', { name: 'Inventory', level: 1 }).waitFor();
  await visitor.look('all');
  await keys.type('Serial number, tag or name begins with', person.devices[0]);
  await keys.press('button', 'Show');
  await page.getByRole('row').filter({ hasText: person.devices[0] }).waitFor();
  assert.equal(await page.getByRole('row').count(), 2, 'the head, and the one device');
  await visitor.look('found');
  await keys.type('State', 'No such state');
  await keys.press('button', 'Show');
  await page.getByRole('heading', { name: 'No device fits' }).waitFor();
  await visitor.look('nothing');
});

walk('A05 the inventory on a phone, in the dark', { theme: 'dark' }, async (visitor) => {
  await signInStaff(demo, visitor);
  await visitor.page.goto(`${demo.console}/devices`);
  await visitor.page.getByRole('heading', { name: 'Inventory', level: 1 }).waitFor();
  await visitor.look('phone');
});

walk('A09 a table of assignments is tried, and carried out without its wrong line', { screen: 'desktop', within: 180_000 }, async (visitor) => {
  const { page } = visitor;
  const person = cast.newcomer();
  const next = cast.newcomer();
  await signInStaff(demo, visitor);
  await page.goto(`${demo.console}/device-loads`);
  await page.getByRole('heading', { name: 'Load a table', level: 1 }).waitFor();
  await visitor.look('new');
  await page.getByRole('button', { name: 'Make a trial run' }).click();
  await page.getByRole('alert').waitFor();
  await visitor.look('refused');
  const lines = ['device,requester,from', `${person.devices[0]},${next.requesterId},${person.requesterId}`, `no-such-device,${next.requesterId},`];
  await page.getByLabel('Or paste it here').fill(lines.join('\n'));
  await page.getByRole('button', { name: 'Make a trial run' }).click();
  const start = page.getByRole('button', { name: 'Carry out 1 change' });
  await start.waitFor({ timeout: 60_000 });
  await visitor.look('tried');
  await start.click();
  const done = page.locator('dl.facts div').filter({ has: page.getByText('Done', { exact: true }) });
  await done.getByText('1', { exact: true }).waitFor({ timeout: 60_000 });
  await visitor.look('carried-out');
  await page.getByRole('link', { name: '← Load a table' }).click();
  await page.getByRole('row').filter({ hasText: 'Assignments' }).first().waitFor();
  await visitor.look('listed');
});

walk('M16 a domain of a customer is added, refused and removed', { screen: 'desktop' }, async (visitor) => {
  const { page } = visitor;
  const person = cast.known();
  const customer = await visitor.another('customer');
  await activateAs(customer, await invite(demo, person), person);
  await customer.leave();
  await signInStaff(demo, visitor);
  await page.goto(`${demo.console}?q=${encodeURIComponent(person.email)}`);
  await page.getByRole('link', { name: person.name }).first().click();
  const domains = page.getByRole('region', { name: 'Domains' });
  await domains.getByText('Add a domain').click();
  await domains.getByLabel('Domain or web address').fill('not a domain');
  await domains.getByRole('button', { name: 'Add domain' }).click();
  await page.getByRole('alert').waitFor();
  await visitor.look('refused');
  await domains.getByText('Add a domain').click();
  await domains.getByLabel('Domain or web address').fill('https://www.sun-and-roof.example/contact');
  await domains.getByRole('button', { name: 'Add domain' }).click();
  await page.getByText('sun-and-roof.example was entered.').waitFor();
  await visitor.look('added');
  await domains.getByRole('button', { name: 'Remove sun-and-roof.example' }).click();
  await page.getByText('sun-and-roof.example was removed.').waitFor();
  await visitor.look('removed');
});
