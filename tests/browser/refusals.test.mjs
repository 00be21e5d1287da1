// Everything that does not lead to "My devices", and the way forward from each.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Cast, desk } from './cast.mjs';
import { startDemo, walk } from './harness.mjs';
import { INVITATION, admin, fail, invitations, invite, letExpire, linkIn, mail, mend } from './outside.mjs';
import {
  activateAs, activateAsNewcomer, arriveAtSuccess, continueToProvider, expectDevices, expectRefusal, openLink, seeDevices, signIn, signUp,
} from './steps.mjs';

let demo;
let cast;
before(async () => {
  demo = await startDemo({ name: 'refusals' });
  cast = await Cast.of(demo);
});
after(() => demo?.stop());

/** Somebody else, with a browser of their own, who looks at what they were refused. */
async function other(visitor, title, steps) {
  const somebody = await visitor.another(title);
  await steps(somebody);
  assert.deepEqual(somebody.faults, []);
  await somebody.leave();
}

walk('A20 wrong account: the sign-in belongs to another record; another account works', {}, async (visitor) => {
  const { page } = visitor;
  const [first, second] = [cast.known(), cast.newcomer()];
  await activateAs(visitor, await invite(demo, first), first);
  await openLink(visitor, await invite(demo, second));
  await continueToProvider(visitor);
  await page.getByRole('button', { name: `Continue as ${first.name}` }).waitFor();
  await visitor.look('choose');
  await page.getByRole('button', { name: `Continue as ${first.name}` }).click();
  await expectRefusal(visitor, 'other_account_linked');
  await visitor.look('refused');
  await page.getByRole('button', { name: 'Sign in with another account' }).click();
  // The provider asks who it is, though it knows somebody in this browser.
  await page.getByLabel('Password').waitFor();
  await signUp(visitor, { email: 'second.account@example.org' });
  await arriveAtSuccess(visitor);
  await seeDevices(visitor, second);
});

walk('A20 the record is activated by another sign-in; the same person again sees the same success', {}, async (visitor) => {
  const person = cast.newcomer();
  const account = await activateAsNewcomer(visitor, await invite(demo, person), 'first.comer@example.org');
  const again = await invite(demo, person);
  await other(visitor, 'somebody else', async (somebody) => {
    await openLink(somebody, again);
    await continueToProvider(somebody);
    await signUp(somebody, { email: 'late.comer@example.org' });
    await expectRefusal(somebody, 'already_activated_by_other');
    assert.match(await somebody.page.locator('main').textContent(), /f•••@example\.org/);
    assert.ok(!(await somebody.page.content()).includes(account.email), 'the other sign-in is masked');
    await somebody.look('refused');
  });
  await other(visitor, 'same person', async (same) => {
    await openLink(same, again);
    await continueToProvider(same);
    await signIn(same, account);
    await arriveAtSuccess(same);
    await seeDevices(same, person);
  });
});

walk('A20 a used link: refused to another person, the same success page to the same person', {}, async (visitor) => {
  const person = cast.newcomer();
  const link = await invite(demo, person);
  const account = await activateAsNewcomer(visitor, link, 'owner@example.org');
  await other(visitor, 'somebody else', async (somebody) => {
    await openLink(somebody, link);
    await continueToProvider(somebody);
    await signUp(somebody, { email: 'finder@example.org' });
    await expectRefusal(somebody, 'used');
    assert.match(await somebody.page.locator('main').textContent(), /o•••@example\.org/);
    assert.ok(!(await somebody.page.content()).includes(account.email), 'the other sign-in is masked');
    await somebody.look('used');
    await somebody.page.getByRole('link', { name: 'Go to my devices' }).click();
    assert.equal(await somebody.page.locator('.empty .fine code').textContent(), 'not_a_customer');
  });
  await other(visitor, 'same person', async (same) => {
    await openLink(same, link);
    await continueToProvider(same);
    await signIn(same, account);
    await arriveAtSuccess(same);
    await same.look('success');
    await seeDevices(same, person);
  });
});

walk('A20 an expired link is renewed in place', {}, async (visitor) => {
  const { page } = visitor;
  const person = cast.newcomer();
  const link = await invite(demo, person);
  await mail(demo, person.email, INVITATION);
  await letExpire(demo, person.email);
  await page.goto(link);
  await expectRefusal(visitor, 'expired');
  await visitor.look('expired');
  await page.getByRole('button', { name: 'Send me a new link' }).click();
  await page.getByRole('heading', { name: 'Check your e-mail' }).waitFor();
  await visitor.look('renewed');
  const renewed = linkIn(await mail(demo, person.email, INVITATION, 2));
  assert.notEqual(renewed, link);
  await activateAsNewcomer(visitor, renewed, 'patient@example.org');
  await seeDevices(visitor, person);
});

walk('A20 superseded, withdrawn and unknown links', {}, async (visitor) => {
  const { page } = visitor;
  const person = cast.newcomer();
  const first = await invite(demo, person);
  const second = await invite(demo, person);
  await page.goto(first);
  await expectRefusal(visitor, 'superseded');
  await visitor.look('superseded');
  await openLink(visitor, second);

  const answer = await admin(demo, 'DELETE', `/invitations?requester_id=${person.requesterId}`);
  assert.ok(answer.ok, `${answer.status}`);
  await page.goto(second);
  await expectRefusal(visitor, 'revoked');
  await visitor.look('withdrawn');

  await page.goto(`${demo.hub}/activate/${'x'.repeat(43)}`);
  await expectRefusal(visitor, 'unknown_link');
  await visitor.look('unknown');
});

walk('A20 a mail scanner that opens the link uses nothing up', {}, async (visitor) => {
  const person = cast.newcomer();
  const link = await invite(demo, person);
  for (const headers of [{}, { 'user-agent': 'Mail Scanner' }, { purpose: 'prefetch', 'sec-purpose': 'prefetch;prerender' }]) {
    for (const method of ['GET', 'HEAD']) {
      const answer = await fetch(link, { method, headers });
      assert.equal(answer.status, 200, `${method} ${JSON.stringify(headers)}`);
      await answer.arrayBuffer();
    }
  }
  const [invitation] = await invitations(demo, person);
  assert.equal(invitation.state, 'open');
  assert.equal(invitation.claimed, null);
  await activateAsNewcomer(visitor, link, 'scanned@example.org');
  await seeDevices(visitor, person);
});

/** Signs up, but stops before coming back; gives the address of the callback. */
async function stopBeforeCallback(visitor, email) {
  const { page } = visitor;
  let address;
  // The provider's answer is taken here: a redirect cannot be stopped on its way.
  await page.route(`${demo.idp}/verify`, async (route) => {
    const answer = await route.fetch({ maxRedirects: 0 });
    address = answer.headers().location;
    await route.fulfill({ contentType: 'text/html', body: '<title>Stopped</title><h1>Stopped</h1>' });
  });
  await continueToProvider(visitor);
  await signUp(visitor, { email });
  await page.getByRole('heading', { name: 'Stopped' }).waitFor();
  await page.unroute(`${demo.idp}/verify`);
  return new URL(address, demo.idp).href;
}

walk('A20 a sign-in begun here cannot be finished in another browser', {}, async (visitor) => {
  const person = cast.newcomer();
  const link = await invite(demo, person);
  await openLink(visitor, link);
  const callback = await stopBeforeCallback(visitor, 'two.browsers@example.org');
  await other(visitor, 'elsewhere', async (elsewhere) => {
    await elsewhere.page.goto(callback);
    await expectRefusal(elsewhere, 'other_browser');
    await elsewhere.look('refused');
    await elsewhere.page.goto(demo.portal);
    await elsewhere.page.getByRole('heading', { name: 'Sign in to see your devices' }).waitFor();
  });
  assert.equal((await invitations(demo, person))[0].state, 'open', 'nothing was claimed');
  // The link still works, in any browser.
  await openLink(visitor, link);
  await continueToProvider(visitor);
  await visitor.page.getByRole('button', { name: /^Continue as/ }).click();
  await arriveAtSuccess(visitor);
});

walk('A20 a callback that is opened again leads on', {}, async (visitor) => {
  const { page } = visitor;
  const person = cast.newcomer();
  await openLink(visitor, await invite(demo, person));
  const callback = await stopBeforeCallback(visitor, 'replayed@example.org');
  await page.goto(callback);
  await arriveAtSuccess(visitor);
  await page.goto(callback);
  await arriveAtSuccess(visitor);
  await page.goBack();
  await page.goto(demo.portal);
  await expectDevices(visitor, person);
});

walk('A12 cancelled at the provider, and started again', {}, async (visitor) => {
  const { page } = visitor;
  const person = cast.known();
  await openLink(visitor, await invite(demo, person));
  await continueToProvider(visitor);
  await page.getByRole('link', { name: /^Cancel and go back/ }).click();
  await expectRefusal(visitor, 'sign_in_cancelled');
  await visitor.look('cancelled');
  await page.getByRole('button', { name: 'Start again' }).click();
  await signIn(visitor, person);
  await arriveAtSuccess(visitor);
});

walk('A12 the provider does not answer, and then does', {}, async (visitor) => {
  const { page } = visitor;
  const person = cast.known();
  await openLink(visitor, await invite(demo, person));
  await continueToProvider(visitor);
  await fail(demo.idp, { path: '/token', kind: 'status', status: 503 });
  try {
    await signIn(visitor, person);
    await expectRefusal(visitor, 'provider_unavailable');
    await visitor.look('unavailable');
  } finally {
    await mend(demo.idp);
  }
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('button', { name: `Continue as ${person.name}` }).click();
  await arriveAtSuccess(visitor);
});

walk('A20 the requester was deactivated after the invitation', {}, async (visitor) => {
  const person = cast.newcomer();
  const link = await invite(demo, person);
  await openLink(visitor, link);
  await continueToProvider(visitor);
  // Whether the hub hears of it by its hook before they come back, or by asking: it is the same refusal.
  const gone = await fetch(`${demo.freshservice}/api/v2/requesters/${person.requesterId}`, { method: 'DELETE', headers: desk(demo) });
  assert.equal(gone.status, 204);
  await signUp(visitor, { email: 'too.late@example.org' });
  await expectRefusal(visitor, 'requester_gone');
  await visitor.look('gone');
});
