// Debian's Chromium without windows, and what a page may not do while it is looked at.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const AXE_TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

// The shell without windows needs about half the time of the whole browser.
const INSTALLED = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];

/** Screens the pages are made for; the phone comes first. */
export const SCREENS = {
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
  desktop: { viewport: { width: 1280, height: 860 } },
};

/** Nothing but loopback is there to be reached, so Chromium is told not to look for its maker's services. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.TESSERA_CHROMIUM ?? INSTALLED.find(existsSync),
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/**
 * Collects into `faults` what no visitor sees and every maintainer wants to know: errors on the console, exceptions,
 * violations of the content security policy, parts of the page that did not load.
 * A page that answers 4xx itself is no fault: refusals are pages too.
 */
export async function watch(context, faults) {
  await context.exposeBinding('tesseraViolation', (_source, violation) => faults.push(`CSP: ${violation}`));
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      globalThis.tesseraViolation(`${event.effectiveDirective} blocked ${event.blockedURI} on ${event.documentURI}`);
    });
  });
  context.on('console', (message) => {
    const text = message.text();
    if (message.type() !== 'error' || text.startsWith('Failed to load resource')) return;
    faults.push(`console: ${text}`);
  });
  context.on('weberror', (error) => faults.push(`exception: ${error.error().message}`));
  context.on('response', (response) => {
    const request = response.request();
    if (response.status() < 400 || request.resourceType() === 'document') return;
    faults.push(`${response.status()} for ${request.method()} ${response.url()}`);
  });
}

/** Fails unless axe finds nothing against WCAG 2.2 AA and its own good practice. */
export async function assertAccessible(page) {
  // Evaluated rather than added as a script: the page's policy rightly allows no foreign script.
  await page.evaluate(AXE);
  // Everything of a page comes from its own origin, so nothing has to be fetched once more for axe.
  const options = { runOnly: AXE_TAGS, resultTypes: ['violations'], preload: false };
  const found = await page.evaluate((given) => globalThis.axe.run(document, given), options);
  const lines = found.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${rule.help}: ${node.target.join(' ')}`));
  assert.equal(lines.join('\n'), '', `accessibility of ${page.url()}`);
}

/** Fails when the page is wider than the screen: on a phone nobody should have to push it sideways. */
export async function assertFits(page) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  // Not the window's own width: a phone's browser zooms out until a page that is too wide fits.
  const screen = page.viewportSize().width;
  assert.ok(wide <= screen, `${page.url()} is ${wide} px wide on a screen of ${screen} px`);
}
