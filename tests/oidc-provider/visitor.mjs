/** A browser's part without a browser: follows redirects and keeps cookies. */
export class Visitor {
  #stop;
  cookies = new Map();

  /** @param {string} [stop] an address; a redirect to its origin is not followed */
  constructor(stop) {
    this.#stop = stop && new URL(stop).origin;
  }

  async go(url, init = {}) {
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { ...init.headers, cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [pair] = cookie.split(';');
      const at = pair.indexOf('=');
      this.cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    const location = response.headers.get('location');
    if (!location) return { url, response };
    const next = new URL(location, url);
    return next.origin === this.#stop ? { url: next, response } : this.go(next);
  }

  /** Submits a form, as a page of the same site would. */
  submit(url, fields) {
    return this.go(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
      body: new URLSearchParams(fields).toString(),
    });
  }
}
