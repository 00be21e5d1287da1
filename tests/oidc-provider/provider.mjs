// The certified provider (npm `oidc-provider`), set up as a company's identity provider would be:
// PKCE demanded of everybody, claims in the ID token, JWT access tokens for the app's audience.
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { SignJWT, decodeJwt, decodeProtectedHeader } from 'jose';
import Provider, { interactionPolicy } from 'oidc-provider';

export const CONFIDENTIAL_CLIENT = 'tessera-hub';
export const PUBLIC_CLIENT = 'tessera-app';

/** A login is known by a stable subject that tells nothing of the e-mail, as with a real provider. */
function subjectOf(login) {
  return createHash('sha256').update(login.toLowerCase()).digest('base64url').slice(0, 22);
}

/** Any login is an account. A local part that ends in `+unverified` has an e-mail nobody has confirmed. */
function accountOf(login) {
  const email = login.includes('@') ? login : `${login}@example.com`;
  const [local] = email.split('@');
  return {
    sub: subjectOf(login),
    email,
    email_verified: !local.endsWith('+unverified'),
    name: local.replace(/\+.*$/, '').split(/[._-]/).map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join(' '),
  };
}

/** Sign-in only: both clients belong to the company, so nobody is asked for consent. */
function signInOnly() {
  const policy = interactionPolicy.base();
  policy.get('consent').checks.remove('native_client_prompt');
  return policy;
}

function signingKey(alg) {
  const made = {
    ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    ES384: () => generateKeyPairSync('ec', { namedCurve: 'P-384' }),
    EdDSA: () => generateKeyPairSync('ed25519'),
  }[alg] ?? (() => generateKeyPairSync('rsa', { modulusLength: 2048 }));
  const { privateKey } = made();
  const jwk = { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg, kid: randomBytes(6).toString('hex') };
  return { privateKey, jwk };
}

/** ID tokens for further audiences, as Zitadel sends them: issued to the client (`azp`), and meant for its projects, too. */
function addAudiences(provider, audiences, { privateKey }) {
  const { issue } = provider.IdToken.prototype;
  provider.IdToken.prototype.issue = async function issueForAll(options) {
    const token = await issue.call(this, options);
    if (options?.use !== 'idtoken') return token;
    const { aud, ...payload } = decodeJwt(token);
    return new SignJWT({ ...payload, aud: [aud, ...audiences], azp: aud }).setProtectedHeader(decodeProtectedHeader(token)).sign(privateKey);
  };
}

/**
 * @param {{issuer: string, clientSecret: string, redirectUris: string[], publicRedirectUris: string[], audience: string,
 *   odd?: {alg?: string, audiences?: string[], thin?: boolean}}} options `odd` is what other providers do: sign with another
 *   algorithm, name further audiences, send e-mail and name from userinfo only
 * @returns {{provider: Provider, signIn: (login: string) => string}} `signIn` makes a login an account and gives its subject
 */
export function createProvider({ issuer, clientSecret, redirectUris, publicRedirectUris, audience, odd = {} }) {
  const alg = odd.alg ?? 'RS256';
  const key = signingKey(alg);
  const keys = alg === 'RS256' ? [key] : [key, signingKey('RS256')];
  const accounts = new Map();
  const signIn = (login) => {
    const account = accountOf(login);
    accounts.set(account.sub, account);
    return account.sub;
  };

  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CONFIDENTIAL_CLIENT,
        client_secret: clientSecret,
        token_endpoint_auth_method: 'client_secret_basic',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        redirect_uris: redirectUris,
        id_token_signed_response_alg: alg,
      },
      {
        client_id: PUBLIC_CLIENT,
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        redirect_uris: publicRedirectUris,
        id_token_signed_response_alg: alg,
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    conformIdTokenClaims: odd.thin ?? false,
    enabledJWA: { idTokenSigningAlgValues: [alg] },
    cookies: { keys: [randomBytes(32).toString('hex')] },
    jwks: { keys: keys.map(({ jwk }) => jwk) },
    pkce: { required: () => true },
    scopes: ['openid', 'offline_access', 'email', 'profile'],
    ttl: { AccessToken: 3600, AuthorizationCode: 60, Grant: 86400, IdToken: 3600, Interaction: 3600, Session: 86400 },
    features: {
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        // The app's tokens are for the API; the hub's own are for userinfo.
        defaultResource: (_ctx, client) => (client.clientId === PUBLIC_CLIENT ? audience : undefined),
        getResourceServerInfo: () => ({
          audience,
          scope: 'openid email profile',
          accessTokenFormat: 'jwt',
          accessTokenTTL: 3600,
          jwt: { sign: { alg: 'RS256' } },
        }),
        useGrantedResource: () => true,
      },
    },
    interactions: { policy: signInOnly(), url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_ctx, sub) => {
      const account = accounts.get(sub);
      return account && { accountId: sub, claims: () => ({ ...account }) };
    },
    loadExistingGrant: async (ctx) => {
      const { client, session, params } = ctx.oidc;
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope(params.scope ?? 'openid');
      grant.addResourceScope(audience, 'openid email profile');
      await grant.save();
      return grant;
    },
  });
  if (odd.audiences) addAudiences(provider, odd.audiences, key);
  return { provider, signIn };
}
