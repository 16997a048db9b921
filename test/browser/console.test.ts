import { existsSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import type { FastifyInstance } from 'fastify';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SECOND } from '../../src/units.ts';
import { type Canned, cannedAnswers, comparison, DOSSIER, PERSON, startStub } from './stub.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const REFRESH = 5 * SECOND;

let browser: Browser;
let canned: Canned;
let app: FastifyInstance;
let address: string;
let context: BrowserContext;

beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: CHROMIUM!,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
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

/** A fresh browser profile at the console, logged in unless told otherwise. */
async function visit(hash = '', options: BrowserContextOptions = {}, { signIn = true } = {}): Promise<Page> {
  context = await browser.newContext(options);
  await context.clock.install();
  const page = await context.newPage();
  await page.goto(`${address}/console${hash}`);
  if (signIn) await fillSignIn(page);
  return page;
}

/** Lets the page's clock run to its next refresh. */
const nextRefresh = (): Promise<void> => context.clock.fastForward(REFRESH);

/** From the page that asks for a log-in, or from the log-in itself. */
async function fillSignIn(page: Page, password: string = PERSON.password): Promise<void> {
  if (new URL(page.url()).pathname === '/console') await page.getByRole('button', { name: 'Đăng nhập' }).click();
  await page.getByLabel('Tên đăng nhập').fill(PERSON.name);
  await page.getByLabel('Mật khẩu').fill(password);
  await page.getByRole('button', { name: 'Đăng nhập' }).click();
}

/** Texts of a table's cells, row by row, without the spaces of the layout. */
const rowsOf = (page: Page, selector: string): Promise<string[][]> =>
  page
    .locator(selector)
    .evaluateAll((rows) =>
      rows.map((row) => [...row.children].map((cell) => (cell.textContent ?? '').replace(/\s+/g, ' ').trim())),
    );

describe('logging in', () => {
  it('says what was wrong, comes back to what was open, and leaves nothing that a script could take', async () => {
    const page = await visit(`#/ho-so/${DOSSIER}`, {}, { signIn: false });
    await fillSignIn(page, 'not the password');
    await page.getByRole('alert').getByText('Tên đăng nhập, mật khẩu hoặc mã xác thực không đúng.').waitFor();

    await fillSignIn(page);
    await page.getByRole('heading', { name: DOSSIER }).waitFor();
    await page.getByText('Lê Thị Bình', { exact: true }).waitFor();
    expect(await page.getByText('Cán bộ vận hành, H15').isVisible()).toBe(true);
    expect(await page.getByRole('alert').textContent()).toBe('');
    const stored = await page.evaluate('JSON.stringify([{ ...sessionStorage }, { ...localStorage }, document.cookie])');
    expect(stored).toBe('[{},{},""]');
  });

  it('outlives a reload, and ends with "Đăng xuất"', async () => {
    const page = await visit();
    await page.locator('.card').waitFor();
    await page.reload();
    await page.locator('.card').waitFor();
    await page.getByRole('button', { name: 'Đăng xuất' }).click();
    await page.getByRole('button', { name: 'Đăng nhập' }).waitFor();
    expect(await page.getByRole('button', { name: 'Đăng xuất' }).isVisible()).toBe(false);
  });

  it('is asked for again when the session is over', async () => {
    const page = await visit();
    await page.locator('.card').waitFor();
    canned.problem = { status: 401, title: 'Phiên làm việc đã hết', detail: '', traceId: 'abc' };
    await nextRefresh();
    await page.getByRole('alert').getByText('Phiên làm việc đã hết').waitFor();
    await page.getByRole('button', { name: 'Đăng nhập' }).waitFor();
    expect(await page.locator('.card').count()).toBe(0);
  });
});

describe('what is out of step', () => {
  it('stands on the first page, and the pauses that the portal misses with the longest first', async () => {
    const page = await visit();
    const card = page.getByRole('region', { name: 'Cổng Dịch vụ công quốc gia' });
    await card.waitFor();
    expect(await card.locator('.figure').allTextContents()).toEqual(['2Tạm dừng chưa lên Cổng', '6Lệch trạng thái']);
    expect(await card.locator('.counts div').allTextContents()).toEqual([
      'Chưa gửi3',
      'Đang thử lại2',
      'Bị chặn1',
      'Chưa rõ kết quả1',
      'Đã xác nhận338',
    ]);
    const rows = await rowsOf(page, '.list tbody tr');
    expect(rows.map(([code]) => code)).toEqual([DOSSIER, 'H15.57-260316-9002']);
    expect(rows[0]).toEqual(expect.arrayContaining(['H15.50', 'chờ thực hiện nghĩa vụ tài chính', '09:10 20/03/2026']));
    expect(rows[1]?.at(-1)).toBe('Bị chặn 1 lầnMã TTHC không tồn tại trên hệ thống');
  });

  it('has a line for the subscribers of webhooks, and names those that get nothing', async () => {
    const page = await visit();
    const line = page.locator('.subscribers');
    await line.waitFor();
    expect(await line.textContent()).toBe('Webhook 2 nơi nhận, 1 tạm ngừng');
    Object.assign(canned.subscriptions[0]!, {
      state: 'auto-paused',
      waiting: 1234,
      failingSince: '2026-03-20T09:10:00+07:00',
      lastError: 'nothing listens there',
    });
    await nextRefresh();
    await line.getByText('Không gửi được').waitFor();
    expect(await line.textContent()).toBe(
      'Không gửi được 2 nơi nhận, 1 tạm ngừng; iGate tỉnh: còn 1.234 thay đổi (nothing listens there)',
    );
  });

  it('follows the gateway without a reload, down to nothing', async () => {
    const page = await visit();
    await page.locator('.list').waitFor();
    Object.assign(canned.destinations[0]!, { behind: 0, retrying: 0, blocked: 0, unknown: 0, pausesNotThere: 0 });
    canned.waiting = [];
    await nextRefresh();
    await page.getByText('Mọi hồ sơ tạm dừng đều đã hiện tạm dừng trên Cổng.').waitFor();
    expect(await page.locator('.figure strong').allTextContents()).toEqual(['0', '0']);
  });

  it('stays readable beside the words of a fault, which go when it is over', async () => {
    const page = await visit();
    await page.locator('.card').waitFor();
    canned.problem = { status: 503, title: 'Cơ sở dữ liệu gián đoạn', detail: 'Thử lại sau.', traceId: '4bf92f35' };
    const alert = page.getByRole('alert');
    await nextRefresh();
    await alert.getByText('Cơ sở dữ liệu gián đoạn').waitFor();
    expect(await alert.textContent()).toContain('Thử lại sau.');
    expect(await alert.textContent()).toContain('Mã truy vết: 4bf92f35');
    expect(await page.locator('.card').count()).toBe(1);
    canned.problem = null;
    await nextRefresh();
    await alert.getByText('Cơ sở dữ liệu gián đoạn').waitFor({ state: 'detached' });
  });
});

describe('beside another connection', () => {
  it('says how far each stage is and why, what would be written, and who else writes', async () => {
    Object.assign(canned.destinations[0]!, { observed: 21, compared: 27 });
    const page = await visit();
    const section = page.getByRole('region', { name: 'Chuyển từ kết nối cũ' });
    await section.waitFor();
    expect(await section.locator('.stages > li > strong').allTextContents()).toEqual([
      'Chỉ theo dõi: 21 hồ sơ',
      'So sánh, không gửi: 27 hồ sơ',
    ]);
    expect(await section.locator('.chip').allTextContents()).toEqual(['Có thể chuyển tiếp', 'Chưa nên chuyển tiếp']);
    expect(await section.locator('.stages li li').allTextContents()).toContain('1 hồ sơ: Tạm dừng không có trên Cổng');
    expect(await rowsOf(page, '.moving-in tbody tr')).toEqual([
      [
        DOSSIER,
        'H15.50',
        'Tạm dừng không có trên Cổng',
        'Yêu cầu thực hiện nghĩa vụ tài chính, 09:10 20/03/2026Cập nhật: trạng thái, ngày hẹn trả',
        'Đang xử lý, 08:00 19/03/2026Lê Thị Bình, Bộ phận Một cửa',
      ],
    ]);
  });

  it('is not there where everything is sent, and calls nothing missing where nothing is', async () => {
    const page = await visit();
    await page.locator('.card').waitFor();
    expect(await page.locator('.moving-in').count()).toBe(0);
    const nothing = { behind: 0, retrying: 0, blocked: 0, unknown: 0, inStep: 0, pausesNotThere: 0 };
    Object.assign(canned.destinations[0]!, { ...nothing, mode: 'observe', observed: 21, compared: 0 });
    await nextRefresh();
    await page.getByText('Không ghi gì lên Cổng.').waitFor();
    expect(await page.locator('.figure').allTextContents()).toEqual(['21Chỉ theo dõi', '0So sánh, không gửi']);
    expect(canned.reads.some((path) => path.includes('/comparison'))).toBe(false);
  });

  it('a dossier shows its mode, what the portal alone told, and what would be written', async () => {
    Object.assign(canned.sync, {
      mode: 'compare',
      state: 'observing',
      attempts: 0,
      lastError: null,
      nextAttemptAt: null,
    });
    canned.sync.comparison = comparison();
    Object.assign(canned.events[5]!, { source: 'national-portal', effect: true, withoutEffectBecause: null });
    const page = await visit(`#/ho-so/${DOSSIER}`);
    await page.locator('.heading').getByText('Cổng: so sánh, không gửi').waitFor();
    expect(await page.getByText('Tạm dừng chưa lên Cổng').count()).toBe(0);
    const [seen] = await rowsOf(page, '[data-seq="6"]');
    expect(seen?.[1]).toBe('');
    expect(seen?.[3]).toContain('Cổng Dịch vụ công quốc gia');
    const now = (await rowsOf(page, '.timeline tfoot tr'))[0]!;
    expect(now[3]).toContain('So sánh, không gửi');
    expect(now[3]).toContain('Sẽ ghi khi chuyển sang gửiYêu cầu thực hiện nghĩa vụ tài chính, 09:10 20/03/2026');
    expect(now[3]).toContain('Nơi khác đã ghiĐang xử lý, 08:00 19/03/2026Lê Thị Bình');
  });
});

describe('one dossier', () => {
  it('stands on one time line: what the ministry told, what was recorded, what the portal has', async () => {
    const page = await visit(`#/ho-so/${DOSSIER}`);
    await page.locator('.timeline').waitFor();
    expect(await page.locator('.timeline thead th').allTextContents()).toEqual([
      'Thời điểm',
      'Bộ, ngành',
      'Liên Thông',
      'Cổng',
    ]);
    const rows = await rowsOf(page, '.timeline tbody tr');
    expect(rows).toHaveLength(6);
    expect(rows[1]).toEqual(['08:3010/03/2026', '', expect.stringContaining('Được tiếp nhận'), '✓ Đã gửi']);
    const taxNotice = rows[4]!;
    expect(taxNotice[1]).toContain('Tạm dừngchờ thực hiện nghĩa vụ tài chính');
    expect(taxNotice[1]).toContain('VBDLIS');
    expect(taxNotice[2]).toContain('Nhận và ghi mục 5');
    expect(taxNotice[3]).toBe('Tạm dừng chưa lên Cổng');
    expect(rows[5]).toEqual([
      '09:4020/03/2026',
      expect.stringContaining('Hệ thống điều phối'),
      expect.stringContaining('Không có hiệu lực: hệ thống khác còn tạm dừng'),
      'Không gửi',
    ]);
    const now = (await rowsOf(page, '.timeline tfoot tr'))[0]!;
    expect(now[3]).toContain('Yêu cầu thực hiện nghĩa vụ tài chính (mã 6)');
    expect(now[3]).toContain('Ngày hẹn trả trên Cổng: 17:00 31/03/2026');
  });

  it('turns to "Đã gửi" when the portal has it, without another read of the personal data', async () => {
    const page = await visit(`#/ho-so/${DOSSIER}`);
    await page.locator('.heading').getByText('Tạm dừng chưa lên Cổng').waitFor();
    Object.assign(canned.sync, { ackedSeq: 6, sentSeqs: [1, 2, 3, 4, 5], state: 'in-step', lastError: null });
    await nextRefresh();
    await page.locator('.heading').getByText('Cổng đã xác nhận').waitFor();
    expect((await rowsOf(page, '[data-seq="5"]'))[0]?.[3]).toBe('✓ Đã gửi');
    expect(canned.reads.filter((path) => path.endsWith('/timeline'))).toHaveLength(1);
    expect(canned.reads.filter((path) => path === `/v1/dossiers/${DOSSIER}`)).toHaveLength(1);
  });

  it('keeps what was opened, and the focus, when something new comes', async () => {
    const page = await visit(`#/ho-so/${DOSSIER}`);
    const summary = page.getByText('Cách tính hạn');
    await summary.click();
    await page.getByText('15 ngày làm việc: đến 17:00 31/03/2026.').waitFor();
    canned.sync.attempts = 4;
    await nextRefresh();
    await page.locator('.timeline').getByText('4 lần').waitFor();
    expect(await page.getByText('15 ngày làm việc: đến 17:00 31/03/2026.').isVisible()).toBe(true);
    expect(await summary.evaluate((found) => found === found.ownerDocument.activeElement)).toBe(true);
  });

  it('is found by its code with the keyboard alone, and one that is not there is said so', async () => {
    const page = await visit();
    await page.locator('.card').waitFor();
    await page.getByLabel('Mã hồ sơ').focus();
    await page.keyboard.type(` ${DOSSIER} `);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: DOSSIER }).waitFor();
    expect(new URL(page.url()).hash).toBe(`#/ho-so/${DOSSIER}`);

    await page.getByLabel('Mã hồ sơ').fill('H15.50-260310-0404');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('Hồ sơ H15.50-260310-0404 chưa được đăng ký').waitFor();
    expect(await page.locator('.timeline').count()).toBe(0);
  });

  it('shows what others wrote as text, whatever it looks like', async () => {
    canned.events[2]!.note = '<img src=x onerror="document.title = 1">';
    const page = await visit(`#/ho-so/${DOSSIER}`);
    await page.getByText('<img src=x onerror="document.title = 1">').waitFor();
    expect(await page.title()).toBe(`${DOSSIER} – Liên Thông`);
  });
});

describe('reconciliation', () => {
  it('shows the runs, what differs on either side, and what the portal refuses with what to do', async () => {
    const page = await visit();
    await page.getByRole('link', { name: /^Đối soát/ }).click();
    await page.getByRole('heading', { name: 'Đối soát', exact: true }).waitFor();
    await page.getByText('Không hồ sơ nào bị bỏ quên').waitFor();
    const [run, difference, refused] = await rowsOf(page, 'tbody tr');
    expect(run!.slice(1)).toEqual([
      '2026-03-01 – 2026-03-31H15',
      'Tệp kết xuất',
      '4.500chưa xét 12',
      '3',
      'Đang chạy 42 %',
    ]);
    expect(difference!.slice(0, 4)).toEqual([
      DOSSIER,
      'Tạm dừng không có trên Cổng',
      'Yêu cầu thực hiện nghĩa vụ tài chính',
      'Đang xử lý',
    ]);
    expect(difference![5]).toBe('Cần lập sự vụ−5: không có quyền cập nhật');
    expect(refused!.slice(2)).toEqual([
      'Mã TTHC không tồn tại trên hệ thống',
      'Mã thủ tục không có trên Cổng: đối chiếu danh mục thủ tục.',
    ]);
    canned.silent = { total: 1, counts: {}, items: [{ dossierCode: DOSSIER, why: 'not-queued', since: null }] };
    await nextRefresh();
    await page.getByText('1 hồ sơ bị bỏ quên').waitFor();
  });
});

describe('the page', () => {
  const screens: Record<string, BrowserContextOptions> = {
    'a desk in daylight': { viewport: { width: 1366, height: 768 }, colorScheme: 'light' },
    'a desk at night': { viewport: { width: 1366, height: 768 }, colorScheme: 'dark' },
    'a phone': { viewport: { width: 360, height: 740 }, colorScheme: 'light' },
  };

  it.each(Object.entries(screens))('is accessible and never wider than the screen at %s', async (_name, options) => {
    const page = await visit('', options, { signIn: false });
    await page.getByRole('button', { name: 'Đăng nhập' }).waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Đăng nhập' }).click();
    await page.getByLabel('Mật khẩu').waitFor();
    await expectAccessible(page);
    Object.assign(canned.destinations[0]!, { observed: 21, compared: 27 });
    await fillSignIn(page);
    await page.locator('.moving-in .list').waitFor();
    await expectAccessible(page);
    await page.goto(`${address}/console#/doi-soat`);
    await page.getByRole('heading', { name: 'Cổng từ chối' }).waitFor();
    await expectAccessible(page);
    await page.goto(`${address}/console#/ho-so/${DOSSIER}`);
    await page.locator('.timeline').waitFor();
    await expectAccessible(page);
  });

  async function expectAccessible(page: Page): Promise<void> {
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
  }

  it('asks nothing of anyone else, and breaks no rule of its own policy', async () => {
    const page = await visit('', {}, { signIn: false });
    const elsewhere: string[] = [];
    const complaints: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(address)) elsewhere.push(request.url());
    });
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.reload();
    await fillSignIn(page);
    await page.locator('.card').waitFor();
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
      const { headers, statusCode } = await app.inject({ url: path! });
      expect(statusCode).toBe(200);
      expect(headers['content-type']).toBe(`${type}; charset=utf-8`);
      expect(headers['content-security-policy']).toContain("default-src 'self'");
      expect(headers['x-content-type-options']).toBe('nosniff');
      const again = await app.inject({ url: path!, headers: { 'if-none-match': String(headers.etag) } });
      expect([again.statusCode, again.body]).toEqual([304, '']);
    }
  });
});
