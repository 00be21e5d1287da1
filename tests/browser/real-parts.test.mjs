// The same journey on real parts: a certified identity provider, a PostgreSQL server, another make of mail server.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before } from 'node:test';
import { Cast, getJson } from './cast.mjs';
import { APP_REDIRECT, startCompany } from './company.mjs';
import { walk } from './harness.mjs';
import { ACTIVATED, INVITATION, eventually, linkIn } from './outside.mjs';
import { arriveAtSuccess, continueToProvider, expectDevices, expectRefusal, openLink, seeDevices } from './steps.mjs';

const databases = { SQLite: undefined, PostgreSQL: process.env.TESSERA_TEST_POSTGRES };

for (const [database, url] of Object.entries(databases)) {
  const skip = database === 'PostgreSQL' && !url && 'TESSERA_TEST_POSTGRES names no server';
  let company;
  let cast;
  let key;
  before(async () => {
    if (skip) return;
    company = await startCompany({ name: `serve-${database.toLowerCase()}`, database: url });
    cast = await Cast.of(company.outside);
    key = await company.tessera(['api-key', 'installer']);
  });
  after(() => company?.stop());

  const mail = (to, subject) =>
    eventually(`mail to ${to} about ${subject}`, async () => (await company.mails(to)).find((one) => subject.test(one.subject)));
  const asMachine = { get authorization() { return `Bearer ${key}`; } };

  walk(`A11 A12 A13 A15 ${database}: invited by command, signed in at a certified provider`, { skip }, async (visitor) => {
    const person = cast.newcomer(2);
    const link = await company.tessera(['invite', '--requester', person.requesterId]);
    const letter = await mail(person.email, INVITATION);
    assert.equal(linkIn(letter), link, 'the mail has the link that was printed');
    assert.ok(letter.html.includes(link));
    assert.equal(letter.from, 'accounts@example.com');

    await openLink(visitor, link);
    await visitor.look('invitation');
    await continueToProvider(visitor);
    await signInAt(visitor, 'ada.example@example.org');
    await arriveAtSuccess(visitor);
    await visitor.look('success');
    await seeDevices(visitor, person);
    await mail(person.email, ACTIVATED);

    const { items } = await getJson(`${company.hub}/api/v1/customers?record=freshservice:requester:${person.requesterId}`, asMachine);
    const customer = await getJson(`${company.hub}/api/v1/customers/${items[0].id}`, asMachine);
    assert.deepEqual(customer.links.map((one) => one.kind).sort(), ['contact', 'requester', 'user']);
    assert.deepEqual(customer.devices.map((one) => one.serial).sort(), [...person.devices].sort());

    // The app, with the same account (A15).
    const token = await tokenForTheApp(visitor, company.provider);
    const mine = await getJson(`${company.hub}/api/v1/me/devices`, { authorization: `Bearer ${token}` });
    assert.deepEqual(mine.devices.map((one) => one.serial).sort(), [...person.devices].sort());
    assert.equal(mine.reason, null);
    assert.match(await company.tessera(['audit verify']), /^2 timelines checked, \d+ entries, 0 broken$/m);
  });

  walk(`A11 A20 ${database}: invited by the API; an unconfirmed e-mail is no obstacle, cancelling none either`, { skip }, async (visitor) => {
    const { page } = visitor;
    const person = cast.newcomer();
    const answer = await fetch(`${company.hub}/api/v1/invitations`, {
      method: 'POST',
      headers: { ...asMachine, 'content-type': 'application/json' },
      body: JSON.stringify({ requester_id: person.requesterId }),
    });
    assert.equal(answer.status, 201);
    const { url } = await answer.json();
    assert.equal(linkIn(await mail(person.email, INVITATION)), url);
    await openLink(visitor, url);
    await continueToProvider(visitor);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await expectRefusal(visitor, 'sign_in_cancelled');
    await page.getByRole('button', { name: 'Start again' }).click();
    await signInAt(visitor, 'grace+unverified@example.net');
    await arriveAtSuccess(visitor);

    const later = await visitor.another('later');
    await later.page.goto(company.portal);
    await continueToProvider(later);
    await signInAt(later, 'grace+unverified@example.net');
    await expectDevices(later, person);
    assert.deepEqual(later.faults, []);
    await later.leave();
  });
}

/** Signs in at the certified provider, where every login with any password is an account. */
async function signInAt({ page }, login) {
  await page.getByLabel('Login').fill(login);
  await page.getByLabel('Password').fill('any');
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** What the company's app does: code and PKCE as a public client, with the session this browser has at the provider. */
async function tokenForTheApp(visitor, provider) {
  const discovery = await getJson(`${provider.issuer}/.well-known/openid-configuration`);
  const verifier = randomBytes(32).toString('base64url');
  const request = new URLSearchParams({
    client_id: provider.public_client_id,
    response_type: 'code',
    redirect_uri: APP_REDIRECT,
    scope: 'openid email profile',
    state: randomBytes(8).toString('hex'),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const answer = await visitor.context.request.get(`${discovery.authorization_endpoint}?${request}`, { maxRedirects: 0 });
  const code = new URL(answer.headers().location).searchParams.get('code');
  assert.ok(code, `a code in ${answer.headers().location}`);
  const exchanged = await fetch(discovery.token_endpoint, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: APP_REDIRECT,
      code_verifier: verifier,
      client_id: provider.public_client_id,
    }),
  });
  const tokens = await exchanged.json();
  assert.equal(exchanged.status, 200, JSON.stringify(tokens));
  return tokens.access_token;
}
