// News and forum: editors write, customers read, follow and talk, moderators decide, and the author reads why.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Cast } from './cast.mjs';
import { startDemo, walk } from './harness.mjs';
import { customerOf, invite, mail, makePerson } from './outside.mjs';
import { activateAs, enterByMail, enterPortal, goTo, tabTo } from './steps.mjs';

const DOT = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==', 'base64');
const NOTE = Buffer.from('Torque: 12 Nm\n');

let demo;
let cast;
let home;
before(async () => {
  demo = await startDemo({ name: 'community' });
  cast = await Cast.of(demo);
  home = await customerOf(demo, demo.resident.requester_id);
});
after(() => demo?.stop());

/** An editor and moderator with a browser of their own. */
async function editor(visitor, email, options) {
  await makePerson(demo, { name: 'Agnes Keller', email, place: home, licence: 'STUDIO' });
  const one = await visitor.another('editor', options);
  await enterByMail(one, demo, email);
  return one;
}

function news(screen, theme, title) {
  walk(`P09 P10 news is written, published and read on a ${screen}`, { screen, theme, faults: [/422/] }, async (visitor) => {
    const writer = await editor(visitor, `agnes-${screen}@example.com`, { screen, theme });
    const { page } = writer;
    await goTo(writer, 'News');
    await (await tabTo(writer, 'link', 'Write and edit')).press('Enter');
    await page.getByRole('link', { name: 'New post' }).click();
    await page.getByLabel('Title').fill(' ');
    await page.getByLabel('Text', { exact: true }).fill('Torque matters: **12 Nm**.\n\n![the screw](screw.png)');
    await page.getByRole('button', { name: 'Publish' }).click();
    await page.getByText('The title: Write something here.').waitFor();
    await writer.look('wrong');
    await page.getByLabel('Title').fill(title);
    await (await tabTo(writer, 'button', 'Publish')).press('Enter');
    await page.getByText('Published. Its readers can see it now.').waitFor();
    await page.getByLabel(/Picture/).setInputFiles([
      { name: 'screw.png', mimeType: 'image/png', buffer: DOT },
      { name: 'torque.txt', mimeType: 'text/plain', buffer: NOTE },
    ]);
    await page.getByRole('button', { name: 'Attach' }).click();
    await page.getByText('attached. Mention a picture').waitFor();
    await writer.look('written');
    assert.deepEqual(writer.faults.filter((fault) => !/422/.test(fault)), []);
    await writer.leave();

    await enterPortal(visitor, demo, demo.resident);
    await goTo(visitor, 'News');
    await visitor.look('list');
    await (await tabTo(visitor, 'link', title)).press('Enter');
    await visitor.page.getByRole('heading', { name: title, level: 1 }).waitFor();
    assert.ok(await visitor.page.getByAltText('the screw').evaluate((picture) => picture.naturalWidth === 1), 'the picture is shown');
    await visitor.look('post');
    const file = visitor.page.getByRole('link', { name: 'torque.txt' });
    const [download] = await Promise.all([visitor.page.waitForEvent('download'), file.click()]);
    assert.equal(download.suggestedFilename(), 'torque.txt');
    await visitor.page.getByRole('link', { name: '← News' }).click();
    const feed = await visitor.page.request.get(await visitor.page.getByRole('link', { name: 'Subscribe (Atom feed)' }).evaluate((link) => link.href));
    assert.ok((await feed.text()).includes(title), 'the feed tells of it');
  });
}
news('phone', 'light', 'How tight is tight?');
news('desktop', 'dark', 'Tight, and no tighter');

function forum(screen, theme, scripts, title) {
  walk(`P09 P10 a topic is begun, answered, reported, hidden and explained on a ${screen}${scripts ? '' : ' without scripts'}`, { screen, theme, scripts }, async (visitor) => {
    const { page } = visitor;
    const person = cast.known();
    await activateAs(visitor, await invite(demo, person), person);
    await page.goto(demo.portal);
    await goTo(visitor, 'Forum');
    await visitor.look('boards');
    await page.getByRole('link', { name: 'Inverters and batteries' }).click();
    await visitor.look('board');
    await (await tabTo(visitor, 'link', 'New topic')).press('Enter');
    await (await tabTo(visitor, 'textbox', 'What is it about?')).fill(title);
    await page.getByLabel('Text', { exact: true }).fill('It clicks every *evening*.');
    await page.getByLabel(/Pictures or files/).setInputFiles({ name: 'clicks.txt', mimeType: 'text/plain', buffer: NOTE });
    await visitor.look('write');
    await (await tabTo(visitor, 'button', 'Post topic')).press('Enter');
    await page.getByText('Your topic was posted.').waitFor();
    await visitor.look('topic');
    const topic = page.url();

    const neighbour = await visitor.another('neighbour', { screen: screen === 'phone' ? 'desktop' : 'phone', theme: 'dark' });
    await enterPortal(neighbour, demo, demo.resident);
    await neighbour.page.goto(topic);
    await neighbour.page.getByRole('button', { name: 'Follow' }).click();
    await neighbour.page.getByText('You will get an e-mail when someone replies.').waitFor();
    await neighbour.page.getByLabel('Your reply').fill('Mine too. It is the relay.');
    await (await tabTo(neighbour, 'button', 'Send reply')).press('Enter');
    await neighbour.page.getByText('Your reply was posted.').waitFor();
    await neighbour.look('replied');
    await mail(demo, person.email, /repl/i);
    await neighbour.page.getByRole('link', { name: /^Report this post/ }).first().click();
    await neighbour.page.getByLabel('What is wrong with it?').fill('It names a serial number');
    await neighbour.look('report');
    await neighbour.page.getByRole('button', { name: 'Report' }).click();
    await neighbour.page.getByText('A moderator will review it.').waitFor();
    assert.deepEqual(neighbour.faults, []);
    await neighbour.leave();

    const moderator = await editor(visitor, `moderator-${screen}-${scripts}@example.com`, { screen });
    await goTo(moderator, 'Forum');
    await moderator.page.getByRole('link', { name: /^Reports/ }).click();
    await moderator.look('reports');
    await moderator.page.getByRole('link', { name: title }).first().click();
    await moderator.page.getByLabel('Reason').first().fill('A serial number was in it');
    await moderator.look('moderate');
    await (await tabTo(moderator, 'button', 'Hide the post')).press('Enter');
    await moderator.page.getByText('Your decision was recorded.').waitFor();
    assert.deepEqual(moderator.faults, []);
    await moderator.leave();

    await page.goto(topic);
    await page.getByText('A moderator hid your post: A serial number was in it').waitFor();
    await visitor.look('hidden');
    await goTo(visitor, 'Profile');
    await page.getByRole('link', { name: 'Activity' }).click();
    await page.getByText(/was hidden: A serial number was in it/).waitFor();
  });
}
forum('phone', 'light', true, 'The relay clicks');
forum('desktop', 'dark', true, 'A relay that clicks');
forum('phone', 'light', false, 'Clicks, and no scripts');

function board(screen, theme, scripts, name) {
  walk(`P10 a person with STUDIO creates a board, changes and closes it on a ${screen}${scripts ? '' : ' without scripts'}`, { screen, theme, scripts, faults: [/422/] }, async (visitor) => {
    const { page } = visitor;
    const email = `keeper-${screen}-${scripts}@example.com`;
    await makePerson(demo, { name: 'Kim Keeper', email, place: home, licence: 'STUDIO' });
    await enterByMail(visitor, demo, email);
    await goTo(visitor, 'Forum');
    await (await tabTo(visitor, 'link', 'New board')).press('Enter');
    await page.getByRole('heading', { name: 'New board', level: 1 }).waitFor();
    await visitor.look('new');
    await page.getByLabel('Name', { exact: true }).fill(' ');
    await page.getByLabel('Description').fill('Roofs, and what is on them.');
    await page.getByRole('button', { name: 'Create board' }).click();
    await page.getByText('Write something here').first().waitFor();
    assert.equal(await page.getByLabel('Description').inputValue(), 'Roofs, and what is on them.', 'what was typed is kept');
    await visitor.look('refused');
    await page.getByLabel('Name', { exact: true }).fill(name);
    await (await tabTo(visitor, 'button', 'Create board')).press('Enter');
    await page.getByText(`The board ${name} was created.`).waitFor();
    await visitor.look('made');

    const reader = await visitor.another('reader', { screen });
    await enterPortal(reader, demo, demo.resident);
    await goTo(reader, 'Forum');
    await reader.page.getByRole('link', { name, exact: true }).click();
    assert.equal(await reader.page.getByRole('link', { name: 'Change board' }).count(), 0, 'not everybody keeps boards');
    await reader.page.getByRole('link', { name: 'New topic' }).waitFor();

    await page.getByRole('link', { name, exact: true }).click();
    await (await tabTo(visitor, 'link', 'Change board')).press('Enter');
    await page.getByLabel(/Closed:/).check();
    await visitor.look('change');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText(`The board ${name} was saved.`).waitFor();
    await page.getByRole('listitem').filter({ hasText: name }).getByText('Closed').waitFor();
    await reader.page.reload();
    assert.equal(await reader.page.getByRole('link', { name: 'New topic' }).count(), 0, 'nobody writes in a closed board');
    assert.deepEqual(reader.faults, []);
    await reader.leave();
  });
}
board('phone', 'dark', true, 'Roofs');
board('desktop', 'light', false, 'Roofs, and no scripts');
