/** @module An operator's desk: the console in a real browser, before a gateway that answers what a test tells it. */
import { existsSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { SECOND } from '../../src/units.ts';
import { type Canned, cannedAnswers } from './canned.ts';
import { PERSON, SESSION_COOKIE, startStub } from './stub.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

/** How often the page asks again. */
export const REFRESH = 5 * SECOND;
export const HALF_MINUTE = 30 * SECOND;

export interface Desk {
  /** What the gateway answers now. */
  readonly canned: Canned;
  readonly app: FastifyInstance;
  readonly address: string;
  /** A fresh browser profile at the console, logged in unless told otherwise. */
  visit(hash?: string, options?: BrowserContextOptions, how?: { loggedIn?: boolean }): Promise<Page>;
  /** Lets the page's clock run, to its next refresh unless told for how long. */
  pass(time?: number): Promise<void>;
}

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM!,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
}

/** One browser for the tests of a file, and for each a gateway of its own. Called at the top of the file. */
export function openDesk(): Desk {
  let browser: Browser;
  let canned: Canned;
  let app: FastifyInstance;
  let address: string;
  let context: BrowserContext | undefined;

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    canned = cannedAnswers();
    app = await startStub(canned);
    address = await app.listen({ host: '127.0.0.1', port: 0 });
  });
  afterEach(async () => {
    await context?.close();
    await app.close();
  });

  return {
    get canned() {
      return canned;
    },
    get app() {
      return app;
    },
    get address() {
      return address;
    },
    async visit(hash = '', options = {}, { loggedIn = true } = {}) {
      context = await browser.newContext(options);
      if (loggedIn) await context.addCookies([{ ...SESSION_COOKIE, url: address }]);
      await context.clock.install();
      const page = await context.newPage();
      await page.goto(`${address}/console${hash}`);
      return page;
    },
    pass: (time = REFRESH) => context!.clock.fastForward(time),
  };
}

/** From the page that asks for a log-in, or from the log-in itself. */
export async function logIn(page: Page, password: string = PERSON.password): Promise<void> {
  if (new URL(page.url()).pathname === '/console') await page.getByRole('button', { name: 'Đăng nhập' }).click();
  await page.getByLabel('Tên đăng nhập').fill(PERSON.name);
  await page.getByLabel('Mật khẩu').fill(password);
  await page.getByRole('button', { name: 'Đăng nhập' }).click();
}

/** Texts of a table's cells, row by row, without the spaces of the layout. */
export const rowsOf = (page: Page, selector: string): Promise<string[][]> =>
  page
    .locator(selector)
    .evaluateAll((rows) =>
      rows.map((row) => [...row.children].map((cell) => (cell.textContent ?? '').replace(/\s+/g, ' ').trim())),
    );
