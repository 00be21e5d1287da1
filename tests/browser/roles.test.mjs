// Staff with roles, and keys with scopes: who may do what in the console.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { startDemo, walk } from './harness.mjs';
import { signInStaff } from './staff.mjs';

let demo;
before(async () => {
  demo = await startDemo({ name: 'roles' });
});
after(() => demo?.stop());

walk('P06 an administrator adds a colleague, who chooses a password and works within the roles', { screen: 'desktop', faults: [/403/] }, async (visitor) => {
  const { page } = visitor;
  await signInStaff(demo, visitor);
  await page.getByRole('link', { name: 'Systems', exact: true }).click();
  await page.getByRole('link', { name: 'Staff', exact: true }).click();
  await page.getByRole('heading', { name: 'Staff', level: 1 }).waitFor();
  await visitor.look('staff');
  const local = page.getByRole('region', { name: 'Add a local account' });
  await local.getByLabel('Login').fill('robin');
  await local.getByLabel('Name').fill('Robin Example');
  await local.getByRole('button', { name: 'Add the account' }).click();
  await page.getByRole('alert').waitFor();
  assert.equal(await local.getByLabel('Login').inputValue(), 'robin', 'what was typed stays');
  await visitor.look('refused');
  await local.getByLabel('Warehouse').check();
  await local.getByRole('button', { name: 'Add the account' }).click();
  const link = await page.getByRole('status').locator('code').innerText();
  await visitor.look('link');

  const robin = await visitor.another('Robin', { screen: 'phone', theme: 'dark' });
  await robin.page.goto(link);
  await robin.page.getByRole('heading', { name: 'Welcome, Robin Example' }).waitFor();
  await robin.look('welcome');
  await robin.page.getByLabel('New password', { exact: true }).fill('walnut-finch-11');
  await robin.page.getByLabel('New password, again').fill('walnut-finch-11');
  await robin.page.getByRole('button', { name: 'Set the password' }).click();
  await robin.page.getByText('Your password is set.').waitFor();
  await robin.page.getByLabel('Login').fill('robin');
  await robin.page.getByLabel('Password').fill('walnut-finch-11');
  await robin.page.getByRole('button', { name: 'Sign in' }).click();
  await robin.page.getByRole('heading', { name: 'Find a customer' }).waitFor();
  assert.equal(await robin.page.getByRole('link', { name: 'Systems' }).count(), 0, 'what is closed is not offered');
  await robin.look('home');
  await robin.page.goto(`${demo.console}/reviews`);
  await robin.page.getByText('You can read this page.').waitFor();
  await robin.look('read-only');
  await robin.page.goto(`${demo.console}/systems`);
  await robin.page.getByRole('heading', { name: 'Your roles do not allow this' }).waitFor();
  await robin.look('not-permitted');
  await robin.page.goto(link);
  await robin.page.getByRole('heading', { name: 'This link does not work' }).waitFor();
  await robin.look('used');
  await robin.leave();
});

walk('an API key is issued with scopes, shown once and revoked', { screen: 'desktop' }, async (visitor) => {
  const { page } = visitor;
  await signInStaff(demo, visitor);
  await page.goto(`${demo.console}/api-keys`);
  await page.getByRole('heading', { name: 'API keys', level: 1 }).waitFor();
  await page.getByLabel('Name of the system').fill('billing');
  await page.getByLabel('Customers', { exact: true }).selectOption('read');
  await page.getByLabel('Days until it expires').fill('soon');
  await page.getByRole('button', { name: 'Issue the key' }).click();
  await page.getByRole('alert').waitFor();
  assert.equal(await page.getByLabel('Customers', { exact: true }).inputValue(), 'read', 'what was chosen stays');
  await visitor.look('refused');
  await page.getByLabel('Days until it expires').fill('30');
  await page.getByRole('button', { name: 'Issue the key' }).click();
  const key = await page.getByRole('status').locator('code').innerText();
  await visitor.look('issued');
  const asked = (path) => fetch(`${demo.hub}/api/v1${path}`, { headers: { authorization: `Bearer ${key}` } });
  assert.equal((await asked('/customers')).status, 200);
  assert.equal((await asked('/inventory')).status, 403);
  const row = page.getByRole('row').filter({ hasText: 'billing' });
  await row.getByRole('button', { name: 'Revoke' }).click();
  await page.getByText('The key billing no longer works.').waitFor();
  assert.equal((await asked('/customers')).status, 401);
  await visitor.look('revoked');
});

walk('API keys and staff on a phone', { theme: 'dark' }, async (visitor) => {
  await signInStaff(demo, visitor);
  for (const [path, heading] of [['staff', 'Staff'], ['api-keys', 'API keys']]) {
    await visitor.page.goto(`${demo.console}/${path}`);
    await visitor.page.getByRole('heading', { name: heading, level: 1 }).waitFor();
    await visitor.look(path);
  }
});
