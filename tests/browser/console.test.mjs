// Staff at the console and at the service desk, and the customers their work is for.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Cast } from './cast.mjs';
import { startDemo, walk } from './harness.mjs';
import { INVITATION, admin, askToInvite, eventually, invitations, invite, linkIn, mail, mails } from './outside.mjs';
import { activateAsNewcomer, expectDevices, expectRefusal, openLink, seeDevices } from './steps.mjs';

let demo;
let cast;
before(async () => {
  demo = await startDemo({ name: 'console' });
  cast = await Cast.of(demo);
  await eventually('everything is read once', async () => {
    const { sweeps } = await (await admin(demo, 'GET', '/systems')).json();
    return sweeps.length === 3 && sweeps.every((sweep) => sweep.finished_at);
  });
});
after(() => demo?.stop());

async function signInStaff(visitor) {
  const { page } = visitor;
  await page.goto(demo.console);
  await page.getByLabel('Login').fill(demo.staff.login);
  await page.getByLabel('Password').fill(demo.staff.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Find a customer' }).waitFor();
}

async function search(visitor, words) {
  const { page } = visitor;
  await page.goto(demo.console);
  const box = page.getByRole('searchbox');
  await box.fill(words);
  await box.press('Enter');
  await page.getByRole('heading', { name: `Results for “${words}”` }).waitFor();
}

/** The customer, in a browser of their own. */
async function customer(visitor, title, steps) {
  const somebody = await visitor.another(title, { screen: 'phone' });
  await steps(somebody);
  assert.deepEqual(somebody.faults, []);
  await somebody.leave();
}

walk('H01 H05 staff signs in, searches, invites; the customer page shows the record, the systems and the timeline', { screen: 'desktop' }, async (visitor) => {
  const { page } = visitor;
  const person = cast.newcomer(2);
  await page.goto(`${demo.console}?q=${encodeURIComponent(person.email)}`);
  await page.getByRole('heading', { name: 'Staff sign-in' }).waitFor();
  await visitor.look('sign-in');
  await page.getByLabel('Login').fill(demo.staff.login);
  await page.getByLabel('Password').fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').getByText('Login and password do not match').waitFor();
  await visitor.look('wrong-password');
  await page.getByLabel('Password').fill(demo.staff.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: `Results for “${person.email}”` }).waitFor();
  await visitor.look('found');

  await page.getByRole('link', { name: person.name }).first().click();
  await page.getByRole('heading', { name: person.name, level: 1 }).waitFor();
  await visitor.look('requester');
  await page.getByRole('button', { name: 'Invite', exact: true }).click();
  await page.getByText(`${person.email} is invited.`).waitFor();
  await visitor.look('invited');
  const link = linkIn(await mail(demo, person.email, INVITATION));
  assert.ok((await page.content()).includes(link), 'the link in the mail is the one shown');
  await page.reload();
  assert.ok(!(await page.content()).includes(link), 'the link is shown once');

  await customer(visitor, 'customer', async (somebody) => {
    await activateAsNewcomer(somebody, link, 'console.customer@example.org');
    await seeDevices(somebody, person);
  });

  await search(visitor, person.devices[0]);
  await visitor.look('found-by-serial');
  await page.getByRole('link', { name: person.name }).first().click();
  await page.getByRole('heading', { name: 'Timeline' }).waitFor();
  assert.equal(await page.locator('svg.graph:visible .node').count(), 4, 'the hub and the three systems around it');
  assert.ok((await page.locator('main').textContent()).includes(person.requesterId));
  for (const serial of person.devices) await page.getByText(serial).first().waitFor();
  await page.getByText('Verified', { exact: true }).waitFor();
  await visitor.look('customer');

  await page.getByRole('link', { name: 'Systems', exact: true }).click();
  await page.getByRole('heading', { name: 'Systems', level: 1 }).waitFor();
  await visitor.look('systems');
});

walk('H01 the console on a phone, in the dark', { theme: 'dark' }, async (visitor) => {
  const { page } = visitor;
  const person = cast.newcomer();
  const link = await invite(demo, person);
  await customer(visitor, 'customer', (somebody) => activateAsNewcomer(somebody, link, 'phone.customer@example.org'));
  await signInStaff(visitor);
  await visitor.look('start');
  await search(visitor, person.name.split(' ').at(-1));
  await visitor.look('found');
  await search(visitor, person.email);
  await page.getByRole('link', { name: person.name }).first().click();
  await page.getByRole('heading', { name: 'Timeline' }).waitFor();
  await visitor.look('customer');
  await page.getByRole('link', { name: 'Systems', exact: true }).click();
  await page.getByRole('heading', { name: 'Systems', level: 1 }).waitFor();
  await visitor.look('systems');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Staff sign-in' }).waitFor();
});

walk('A04 H03 two contacts for one e-mail: success for the customer, a decision for staff', { screen: 'desktop' }, async (visitor) => {
  const { page } = visitor;
  const person = cast.take((one) => one.email && one.contacts === 2 && one.devices.length > 0);
  const link = await invite(demo, person);
  await customer(visitor, 'customer', async (somebody) => {
    await activateAsNewcomer(somebody, link, 'twice.in.the.crm@example.org');
    await somebody.look('success');
    await seeDevices(somebody, person);
  });

  await signInStaff(visitor);
  await page.getByRole('navigation').getByRole('link', { name: /^Reviews/ }).click();
  const row = page.getByRole('row').filter({ hasText: person.name });
  await row.waitFor();
  await visitor.look('reviews');
  await row.getByRole('link').click();
  await page.getByRole('heading', { name: 'Side by side' }).waitFor();
  await visitor.look('review');
  await page.getByRole('radio').first().check();
  await page.getByLabel(/^Note/).fill('Asked by phone: the older one is theirs.');
  await page.getByRole('button', { name: 'Decide' }).click();
  await page.getByRole('heading', { name: 'Decided' }).waitFor();
  await visitor.look('decided');

  await search(visitor, person.email);
  await page.getByRole('link', { name: person.name }).first().click();
  await page.getByRole('heading', { name: 'Timeline' }).waitFor();
  assert.equal(await page.locator('svg.graph:visible .node').count(), 4, 'now the CRM is linked too');
  await page.getByText('Asked by phone').waitFor();
  await visitor.look('customer');
});

walk('A04 no contact in the CRM: the customer is activated all the same', {}, async (visitor) => {
  const person = cast.take((one) => one.email && one.contacts === 0 && one.devices.length > 0);
  await activateAsNewcomer(visitor, await invite(demo, person), 'not.in.the.crm@example.org');
  await seeDevices(visitor, person);
});

walk('A11 a requester without e-mail: staff see what to do', { screen: 'desktop' }, async (visitor) => {
  const { page } = visitor;
  const person = cast.take((one) => !one.email);
  await signInStaff(visitor);
  await search(visitor, person.requesterId);
  await page.getByRole('link', { name: person.name }).first().click();
  await page.getByText('Can’t be invited.').waitFor();
  await page.getByText(/no e-mail address\. Add one in/).waitFor();
  assert.equal(await page.getByRole('button', { name: /^Invite/ }).count(), 0);
  await visitor.look('refused');

  const answer = await admin(demo, 'POST', '/invitations', { requester_id: person.requesterId });
  const problem = await answer.json();
  assert.ok(answer.status >= 400 && answer.status < 500, `${answer.status}`);
  assert.equal(problem.code, 'requester_without_email');
  assert.match(problem.detail, /enter one there, then invite again/);

  // The service desk's workflow is not told: it hears "accepted" before the requester is read. Staff sees it among the work given up.
  await page.goto(`${demo.freshservice}/people/${person.requesterId}`);
  await page.getByRole('button', { name: /^Resolve installation ticket/ }).click();
  await page.getByText('The installation ticket is resolved').waitFor();
  await eventually('the job is given up', async () => {
    await page.goto(`${demo.console}/systems`);
    return page.getByRole('heading', { name: 'Gave up' }).isVisible();
  });
  await page.getByText(/has no e-mail address/).first().waitFor();
  await visitor.look('gave-up');
  await page.getByRole('button', { name: 'Dismiss' }).first().click();
  await page.getByText('The job was dismissed').waitFor();
  await visitor.look('dismissed');
});

walk('A20 staff withdraws an invitation', { screen: 'desktop' }, async (visitor) => {
  const { page } = visitor;
  const person = cast.newcomer();
  const older = await invite(demo, person);
  const link = await invite(demo, person);
  await signInStaff(visitor);
  await search(visitor, person.email);
  await page.getByRole('link', { name: person.name }).first().click();
  await page.getByRole('button', { name: 'Withdraw' }).click();
  await page.getByText('The invitation is withdrawn').waitFor();
  await visitor.look('withdrawn');
  await customer(visitor, 'customer', async (somebody) => {
    await somebody.page.goto(link);
    await expectRefusal(somebody, 'revoked');
    assert.equal(await somebody.page.getByRole('button', { name: 'Send me a new link' }).count(), 0);
    // An older link cannot undo what staff did either; what is asked for later is answered later.
    await somebody.page.goto(older);
    await somebody.page.getByRole('button', { name: 'Send me a new link' }).click();
    await somebody.page.getByRole('heading', { name: 'Check your e-mail' }).waitFor();
    const next = cast.newcomer();
    await askToInvite(demo, next);
    await mail(demo, next.email, INVITATION);
    assert.deepEqual((await invitations(demo, person)).map((one) => one.state), ['revoked', 'revoked']);
  });
});

walk('A11 the service desk ends an installation, and the invitation arrives', {}, async (visitor) => {
  const { page } = visitor;
  const person = cast.newcomer();
  await page.goto(demo.freshservice);
  await visitor.look('desk');
  await page.getByRole('searchbox').fill(person.email);
  await page.getByRole('button', { name: 'Search' }).click();
  await page.getByRole('link', { name: person.name }).click();
  await page.getByRole('heading', { name: person.name, level: 1 }).waitFor();
  await visitor.look('requester');
  await page.getByRole('button', { name: /^Resolve installation ticket/ }).click();
  await page.getByText('The installation ticket is resolved').waitFor();
  await visitor.look('resolved');
  const letter = await mail(demo, person.email, INVITATION);
  assert.match(letter.text, new RegExp(`^Hello ${person.name}`));
  await openLink(visitor, linkIn(letter));
  await activateAsNewcomer(visitor, linkIn(letter), 'just.installed@example.org');
  await page.goto(demo.portal);
  await expectDevices(visitor, person);
  assert.equal((await mails(demo, person.email)).filter((one) => INVITATION.test(one.subject)).length, 1);
});
