// A customer reports a problem from a device and follows it; staff and the service desk see it; own steps come first.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Cast, desk, getJson } from './cast.mjs';
import { startDemo, walk } from './harness.mjs';
import { eventually, invite } from './outside.mjs';
import { activateAs, tabTo } from './steps.mjs';

// The smallest PNG there is: one grey dot.
const DOT = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==', 'base64');

let demo;
let cast;
before(async () => {
  demo = await startDemo({ name: 'requests' });
  cast = await Cast.of(demo);
});
after(() => demo?.stop());

async function arrive(visitor) {
  const person = cast.take((one) => one.password && one.contacts === 1 && one.devices.length === 1);
  await activateAs(visitor, await invite(demo, person), person);
  await visitor.page.getByRole('link', { name: 'See my devices' }).click();
  return person;
}

async function ticketNamed(subject) {
  return eventually(`the ticket “${subject}”`, async () => {
    const { tickets } = await getJson(`${demo.freshservice}/api/v2/tickets?per_page=100`, desk(demo));
    return tickets.find((ticket) => ticket.subject === subject);
  });
}

function reportAndFollow(screen, theme, subject) {
  walk(`P09 P15 a problem is reported from a device and followed on a ${screen}`, { screen, theme }, async (visitor) => {
    const { page } = visitor;
    await arrive(visitor);
    await page.locator('.device h2 a').first().click();
    await page.getByText('There are no requests about this device').waitFor();
    await visitor.look('device');
    await tabTo(visitor, 'link', 'Report a problem');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'New request' }).waitFor();
    await visitor.look('form');
    await page.getByLabel('What is it about?').fill(subject);
    await page.getByLabel("What's wrong?").fill('It hums since Tuesday.\n\nLouder in the evening.');
    await page.getByLabel('Photos or files').setInputFiles({ name: 'display.png', mimeType: 'image/png', buffer: DOT });
    await page.getByRole('button', { name: 'Send the request' }).click();
    await page.getByRole('heading', { name: subject }).waitFor();
    await visitor.look('request');
    const url = page.url();
    const ticket = await ticketNamed(subject);
    assert.ok(ticket.requester_id > 0);
    const reply = await fetch(`${demo.freshservice}/api/v2/tickets/${ticket.id}/reply`, {
      method: 'POST',
      headers: { ...desk(demo), 'content-type': 'application/json' },
      body: JSON.stringify({ body: 'Which number does the display show?' }),
    });
    assert.equal(reply.status, 201);
    await eventually('the answer shows', async () => {
      await page.goto(url);
      return page.getByText('Which number does the display show?').isVisible();
    });
    await page.getByLabel('Your comment').fill('It shows 17.');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText('It shows 17.').waitFor();
    await visitor.look('answered');
    await page.getByRole('button', { name: 'Close the request' }).click();
    await page.getByText('The request is closed').waitFor();
    await page.getByRole('link', { name: 'Requests', exact: true }).click();
    await page.getByLabel('Status').selectOption('Closed');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByRole('link', { name: subject }).waitFor();
    await visitor.look('list');
    await page.getByRole('link', { name: subject }).click();
    await page.getByRole('button', { name: 'Not solved? Reopen it' }).click();
    await page.getByText('The request is open again').waitFor();
  });
}

reportAndFollow('phone', 'light', 'The inverter hums');
reportAndFollow('desktop', 'dark', 'The inverter whistles');

walk('P09 a file that is no photo is refused with what to do', { faults: [/422/] }, async (visitor) => {
  const { page } = visitor;
  await arrive(visitor);
  await page.getByRole('link', { name: 'Requests', exact: true }).click();
  await visitor.look('list');
  await page.getByRole('link', { name: 'New request' }).first().click();
  await page.getByLabel('Question', { exact: true }).check();
  await page.getByLabel('What is it about?').fill('Where is the manual?');
  await page.getByLabel("What's wrong?").fill('I cannot find it.');
  await page.getByLabel('Photos or files').setInputFiles({ name: 'photo.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('<svg/>') });
  await page.getByRole('button', { name: 'Send the request' }).click();
  await page.getByText('is neither a photo').first().waitFor();
  await visitor.look('refused');
});

walk('P09 staff see the requests', { screen: 'desktop' }, async (visitor) => {
  const { page } = visitor;
  await page.goto(demo.console);
  await page.getByLabel('Login').fill(demo.staff.login);
  await page.getByLabel('Password').fill(demo.staff.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'Service' }).click();
  await visitor.look('list');
  await page.getByRole('link', { name: 'The inverter hums' }).first().click();
  await page.getByText('display.png').first().waitFor();
  await visitor.look('request');
});
