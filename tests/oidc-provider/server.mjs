// Starts the provider on loopback and prints one line of JSON when it answers.
//   node server.mjs [--port 0] --redirect-uri URL [--redirect-uri URL …] [--public-redirect-uri URL] [--audience URL] [--odd JSON]
// `--odd '{"alg":"PS512","audiences":["project-1"],"thin":true,"slash":true}'` makes it what other providers are: see provider.mjs;
// `slash` ends the issuer with one. `POST /rotate-keys` lets it sign with new keys and publish only those.
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { CONFIDENTIAL_CLIENT, PUBLIC_CLIENT, createProvider } from './provider.mjs';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'redirect-uri': { type: 'string', multiple: true, default: ['http://127.0.0.1:8080/callback'] },
    'public-redirect-uri': { type: 'string', multiple: true, default: ['http://127.0.0.1/callback'] },
    audience: { type: 'string', default: 'https://api.example.com/tessera' },
    odd: { type: 'string', default: '{}' },
  },
});

const server = createServer();
server.listen(Number(values.port), '127.0.0.1', () => {
  const odd = JSON.parse(values.odd);
  const issuer = `http://127.0.0.1:${server.address().port}${odd.slash ? '/' : ''}`;
  const clientSecret = randomBytes(24).toString('base64url');
  const create = () => {
    const { provider, signIn } = createProvider({
      issuer,
      clientSecret,
      redirectUris: values['redirect-uri'],
      publicRedirectUris: values['public-redirect-uri'],
      audience: values.audience,
      odd,
    });
    return { provider, signIn, oidc: provider.callback() };
  };
  let current = create();
  server.on('request', (req, res) => {
    if (req.method === 'POST' && req.url === '/rotate-keys') {
      current = create();
      return res.writeHead(204).end();
    }
    const { provider, signIn, oidc } = current;
    if (!req.url.startsWith('/interaction/')) return oidc(req, res);
    return interaction(provider, signIn, req, res).catch((error) => answer(res, 400, page(`<p role="alert">${escape(error.message)}</p>`)));
  });
  console.log(
    JSON.stringify({
      issuer,
      client_id: CONFIDENTIAL_CLIENT,
      client_secret: clientSecret,
      public_client_id: PUBLIC_CLIENT,
      audience: values.audience,
    }),
  );
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(0));

async function interaction(provider, signIn, req, res) {
  const details = await provider.interactionDetails(req, res);
  if (req.method !== 'POST') return answer(res, 200, page(form(details.params.login_hint)));
  const fields = await formFields(req);
  if (fields.get('cancel')) {
    return provider.interactionFinished(req, res, { error: 'access_denied', error_description: 'The person went back.' });
  }
  const login = fields.get('login')?.trim();
  if (!login || !fields.get('password')) {
    return answer(res, 422, page(form(login, 'Enter a login and any password.')));
  }
  return provider.interactionFinished(req, res, { login: { accountId: signIn(login) } });
}

async function formFields(req) {
  let body = '';
  for await (const chunk of req) {
    body += chunk;
    if (body.length > 8192) throw new Error('The form is too long.');
  }
  return new URLSearchParams(body);
}

const form = (login = '', error = '') => `${error && `<p role="alert">${error}</p>`}
<form method="post">
  <p><label>Login <input name="login" autocomplete="username" value="${escape(login)}" autofocus></label></p>
  <p><label>Password <input name="password" type="password" autocomplete="current-password"></label></p>
  <p><button type="submit">Sign in</button> <button type="submit" name="cancel" value="1">Cancel</button></p>
</form>`;

const page = (body) => `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Sign in</title><main><h1>Sign in</h1>${body}</main></html>`;

const escape = (text) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

function answer(res, status, html) {
  res.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }).end(html);
}
