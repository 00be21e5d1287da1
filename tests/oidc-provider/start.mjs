// Starts `server.mjs` as its own process, as the hub would meet it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

// A provider makes RSA keys first, which takes a busy machine long. After the first limit, another process is tried.
const READY_WITHIN_MS = [20_000, 60_000];
const STOPPED_WITHIN_MS = 2_000;

/**
 * @param {{redirectUris?: string[], publicRedirectUris?: string[], audience?: string, port?: number, odd?: object}} options
 * @returns the provider's ready line (issuer, client_id, client_secret, public_client_id, audience) and `stop()`
 */
export async function startProvider(options = {}) {
  for (const [attempt, within] of READY_WITHIN_MS.entries()) {
    try {
      return await startOnce(options, within);
    } catch (error) {
      if (error.name !== 'AbortError' || attempt + 1 === READY_WITHIN_MS.length) throw error;
    }
  }
}

async function startOnce({ redirectUris = [], publicRedirectUris = [], audience, port = 0, odd }, within) {
  const args = [fileURLToPath(new URL('server.mjs', import.meta.url)), '--port', String(port)];
  for (const uri of redirectUris) args.push('--redirect-uri', uri);
  for (const uri of publicRedirectUris) args.push('--public-redirect-uri', uri);
  if (audience) args.push('--audience', audience);
  if (odd) args.push('--odd', JSON.stringify(odd));
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (text) => (errors += text));
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode) return;
    child.kill('SIGTERM');
    // Node.js 20 sometimes does not end while it still computes with keys. Nothing is lost.
    const end = setTimeout(() => child.kill('SIGKILL'), STOPPED_WITHIN_MS);
    await once(child, 'exit');
    clearTimeout(end);
  };
  try {
    const signal = AbortSignal.timeout(within);
    const lines = createInterface({ input: child.stdout });
    const [line] = await Promise.race([
      once(lines, 'line', { signal }),
      once(child, 'exit', { signal }).then(([code]) => Promise.reject(new Error(`provider ended with ${code}: ${errors}`))),
    ]);
    return { ...JSON.parse(line), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
