/** @module What is true of every page of the console: who may open it, that everybody can read it, and that it asks nothing of anyone else. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { DOSSIER } from './canned.ts';
import { logIn, openDesk } from './desk.ts';

const desk = openDesk();

describe('logging in', () => {
  it('says what was wrong, comes back to what was open, and leaves nothing that a script could take', async () => {
    const page = await desk.visit(`#/ho-so/${DOSSIER}`, {}, { loggedIn: false });
    await logIn(page, 'not the password');
    await page.getByRole('alert').getByText('Tên đăng nhập, mật khẩu hoặc mã xác thực không đúng.').waitFor();

    await logIn(page);
    await page.getByRole('heading', { name: DOSSIER }).waitFor();
    await page.getByText('Lê Thị Bình', { exact: true }).waitFor();
    expect(await page.getByText('Cán bộ vận hành, UBND tỉnh Đắk Lắk').isVisible()).toBe(true);
    expect(await page.getByRole('alert').textContent()).toBe('');
    const stored = await page.evaluate('JSON.stringify([{ ...sessionStorage }, { ...localStorage }, document.cookie])');
    expect(stored).toBe('[{},{},""]');
  });

  it('outlives a reload, and ends with "Đăng xuất"', async () => {
    const page = await desk.visit('', {}, { loggedIn: false });
    await logIn(page);
    await page.locator('.tiles').waitFor();
    await page.reload();
    await page.locator('.tiles').waitFor();
    await page.getByRole('button', { name: 'Đăng xuất' }).click();
    await page.getByRole('button', { name: 'Đăng nhập' }).waitFor();
    expect(await page.getByRole('button', { name: 'Đăng xuất' }).isVisible()).toBe(false);
  });

  it('is asked for again when the session is over', async () => {
    const page = await desk.visit();
    await page.locator('.tiles').waitFor();
    desk.canned.problem = { status: 401, title: 'Phiên làm việc đã hết', detail: '', traceId: 'abc' };
    await desk.pass();
    await page.getByRole('alert').getByText('Phiên làm việc đã hết').waitFor();
    await page.getByRole('button', { name: 'Đăng nhập' }).waitFor();
    expect(await page.locator('.tiles').count()).toBe(0);
  });
});

describe('the page', () => {
  /** Pages, and what each shows when it is there. */
  const PLACES: Record<string, string> = {
    '': '.moving-in .list',
    [`ho-so/${DOSSIER}`]: '.timeline',
    'lech?trang-thai=tam-dung': '#dropped',
    'sai-lech': '#mend-7',
    'doi-soat': '#runs-list',
    'doi-soat/00000000-0000-4000-8000-000000000001': '#unchecked-list',
    'cho-xu-ly': '#refused-0',
    'su-co': '#incidents-list',
    'su-co/SC-2026-0001': '#messages-list',
    'danh-muc': '#misrouted-list',
    'he-thong': '#connectors-list',
    'bo-quen': '#silent',
  };

  /** Between them they show every tone there is. */
  const EVERY_TONE = new Set(['', `ho-so/${DOSSIER}`, 'sai-lech', 'cho-xu-ly', 'he-thong']);
  const SCREEN = { width: 1366, height: 768 };
  const PHONE = { width: 360, height: 740 };

  it('is accessible by day and by night, and never wider than a desk’s screen or a phone’s', async () => {
    Object.assign(desk.canned.destinations[0]!, { observed: 21, compared: 27 });
    const page = await desk.visit('', { viewport: SCREEN }, { loggedIn: false });
    await page.getByRole('button', { name: 'Đăng nhập' }).waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Đăng nhập' }).click();
    await page.getByLabel('Mật khẩu').waitFor();
    await expectAccessible(page);
    await logIn(page);
    for (const [hash, there] of Object.entries(PLACES)) {
      await page.goto(`${desk.address}/console#/${hash}`);
      await page.locator(there).first().waitFor();
      for (const details of await page.locator('main details').all())
        await details.evaluate((found) => found.setAttribute('open', ''));
      await expectAccessible(page, { byNight: EVERY_TONE.has(hash) });
    }
  }, 300_000);

  async function expectAccessible(page: Page, { byNight = false } = {}): Promise<void> {
    // Legacy: in the page itself, which has no frames, instead of in another that is opened for it.
    const complaints = async (axe: AxeBuilder) =>
      (await axe.setLegacyMode().analyze()).violations.map(({ id, nodes }) => [
        page.url(),
        id,
        nodes.map(({ html }) => html),
      ]);
    expect(await complaints(new AxeBuilder({ page }))).toEqual([]);
    if (byNight) {
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await complaints(new AxeBuilder({ page }).withRules(['color-contrast']))).toEqual([]);
      await page.emulateMedia({ colorScheme: 'light' });
    }
    expect(await tooWide(page)).toBeLessThanOrEqual(0);
    await page.setViewportSize(PHONE);
    expect(await tooWide(page)).toBeLessThanOrEqual(0);
    await page.setViewportSize(SCREEN);
  }
  const tooWide = (page: Page): Promise<number> =>
    page.evaluate('document.documentElement.scrollWidth - innerWidth') as Promise<number>;

  it('asks nothing of anyone else, and breaks no rule of its own policy', async () => {
    const page = await desk.visit('', {}, { loggedIn: false });
    const elsewhere: string[] = [];
    const complaints: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(desk.address)) elsewhere.push(request.url());
    });
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.reload();
    await logIn(page);
    await page.locator('.tiles').waitFor();
    await page.getByRole('link', { name: DOSSIER }).click();
    await page.locator('.timeline').waitFor();
    expect(elsewhere).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('is served with its type, a strict policy and a tag by which it is not sent twice', async () => {
    for (const [path, type] of [
      ['/console', 'text/html'],
      ['/console/app.js', 'text/javascript'],
      ['/console/style.css', 'text/css'],
    ]) {
      const { headers, statusCode } = await desk.app.inject({ url: path! });
      expect(statusCode).toBe(200);
      expect(headers['content-type']).toBe(`${type}; charset=utf-8`);
      expect(headers['content-security-policy']).toContain("default-src 'self'");
      expect(headers['x-content-type-options']).toBe('nosniff');
      const again = await desk.app.inject({ url: path!, headers: { 'if-none-match': String(headers.etag) } });
      expect([again.statusCode, again.body]).toEqual([304, '']);
    }
  });
});
