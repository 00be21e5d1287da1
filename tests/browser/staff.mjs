// What staff do at the console: by the keyboard alone on a desktop, and by touch on a phone.
import { tabTo } from './steps.mjs';

/** Signs in and ends on the home page. */
export async function signInStaff(demo, { page }) {
  await page.goto(demo.console);
  await page.getByLabel('Login').fill(demo.staff.login);
  await page.getByLabel('Password').fill(demo.staff.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Find a customer' }).waitFor();
}

/** Hands that never leave the keyboard. */
export class Keys {
  #visitor;

  constructor(visitor) {
    this.#visitor = visitor;
  }

  get #keyboard() {
    return this.#visitor.page.keyboard;
  }

  /** Signs in without a pointer. */
  async signIn(demo) {
    await this.#visitor.page.goto(demo.console);
    await this.type('Login', demo.staff.login);
    await this.type('Password', demo.staff.password);
    await this.#keyboard.press('Enter');
    await this.#visitor.page.getByRole('heading', { name: 'Find a customer' }).waitFor();
  }

  /** Leaves the navigation behind by the first link of the page. */
  async skip() {
    await tabTo(this.#visitor, 'link', 'Skip to the content');
    await this.#keyboard.press('Enter');
  }

  /** Looks for something from any page. */
  async search(words) {
    await this.#keyboard.press('/');
    await this.#keyboard.type(words);
    await this.#keyboard.press('Enter');
  }

  /** Presses a link, a button or a summary. */
  async press(role, name) {
    await tabTo(this.#visitor, role, name);
    await this.#keyboard.press('Enter');
  }

  /** Opens what is folded away. */
  async unfold(name) {
    const summary = this.#visitor.page.locator('summary', { hasText: name }).first();
    await this.#to(summary, name);
    await this.#keyboard.press('Enter');
  }

  /** Types into a field, in the place of what is there. */
  async type(label, text) {
    await this.#to(this.#field(label), label);
    await this.#keyboard.press('Control+a');
    await this.#keyboard.press('Delete');
    await this.#keyboard.type(text);
  }

  /** Chooses in a list by typing what it begins with. */
  async choose(label, text) {
    await this.#to(this.#field(label), label);
    await this.#keyboard.type(text);
  }

  /** Ticks a box or takes the tick away. */
  async tick(label) {
    await this.#to(this.#field(label), label);
    await this.#keyboard.press('Space');
  }

  /** A field of the page by its label, or the one that is meant. */
  #field(label) {
    return typeof label === 'string' ? this.#visitor.page.locator('main').getByLabel(label).first() : label;
  }

  async #to(target, name) {
    await tabTo(this.#visitor, undefined, name, target);
  }
}
