// Every reason on its screen: what the customer reads in the portal, and what staff read under "Why?".
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { Cast } from './cast.mjs';
import { startDemo, walk } from './harness.mjs';
import { admin, alter, eventually, fail, invite, letExpire, makePerson, mend } from './outside.mjs';
import { continueToProvider, enterByMail, openLink, signIn } from './steps.mjs';

const HARDWARE = 21_000_855_201;
const BUNDLE = 21_000_855_224;
const ROUTER = 21_000_855_211;
const PASSWORD = 'copper-lantern-204';
const CATALOGUE = new URL('../../crates/core/src/explain/catalogue.rs', import.meta.url);
/** More than the brake on mass changes lets go. */
const MANY = 24;
/** Long enough for a paused system to be tried again. */
const BY_ITSELF_MS = 60_000;

/** The codes that were seen on their screens. */
const walked = new Set();
let demo;
before(async () => {
  demo = await startDemo({ name: 'why' });
  await eventually('everything is read once', async () => {
    const { sweeps } = await (await admin(demo, 'GET', '/systems')).json();
    return sweeps.length >= 3 && sweeps.every((sweep) => sweep.finished_at);
  });
});
after(() => demo?.stop());

async function call(base, method, path, headers, body) {
  const answer = await fetch(`${base}${path}`, {
    method,
    headers: { ...headers, 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  const text = await answer.text();
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
  return text && JSON.parse(text);
}
const desk = (method, path, body) =>
  call(`${demo.freshservice}/api/v2`, method, path, { authorization: `Basic ${Buffer.from(`${demo.freshservice_api_key}:X`).toString('base64')}` }, body);
const crm = (method, path, body) =>
  call(`${demo.freshsales}/crm/sales/api`, method, path, { authorization: `Token token=${demo.freshsales_api_key}` }, body);

/** Calls the hub as the marketplace's platform does. */
const market = (operation, body) =>
  call(`${demo.vendor.base_url}/api/accounts`, 'POST', `/${operation}`, {
    'X-CloudPlatform-ApplicationId': demo.vendor.application_id,
    'X-CloudPlatform-APIKey': Buffer.from(demo.vendor.api_key).toString('base64'),
  }, body);

let people = 0;

/** Somebody new, in the outside systems only. */
class Somebody {
  constructor() {
    people += 1;
    this.number = people;
    this.email = `gap${people}@example.org`;
    this.phone = `+1 202 555 ${String(7000 + people)}`;
  }

  async account(verified = true, email = this.email) {
    const order = { email, password: PASSWORD, name: `Gap ${this.number}`, email_verified: verified };
    this.sub = (await call(demo.idp, 'POST', '/_sim/accounts', {}, order)).sub;
    return this;
  }

  async requester(email = this.email) {
    const made = await desk('POST', '/requesters', {
      first_name: 'Gap', last_name: `Number${this.number}`, primary_email: email, mobile_phone_number: this.phone,
    });
    this.requesterId ??= String(made.requester.id);
    return String(made.requester.id);
  }

  async contact(email = this.email) {
    const made = await crm('POST', '/contacts', { contact: { first_name: 'Gap', last_name: `Number${this.number}`, emails: email } });
    return made.contact.id;
  }

  async asset(type = BUNDLE, user = this.requesterId, serial = `GAP-${this.number}`) {
    this.serial = serial;
    const fields = {
      [`product_${HARDWARE}`]: type === BUNDLE ? 21_000_056_801 : 21_000_056_802,
      [`vendor_${HARDWARE}`]: 21_000_033_101,
      [`asset_state_${HARDWARE}`]: 'In Use',
      [`serial_number_${HARDWARE}`]: this.serial,
    };
    if (type === BUNDLE) Object.assign(fields, { [`inverter_serial_number_${BUNDLE}`]: this.serial, [`inverter_vendor_${BUNDLE}`]: 'GoodWe' });
    const made = await desk('POST', '/assets', { name: `Inverter ${this.number}`, asset_type_id: type, user_id: user ? Number(user) : null, type_fields: fields });
    this.displayId = made.asset.display_id;
    return this.displayId;
  }

  invite() {
    return invite(demo, this);
  }

  /** Is ordered at the marketplace, and activates through the link in its answer. */
  async order(visitor) {
    const made = await market('Synchronize', {
      ID: `gap-${this.number}`,
      ExternalID: '',
      Name: `Gap ${this.number} Roofs`,
      Email: this.email,
      SyncOptions: { role: '1' },
      ContactDetails: { FirstName: 'Gap', LastName: `Number${this.number}`, Email: this.email },
    });
    assert.equal(made.Code, 0, JSON.stringify(made));
    this.customer = made.Result;
    await this.knock(visitor, made.AccountExtraInfo.activation_url);
  }

  /** Signs in through the link, in a browser that is closed again; does not wait. */
  async knock(visitor, link, email = this.email) {
    const somebody = await visitor.another(`${this.number} activates`);
    await openLink(somebody, link);
    await continueToProvider(somebody);
    await signIn(somebody, { email, password: PASSWORD });
    await somebody.page.waitForURL(/\/activation/);
    await somebody.leave();
  }

  /** Follows a link with the bare number of the requester through the policy, in a browser that is closed again. */
  async throughPolicy(visitor) {
    const somebody = await visitor.another(`${this.number} comes through the policy`);
    await somebody.page.goto(`${demo.b2c.link}${this.requesterId}`);
    await signIn(somebody, { email: this.email, password: PASSWORD });
    // The hub signs the browser in at the same provider, and shows the activation or what it waits for.
    await somebody.page.getByRole('button', { name: 'Continue as' }).click();
    await somebody.page.waitForURL((url) => url.pathname === '/activation' || url.href.startsWith(demo.portal));
    await somebody.leave();
  }

  /** Activates, and waits until the record is written. */
  async activate(visitor, email = this.email) {
    await this.knock(visitor, await this.invite(), email);
    this.customer = await eventually('the customer exists', async () => {
      const answer = await admin(demo, 'GET', `/customers?record=freshservice:requester:${this.requesterId}`);
      return (await answer.json()).items[0]?.id;
    });
  }

  /** Has the customer's records read again. */
  async read() {
    assert.equal((await admin(demo, 'POST', `/customers/${this.customer}/refresh`)).status, 202);
  }

  async unlink(kind) {
    const { links } = await (await admin(demo, 'GET', `/customers/${this.customer}`)).json();
    const { id } = links.find((link) => link.kind === kind);
    assert.equal((await admin(demo, 'DELETE', `/customers/${this.customer}/links/${id}`, { reason: 'a mistake' })).status, 204);
  }
}

async function readEverything() {
  await admin(demo, 'POST', '/sweeps');
}

async function reasonOf(subject) {
  const answer = await admin(demo, 'GET', `/why?subject=${encodeURIComponent(subject)}`);
  return answer.ok ? (await answer.json()).reason?.code : undefined;
}

/** Signs in to the portal on a phone and looks at the empty screen. */
async function portal(visitor, somebody, code) {
  const one = await visitor.another(code);
  await one.page.goto(demo.portal);
  await continueToProvider(one);
  await signIn(one, { email: somebody.email, password: PASSWORD });
  await one.page.getByRole('heading', { name: 'My devices', level: 1 }).waitFor();
  await eventually(`the portal says ${code}`, async () => {
    if ((await one.page.locator('.empty .fine code').textContent()) === code) return true;
    await one.page.reload();
    return false;
  }, BY_ITSELF_MS);
  await one.look('portal');
  assert.deepEqual(one.faults, []);
  await one.leave();
}

/** Asks "why?" in the console, and looks at the answer. */
async function explain(visitor, subject, code, again = async () => undefined) {
  await eventually(`why ${subject} is ${code}`, async () => {
    if ((await reasonOf(subject)) === code) return true;
    await again();
    return false;
  }, BY_ITSELF_MS);
  const { page } = visitor;
  await page.goto(`${demo.console}/why`);
  if (await page.getByLabel('Login').count()) {
    await page.getByLabel('Login').fill(demo.staff.login);
    await page.getByLabel('Password').fill(demo.staff.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
  }
  await page.getByRole('heading', { name: 'Why is it missing?' }).waitFor();
  await page.locator('#subject').fill(subject);
  await page.getByRole('button', { name: 'Explain' }).click();
  await page.locator('.notice code', { hasText: code }).waitFor();
  await visitor.look(code.replaceAll('_', '-'));
  walked.add(code);
}

/** The gaps: each makes somebody, and says what staff ask. `quiet`: nobody signs in, or they see devices. */
const ARRIVING = {
  async not_a_customer() {
    const one = await new Somebody().account();
    return { one, subject: () => one.email };
  },
  async email_unverified() {
    const one = await new Somebody().account(false);
    return { one, subject: () => one.email };
  },
  async never_activated() {
    const one = await new Somebody().account();
    await one.requester();
    await readEverything();
    return { one, subject: () => one.requesterId };
  },
  async requester_without_email() {
    const one = new Somebody();
    await one.requester(null);
    await readEverything();
    return { one, quiet: true, subject: () => one.requesterId };
  },
  async invitation_unused() {
    const one = await new Somebody().account();
    await one.requester();
    await one.invite();
    return { one, subject: () => one.email };
  },
  async invitation_expired() {
    const one = await new Somebody().account();
    await one.requester();
    await one.invite();
    await letExpire(demo, one.email);
    return { one, subject: () => one.email };
  },
  async invitation_revoked() {
    const one = await new Somebody().account();
    await one.requester();
    await one.invite();
    await admin(demo, 'DELETE', `/invitations?requester_id=${one.requesterId}`);
    return { one, subject: () => one.email };
  },
  async mail_failed() {
    const one = await new Somebody().account();
    await one.requester();
    await fail(demo.mail, { kind: 'permanent', to: one.email });
    await one.invite();
    return { one, subject: () => one.email };
  },
  async activation_pending(visitor) {
    const one = await new Somebody().account();
    await one.requester();
    // The CRM takes its time, longer than the pictures do.
    await fail(demo.freshsales, { path: '*', kind: 'delay', ms: 12_000 });
    await one.knock(visitor, await one.invite());
    return { one, subject: () => one.requesterId };
  },
  async activation_delayed(visitor) {
    const one = await new Somebody().account();
    await one.requester();
    await fail(demo.freshsales, { path: '*', kind: 'status', status: 503 });
    await one.knock(visitor, await one.invite());
    return { one, subject: () => one.requesterId };
  },
  async activation_refused(visitor) {
    const one = await new Somebody().account();
    await one.requester();
    const link = await one.invite();
    // The link went to an address that turns out not to be the requester's any more.
    await fail(demo.freshservice, { path: `/api/v2/requesters/${one.requesterId}`, method: 'GET', kind: 'status', status: 503 });
    await one.knock(visitor, link);
    await desk('PUT', `/requesters/${one.requesterId}`, { primary_email: `new.${one.email}` });
    await mend(demo.freshservice);
    return { one, subject: () => `${new URL(demo.idp).origin} ${one.sub}` };
  },
  async review_pending(visitor) {
    const one = await new Somebody().account(false);
    await one.requester();
    await one.throughPolicy(visitor);
    return { one, subject: () => one.sub };
  },
  async device_in_stock() {
    const one = new Somebody();
    await one.asset(BUNDLE, null);
    await readEverything();
    return { one, quiet: true, subject: () => one.serial };
  },
};

const LINKED = {
  async nothing_assigned(visitor, one) {
    await one.activate(visitor);
  },
  async other_asset_type(visitor, one) {
    await one.asset(ROUTER);
    await one.activate(visitor);
  },
  async assigned_to_duplicate(visitor, one) {
    const second = await one.requester(`second.${one.email}`);
    await one.asset(BUNDLE, second);
    await readEverything();
    await one.activate(visitor);
  },
  async device_trashed(visitor, one) {
    await one.asset();
    await one.activate(visitor);
    await desk('DELETE', `/assets/${one.displayId}`);
    await one.read();
  },
  async device_gone(visitor, one) {
    await one.asset();
    await one.activate(visitor);
    await desk('DELETE', `/assets/${one.displayId}`);
    await desk('PUT', `/assets/${one.displayId}/delete_forever`);
    await longAgo('asset', one.displayId, one);
  },
  async requester_deactivated(visitor, one) {
    await one.activate(visitor);
    await desk('DELETE', `/requesters/${one.requesterId}`);
    await one.read();
  },
  async requester_missing(visitor, one) {
    await one.activate(visitor);
    await desk('DELETE', `/requesters/${one.requesterId}/forget`);
    await one.read();
  },
  async requester_gone(visitor, one) {
    await one.activate(visitor);
    await desk('DELETE', `/requesters/${one.requesterId}/forget`);
    await longAgo('requester', one.requesterId, one);
    return { subject: () => one.sub };
  },
  async requester_merged(visitor, one) {
    const other = await new Somebody().account();
    await other.requester();
    await other.activate(visitor);
    await one.activate(visitor);
    await desk('PUT', `/requesters/${other.requesterId}/merge?secondary_requesters=${one.requesterId}`);
    await one.read();
    return { subject: () => one.sub };
  },
  async requester_unlinked(visitor, one) {
    await one.activate(visitor);
    await one.unlink('requester');
    return { subject: () => one.sub };
  },
  async identity_unlinked(visitor, one) {
    await one.activate(visitor);
    await one.unlink('user');
  },
  async other_identity(visitor, one) {
    await new Somebody().account(true, `private.${one.email}`);
    await one.activate(visitor, `private.${one.email}`);
    return { subject: () => `${new URL(demo.idp).origin} ${one.sub}` };
  },
  async data_stale(visitor, one) {
    await one.activate(visitor);
    const day = (Date.now() - 26 * 3_600_000) * 1000;
    // The second look after an activation would bring it up to date, and so does a sweep that is due.
    await alter(demo, `UPDATE jobs SET run_at = run_at + 86400000000 WHERE state = 'waiting'`);
    const age = async () => {
      await alter(demo, `UPDATE customers SET devices_as_of = ${day} WHERE email = '${one.email}'`);
      await alter(demo, `UPDATE sweeps SET started_at = ${day}`);
    };
    await age();
    return { again: age };
  },
  async contact_missing(visitor, one) {
    await one.asset();
    await one.activate(visitor);
    return { quiet: true };
  },
  async contact_ambiguous(visitor) {
    const cast = await Cast.of(demo);
    const { email, requesterId } = cast.take((somebody) => somebody.contacts > 1 && somebody.devices.length && !somebody.password);
    const one = await Object.assign(new Somebody(), { email, requesterId }).account();
    await one.activate(visitor);
    return { one, subject: () => one.customer, quiet: true };
  },
  async contact_taken(visitor, one) {
    const other = await new Somebody().account();
    await other.requester();
    const contact = await other.contact();
    await other.activate(visitor);
    await crm('PUT', `/contacts/${contact}`, { contact: { email: one.email } });
    await one.asset();
    await one.activate(visitor);
    return { quiet: true };
  },
  async account_closed(visitor, one) {
    await one.order(visitor);
    const deleted = await market('Delete', { ExternalID: one.customer, ExtraDetails: {} });
    assert.equal(deleted.Code, 0, JSON.stringify(deleted));
  },
  async not_in_service_desk(visitor, one) {
    await one.order(visitor);
  },
  async operating_company(visitor, one) {
    return madeByStaff(visitor, one, 'NAMED', 'operating_company');
  },
  async never_linked(visitor, one) {
    return madeByStaff(visitor, one, 'CUSTPORTAL', 'never_linked');
  },
  async job_failed(visitor, one) {
    await one.asset();
    await one.contact();
    await one.activate(visitor);
    await fail(demo.freshservice, { path: `/api/v2/requesters/${one.requesterId}`, kind: 'status', status: 403 });
    await one.read();
    return { quiet: true };
  },
  // The last: from now on, whatever takes something away is held.
  async changes_held(visitor, one) {
    const roofs = [];
    for (let roof = 0; roof < MANY; roof += 1) roofs.push(await one.asset(BUNDLE, one.requesterId, `ROOF-${one.number}-${roof}`));
    await one.activate(visitor);
    for (const roof of roofs) await desk('PUT', `/assets/${roof}`, { user_id: null });
    return { quiet: true };
  },
};

/** A person created by staff, without a requester, signs in with a password. */
async function madeByStaff(visitor, one, licence, code) {
  const place = (await (await admin(demo, 'POST', '/places', { name: `Place of ${code}` })).json()).id;
  const email = `staff.${one.email}`;
  const made = await makePerson(demo, { name: 'Robin Example', email, place, licence });
  const robin = await visitor.another(code);
  await enterByMail(robin, demo, email);
  assert.equal(await robin.page.locator('.empty .fine code').textContent(), code);
  await robin.look('portal');
  assert.deepEqual(robin.faults, []);
  await robin.leave();
  return { subject: () => `urn:tessera:person ${made.id}`, quiet: true };
}

/** What was looked for once in vain counts as looked for in vain since two days ago, and is looked for again. */
async function longAgo(kind, id, one) {
  const since = (Date.now() - 48 * 3_600_000) * 1000;
  await one.read();
  await eventually(`${kind} ${id} is missed`, async () => {
    await alter(demo, `UPDATE records SET missing_since = ${since} WHERE kind = '${kind}' AND external_id = '${id}' AND missing_since IS NOT NULL`);
    await one.read();
    const why = await (await admin(demo, 'GET', `/why?subject=freshservice:${kind}:${id}`)).json();
    return ['requester_gone', 'device_gone', 'requester_unlinked'].includes(why.reason?.code);
  });
}

async function everything(visitor, gaps, make) {
  for (const [code, gap] of Object.entries(gaps)) {
    const { one, subject, quiet, again } = await make(code, gap);
    if (!quiet) await portal(visitor, one, code);
    await explain(visitor, subject(), code, again);
    await Promise.all([demo.freshservice, demo.freshsales, demo.mail].map(mend));
  }
}

walk('A19 A21 reasons before anything is linked', { within: 240_000 }, async (visitor) => {
  await everything(visitor, ARRIVING, (code, gap) => gap(visitor));
});

walk('A19 A21 reasons once something is linked', { within: 420_000 }, async (visitor) => {
  await everything(visitor, LINKED, async (code, gap) => {
    const one = await new Somebody().account();
    await one.requester();
    const made = await gap(visitor, one);
    return { one, subject: () => one.customer, quiet: false, ...made };
  });
});

walk('A20 H03 staff decide whose sign-in it is that came with a bare number', { theme: 'dark' }, async (visitor) => {
  const { page } = visitor;
  const one = await new Somebody().account(false);
  await one.requester();
  await one.throughPolicy(visitor);
  await explain(visitor, one.sub, 'review_pending');
  await page.getByRole('link', { name: 'Decide the review' }).click();
  await page.getByRole('heading', { name: 'Side by side' }).waitFor();
  await visitor.look('review');
  await page.goto(`${demo.console}/reviews`);
  await page.getByRole('heading', { name: 'Reviews', level: 1 }).waitFor();
  await visitor.look('reviews');
  await page.goBack();
  await page.getByRole('radio').first().check();
  await page.getByRole('button', { name: 'Decide' }).click();
  await page.getByRole('heading', { name: 'Decided' }).waitFor();
  await visitor.look('decided');
  await eventually('the sign-in is linked', async () => (await reasonOf(one.sub)) === 'nothing_assigned');
  await one.asset(BUNDLE, null);
  await page.goto(`${demo.console}/systems`);
  await eventually('the workflow has called', async () => {
    if (await page.getByRole('rowheader', { name: '/hooks/freshservice' }).count()) return true;
    await page.reload();
    return false;
  });
  await visitor.look('systems');
  await page.goto(`${demo.console}/sweeps`);
  await page.getByRole('heading', { name: 'Sweeps', level: 1 }).waitFor();
  await visitor.look('sweeps');
});

walk('A21 the customer page explains, and the doctor examines', { screen: 'desktop' }, async (visitor) => {
  const { page } = visitor;
  const one = await new Somebody().account();
  await one.requester();
  await one.activate(visitor);
  await explain(visitor, one.customer, 'nothing_assigned');
  await page.goto(`${demo.console}/customers/${one.customer}`);
  await page.getByRole('heading', { name: 'Why something is missing' }).waitFor();
  await page.getByText('Nothing assigned').first().waitFor();
  await visitor.look('customer');
  await page.goto(`${demo.console}/why?subject=nothing-like-this`);
  await page.getByText('Nothing here is called').waitFor();
  await visitor.look('nothing');
  await page.getByRole('link', { name: 'Systems', exact: true }).click();
  await page.getByRole('navigation').getByRole('link', { name: 'Doctor' }).click();
  await page.getByRole('button', { name: 'Examine now' }).click();
  await page.getByRole('button', { name: 'Examine again' }).waitFor({ timeout: 30_000 });
  await visitor.look('doctor');
});

test('A21 every reason of the catalogue was walked', async () => {
  const catalogue = await readFile(CATALOGUE, 'utf8');
  const codes = [...catalogue.matchAll(/^\s+[A-Z]\w+ = "([a-z_]+)", customer/gm)].map(([, code]) => code);
  assert.ok(codes.length > 30, `the catalogue is read: ${codes}`);
  assert.deepEqual([...walked].sort(), codes.sort());
});
