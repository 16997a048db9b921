/** @module A browser as far as a log-in needs one: cookies by their paths, redirects, forms. */

interface Cookie {
  readonly value: string;
  readonly path: string;
  readonly attributes: string;
}

export interface Page {
  readonly status: number;
  readonly url: string;
  readonly text: string;
}

export class Browser {
  readonly cookies = new Map<string, Cookie>();
  /** Addresses that lead elsewhere than they say, such as a public one to a replica's own. */
  readonly #resolve: (url: string) => string;

  constructor(resolve: (url: string) => string = (url) => url) {
    this.#resolve = resolve;
  }

  /** One call with the cookies that fit, whose answer's cookies are kept. */
  async call(url: string, init: RequestInit = {}): Promise<Response> {
    const { host, pathname } = new URL(url);
    const fitting = [...this.cookies].filter(
      ([key, { path }]) =>
        key.startsWith(`${host} `) && (pathname === path || pathname.startsWith(path.replace(/\/?$/, '/'))),
    );
    const cookie = fitting.map(([key, { value }]) => `${key.split(' ')[1]}=${value}`).join('; ');
    const headers = { ...(init.headers as Record<string, string>), ...(cookie && { cookie }) };
    const answer = await fetch(this.#resolve(url), { redirect: 'manual', ...init, headers });
    for (const line of answer.headers.getSetCookie()) {
      const [pair, ...attributes] = line.split('; ');
      const [name, value = ''] = pair!.split(/=(.*)/s);
      const path = attributes.find((one) => /^path=/i.test(one))?.slice(5) ?? '/';
      const isGone = value === '' || attributes.some((one) => /^expires=Thu, 01 Jan 1970/i.test(one));
      if (isGone) this.cookies.delete(`${host} ${name}`);
      else this.cookies.set(`${host} ${name}`, { value, path, attributes: attributes.join('; ') });
    }
    return answer;
  }

  /** Opens a page, wherever it leads. */
  async open(url: string, init: RequestInit = {}): Promise<Page> {
    let at = url;
    let answer = await this.call(at, init);
    for (let hops = 0; answer.status >= 300 && answer.status < 400 && hops < 10; hops++) {
      at = new URL(answer.headers.get('location')!, at).href;
      answer = await this.call(at);
    }
    return { status: answer.status, url: at, text: await answer.text() };
  }

  /** Sends the page's form. */
  submit(page: Page, fields: Readonly<Record<string, string>>): Promise<Page> {
    return this.open(page.url, { method: 'POST', body: new URLSearchParams(fields) });
  }
}
