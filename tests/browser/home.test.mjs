// The home page of the console: what waits for a person, alarms, charts, and a header of one row.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Cast } from './cast.mjs';
import { assertFits, startDemo, walk } from './harness.mjs';
import { admin, askToInvite, eventually, invite } from './outside.mjs';
import { activateAsNewcomer } from './steps.mjs';
import { signInStaff } from './staff.mjs';

let demo;
let cast;
before(async () => {
  demo = await startDemo({ name: 'home' });
  cast = await Cast.of(demo);
  await eventually('everything is read once', async () => {
    const { sweeps } = await (await admin(demo, 'GET', '/systems')).json();
    return sweeps.length === 3 && sweeps.every((sweep) => sweep.finished_at);
  });
});
after(() => demo?.stop());

async function openTables({ page }) {
  for (const summary of await page.getByText('Show as a table').all()) await summary.click();
  await page.locator('details[open] table').first().waitFor();
}

/** Fails unless logo, navigation, search and sign-out are side by side. */
async function assertOneRow(page) {
  const boxes = await page.evaluate(() => {
    const parts = ['.top .brand', '.top nav:not(.within)', '.top .search', '.top .who'].map((part) => document.querySelector(part));
    return parts.filter(Boolean).map((part) => part.getBoundingClientRect()).map(({ top, bottom, height }) => ({ top, bottom, height }));
  });
  const lowest = Math.max(...boxes.map((box) => box.top));
  const highest = Math.min(...boxes.map((box) => box.bottom));
  assert.ok(lowest < highest, `${page.url()} at ${page.viewportSize().width} px: ${JSON.stringify(boxes)}`);
  assert.ok(boxes.every((box) => box.height < 56), `nothing wraps at ${page.viewportSize().width} px: ${JSON.stringify(boxes)}`);
}

walk('H06 the home page on a desktop: charts with their tables, and periods', { screen: 'desktop' }, async (visitor) => {
  const { page } = visitor;
  const person = cast.newcomer();
  const link = await invite(demo, person);
  const somebody = await visitor.another('customer', { screen: 'phone' });
  await activateAsNewcomer(somebody, link, 'home.customer@example.org');
  await somebody.leave();
  await signInStaff(demo, visitor);
  await page.getByRole('heading', { name: 'What needs a person now' }).waitFor();
  await page.getByRole('img', { name: 'Activations by day (UTC)' }).waitFor();
  await page.getByRole('img', { name: 'From invitation to activation' }).waitFor();
  await visitor.look('home');
  await openTables(visitor);
  await page.getByRole('row', { name: /^Activated \d/ }).waitFor();
  await visitor.look('tables');
  await page.getByRole('link', { name: '90 days' }).click();
  await page.locator('[aria-current="page"]', { hasText: '90 days' }).waitFor();
  await visitor.look('ninety-days');
  await page.getByRole('group', { name: 'Records read by the last sweeps' }).getByRole('link').first().click();
  await page.waitForURL(/\/console\/sweeps\/./);
});

walk('H06 the home page on a phone, in the dark', { theme: 'dark' }, async (visitor) => {
  await signInStaff(demo, visitor);
  await visitor.page.getByRole('heading', { name: 'What needs a person now' }).waitFor();
  await visitor.look('home');
  await openTables(visitor);
  await visitor.look('tables');
});

walk('H06 a job that fails is work on the home page and an alarm on every page, until it is dismissed', { screen: 'desktop', theme: 'dark' }, async (visitor) => {
  const { page } = visitor;
  await signInStaff(demo, visitor);
  await askToInvite(demo, cast.take((one) => !one.email));
  await eventually('the job is given up', async () => {
    await page.goto(demo.console);
    return page.getByRole('link', { name: /Failed jobs$/ }).isVisible();
  });
  await page.getByRole('note').getByText('1 job failed').waitFor();
  await visitor.look('work');
  await page.goto(`${demo.console}/reviews`);
  await page.getByRole('note').getByText('1 job failed').waitFor();
  await visitor.look('alarm');
  await page.getByRole('link', { name: 'View details' }).click();
  await page.getByRole('heading', { name: 'Systems', level: 1 }).waitFor();
  await page.getByRole('button', { name: 'Dismiss' }).first().click();
  await page.getByText('The job was dismissed').waitFor();
  await page.goto(demo.console);
  assert.equal(await page.getByRole('note').count(), 0, 'nothing is wrong');
});

walk('the header of the console is one row from 1024 px up', { screen: 'desktop' }, async (visitor) => {
  const { page } = visitor;
  await signInStaff(demo, visitor);
  for (const width of [1024, 1280, 1600]) {
    await page.setViewportSize({ width, height: 860 });
    for (const path of ['', '/systems', '/service-managers']) {
      await page.goto(`${demo.console}${path}`);
      await assertOneRow(page);
      await assertFits(page);
    }
    await visitor.look(`header-${width}`);
  }
});
