// Comparing everything with the outside systems, from the console.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { startDemo, walk } from './harness.mjs';
import { desk, getJson } from './cast.mjs';
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

/** Gives an asset another name in the service desk, which a sweep has to find. */
async function rename() {
  const assets = `${demo.freshservice}/api/v2/assets`;
  const { assets: [asset] } = await getJson(assets, desk(demo));
  const answer = await fetch(`${assets}/${asset.display_id}`, {
    method: 'PUT',
    headers: { ...desk(demo), 'content-type': 'application/json' },
    body: JSON.stringify({ name: `${asset.name} (renamed)` }),
  });
  assert.equal(answer.status, 200, await answer.text());
}

walk('H04 H06 staff looks at sweeps, plans one and discards it', { screen: 'desktop' }, async (visitor) => {
  const { page } = visitor;
  await rename();
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
  await page.getByRole('checkbox', { name: 'Contacts' }).uncheck();
  await page.getByRole('button', { name: 'Dry run' }).click();
  await page.getByText('The sweep begins').waitFor();
  const waiting = page.getByRole('region', { name: 'Waiting for a decision' });
  await waiting.getByRole('link', { name: 'Assets' }).click();
  await page.getByRole('heading', { name: 'Sweep of assets' }).waitFor();
  await page.getByText('Planned', { exact: true }).waitFor();
  await visitor.look('planned');
  await page.getByRole('button', { name: /^(Close|Discard)$/ }).click();
  await page.getByText('Discarded. Nothing was changed').waitFor();
  const { items } = await (await admin(demo, 'GET', '/sweeps')).json();
  assert.equal(items[0].state, 'discarded');
});
