// Outside systems that are slow, busy or down in the middle of an activation.
import assert from 'node:assert/strict';
import { after, afterEach, before } from 'node:test';
import { Cast } from './cast.mjs';
import { startDemo, walk } from './harness.mjs';
import { ACTIVATED, fail, invite, mail, mails, mend } from './outside.mjs';
import { arriveAtSuccess, continueToProvider, expectDevices, expectRefusal, openLink, seeDevices, signIn, signUp } from './steps.mjs';

/** Long enough for a paused system to be tried again. */
const BY_ITSELF_MS = 60_000;

let demo;
let cast;
before(async () => {
  demo = await startDemo({ name: 'upstream' });
  cast = await Cast.of(demo);
});
afterEach(() => demo && Promise.all([mend(demo.freshservice), mend(demo.freshsales)]));
after(() => demo?.stop());

async function begin(visitor, link, email) {
  await openLink(visitor, link);
  await continueToProvider(visitor);
  return signUp(visitor, { email });
}

async function expectPending(visitor, system) {
  await visitor.page.getByRole('heading', { name: 'We have your sign-in' }).waitFor({ timeout: BY_ITSELF_MS });
  const words = await visitor.page.locator('main').textContent();
  assert.match(words, new RegExp(`${system} is slow right now`));
  assert.match(words, /finishes on its own/);
}

walk('A13 a slow service desk: the progress is shown while it happens', {}, async (visitor) => {
  const { page } = visitor;
  const person = cast.newcomer();
  const link = await invite(demo, person);
  await fail(demo.freshservice, { path: '/api/v2/requesters/*', kind: 'delay', ms: 2500 });
  await fail(demo.freshservice, { path: '/api/v2/assets*', kind: 'delay', ms: 6000 });
  await begin(visitor, link, 'unhurried@example.org');
  await page.getByRole('heading', { name: 'Linking your devices' }).waitFor();
  const state = (kind, wanted) => page.locator(`.steps li[data-kind="${kind}"][data-state="${wanted}"]`).waitFor();
  await state('requester', 'running');
  await visitor.picture('first');
  await state('requester', 'done');
  await state('assets', 'running');
  await visitor.look('then');
  await arriveAtSuccess(visitor, BY_ITSELF_MS);
  await seeDevices(visitor, person);
});

walk('A13 the service desk is down in the middle: pending, says which, finishes on its own', {}, async (visitor) => {
  const { page } = visitor;
  const person = cast.newcomer();
  const link = await invite(demo, person);
  await fail(demo.freshservice, { path: '/api/v2/assets*', kind: 'status', status: 500 });
  const account = await begin(visitor, link, 'patient@example.org');
  await expectPending(visitor, 'Our service desk');
  assert.ok(!(await page.content()).includes(person.email), 'the invited address is masked');
  await visitor.look('pending');

  const somebody = await visitor.another('somebody else');
  await begin(somebody, link, 'meanwhile@example.org');
  await expectRefusal(somebody, 'pending_by_other');
  await somebody.look('refused');
  assert.deepEqual(somebody.faults, []);
  await somebody.leave();

  const same = await visitor.another('same person');
  await openLink(same, link);
  await continueToProvider(same);
  await signIn(same, account);
  await expectPending(same, 'Our service desk');
  await same.page.goto(demo.portal);
  assert.equal(await same.page.locator('.empty .fine code').textContent(), 'activation_delayed');
  await same.look('devices');
  assert.deepEqual(same.faults, []);
  await same.leave();

  assert.ok(!(await mails(demo, person.email)).some((one) => ACTIVATED.test(one.subject)), 'nothing is announced yet');
  await mend(demo.freshservice);
  await arriveAtSuccess(visitor, BY_ITSELF_MS);
  await visitor.look('success');
  await seeDevices(visitor, person);
  await mail(demo, person.email, ACTIVATED);
});

walk('A13 the CRM is down: the page can be closed, and a mail says when it is done', {}, async (visitor) => {
  const person = cast.newcomer();
  const link = await invite(demo, person);
  await fail(demo.freshsales, { kind: 'status', status: 503 });
  const account = await begin(visitor, link, 'gone.home@example.org');
  await expectPending(visitor, 'Our customer register');
  await visitor.look('pending');
  await visitor.page.close();
  await mend(demo.freshsales);
  await mail(demo, person.email, ACTIVATED, 1, BY_ITSELF_MS);

  const later = await visitor.another('later');
  await later.page.goto(demo.portal);
  await continueToProvider(later);
  await signIn(later, account);
  await expectDevices(later, person);
  assert.deepEqual(later.faults, []);
  await later.leave();
});

walk('A13 the service desk is busy (429): it is waited for, also without scripts', { scripts: false }, async (visitor) => {
  const person = cast.newcomer();
  const link = await invite(demo, person);
  await fail(demo.freshservice, { path: '/api/v2/assets*', kind: 'status', status: 429, retry_after: 3, times: 2 });
  await begin(visitor, link, 'queueing@example.org');
  await arriveAtSuccess(visitor, BY_ITSELF_MS);
  await seeDevices(visitor, person);
});
