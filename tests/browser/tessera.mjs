// Starts the built `tessera` as its own process and waits, not longer than it should take, until it answers.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const READY_WITHIN_MS = 60_000;
const STOPPED_WITHIN_MS = 15_000;
const LOOK_EVERY_MS = 50;

/** Where screenshots and logs go; ignored by git. */
export const OUT = join(ROOT, 'tests/browser/out');

function binary() {
  const target = process.env.CARGO_TARGET_DIR ?? join(ROOT, 'target');
  const path = process.env.TESSERA_BIN ?? join(target, 'debug/tessera');
  if (!existsSync(path)) throw new Error(`${path} is missing: cargo build --bin tessera`);
  return path;
}

/**
 * The hub and its stand-ins. `TESSERA_TEST_DATABASE=postgres://…` puts them on that database.
 * @param {{name?: string, args?: string[]}} options `name` names the log file
 * @returns what the ready file holds (hub, console, portal, idp, mail, keys, accounts …), `data` and `stop()`
 */
export async function startDemo({ name = 'demo', args = [] } = {}) {
  const data = await mkdtemp(join(tmpdir(), 'tessera-browser-'));
  const readyFile = join(data, 'ready.json');
  const database = process.env.TESSERA_TEST_DATABASE;
  const started = await start(name, [
    'demo',
    ...['--listen', '127.0.0.1:0', '--data', join(data, 'hub'), '--ready-file', readyFile],
    ...(database ? ['--database', database] : []),
    ...args,
  ]);
  const stop = async () => {
    await started.stop();
    await rm(data, { recursive: true, force: true });
  };
  try {
    return { ...(await started.until(() => readJson(readyFile))), data, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * The hub alone, as a company runs it, with a configuration file the caller has written.
 * @param {{name?: string, config: string, base: string, env?: object}} options `base` is the address it will answer at, `env`
 *   holds the secrets
 */
export async function startServe({ name = 'serve', config, base, env = {} }) {
  const started = await start(name, ['serve', '--config', config], env);
  try {
    await started.until(async () => {
      const answer = await fetch(new URL('/readyz', base)).catch(() => undefined);
      return answer?.ok;
    });
    return started;
  } catch (error) {
    await started.stop();
    throw error;
  }
}

/** Runs one of the operator's commands; gives what it printed. */
export async function command(args, env = {}) {
  const { stdout } = await promisify(execFile)(binary(), args, { env: { ...process.env, ...env }, timeout: READY_WITHIN_MS });
  return stdout.trim();
}

async function start(name, args, env = {}) {
  await mkdir(OUT, { recursive: true });
  const logFile = join(OUT, `${name}.log`);
  const log = createWriteStream(logFile);
  const child = spawn(binary(), args, {
    cwd: dirname(binary()),
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const exited = once(child, 'exit').then(([code, signal]) => code ?? signal);
  let ended;
  exited.then((how) => (ended = how));

  return {
    pid: child.pid,
    /** Waits until `ready` gives something; says what the log holds when the process ends or the time is up. */
    async until(ready) {
      for (const deadline = Date.now() + READY_WITHIN_MS; Date.now() < deadline; await delay(LOOK_EVERY_MS)) {
        const result = await ready();
        if (result) return result;
        if (ended !== undefined) throw new Error(`tessera ${args[0]} ended with ${ended}: ${await tail(logFile)}`);
      }
      throw new Error(`tessera ${args[0]} was not ready after ${READY_WITHIN_MS} ms: ${await tail(logFile)}`);
    },
    async stop() {
      if (ended === undefined) child.kill('SIGTERM');
      const stopped = await Promise.race([exited, delay(STOPPED_WITHIN_MS, undefined, { ref: false })]);
      if (stopped === undefined) child.kill('SIGKILL');
      await exited;
      log.end();
    },
  };
}

async function readJson(path) {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return undefined; // Not there yet, or half written.
  }
}

async function tail(path) {
  return (await readFile(path, 'utf8')).split('\n').slice(-20).join('\n');
}
