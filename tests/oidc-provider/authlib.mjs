// Starts an identity provider of another make (PyPI `oidc-provider-mock`, on Authlib). Any subject is an account whose e-mail address is
// the subject; any client and secret are accepted. It has no `auth_time` and says nothing of verified addresses.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../browser/company.mjs';

const PYTHON = process.env.TESSERA_PYTHON ?? 'python3';
const READY_WITHIN_MS = 30_000;

/** @returns {Promise<{issuer: string, client_id: string, client_secret: string, stop: () => Promise<void>}>} */
export async function startAuthlib() {
  const port = await freePort();
  const child = spawn(PYTHON, ['-m', 'oidc_provider_mock', '--port', String(port)], { stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (text) => (errors = (errors + text).slice(-4000)));
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  const issuer = `http://127.0.0.1:${port}`;
  for (const deadline = Date.now() + READY_WITHIN_MS; Date.now() < deadline; await delay(50)) {
    if (child.exitCode !== null) throw new Error(`the provider ended with ${child.exitCode}: ${errors}`);
    const answer = await fetch(`${issuer}/.well-known/openid-configuration`).catch(() => undefined);
    if (answer?.ok) return { issuer, client_id: 'tessera', client_secret: 'any secret', stop };
  }
  await stop();
  throw new Error(`the provider was not ready after ${READY_WITHIN_MS} ms: ${errors}`);
}
