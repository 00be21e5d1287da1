// The provider itself, driven as a client would: what the hub's journeys rely on is checked here first.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { startProvider } from './start.mjs';
import { Visitor } from './visitor.mjs';

const REDIRECT = 'http://127.0.0.1:9/callback';
let idp;
before(async () => {
  idp = await startProvider({ redirectUris: [REDIRECT], audience: 'https://api.example.com/test' });
});
after(() => idp?.stop());

/** The provider's keys. Five seconds, the default, are short on a busy machine. */
const keysAt = ({ jwks_uri }) => createRemoteJWKSet(new URL(jwks_uri), { timeoutDuration: 60_000 });

async function signIn(clientId, login, { basic, authorize = {}, at = idp } = {}) {
  const discovery = await (await fetch(`${at.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`)).json();
  const verifier = randomBytes(32).toString('base64url');
  const visitor = new Visitor(REDIRECT);
  const request = new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    redirect_uri: REDIRECT,
    scope: 'openid email profile',
    state: 's-1',
    nonce: 'n-1',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...authorize,
  });
  const form = await visitor.go(`${discovery.authorization_endpoint}?${request}`);
  if (new URL(form.url).origin === new URL(REDIRECT).origin) return { callback: form.url, discovery };
  assert.match(await form.response.text(), /name="login"/);
  const done = await visitor.go(form.url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ login, password: 'any' }).toString(),
  });
  assert.equal(done.url.searchParams.get('state'), 's-1');
  assert.equal(done.url.searchParams.get('iss'), at.issuer, 'RFC 9207: the answer names its issuer');
  const answer = await fetch(discovery.token_endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(basic && { authorization: `Basic ${Buffer.from(`${clientId}:${at.client_secret}`).toString('base64')}` }),
    },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: done.url.searchParams.get('code'),
      redirect_uri: REDIRECT,
      code_verifier: verifier,
      ...(!basic && { client_id: clientId }),
    }).toString(),
  });
  return { discovery, tokens: await answer.json(), keys: keysAt(discovery) };
}

test('the confidential client gets an ID token with the e-mail and its standing', async () => {
  const { tokens, keys, discovery } = await signIn(idp.client_id, 'ada.example@example.com', { basic: true });
  const { payload } = await jwtVerify(tokens.id_token, keys, { issuer: idp.issuer, audience: idp.client_id });
  assert.equal(payload.nonce, 'n-1');
  assert.equal(payload.email, 'ada.example@example.com');
  assert.equal(payload.email_verified, true);
  assert.equal(payload.name, 'Ada Example');
  const info = await fetch(discovery.userinfo_endpoint, { headers: { authorization: `Bearer ${tokens.access_token}` } });
  assert.equal((await info.json()).sub, payload.sub);
});

test('the public client gets a JWT access token for the API', async () => {
  const { tokens, keys } = await signIn(idp.public_client_id, 'ada.example@example.com');
  const { payload } = await jwtVerify(tokens.access_token, keys, { issuer: idp.issuer, audience: 'https://api.example.com/test' });
  assert.equal(payload.client_id, idp.public_client_id);
  const id = await jwtVerify(tokens.id_token, keys, { audience: idp.public_client_id });
  assert.equal(id.payload.sub, payload.sub);
});

test('an unconfirmed e-mail is said to be so', async () => {
  const { tokens, keys } = await signIn(idp.client_id, 'ada+unverified@example.org', { basic: true });
  assert.equal((await jwtVerify(tokens.id_token, keys)).payload.email_verified, false);
});

test('a request without PKCE is refused', async () => {
  const { callback } = await signIn(idp.client_id, 'ada@example.com', {
    basic: true,
    authorize: { code_challenge: '', code_challenge_method: '' },
  });
  assert.equal(callback.searchParams.get('error'), 'invalid_request');
});

/** What a provider with something odd sends to the confidential client. */
async function oddly(odd, look) {
  const at = await startProvider({ redirectUris: [REDIRECT], odd });
  try {
    const { tokens, keys, discovery } = await signIn(at.client_id, 'ada.example@example.com', { basic: true, at });
    const verified = await jwtVerify(tokens.id_token, keys, { issuer: at.issuer, audience: at.client_id });
    await look({ ...verified, tokens, discovery, at, keys });
  } finally {
    await at.stop();
  }
}

test('ID tokens can have further audiences, and name the client as azp', () =>
  oddly({ audiences: ['project-1'] }, ({ payload, at }) => {
    assert.deepEqual(payload.aud, [at.client_id, 'project-1']);
    assert.equal(payload.azp, at.client_id);
    assert.equal(payload.email, 'ada.example@example.com');
  }));

for (const alg of ['RS512', 'PS384', 'ES384', 'EdDSA']) {
  test(`ID tokens can be signed with ${alg}`, () =>
    oddly({ alg }, ({ protectedHeader, discovery }) => {
      assert.equal(protectedHeader.alg, alg);
      assert.deepEqual(discovery.id_token_signing_alg_values_supported, [alg]);
    }));
}

test('e-mail and name can be at userinfo only', () =>
  oddly({ thin: true }, async ({ payload, tokens, discovery }) => {
    assert.deepEqual([payload.email, payload.name], [undefined, undefined]);
    const info = await fetch(discovery.userinfo_endpoint, { headers: { authorization: `Bearer ${tokens.access_token}` } });
    const { sub, email, email_verified } = await info.json();
    assert.deepEqual({ sub, email, email_verified }, { sub: payload.sub, email: 'ada.example@example.com', email_verified: true });
  }));

test('the issuer can end with a slash, and the keys can be rotated', () =>
  oddly({ slash: true }, async ({ payload, at, tokens, discovery }) => {
    assert.equal(payload.iss, at.issuer);
    assert.match(at.issuer, /\/$/);
    assert.equal((await fetch(`${at.issuer}rotate-keys`, { method: 'POST' })).status, 204);
    const renewed = keysAt(discovery);
    await assert.rejects(jwtVerify(tokens.id_token, renewed), { code: 'ERR_JWKS_NO_MATCHING_KEY' });
  }));

test('a fresh sign-in is asked for by max_age, and its time is told', async () => {
  const { tokens, keys } = await signIn(idp.client_id, 'ada.example@example.com', {
    basic: true,
    authorize: { max_age: '0', prompt: 'login' },
  });
  const { payload } = await jwtVerify(tokens.id_token, keys);
  assert.ok(Math.abs(payload.auth_time - Date.now() / 1000) < 60, `${payload.auth_time}`);
});
