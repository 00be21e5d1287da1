// Returns and invoices: what a customer sends back and is asked, what staff do with it, and what is to be paid.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Cast } from './cast.mjs';
import { startDemo, walk } from './harness.mjs';
import { eventually, invite, mail } from './outside.mjs';
import { Keys, signInStaff as signIn } from './staff.mjs';
import { activateAs, tabTo } from './steps.mjs';

let demo;
let cast;
before(async () => {
  demo = await startDemo({ name: 'returns' });
  cast = await Cast.of(demo);
});
after(() => demo?.stop());

const withDevice = (one) => one.password && one.contacts === 1 && one.devices.length === 1;

const signInStaff = (visitor) => signIn(demo, visitor);

async function toDevice(visitor) {
  await visitor.page.getByRole('link', { name: 'See my devices' }).click();
  await visitor.page.locator('.device h2 a').first().click();
  await visitor.page.getByRole('link', { name: 'Return this device' }).waitFor();
}

walk('P09 a customer returns a device, approves an amount, and staff bring it back', {}, async (visitor) => {
  const { page } = visitor;
  const person = cast.take(withDevice);
  await activateAs(visitor, await invite(demo, person), person);
  await toDevice(visitor);
  await page.getByRole('link', { name: 'Returns' }).click();
  await page.getByRole('heading', { name: 'No returns yet' }).waitFor();
  await visitor.look('none');
  await page.goBack();
  await page.getByRole('link', { name: 'Return this device' }).click();
  await page.getByRole('heading', { name: 'Return something' }).waitFor();
  await page.getByLabel("What's wrong with it?").fill('It hums loudly.');
  await visitor.look('form');
  await page.getByRole('button', { name: 'Add another item' }).click();
  await page.getByText("It's something else").nth(1).click();
  await page.getByRole('button', { name: 'Open the return' }).click();
  await page.getByRole('alert').getByText(/item 2/i).waitFor();
  await visitor.look('form-refused');
  await page.locator('summary', { hasText: "It's something else" }).nth(1).click();
  await page.getByLabel('What is it?').last().fill('Cable set');
  await tabTo(visitor, 'button', 'Open the return');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: /^Return R-/ }).waitFor();
  await visitor.look('open');
  const address = page.url();

  const staff = await visitor.another('staff', { screen: 'desktop' });
  await signInStaff(staff);
  await staff.page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'Service' }).click();
  await staff.page.getByRole('link', { name: 'Returns' }).click();
  await staff.look('list');
  await staff.page.locator('tbody th a').first().click();
  await staff.look('new');
  await staff.page.getByText('Ask the customer to approve an amount').first().click();
  await staff.page.getByLabel(/^Amount in/).first().fill('184.50');
  await staff.page.getByLabel('What it is for').first().fill('Power board');
  await staff.look('ask');
  await staff.page.getByRole('button', { name: 'Ask', exact: true }).first().click();
  await staff.page.getByText('is on hold').waitFor();
  await staff.look('asked');

  await mail(demo, person.email, /please approve/i);
  await page.goto(address);
  await visitor.look('asked');
  await page.getByRole('button', { name: /^Approve EUR/ }).click();
  await page.getByText('Approved. We continue with it.').waitFor();
  await visitor.look('approved');

  await staff.page.reload();
  for (const step of ['Received', 'Repaired', 'Shipped']) {
    if (step === 'Shipped') await staff.page.getByLabel(/^Tracking number/).first().fill('PP-7');
    await staff.page.getByRole('form', { name: `${step}, line 1` }).getByRole('button').click();
    await staff.page.getByText('Noted. Return').waitFor();
  }
  await staff.look('line-closed');
  await staff.page.getByText('Cancel this line').click();
  await staff.page.getByLabel('Reason (shown to the customer)').fill('It was in the parcel');
  await staff.page.getByRole('button', { name: 'Cancel the line' }).click();
  await staff.page.getByText('is closed').waitFor();
  await mail(demo, person.email, /is complete/i);
  await page.goto(address);
  await page.getByText('PP-7').first().waitFor();
  await visitor.look('complete');
  await page.getByRole('link', { name: '← Returns' }).click();
  await page.getByLabel('Show').selectOption('ended');
  await page.getByRole('button', { name: 'Show' }).click();
  await page.locator('.device').first().waitFor();
  await visitor.look('list');
});

walk('P09 a return is cancelled, and invoices are read, in the dark', { screen: 'desktop', theme: 'dark' }, async (visitor) => {
  const { page } = visitor;
  const person = cast.take(withDevice);
  await activateAs(visitor, await invite(demo, person), person);
  await toDevice(visitor);
  await page.getByRole('link', { name: 'Return this device' }).click();
  await page.getByRole('button', { name: 'Open the return' }).click();
  await page.getByRole('heading', { name: /^Return R-/ }).waitFor();
  await visitor.look('open');
  await page.getByRole('button', { name: 'Cancel this return' }).click();
  await page.getByText('The return is cancelled. There is nothing').waitFor();
  await visitor.look('cancelled');

  const staff = await visitor.another('staff', { screen: 'phone' });
  await signInStaff(staff);
  await staff.page.goto(`${demo.console}/invoices`);
  await staff.page.getByRole('button', { name: 'Read now' }).click();
  await staff.page.getByText('The source is being read').waitFor();
  await eventually('the invoices are there', async () => {
    await page.goto(`${demo.portal}/invoices`);
    return (await page.locator('.device').count()) >= 3;
  });
  await staff.page.reload();
  await staff.look('invoices');
  await visitor.look('invoices');
  await page.getByLabel('Show').selectOption('overdue');
  await page.getByRole('button', { name: 'Show' }).click();
  await page.locator('.device h2 a').first().click();
  await page.getByRole('heading', { name: 'Items' }).waitFor();
  await visitor.look('invoice');
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download as PDF' }).click()]);
  assert.match(download.suggestedFilename(), /^invoice-.*\.pdf$/);
});

walk('P09 staff open a return for a customer on the telephone, by the keyboard', { screen: 'desktop', faults: [/422/] }, async (visitor) => {
  const { page } = visitor;
  const person = cast.take(withDevice);
  const customer = await visitor.another('customer');
  await activateAs(customer, await invite(demo, person), person);
  const keys = new Keys(visitor);
  await keys.signIn(demo);
  await keys.press('link', 'Service');
  await keys.press('link', 'Returns');
  await page.getByRole('heading', { name: 'Returns', level: 1 }).waitFor();
  await keys.press('link', 'Open a return');
  await page.getByRole('heading', { name: 'Find the customer first' }).waitFor();
  await visitor.look('find');
  await keys.search(person.devices[0]);
  await page.getByRole('heading', { name: 'Which customer?' }).waitFor();
  await visitor.look('found');
  await keys.skip();
  await keys.press('link', person.name);
  await page.getByRole('heading', { name: 'Open a return', level: 1 }).waitFor();
  await keys.press('button', 'Open the return');
  await page.getByRole('alert').waitFor();
  await visitor.look('refused');
  const label = await page.getByLabel('Device', { exact: true }).locator('option').nth(1).textContent();
  await keys.choose('Device', label);
  await keys.type('Problem', 'They telephoned: it hums.');
  await visitor.look('form');
  await keys.press('button', 'Open the return');
  await page.getByRole('heading', { name: /^Return R-/ }).waitFor();
  await page.getByText('The customer is notified by e-mail.').waitFor();
  await visitor.look('open');
  await mail(demo, person.email, /return/i);
  await customer.page.goto(`${demo.portal}/returns`);
  await customer.page.locator('.device h2 a').first().click();
  await customer.page.getByText('They telephoned').waitFor();
  await customer.look('theirs');
  await customer.leave();
});

walk('P09 the same on a phone, from the customer’s page', {}, async (visitor) => {
  const { page } = visitor;
  const person = cast.take(withDevice);
  const customer = await visitor.another('customer');
  await activateAs(customer, await invite(demo, person), person);
  await customer.leave();
  await signInStaff(visitor);
  await page.getByRole('searchbox').fill(person.email);
  await page.getByRole('searchbox').press('Enter');
  await page.getByRole('link', { name: person.name }).first().click();
  await page.getByRole('link', { name: 'Open a return' }).click();
  await page.getByRole('button', { name: 'Add another line' }).click();
  await page.getByLabel('Device', { exact: true }).first().selectOption({ index: 1 });
  await page.locator('summary').nth(1).click();
  await page.getByLabel('Model').last().fill('Cable set');
  await visitor.look('form');
  await page.getByRole('button', { name: 'Open the return' }).click();
  await page.getByRole('heading', { name: /^Return R-/ }).waitFor();
  await visitor.look('open');
});
