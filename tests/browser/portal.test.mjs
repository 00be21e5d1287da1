// What a customer finds in the portal: the ways through it, requests, invoices, search, profile, contacts, and what happened.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Cast, desk, getJson } from './cast.mjs';
import { startDemo, walk } from './harness.mjs';
import { customerOf, eventually, invite, makePerson } from './outside.mjs';
import { activateAs, enterByMail, enterPortal, goTo, tabTo } from './steps.mjs';

const DOT = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==', 'base64');

let demo;
let cast;
before(async () => {
  demo = await startDemo({ name: 'portal' });
  cast = await Cast.of(demo);
});
after(() => demo?.stop());

walk('P09 the ways of the portal, on a phone by the keyboard', {}, async (visitor) => {
  const { page } = visitor;
  await enterPortal(visitor, demo, demo.resident);
  await tabTo(visitor, 'link', 'Requests');
  const more = await tabTo(visitor, 'button', 'More');
  await page.keyboard.press('Enter');
  await visitor.look('open');
  await page.keyboard.press('Escape');
  assert.ok(await more.evaluate((button) => button === document.activeElement), 'the focus is where it was');
  assert.ok(!(await page.getByRole('link', { name: 'Forum' }).isVisible()));
  await page.keyboard.press('Enter');
  await tabTo(visitor, 'link', 'Forum');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Forum', level: 1 }).waitFor();
  await page.getByRole('button', { name: 'More' }).click();
  assert.equal((await page.locator('.ways [aria-current="page"]').textContent()).trim(), 'Forum');
  await page.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('link', { name: 'My devices' }).click();
  await page.getByRole('heading', { name: 'My devices', level: 1 }).waitFor();
});

for (const [screen, theme] of [['phone', 'dark'], ['desktop', 'light']]) {
  walk(`P09 every way of the portal leads on without scripts, on a ${screen}`, { screen, theme, scripts: false }, async (visitor) => {
    await enterPortal(visitor, demo, demo.resident);
    for (const way of ['Requests', 'Returns', 'Invoices', 'News', 'Forum', 'Search', 'Profile', 'Sign-in methods', 'My devices']) {
      await goTo(visitor, way);
      await visitor.look(way.toLowerCase().replace(' ', '-'));
    }
  });
}

for (const [screen, theme] of [['phone', 'light'], ['desktop', 'dark']]) {
  walk(`P09 invoices are listed, searched, read and taken along on a ${screen}`, { screen, theme }, async (visitor) => {
    const { page } = visitor;
    await enterPortal(visitor, demo, demo.resident);
    await goTo(visitor, 'Invoices');
    await eventually('three invoices', async () => {
      await page.reload();
      return (await page.locator('.device').count()) === 3;
    });
    await visitor.look('list');
    await page.getByLabel('Search your invoices').fill('no such thing');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'No invoices found' }).waitFor();
    await visitor.look('none');
    await page.getByRole('link', { name: 'show all invoices' }).click();
    await page.getByLabel('Show').selectOption('paid');
    await tabTo(visitor, 'button', 'Show');
    await page.keyboard.press('Enter');
    await page.getByText('Paid', { exact: true }).last().waitFor();
    await (await page.locator('.device h2 a').first()).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Items' }).waitFor();
    await visitor.look('invoice');
    const pdf = await page.request.get(await page.getByRole('link', { name: 'Download as PDF' }).evaluate((link) => link.href));
    assert.equal(pdf.headers()['content-type'], 'application/pdf');
    assert.equal((await pdf.body()).subarray(0, 5).toString(), '%PDF-');
  });
}

for (const [screen, theme] of [['phone', 'dark'], ['desktop', 'light']]) {
  walk(`P09 what is searched for is found, or nothing is, on a ${screen}`, { screen, theme }, async (visitor) => {
    const { page } = visitor;
    await enterPortal(visitor, demo, demo.resident);
    await goTo(visitor, 'Search');
    await visitor.look('empty');
    for (const [words, group, hit] of [
      ['dark display', 'Requests', 'The display stays dark in the morning'],
      ['panels', 'News', 'Clean panels produce more'],
      ['second battery', 'Forum', 'Which cable for a second battery?'],
    ]) {
      const box = await tabTo(visitor, 'searchbox', 'Search the portal');
      await box.fill(words);
      await page.keyboard.press('Enter');
      await page.getByRole('region', { name: group }).getByRole('link', { name: hit }).first().waitFor();
    }
    await visitor.look('found');
    await page.getByLabel('Search the portal').fill('unheard of');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByRole('heading', { name: 'Nothing found for “unheard of”' }).waitFor();
    await visitor.look('nothing');
  });
}

for (const [screen, theme, scripts] of [['phone', 'light', true], ['desktop', 'dark', true], ['phone', 'light', false]]) {
  walk(`P09 H05 the profile is kept in order on a ${screen}${scripts ? '' : ' without scripts'}`, { screen, theme, scripts, faults: [/422/] }, async (visitor) => {
    const { page } = visitor;
    const person = cast.known();
    await activateAs(visitor, await invite(demo, person), person);
    await page.goto(demo.portal);
    await goTo(visitor, 'Profile');
    await visitor.look('profile');
    await page.getByLabel('Telephone number').fill('12');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('alert').getByText('Correct what is marked below').waitFor();
    assert.equal(await page.getByLabel('Telephone number').getAttribute('aria-invalid'), 'true');
    await page.getByText('write at least four digits').waitFor();
    await visitor.look('wrong');
    await page.getByLabel('Telephone number').fill('+44 1632 960111');
    await page.getByLabel('Name', { exact: true }).fill('Kim Example');
    await (await tabTo(visitor, 'button', 'Save')).press('Enter');
    await page.getByText('Saved.').waitFor();
    await page.getByRole('link', { name: 'Activity' }).click();
    await page.getByText(/changed their name and telephone number|changed their name, telephone number/).first().waitFor();
    await visitor.look('timeline');
    await page.getByRole('link', { name: '← Profile' }).click();
    await page.getByRole('link', { name: 'Change e-mail address' }).click();
    await page.getByLabel('New e-mail address').fill('kim@nowhere');
    await visitor.look('email');
  });
}

walk('P09 P01 contacts of the organisation are edited by a person with the right, on a phone by the keyboard', { faults: [/422/] }, async (visitor) => {
  const { page } = visitor;
  await enterPortal(visitor, demo, demo.resident);
  await goTo(visitor, 'Profile');
  await (await tabTo(visitor, 'link', 'Contacts of your organisation')).press('Enter');
  await page.getByRole('heading', { name: 'Contacts', level: 1 }).waitFor();
  await visitor.look('contacts');
  await (await tabTo(visitor, 'link', 'Add a contact')).press('Enter');
  await (await tabTo(visitor, 'textbox', 'Name')).fill(' ');
  await (await tabTo(visitor, 'textbox', 'E-mail address')).fill('sasha@example.com');
  await (await tabTo(visitor, 'textbox', 'Telephone number')).fill('+44 1632 960222');
  await (await tabTo(visitor, 'button', 'Save')).press('Enter');
  await page.getByText('A contact needs a name').waitFor();
  await visitor.look('wrong');
  await page.getByLabel('Name', { exact: true }).fill('Sasha Porter');
  await page.keyboard.press('Enter');
  await page.getByText('The contact was added.').waitFor();
  await visitor.look('added');
});

for (const [screen, theme] of [['phone', 'light'], ['desktop', 'dark']]) {
  walk(`P09 P15 requests are mine or my organisation’s, closed and opened again on a ${screen}, without scripts`, { screen, theme, scripts: false }, async (visitor) => {
    const { page } = visitor;
    const person = cast.take((one) => one.password && one.contacts === 1 && one.devices.length > 0);
    await activateAs(visitor, await invite(demo, person), person);
    await page.goto(demo.portal);
    const place = await customerOf(demo, person.requesterId);
    const email = `colleague-${screen}@example.com`;
    await makePerson(demo, { name: 'Robin Example', email, place });
    const colleague = await visitor.another('colleague');
    await enterByMail(colleague, demo, email);
    await goTo(colleague, 'Requests');
    await colleague.look('none');
    await colleague.page.getByRole('link', { name: 'New request' }).click();
    await colleague.page.getByLabel('Question', { exact: true }).check();
    await colleague.page.getByLabel('What is it about?').fill('Where is the manual?');
    await colleague.page.getByLabel("What's wrong?").fill('I cannot find it.');
    await colleague.page.getByLabel('Photos or files').setInputFiles({ name: 'shelf.png', mimeType: 'image/png', buffer: DOT });
    await colleague.page.getByRole('button', { name: 'Send the request' }).click();
    await colleague.page.getByRole('heading', { name: 'Where is the manual?' }).waitFor();
    await colleague.look('sent');
    assert.deepEqual(colleague.faults, []);
    await colleague.leave();

    await page.locator('.device h2 a').first().click();
    await page.getByRole('link', { name: 'Report a problem' }).click();
    await page.getByLabel('What is it about?').fill('It hums');
    await page.getByLabel("What's wrong?").fill('Since Tuesday.');
    await page.getByRole('button', { name: 'Send the request' }).click();
    await page.getByRole('heading', { name: 'It hums', level: 1 }).waitFor();
    await goTo(visitor, 'Requests');
    assert.equal(await page.locator('.device').count(), 2);
    await page.getByLabel('Whose').selectOption('mine');
    await page.getByRole('button', { name: 'Show' }).click();
    assert.deepEqual(await page.locator('.device h2').allTextContents(), ['It hums']);
    await visitor.look('mine');
    await page.getByLabel('Search your requests').fill('manual');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByRole('heading', { name: 'No requests found' }).waitFor();
    await visitor.look('nothing');
    await page.getByLabel('Whose').selectOption('');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByRole('link', { name: 'Where is the manual?' }).click();
    await page.getByLabel('Your comment').fill('It is in the drawer.');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText('Your comment was added.').waitFor();
    await visitor.look('commented');
    await page.getByRole('button', { name: 'Close the request' }).click();
    await page.getByText('The request is closed').waitFor();
    await page.getByRole('button', { name: 'Not solved? Reopen it' }).click();
    await page.getByText('The request is open again').waitFor();
    const { tickets } = await getJson(`${demo.freshservice}/api/v2/tickets?per_page=100`, desk(demo));
    assert.ok(tickets.every((ticket) => ticket.requester_id > 0));
    await page.goto(demo.portal);
    await page.locator('.device h2 a').first().click();
    await page.getByRole('region', { name: 'Requests about it' }).getByRole('link', { name: 'It hums' }).waitFor();
    await page.getByRole('region', { name: 'History' }).getByRole('listitem').first().waitFor();
    await visitor.look('device');
    await page.getByRole('link', { name: 'Documents' }).click();
    const manual = page.getByRole('link', { name: 'User manual' });
    assert.match(await manual.getAttribute('href'), /^https:\/\/docs\.example\.com\//);
    await page.getByRole('link', { name: 'Warranty conditions' }).waitFor();
    await visitor.look('documents');
  });
}
