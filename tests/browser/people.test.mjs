// People and places as staff keep them: by the keyboard on a desktop, by touch on a phone.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Cast } from './cast.mjs';
import { startDemo, walk } from './harness.mjs';
import { admin, invite, mail } from './outside.mjs';
import { Keys, signInStaff } from './staff.mjs';
import { activateAs, expectDevices } from './steps.mjs';

const SECRET = 'seventeen green herons';

let demo;
let cast;
before(async () => {
  demo = await startDemo({ name: 'people' });
  cast = await Cast.of(demo);
});
after(() => demo?.stop());

/** Somebody whose customer and home place exist. */
async function customer(visitor) {
  const person = cast.known();
  const somebody = await visitor.another('customer');
  await activateAs(somebody, await invite(demo, person), person);
  await somebody.leave();
  return person;
}

function link(letter, where) {
  const [found] = new RegExp(`https?:\\S+/${where}/\\S+`).exec(letter.text) ?? [];
  assert.ok(found, `a link in: ${letter.text}`);
  return found;
}

/** Chooses a password by the link of the newest mail about one. */
async function choosePassword({ page }, email, count = 1) {
  await page.goto(link(await mail(demo, email, /password/i, count), 'password'));
  await page.getByLabel('New password').fill(SECRET);
  await page.getByLabel('Repeat the password').fill(SECRET);
  await page.getByRole('button', { name: 'Set this password' }).click();
}

async function enter({ page }, login) {
  await page.getByLabel('Person ID', { exact: true }).fill(login);
  await page.getByLabel('Password', { exact: true }).fill(SECRET);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

walk('P02 P05 P08 P13 P14 staff make a person who cannot get in, follow the advice, and look through their eyes', { screen: 'desktop', faults: [/403/], within: 180_000 }, async (visitor) => {
  const { page } = visitor;
  const owner = await customer(visitor);
  const keys = new Keys(visitor);
  await keys.signIn(demo);
  await keys.search(owner.email);
  await page.getByRole('heading', { name: 'Customers' }).waitFor();
  await keys.skip();
  await keys.press('link', owner.name);
  await page.getByRole('heading', { name: owner.name, level: 1 }).waitFor();
  await visitor.look('customer');
  await keys.press('link', 'New person');
  await page.getByRole('heading', { name: 'New person' }).waitFor();
  await keys.type('Person ID', 'rosa.example');
  await keys.type('Name', 'Rosa Example');
  await keys.type('E-mail', 'rosa@example.org');
  await keys.choose('Licence type', 'None');
  await keys.tick('Active');
  await visitor.look('new');
  await keys.press('button', 'Make the person');
  await page.getByRole('heading', { name: 'Rosa Example', level: 1 }).waitFor();

  // Rule by rule: what is wrong, and what to do about it.
  await page.getByRole('heading', { name: 'Customer Portal: shut' }).waitFor();
  await page.getByText('The person is active').waitFor();
  await visitor.look('shut');
  await keys.unfold('Change');
  await keys.choose('Licence type', 'TECHPORTAL');
  await keys.tick('Active');
  await keys.press('button', 'Save');
  await page.getByRole('heading', { name: 'Tech Portal: shut' }).waitFor();
  await keys.press('link', 'Customer Portal');
  await page.getByRole('heading', { name: 'Customer Portal: shut' }).waitFor();
  await page.getByText('TECHPORTAL does not open Customer Portal').first().waitFor();
  await keys.unfold('Change');
  await keys.choose('Licence type', 'CUSTPORTAL');
  await keys.choose('Default place', 'None');
  await keys.press('button', 'Save');
  await page.getByText('Choose a default place').first().waitFor();
  await keys.unfold('Change');
  await keys.choose('Default place', owner.name.slice(0, 6));
  await keys.press('button', 'Save');
  await page.getByText('Saved.').waitFor();
  await page.getByText('They have a way to sign in').waitFor();
  await visitor.look('nearly');
  await keys.press('link', 'Security');
  await page.getByRole('heading', { name: 'Security of Rosa Example' }).waitFor();
  await keys.press('button', 'Send a link to set a password');
  await page.getByText('Sent. The link works once').waitFor();
  await visitor.look('security');

  const rosa = await visitor.another('rosa', { screen: 'phone' });
  await choosePassword(rosa, 'rosa@example.org');
  await enter(rosa, 'rosa.example');
  await expectDevices(rosa, owner);
  await keys.press('link', '← Rosa Example');
  await page.getByRole('heading', { name: 'Customer Portal: open' }).waitFor();
  await visitor.look('open');

  await keys.press('button', 'View as customer');
  await page.getByText('You see the portal as Rosa Example.').waitFor();
  await visitor.look('preview');
  await page.goto(`${demo.portal}/returns/new`);
  await page.getByText('Read-only preview').first().waitFor();
  assert.ok(await page.getByRole('button', { name: 'Open the return' }).isDisabled(), 'nothing can be sent from a preview');
  await visitor.look('preview-read-only');
  await page.goto(demo.portal);
  await keys.press('button', 'Exit preview');
  await page.getByText('The portal was viewed as rosa.example').waitFor();

  await keys.unfold('Change');
  await keys.tick('Active');
  await keys.press('button', 'Save');
  await page.getByRole('heading', { name: 'Customer Portal: shut' }).waitFor();
  await visitor.look('inactive');
  await rosa.page.reload();
  await rosa.page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
  await rosa.leave();
});

walk('P01 P05 P08 P10 places, contacts and role functions on a phone', {}, async (visitor) => {
  const { page } = visitor;
  const owner = await customer(visitor);
  await signInStaff(demo, visitor);
  await page.getByRole('searchbox').fill(owner.email);
  await page.getByRole('searchbox').press('Enter');
  await page.getByRole('link', { name: owner.name }).first().click();
  await page.getByRole('link', { name: 'Places and contacts' }).click();
  const fresh = page.getByRole('form', { name: 'New place' });
  for (const [name, parent] of [['Farm', ''], ['Barn', 'Farm'], ['Shed', '']]) {
    await fresh.getByLabel('Name').fill(name);
    if (parent) await fresh.getByLabel('Part of').selectOption({ label: parent });
    await fresh.getByRole('button', { name: 'Add the place' }).click();
    await page.getByText(`${name} was added.`).waitFor();
  }
  await page.locator('.tree > li > ul > li', { hasText: 'Barn' }).waitFor();
  // The shed is moved below the barn.
  await page.locator('summary', { hasText: 'Shed' }).click();
  const shed = page.getByRole('form', { name: 'Shed' });
  await shed.getByLabel('Part of').selectOption({ label: 'Barn' });
  await visitor.look('move');
  await shed.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Shed was saved.').waitFor();
  await page.locator('.tree ul ul > li', { hasText: 'Shed' }).waitFor();
  // What would go round in a circle is refused.
  await page.locator('summary', { hasText: 'Farm' }).click();
  const farm = page.getByRole('form', { name: 'Farm' });
  await farm.getByLabel('Part of').selectOption({ label: 'Shed' });
  await farm.getByRole('button', { name: 'Save' }).click();
  await page.getByText('part of itself').waitFor();
  await visitor.look('tree');
  await page.getByRole('button', { name: 'Put it there' }).first().click();
  await page.getByText('The device was assigned to the place.').waitFor();
  await page.getByLabel('Name').last().fill('Hal Example');
  await page.getByLabel('E-mail').fill('hal@example.org');
  await page.getByRole('button', { name: 'Add the contact' }).click();
  await page.getByText('Hal Example was added.').waitFor();
  await visitor.look('contact');

  await page.getByRole('link', { name: `← ${owner.name}` }).click();
  await page.getByRole('region', { name: 'Who signs in' }).getByRole('link').first().click();
  await page.locator('summary', { hasText: 'Change' }).click();
  await page.getByLabel('Barn').check();
  await page.getByLabel('Role functions').fill('PORTALBLOGEDITACCESS');
  await visitor.look('change');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();
  await page.getByText('PORTALBLOGEDITACCESS').first().waitFor();
  await page.getByText(/Barn/).first().waitFor();
  await visitor.look('person');
});

for (const [screen, theme, names] of [
  ['desktop', 'dark', ['tess', 'theo', 'tina']],
  ['phone', 'light', ['uma', 'ugo', 'una']],
]) {
  walk(`P12 the seats run out, staff see who has them and free one on a ${screen}`, { screen, theme, faults: [/403/] }, async (visitor) => {
    const { page } = visitor;
    const keys = new Keys(visitor);
    await keys.signIn(demo);
    const techs = [];
    const ids = [];
    for (const name of names) {
      const email = `${name}@example.org`;
      const made = await admin(demo, 'POST', '/persons', { person_id: name, name: `${name} example`, email, licence_type: 'TECHPORTAL' });
      const person = await made.json();
      assert.equal(made.status, 201, JSON.stringify(person));
      ids.push(person.id);
      await page.goto(`${demo.console}/persons/${person.id}/security`);
      await keys.press('button', 'Send a link to set a password');
      await page.getByText('Sent. The link works once').waitFor();
      const tech = await visitor.another(name, { screen: 'phone' });
      await choosePassword(tech, email);
      await tech.page.goto(new URL('/portal/tech', demo.hub).href);
      await enter(tech, name);
      techs.push(tech);
    }
    const [first, , last] = techs;
    await first.page.getByRole('heading', { name: 'My work' }).waitFor();
    await last.page.getByText('All seats are taken').first().waitFor();
    await last.look('no-seat');
    await page.goto(demo.console);
    await keys.press('link', 'People');
    await keys.press('link', 'Licences and seats');
    await page.getByText('0 of 2 free').waitFor();
    await visitor.look('taken');
    const seats = page.getByRole('region', { name: 'Who has a seat of TECHPORTAL' });
    assert.deepEqual((await seats.locator('tbody th a').allTextContents()).sort(), names.slice(0, 2).sort());
    await keys.press('button', 'Free');
    await page.getByText('The seat is free.').waitFor();
    await visitor.look('freed');
    await last.page.reload();
    await last.page.getByRole('heading', { name: 'My work' }).waitFor();
    for (const tech of techs) await tech.leave();
    // Whoever has gone holds no seat.
    for (const id of ids) await admin(demo, 'PATCH', `/persons/${id}`, { active: false });
  });
}

walk('P12 staff find whose person an applicant is, and refuse another, without scripts on a phone', { scripts: false }, async (visitor) => {
  const { page } = visitor;
  const owner = await customer(visitor);
  for (const name of ['yara', 'zoe']) {
    const applicant = await visitor.another(name);
    await applicant.page.goto(`${demo.portal}/register`);
    await applicant.page.getByLabel('Your name').fill(`${name} example`);
    await applicant.page.getByLabel('E-mail address').fill(`${name}@example.org`);
    await applicant.page.getByRole('button', { name: 'Register' }).click();
    await applicant.page.getByRole('heading', { name: 'Check your e-mail' }).waitFor();
    await applicant.page.goto(link(await mail(demo, `${name}@example.org`, /Your registration/), 'register'));
    await applicant.page.getByRole('button', { name: 'Confirm' }).click();
    await applicant.page.getByRole('heading', { name: 'Thank you' }).waitFor();
    await applicant.leave();
  }
  await signInStaff(demo, visitor);
  await page.getByRole('link', { name: 'People' }).click();
  await page.getByRole('link', { name: /^Registrations/ }).click();
  await visitor.look('queue');
  await page.getByRole('link', { name: 'yara example' }).click();
  await page.getByLabel('Customer:').fill('nobody like that');
  await page.getByRole('button', { name: 'Find' }).click();
  await page.getByText('No customer fits').waitFor();
  await visitor.look('nobody');
  await page.getByLabel('Customer:').fill(owner.devices[0]);
  await page.getByRole('button', { name: 'Find' }).click();
  assert.ok(await page.getByRole('radio', { name: owner.name }).isChecked(), 'the only place is chosen');
  await visitor.look('found');
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.getByRole('heading', { name: 'Approved' }).waitFor();
  await mail(demo, 'yara@example.org', /was approved/);
  await page.getByRole('link', { name: '← Registrations' }).click();
  await page.getByRole('link', { name: 'zoe example' }).click();
  await page.getByLabel('Reason').fill('We know no device of yours.');
  await page.getByRole('button', { name: 'Refuse' }).click();
  await page.getByRole('heading', { name: 'Refused' }).waitFor();
  await visitor.look('refused');
  assert.match((await mail(demo, 'zoe@example.org', /not approved/)).text, /We know no device/);
});

for (const [screen, login, name] of [['desktop', 'stan', 'Stan Example'], ['phone', 'sue', 'Sue Example']]) {
  walk(`P03 the security tab: sessions are ended and a password is reset, by the keyboard on a ${screen}`, { screen }, async (visitor) => {
    const { page } = visitor;
    const email = `${login}@example.org`;
    const made = await admin(demo, 'POST', '/persons', { person_id: login, name, email, licence_type: 'DEALPORTAL' });
    const { id } = await made.json();
    const keys = new Keys(visitor);
    await keys.signIn(demo);
    await keys.press('link', 'People');
    await page.getByRole('heading', { name: 'People', level: 1 }).waitFor();
    await keys.search(login);
    await page.getByRole('heading', { name }).waitFor();
    await keys.press('link', 'Security');
    await keys.press('button', 'Send a link to set a password');
    await page.getByText('Sent. The link works once').waitFor();
    const stan = await visitor.another('stan', { screen: 'phone' });
    await choosePassword(stan, email);
    await stan.page.goto(new URL('/portal/dealer', demo.hub).href);
    await enter(stan, login);
    await stan.page.getByText('you are signed in and have access').waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Signed in 1' }).waitFor();
    await visitor.look('signed-in');
    await keys.press('button', /^End$/);
    await page.getByText('Nowhere just now.').waitFor();
    await stan.page.reload();
    await stan.page.getByRole('heading', { name: 'Sign in to Dealer Portal' }).waitFor();
    await enter(stan, login);
    await stan.page.getByText('you are signed in and have access').waitFor();
    await page.reload();
    await keys.press('button', 'Sign out everywhere');
    await page.getByText('Signed out everywhere.').waitFor();
    await keys.press('button', 'Send a link to set a new password');
    await page.getByText('Sent. The link works once').waitFor();
    await visitor.look('reset');
    await choosePassword(stan, email, 2);
    const answer = await admin(demo, 'GET', `/persons/${id}`);
    assert.equal(answer.status, 200);
    await stan.leave();
  });
}
