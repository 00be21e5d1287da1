// One hub, and what identity providers do that is odd, but allowed: everybody gets in by their e-mail address, and nobody else.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Cast, getJson } from '../browser/cast.mjs';
import { startCompany } from '../browser/company.mjs';
import { eventually } from '../browser/outside.mjs';
import { startAuthlib } from './authlib.mjs';
import { startProvider } from './start.mjs';
import { Visitor } from './visitor.mjs';

/** The certified provider with something odd. */
const odd = (oddity, settings) => ({ start: (options) => startProvider({ ...options, odd: oddity }), settings });
const withoutSlash = ({ issuer }) => `issuer = ${JSON.stringify(issuer.replace(/\/$/, ''))}`;

const PROVIDERS = {
  audiences: odd({ audiences: ['project-1', 'project-2'] }),
  rs512: odd({ alg: 'RS512' }),
  ps384: odd({ alg: 'PS384' }),
  es384: odd({ alg: 'ES384' }, () => 'signing_algorithms = ["ES384"]'),
  eddsa: odd({ alg: 'EdDSA' }),
  thin: odd({ thin: true }),
  slash: odd({ slash: true }, withoutSlash),
  rotated: odd({ alg: 'ES256' }),
  authlib: { start: startAuthlib },
  refused: odd({ alg: 'RS384' }, () => 'signing_algorithms = ["RS256"]'),
};
let company;
let cast;
let authorization;
before(async () => {
  company = await startCompany({ name: 'odd-providers', providers: PROVIDERS });
  cast = await Cast.of(company.outside);
  authorization = `Bearer ${await company.tessera(['api-key', 'installer'])}`;
});
after(() => company?.stop());

/** Activates a customer with an account at a provider. Returns the page after the sign-in. */
async function activate(provider, person, visitor = new Visitor()) {
  const link = await company.tessera(['invite', '--requester', person.requesterId]);
  const form = await visitor.submit(link, { provider });
  assert.match(await form.response.text(), /name="(login|sub)"/, `at the provider: ${form.url}`);
  return visitor.submit(form.url, { login: person.email, password: 'any', sub: person.email });
}

/** The sign-in of a customer's record, once it exists. */
async function userOf(person) {
  const { items } = await getJson(`${company.hub}/api/v1/customers?record=freshservice:requester:${person.requesterId}`, { authorization });
  if (!items[0]) return undefined;
  const { links } = await getJson(`${company.hub}/api/v1/customers/${items[0].id}`, { authorization });
  return links.find((link) => link.kind === 'user');
}

for (const provider of Object.keys(PROVIDERS).filter((name) => name !== 'refused')) {
  test(`A03 somebody activates at a provider that is odd: ${provider}`, async () => {
    if (provider === 'rotated') {
      // The hub knows the keys that nothing is signed with any more.
      await activate(provider, cast.newcomer());
      const { issuer } = company.providers.rotated;
      assert.equal((await fetch(`${issuer}/rotate-keys`, { method: 'POST' })).status, 204);
    }
    const person = cast.newcomer();
    const visitor = new Visitor();
    const { url, response } = await activate(provider, person, visitor);
    assert.equal(new URL(url).pathname, '/activation', await response.text());
    await eventually('the record', () => userOf(person));
    const devices = await eventually('their devices', async () => {
      const page = await (await visitor.go(company.portal)).response.text();
      return person.devices.every((serial) => page.includes(serial)) && page;
    });
    assert.ok(devices);
  });
}

test('A03 a provider with an algorithm that is not accepted lets nobody in, and the doctor says why', async () => {
  const person = cast.newcomer();
  const { response } = await activate('refused', person);
  assert.equal(response.status, 403);
  assert.match(await response.text(), /sign_in_failed/);
  const { checks } = await getJson(`${company.hub}/api/v1/doctor`, { authorization });
  const told = (name) => checks.find((check) => check.system === 'refused' && check.name === name);
  assert.equal(told('signing').outcome, 'fail');
  assert.match(told('signing').detail, /RS384, which is not accepted, so nobody can sign in/);
  assert.match(told('tokens').detail, /not allowed: RS384, not one of RS256/);
  assert.equal(checks.find((check) => check.system === 'es384' && check.name === 'signing').outcome, 'ok');
  assert.equal(await userOf(person), undefined);
});
