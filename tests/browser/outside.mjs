// What happens around a visitor: the service desk invites, mail arrives, systems fail, time passes.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { getJson } from './cast.mjs';

const WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 50;

/** Asks until `look` gives something, and not longer than `within` milliseconds. */
export async function eventually(what, look, within = WITHIN_MS) {
  for (const deadline = Date.now() + within; Date.now() < deadline; await delay(LOOK_EVERY_MS)) {
    const found = await look();
    if (found) return found;
  }
  throw new Error(`${what}: not within ${within} ms`);
}

/** The mails to somebody, newest first. */
export function mails(demo, to) {
  return getJson(`${demo.mail}/_sim/messages?to=${encodeURIComponent(to)}`);
}

/** Waits for the `count`th mail to somebody whose subject fits, and gives the newest. */
export function mail(demo, to, subject, count = 1, within = WITHIN_MS) {
  return eventually(`mail ${count} to ${to} about ${subject}`, async () => {
    const found = (await mails(demo, to)).filter((one) => subject.test(one.subject));
    return found.length >= count ? found[0] : undefined;
  }, within);
}

export const INVITATION = /activate your/i;
export const ACTIVATED = /is activated/i;

/** The activation link in an invitation's text. */
export function linkIn(letter) {
  const [link] = /https?:\S+\/activate\/\S+/.exec(letter.text) ?? [];
  assert.ok(link, `a link in: ${letter.text}`);
  return link;
}

/** The service desk's workflow asks the hub to invite, as it does after an installation. */
export async function askToInvite(demo, person) {
  const secret = await readFile(join(demo.data, 'hub/hook-secret'), 'utf8');
  const answer = await fetch(`${demo.hub}/hooks/freshservice/invite`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ requester_id: person.requesterId }),
  });
  assert.equal(answer.status, 202, await answer.text());
}

/** Calls the admin API. */
export function admin(demo, method, path, body) {
  return fetch(`${demo.hub}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${demo.admin_api_key}`, ...(body && { 'content-type': 'application/json' }) },
    body: body && JSON.stringify(body),
  });
}

/** Invites somebody by the API, and gives the link. */
export async function invite(demo, person) {
  const answer = await admin(demo, 'POST', '/invitations', { requester_id: person.requesterId });
  const invitation = await answer.json();
  assert.equal(answer.status, 201, JSON.stringify(invitation));
  return invitation.url;
}

/** The id of somebody's customer, which is also that of its home place. */
export async function customerOf(demo, requesterId) {
  const { items } = await (await admin(demo, 'GET', `/customers?record=freshservice:requester:${requesterId}`)).json();
  assert.equal(items.length, 1, `one customer of requester ${requesterId}`);
  return items[0].id;
}

/** Makes a person at a place, as staff would, with an address that is nobody else's: a mail to it must be theirs. */
export async function makePerson(demo, { name, email, place, licence = 'CUSTPORTAL', functions = [] }) {
  const { items } = await (await admin(demo, 'GET', '/persons?limit=200')).json();
  assert.deepEqual(items.filter((one) => one.email === email).map((one) => one.name), [], `the demo has somebody with ${email}`);
  const answer = await admin(demo, 'POST', '/persons', {
    name, email, licence_type: licence, active: true, default_place_id: place, place_ids: [place], role_functions: functions,
  });
  const made = await answer.json();
  assert.equal(answer.status, 201, JSON.stringify(made));
  return made;
}

/** The invitations of somebody, newest first. */
export async function invitations(demo, person) {
  return (await (await admin(demo, 'GET', `/invitations?requester_id=${person.requesterId}`)).json()).items;
}

/** Switches a fault of a stand-in on (`POST /_sim/faults`). */
export async function fail(system, fault) {
  const answer = await fetch(`${system}/_sim/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fault),
  });
  assert.equal(answer.status, 201, await answer.text());
}

/** Everything works again. */
export async function mend(system) {
  await fetch(`${system}/_sim/faults`, { method: 'DELETE' });
}

/** Lets the time of somebody's invitations run out: the demo has no clock to turn, so their end is moved instead. */
export async function letExpire(demo, email) {
  const past = (Date.now() - 60_000) * 1000;
  await alter(demo, `UPDATE invitations SET expires_at = ${past} WHERE email = '${email.replaceAll("'", "''")}'`);
}

/** Runs SQL on the hub's database: time that passed. */
export async function alter(demo, sql) {
  const database = process.env.TESSERA_TEST_DATABASE;
  const run = promisify(execFile);
  if (database) {
    await run('psql', ['--quiet', '--set', 'ON_ERROR_STOP=1', '--command', sql, database]);
  } else {
    const program = 'import sqlite3, sys; c = sqlite3.connect(sys.argv[1], timeout=10); c.execute(sys.argv[2]); c.commit()';
    await run('python3', ['-c', program, join(demo.data, 'hub/tessera.db'), sql]);
  }
}
