// A company's installation made of real parts: `tessera serve` with a configuration file, a certified identity provider, a mail
// server of another make, and a database server. Only Freshservice and Freshsales are stand-ins, in a process of their own.
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startProvider } from '../oidc-provider/start.mjs';
import { command, startDemo, startServe } from './tessera.mjs';

const PYTHON = process.env.TESSERA_PYTHON ?? 'python3';
const SINK = fileURLToPath(new URL('../clients/smtp_sink.py', import.meta.url));
const ENDED_WITHIN_MS = 20_000;

/** What the app's tokens are for. */
export const AUDIENCE = 'https://api.example.com/sunfield';
/** Where the app waits for its code. */
export const APP_REDIRECT = 'http://127.0.0.1/callback';

/**
 * Starts everything.
 * @param {{name: string, database?: string, providers?: Record<string, {start: (options: object) => Promise<object>, settings?: Function}>}}
 *   options `database` is the URL of a PostgreSQL server, where a database is made for this company and dropped in the end; without it,
 *   the hub keeps a file. `providers` are further identity providers by their names: how each is started, and its lines of configuration
 */
export async function startCompany({ name, database, providers = {} }) {
  const ends = [];
  const stop = async () => {
    for (const end of ends.reverse()) await end();
  };
  try {
    const directory = await mkdtemp(join(tmpdir(), 'tessera-company-'));
    ends.push(() => rm(directory, { recursive: true, force: true }));
    const outside = await startDemo({ name: `${name}-outside` });
    ends.push(outside.stop);
    const base = `http://127.0.0.1:${await freePort()}`;
    const provider = await startProvider({
      redirectUris: [`${base}/auth/customers/callback`],
      publicRedirectUris: [APP_REDIRECT],
      audience: AUDIENCE,
    });
    ends.push(provider.stop);
    const post = await startMailServer(join(directory, 'mails.jsonl'));
    ends.push(post.stop);
    const kept = database ? await createDatabase(database) : { url: `sqlite:${join(directory, 'tessera.db')}`, drop: async () => undefined };
    ends.push(kept.drop);

    const further = {};
    for (const [named, { start }] of Object.entries(providers)) {
      further[named] = await start({ redirectUris: [`${base}/auth/${named}/callback`] });
      ends.push(further[named].stop);
    }

    const config = join(directory, 'tessera.toml');
    const sections = Object.entries(further).map(([named, started]) => {
      const { settings = () => '' } = providers[named];
      return section(named, started, settings(started));
    });
    await writeFile(config, configuration({ base, outside, provider, database: kept.url }) + sections.join(''));
    const secrets = Object.entries(further).map(([named, { client_secret }]) => [`TESSERA_${named.toUpperCase()}_CLIENT_SECRET`, client_secret]);
    const env = {
      ...Object.fromEntries(secrets),
      TESSERA_SECRET_KEY: randomBytes(32).toString('base64'),
      TESSERA_FRESHSERVICE_API_KEY: outside.freshservice_api_key,
      TESSERA_FRESHSALES_API_KEY: outside.freshsales_api_key,
      TESSERA_CUSTOMERS_CLIENT_SECRET: provider.client_secret,
      TESSERA_MAIL_URL: `smtp://127.0.0.1:${post.port}`,
    };
    const tessera = ([name, ...args]) => command([...name.split(' '), '--config', config, ...args], env);
    const serve = await startServe({ name, config, base, env });
    ends.push(() => serve.stop());
    return { hub: base, portal: `${base}/portal/customer`, outside, provider, providers: further, mails: post.mails, tessera, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A string in TOML and in JSON is written the same way. */
const quoted = JSON.stringify;

const configuration = ({ base, outside, provider, database }) => `
[server]
listen = ${quoted(new URL(base).host)}
public_url = ${quoted(base)}
stop_delay_seconds = 0
[database]
url = ${quoted(database)}
[brand]
name = "Sunfield Energy"
support_email = "help@example.com"
[freshservice]
url = ${quoted(outside.freshservice)}
plan = "enterprise"
[freshsales]
url = ${quoted(`${outside.freshsales}/crm/sales/api`)}
plan = "enterprise"
[[identity_providers]]
name = "customers"
display_name = "Sunfield account"
issuer = ${quoted(provider.issuer)}
client_id = ${quoted(provider.client_id)}
scopes = ["email", "profile"]
app_audiences = [${quoted(provider.audience)}]
[mail]
from = "Sunfield Energy <accounts@example.com>"
[sweep]
full_every_hours = 0
changes_every_minutes = 0
[log]
level = "info"
format = "json"
`;

/** The section of a further identity provider. `settings` may name another issuer. */
const section = (name, provider, settings) => `
[[identity_providers]]
name = ${quoted(name)}
client_id = ${quoted(provider.client_id)}
${/^issuer/m.test(settings) ? '' : `issuer = ${quoted(provider.issuer)}`}
${settings}
`;

/** A port nobody uses now. The address is part of the configuration, so it has to be known before the hub listens. */
export async function freePort() {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** The mail server; its first mail it refuses for now, as busy servers do. */
async function startMailServer(out) {
  const child = spawn(PYTHON, [SINK, '--out', out, '--busy', '1'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  try {
    const signal = AbortSignal.timeout(ENDED_WITHIN_MS);
    const [line] = await once(createInterface({ input: child.stdout }), 'line', { signal });
    const mails = async (to) => {
      const text = await readFile(out, 'utf8').catch(() => '');
      return text.split('\n').filter(Boolean).map((one) => JSON.parse(one)).filter((one) => one.to.includes(to));
    };
    return { port: JSON.parse(line).port, mails, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function createDatabase(server) {
  const name = `tessera_${randomBytes(6).toString('hex')}`;
  const psql = (sql) => promisify(execFile)('psql', ['--quiet', '--no-psqlrc', '--set', 'ON_ERROR_STOP=1', '--command', sql, server]);
  await psql(`CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => psql(`DROP DATABASE ${name} WITH (FORCE)`) };
}
