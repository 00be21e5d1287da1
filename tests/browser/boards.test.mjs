// The forum in the console: boards for everyone and for some, reported posts, and muted authors.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Cast } from './cast.mjs';
import { startDemo, walk } from './harness.mjs';
import { invite } from './outside.mjs';
import { Keys, signInStaff } from './staff.mjs';
import { activateAs } from './steps.mjs';

let demo;
let cast;
before(async () => {
  demo = await startDemo({ name: 'boards' });
  cast = await Cast.of(demo);
});
after(() => demo?.stop());

/** A customer inside the portal. */
async function customer(visitor, title) {
  const person = cast.known();
  const somebody = await visitor.another(title, { screen: 'phone' });
  await activateAs(somebody, await invite(demo, person), person);
  return somebody;
}

walk('P10 staff open a board, hide a reported post and mute its author, by the keyboard', { screen: 'desktop', within: 180_000 }, async (visitor) => {
  const { page } = visitor;
  const keys = new Keys(visitor);
  await keys.signIn(demo);
  await keys.press('link', 'Forum');
  await page.getByRole('heading', { name: 'Forum', level: 1 }).waitFor();
  await visitor.look('boards');
  await keys.press('link', 'New board');
  await keys.type('Name', 'Cables and plugs');
  await keys.type('Description', 'Everything between the devices.');
  await visitor.look('new');
  await keys.press('button', 'Create board');
  await page.getByText('The board Cables and plugs was saved.').waitFor();
  await keys.press('link', '← Forum');
  await page.getByRole('link', { name: 'Cables and plugs' }).waitFor();
  await visitor.look('made');

  const author = await customer(visitor, 'author');
  await author.page.goto(`${demo.portal}/forum`);
  await author.page.getByRole('link', { name: 'Cables and plugs' }).click();
  await author.page.getByRole('link', { name: 'New topic' }).click();
  await author.page.getByLabel('What is it about?').fill('Which cable?');
  await author.page.getByLabel('Text').fill('Buy cheap cables at my shop.');
  await author.page.locator('main form button.primary').click();
  await author.page.getByRole('heading', { name: 'Which cable?' }).waitFor();
  const reader = await customer(visitor, 'reader');
  await reader.page.goto(author.page.url());
  await reader.page.getByRole('link', { name: /^Report/ }).first().click();
  await reader.page.getByLabel('What is wrong with it?').fill('Advertising');
  await reader.page.getByRole('button', { name: 'Report' }).click();

  await keys.press('link', 'Forum');
  await page.getByText('Advertising').waitFor();
  await visitor.look('reported');
  await keys.skip();
  await keys.press('link', 'Which cable?');
  await page.getByRole('heading', { name: 'The post' }).waitFor();
  await visitor.look('post');
  await keys.type('Reason', 'Advertising is not for this forum');
  await keys.press('button', 'Hide the post');
  await page.getByRole('button', { name: 'Show again' }).waitFor();
  await visitor.look('hidden');
  await keys.choose('Cannot write for', 'a week');
  await keys.type(page.getByRole('region', { name: 'The author' }).getByLabel('Reason'), 'Advertising');
  await page.keyboard.press('Enter');
  await page.getByText('Cannot write until').waitFor();
  await visitor.look('muted');

  await reader.page.goto(author.page.url());
  assert.equal(await reader.page.getByText('Buy cheap cables').count(), 0, 'nobody reads it any more');
  await reader.look('topic');
  for (const somebody of [author, reader]) {
    assert.deepEqual(somebody.faults, []);
    await somebody.leave();
  }
});

walk('P10 a board is changed and closed on a phone, in the dark', { theme: 'dark' }, async (visitor) => {
  const { page } = visitor;
  await signInStaff(demo, visitor);
  await page.getByRole('link', { name: 'Forum' }).click();
  await page.getByRole('link', { name: 'New board' }).click();
  await page.getByLabel('Name').fill('Panels');
  await page.getByLabel('Everyone in the customer portal').uncheck();
  await page.getByLabel('Places to add').fill('not a place');
  await page.getByRole('button', { name: 'Create board' }).click();
  await page.getByRole('alert').waitFor();
  await visitor.look('refused');
  await page.getByLabel('Places to add').fill('');
  await page.getByLabel('Everyone in the customer portal').check();
  await page.getByRole('button', { name: 'Create board' }).click();
  await page.getByText('The board Panels was saved.').waitFor();
  await page.getByLabel(/Closed:/).check();
  await visitor.look('change');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The board Panels was saved.').waitFor();
  await page.getByRole('link', { name: '← Forum' }).click();
  await page.getByRole('row').filter({ hasText: 'Panels' }).getByText('Closed').waitFor();
  await visitor.look('closed');
});
