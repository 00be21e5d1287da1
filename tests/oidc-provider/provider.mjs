// The certified provider (npm `oidc-provider`), set up as a company's identity provider would be:
// PKCE demanded of everybody, claims in the ID token, JWT access tokens for the app's audience.
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
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

function signingKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: randomBytes(6).toString('hex') };
}

/**
 * @param {{issuer: string, clientSecret: string, redirectUris: string[], publicRedirectUris: string[], audience: string}} options
 * @returns {{provider: Provider, signIn: (login: string) => string}} `signIn` makes a login an account and gives its subject
 */
export function createProvider({ issuer, clientSecret, redirectUris, publicRedirectUris, audience }) {
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
      },
      {
        client_id: PUBLIC_CLIENT,
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        redirect_uris: publicRedirectUris,
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    conformIdTokenClaims: false,
    cookies: { keys: [randomBytes(32).toString('hex')] },
    jwks: { keys: [signingKey()] },
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
  return { provider, signIn };
}
