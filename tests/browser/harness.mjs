// A walk is a test that a visitor could have taken: a fresh browser profile, a screen, pages, pictures.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { SCREENS, assertAccessible, assertFits, launch, watch } from './chromium.mjs';
import { OUT } from './tessera.mjs';

export { SCREENS, assertAccessible, assertFits } from './chromium.mjs';
export { OUT, command, startDemo, startServe } from './tessera.mjs';

const STEP_WITHIN_MS = 15_000;
const WALK_WITHIN_MS = 120_000;
const MOST_WORDS = 1_500;

let browser;
before(async () => {
  await mkdir(OUT, { recursive: true });
  browser = await launch();
});
after(() => browser?.close());

/**
 * Registers a test.
 * @param {string} title also names the pictures
 * @param {{screen?: keyof SCREENS, theme?: 'light'|'dark', scripts?: boolean, locale?: string, faults?: RegExp[], skip?: string | false}} options
 *   `scripts: false` walks without JavaScript; `faults` are those the walk is about; `within` is how long it may take
 * @param {(visitor: Visitor) => Promise<void>} steps
 */
export function walk(title, { screen = 'phone', theme = 'light', scripts = true, locale, faults = [], skip = false, within = WALK_WITHIN_MS }, steps) {
  test(title, { timeout: within, skip }, async () => {
    const visitor = await Visitor.arrive(title, { screen, theme, scripts, locale });
    try {
      await steps(visitor);
    } catch (error) {
      const seen = await Promise.all(visitor.company.map((one) => one.lastSeen()));
      throw new Error(`${error.message}\n${seen.join('\n')}`, { cause: error });
    } finally {
      await Promise.all(visitor.company.map((one) => one.leave()));
    }
    const unexpected = visitor.faults.filter((fault) => !faults.some((pattern) => pattern.test(fault)));
    assert.deepEqual(unexpected, [], 'what the browser complained about');
  });
}

/** Somebody with a browser of their own: nothing is shared between two of them. */
export class Visitor {
  /** What the browser complained about (see `watch`). */
  faults = [];
  /** Everybody of the walk, in the order in which they arrived. */
  company = [this];
  #pictures = 0;

  static async arrive(title, { screen = 'phone', theme = 'light', scripts = true, locale = 'en-GB' } = {}) {
    const visitor = new Visitor();
    visitor.scripts = scripts;
    visitor.name = title.toLowerCase().replace(/[^a-z0-9]+/g, '-');
    visitor.context = await browser.newContext({
      ...SCREENS[screen],
      colorScheme: theme,
      javaScriptEnabled: scripts,
      locale,
      reducedMotion: 'reduce',
    });
    visitor.context.setDefaultTimeout(STEP_WITHIN_MS);
    await watch(visitor.context, visitor.faults);
    visitor.page = await visitor.context.newPage();
    return visitor;
  }

  /** Another person, or the same one in another browser. */
  async another(title, options) {
    const visitor = await Visitor.arrive(`${this.name} ${title}`, options);
    visitor.company = this.company;
    this.company.push(visitor);
    return visitor;
  }

  /** With `TESSERA_PICTURES=1`, keeps a picture of the whole page, numbered in the order of the walk. A failed walk always keeps one. */
  async picture(what) {
    this.#pictures += 1;
    if (what !== 'failed' && !process.env.TESSERA_PICTURES) return;
    const number = String(this.#pictures).padStart(2, '0');
    await this.page.screenshot({ path: join(OUT, `${this.name}-${number}-${what}.png`), fullPage: true });
  }

  /** What a failed walk leaves to find the reason by: a picture, and the page in words. */
  async lastSeen() {
    if (this.page.isClosed()) return `${this.name} has left`;
    await this.picture('failed').catch(() => undefined);
    const words = await this.page.locator('body').innerText({ timeout: 1_000 }).catch((error) => error.message);
    return `${this.name} was on ${this.page.url()}:\n${words.slice(0, MOST_WORDS)}`;
  }

  /** A picture, and the checks every page has to pass. */
  async look(what) {
    await this.picture(what);
    await assertFits(this.page);
    // axe is a script itself; where none run, the same page is looked at by a walk with scripts.
    if (this.scripts) await assertAccessible(this.page);
  }

  async leave() {
    await this.context.close();
  }
}
