// A customer's own steps: an administrator defines them, a request passes through them, and the service team hears of it afterwards.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { desk, getJson } from './cast.mjs';
import { startDemo, walk } from './harness.mjs';
import { customerOf, eventually, mail, makePerson } from './outside.mjs';
import { enterByMail, enterPortal, goTo, tabTo } from './steps.mjs';

let demo;
let home;
before(async () => {
  demo = await startDemo({ name: 'workflows' });
  home = await customerOf(demo, demo.resident.requester_id);
});
after(() => demo?.stop());

async function ticketNamed(subject) {
  const { tickets } = await getJson(`${demo.freshservice}/api/v2/tickets?per_page=100`, desk(demo));
  return tickets.find((ticket) => ticket.subject === subject);
}

/** Adds a step to a kind of request. */
async function addStep({ page }, kind, step, fields = {}) {
  const card = page.getByRole('region', { name: kind });
  await card.getByText('Add a step').click();
  await card.getByLabel('What happens').selectOption(step);
  if (fields.who) await card.getByLabel(/^Person \(/).selectOption({ label: fields.who });
  if (fields.label) await card.getByLabel('Name of the field').fill(fields.label);
  await card.getByRole('button', { name: 'Add the step' }).click();
  await page.getByText('The workflow was changed.').waitFor();
}

/** Chooses the kind of request in a form that is filled in, and sends it, so that its own questions are asked. */
async function chooseKind(visitor, kind) {
  const { page } = visitor;
  const choice = page.getByRole('radio', { name: kind });
  if (await choice.isChecked()) return;
  await choice.check();
  await page.getByRole('button', { name: 'Send the request' }).click();
  await page.getByRole('alert').getByText('This kind of request needs other details.').waitFor();
  await visitor.look('another-kind');
}

function steps(screen, theme, scripts, kind, name) {
  const title = `P09 own steps are defined on a ${screen}${scripts ? '' : ' without scripts'}, and a request passes through them`;
  walk(title, { screen, theme, scripts, faults: [/422/] }, async (visitor) => {
    const { page } = visitor;
    const email = `${name.toLowerCase()}@example.com`;
    await makePerson(demo, { name: `${name} Example`, email, place: home });
    await enterPortal(visitor, demo, demo.resident);
    await goTo(visitor, 'Requests');
    await (await tabTo(visitor, 'link', 'Approval workflow')).press('Enter');
    await visitor.look('blank');
    await addStep(visitor, kind, 'field', { label: 'Cost centre' });
    await addStep(visitor, kind, 'place');
    await addStep(visitor, kind, 'approval', { who: `${name} Example` });
    await addStep(visitor, kind, 'notice', { who: `${name} Example` });
    await visitor.look('defined');
    await page.getByRole('button', { name: new RegExp(`^Remove step 2 of ${kind}`) }).click();
    await page.getByText('The workflow was changed.').waitFor();
    await addStep(visitor, kind, 'place');

    await goTo(visitor, 'Requests');
    await page.getByRole('link', { name: 'New request' }).first().click();
    const subject = `A second battery for ${name}`;
    await page.getByLabel('What is it about?').fill(subject);
    await page.getByLabel("What's wrong?").fill('We want one more.');
    await chooseKind(visitor, kind);
    assert.equal(await page.getByLabel('What is it about?').inputValue(), subject, 'what was typed is kept');
    await page.getByLabel('Cost centre').fill(' ');
    await visitor.look('form');
    await page.getByRole('button', { name: 'Send the request' }).click();
    await page.getByRole('alert').getByText('Not sent yet.').waitFor();
    assert.equal(await page.getByLabel('Cost centre').getAttribute('aria-invalid'), 'true');
    await visitor.look('missing');
    await page.getByLabel('Cost centre').fill('4711');
    await page.getByLabel('At which place?').selectOption({ index: 1 });
    await (await tabTo(visitor, 'button', 'Send the request')).press('Enter');
    await page.getByRole('heading', { name: subject, level: 1 }).waitFor();
    await page.getByText('Your organisation has to approve it').waitFor();
    await visitor.look('waits');
    const request = page.url();
    assert.equal(await ticketNamed(subject), undefined, 'the service team hears nothing yet');

    await mail(demo, email, /approv/i);
    const approver = await visitor.another('approver', { screen: screen === 'phone' ? 'desktop' : 'phone' });
    await enterByMail(approver, demo, email);
    await goTo(approver, 'Requests');
    await approver.page.getByRole('region', { name: 'Waiting for your approval' }).waitFor();
    await approver.look('asked');
    await (await tabTo(approver, 'link', subject)).press('Enter');
    await approver.look('decide');
    await (await tabTo(approver, 'button', 'Approve')).press('Enter');
    await approver.page.getByText(/Approved/).first().waitFor();
    await approver.look('approved');
    assert.deepEqual(approver.faults, []);

    await eventually('the ticket', () => ticketNamed(subject));
    await page.goto(request);
    await page.getByText(`Approved by ${name} Example`).waitFor();
    await visitor.look('passed');

    await goTo(visitor, 'Requests');
    await page.getByRole('link', { name: 'New request' }).first().click();
    await page.getByLabel('What is it about?').fill(`A third one for ${name}`);
    await page.getByLabel("What's wrong?").fill('One more.');
    await chooseKind(visitor, kind);
    await page.getByLabel('Cost centre').fill('4711');
    await page.getByLabel('At which place?').selectOption({ index: 1 });
    await page.getByRole('button', { name: 'Send the request' }).click();
    await page.getByText('Your organisation has to approve it').waitFor();
    const second = page.url();
    await approver.page.goto(second);
    await approver.page.getByRole('button', { name: 'Decline' }).click();
    await approver.page.getByText(/say why/i).first().waitFor();
    await approver.page.getByLabel('If you decline, why?').fill('Not this year');
    await approver.page.getByRole('button', { name: 'Decline' }).click();
    await approver.page.getByText(/Declined by/).first().waitFor();
    await approver.leave();
    await page.goto(second);
    await page.getByText('Not this year').first().waitFor();
    await visitor.look('declined');
    assert.equal(await ticketNamed(`A third one for ${name}`), undefined);
  });
}
steps('phone', 'light', true, 'Installation', 'Robin');
steps('desktop', 'dark', true, 'Other', 'Chris');
steps('phone', 'dark', false, 'Question', 'Toni');

walk('P09 a person without the right to define steps sees who has it', { screen: 'desktop' }, async (visitor) => {
  const email = 'uma@example.com';
  await makePerson(demo, { name: 'Uma Example', email, place: home });
  await enterByMail(visitor, demo, email);
  await visitor.page.goto(`${demo.portal}/workflows`);
  await visitor.page.getByRole('heading', { name: 'Only administrators can change this' }).waitFor();
  await visitor.look('denied');
});
