// Comparing everything with the outside systems, from the console.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { startDemo, walk } from './harness.mjs';
import { crm } from './cast.mjs';
import { admin, eventually } from './outside.mjs';

let demo;
before(async () => {
  demo = await startDemo({ name: 'sweeps' });
  await eventually('everything is swept once', async () => {
    const { sweeps } = await (await admin(demo, 'GET', '/systems')).json();
    return sweeps.length === 3 && sweeps.every((sweep) => sweep.finished_at);
  });
});
after(() => demo?.stop());

/** Makes a contact in the CRM, which sends no hooks: a sweep has to find it. */
async function newContact() {
  const answer = await fetch(`${demo.freshsales}/crm/sales/api/contacts`, {
    method: 'POST',
    headers: { ...crm(demo), 'content-type': 'application/json' },
    body: JSON.stringify({ contact: { first_name: 'Newly', last_name: 'Entered', emails: 'newly.entered@example.org' } }),
  });
  assert.ok(answer.ok, await answer.text());
}

walk('H04 H06 staff looks at sweeps, plans one and discards it', { screen: 'desktop' }, async (visitor) => {
  const { page } = visitor;
  await newContact();
  await page.goto(demo.console);
  await page.getByLabel('Login').fill(demo.staff.login);
  await page.getByLabel('Password').fill(demo.staff.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('link', { name: 'Systems', exact: true }).click();
  await page.getByRole('navigation').getByRole('link', { name: 'Sweeps' }).click();
  await page.getByRole('heading', { name: 'Sweeps', level: 1 }).waitFor();
  await page.getByRole('row').filter({ hasText: 'Assets' }).filter({ hasText: 'Complete' }).first().waitFor();
  await visitor.look('sweeps');
  await page.getByRole('checkbox', { name: 'Requesters' }).uncheck();
  await page.getByRole('checkbox', { name: 'Assets' }).uncheck();
  await page.getByRole('button', { name: 'Dry run' }).click();
  await page.getByText('The sweep begins').waitFor();
  const waiting = page.getByRole('region', { name: 'Waiting for a decision' });
  await waiting.getByRole('link', { name: 'Contacts' }).click();
  await page.getByRole('heading', { name: 'Sweep of contacts' }).waitFor();
  await page.getByText('Planned', { exact: true }).waitFor();
  await visitor.look('planned');
  await page.getByRole('button', { name: 'Discard all' }).click();
  await page.getByText('Discarded. Nothing was changed').waitFor();
  const { items } = await (await admin(demo, 'GET', '/sweeps')).json();
  assert.equal(items[0].state, 'discarded');
});
