// The people of the demo's world, as the outside systems have them. Every walk takes a person of its own.

/** What the stand-ins are asked for in one go. */
const PAGE = 100;

/**
 * @typedef {object} Person
 * @property {string} requesterId in the service desk
 * @property {string} name
 * @property {string | undefined} email
 * @property {string[]} devices serial numbers of their devices
 * @property {number} otherAssets how many assets of theirs are no devices
 * @property {number} contacts how many contacts the CRM has with their e-mail
 * @property {string | undefined} password at the identity provider, when they have an account already
 */

/** The people nobody has taken yet. */
export class Cast {
  #waiting;

  constructor(people) {
    this.#waiting = people;
  }

  static async of(demo) {
    const [requesters, assets, contacts] = await Promise.all([
      list(`${demo.freshservice}/api/v2/requesters`, 'requesters', desk(demo)),
      list(`${demo.freshservice}/api/v2/assets?include=type_fields`, 'assets', desk(demo)),
      contactsOf(demo),
    ]);
    const passwords = new Map(demo.idp_users.map((user) => [user.email, user.password]));
    const people = requesters.map((requester) => {
      const own = assets.filter((asset) => asset.user_id === requester.id);
      const serials = own.map(serialOf);
      return {
        requesterId: String(requester.id),
        name: [requester.first_name, requester.last_name].filter(Boolean).join(' '),
        email: requester.primary_email ?? undefined,
        devices: serials.filter(Boolean),
        otherAssets: serials.filter((serial) => !serial).length,
        contacts: contacts.filter((contact) => contact.email === requester.primary_email).length,
        password: passwords.get(requester.primary_email),
      };
    });
    return new Cast(people);
  }

  /** The next one who fits. */
  take(fits) {
    const at = this.#waiting.findIndex(fits);
    if (at < 0) throw new Error(`nobody left for whom ${fits}`);
    return this.#waiting.splice(at, 1)[0];
  }

  /** Somebody with a device whom every system knows once, and who has no account at the identity provider. */
  newcomer(devices = 1) {
    return this.take((one) => one.email && !one.password && one.contacts === 1 && one.devices.length === devices);
  }

  /** The same, with an account. */
  known() {
    return this.take((one) => one.password && one.devices.length > 0);
  }
}

/** Only devices have a serial number that the demo's makers gave. The suffix is the id of the asset type the field stems from. */
function serialOf(asset) {
  const found = Object.entries(asset.type_fields ?? {}).find(([name]) => /^inverter_serial_number_\d+$/.test(name));
  return found?.[1] ?? undefined;
}

export function desk(demo) {
  return { authorization: `Basic ${Buffer.from(`${demo.freshservice_api_key}:X`).toString('base64')}` };
}

export function crm(demo) {
  return { authorization: `Token token=${demo.freshsales_api_key}` };
}

async function contactsOf(demo) {
  const base = `${demo.freshsales}/crm/sales/api/contacts`;
  const { filters } = await getJson(`${base}/filters`, crm(demo));
  const all = filters.find((view) => view.name === 'All Contacts') ?? filters[0];
  return list(`${base}/view/${all.id}`, 'contacts', crm(demo));
}

async function list(address, name, headers) {
  const rows = [];
  for (let page = 1; ; page += 1) {
    const url = new URL(address);
    url.searchParams.set('per_page', PAGE);
    url.searchParams.set('page', page);
    const found = (await getJson(url, headers))[name];
    rows.push(...found);
    if (found.length < PAGE) return rows;
  }
}

export async function getJson(url, headers = {}) {
  const answer = await fetch(url, { headers });
  if (!answer.ok) throw new Error(`${answer.status} for ${url}: ${await answer.text()}`);
  return answer.json();
}
