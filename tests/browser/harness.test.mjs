// The checks themselves: a walk over a page with known faults must notice each of them.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before } from 'node:test';
import { walk } from './harness.mjs';

const PAGES = {
  '/good': '<main><h1>Good</h1><p>Nothing is wrong here.</p></main>',
  '/refused': '<main><h1>This link has expired</h1></main>',
  '/inline': '<main><h1>Inline</h1></main><script>document.title = "ran"</script>',
  '/broken': '<main><h1>Broken</h1></main><script src="/script.js"></script><script src="/missing.js"></script>',
  '/wide': '<main><h1>Wide</h1><svg width="2000" height="10" aria-hidden="true"></svg></main>',
  '/unlabelled': '<main><h1>Unlabelled</h1><input></main>',
};
let server;
let base;

before(async () => {
  server = createServer((req, res) => {
    res.setHeader('content-security-policy', "default-src 'self'");
    if (req.url === '/script.js') {
      res.setHeader('content-type', 'text/javascript');
      return res.end('console.error("said aloud"); throw new Error("thrown");');
    }
    if (req.url === '/favicon.ico') return res.writeHead(204).end();
    const body = PAGES[req.url];
    res.writeHead(body ? (req.url === '/refused' ? 410 : 200) : 404, { 'content-type': 'text/html; charset=utf-8' });
    res.end(`<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>Page</title>${body}`);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  base = `http://127.0.0.1:${server.address().port}`;
});
after(() => server?.close());

walk('a faultless page passes every check', {}, async (visitor) => {
  await visitor.page.goto(`${base}/good`);
  await visitor.look('good');
});

walk('a refusal is a page, not a fault', { screen: 'desktop', theme: 'dark' }, async (visitor) => {
  await visitor.page.goto(`${base}/refused`);
  await visitor.look('refused');
});

walk('an inline script is a violation', { faults: [/^CSP: script-src-elem blocked inline/, /^console: .*Content Security Policy/] }, async (visitor) => {
  await visitor.page.goto(`${base}/inline`);
  await visitor.page.waitForLoadState('networkidle');
  assert.ok(visitor.faults.some((fault) => fault.startsWith('CSP: ')), String(visitor.faults));
});

walk('errors of scripts and missing parts are noticed', { faults: [/./] }, async (visitor) => {
  await visitor.page.goto(`${base}/broken`);
  await visitor.page.waitForLoadState('networkidle');
  for (const expected of ['console: said aloud', 'exception: thrown', `404 for GET ${base}/missing.js`]) {
    assert.ok(visitor.faults.includes(expected), `${expected} in ${visitor.faults}`);
  }
});

walk('a page wider than the phone is noticed', {}, async (visitor) => {
  await visitor.page.goto(`${base}/wide`);
  await assert.rejects(visitor.look('wide'), /px wide on a screen of/);
});

walk('a field without a label is noticed', {}, async (visitor) => {
  await visitor.page.goto(`${base}/unlabelled`);
  await assert.rejects(visitor.look('unlabelled'), /label/);
});

walk('a failed walk would say what everybody of it saw last', {}, async (visitor) => {
  const other = await visitor.another('other');
  await visitor.page.goto(`${base}/good`);
  await other.page.goto(`${base}/refused`);
  const [first, second, ...rest] = await Promise.all(visitor.company.map((one) => one.lastSeen()));
  assert.match(first, /\/good:\n[^]*Nothing is wrong here/);
  assert.match(second, /other was on .*\/refused:\n[^]*This link has expired/);
  assert.deepEqual(rest, []);
  await other.leave();
  assert.match(await other.lastSeen(), /has left$/);
});
