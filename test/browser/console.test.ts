import { existsSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import type { FastifyInstance } from 'fastify';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SECOND } from '../../src/units.ts';
import { type Canned, cannedAnswers, comparison, DOSSIER, PERSON, startStub } from './stub.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const REFRESH = 5 * SECOND;
const HALF_MINUTE = 30 * SECOND;

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
    expect(await page.getByText('Cán bộ vận hành, UBND tỉnh Đắk Lắk').isVisible()).toBe(true);
    expect(await page.getByRole('alert').textContent()).toBe('');
    const stored = await page.evaluate('JSON.stringify([{ ...sessionStorage }, { ...localStorage }, document.cookie])');
    expect(stored).toBe('[{},{},""]');
  });

  it('outlives a reload, and ends with "Đăng xuất"', async () => {
    const page = await visit();
    await page.locator('.tiles').waitFor();
    await page.reload();
    await page.locator('.tiles').waitFor();
    await page.getByRole('button', { name: 'Đăng xuất' }).click();
    await page.getByRole('button', { name: 'Đăng nhập' }).waitFor();
    expect(await page.getByRole('button', { name: 'Đăng xuất' }).isVisible()).toBe(false);
  });

  it('is asked for again when the session is over', async () => {
    const page = await visit();
    await page.locator('.tiles').waitFor();
    canned.problem = { status: 401, title: 'Phiên làm việc đã hết', detail: '', traceId: 'abc' };
    await nextRefresh();
    await page.getByRole('alert').getByText('Phiên làm việc đã hết').waitFor();
    await page.getByRole('button', { name: 'Đăng nhập' }).waitFor();
    expect(await page.locator('.tiles').count()).toBe(0);
  });
});

describe('the first screen', () => {
  it('says what must be 0 and what waits for a person, each with its list, its source and its time', async () => {
    const page = await visit();
    await page.locator('.tiles').waitFor();
    const tiles = await page
      .locator('.tile')
      .evaluateAll((all) =>
        all.map((tile) => [tile.getAttribute('href'), ...[...tile.children].map((part) => part.textContent ?? '')]),
      );
    expect(tiles.map(([href, value, label]) => [href, value, label])).toEqual([
      ['#/lech?trang-thai=tam-dung', '3', 'Tạm dừng chưa lên Cổng'],
      ['#/sai-lech', '1.234', 'Sai lệch đang có'],
      ['#/cho-xu-ly', '2', 'Chờ người xử lý'],
      ['#/su-co', '1', 'Sự cố đang mở'],
      ['#/bo-quen', '0', 'Bị bỏ quên (phải bằng 0)'],
    ]);
    expect(tiles[0]).toContain('2 chưa gửi được, 1 Cổng không giữ');
    for (const tile of tiles) expect(tile.at(-1)).toMatch(/\d{2}:\d{2}|Chưa có lần đối soát nào xong/);
    const card = page.getByRole('region', { name: 'Cổng Dịch vụ công quốc gia' });
    expect(await card.locator('.counts div').allTextContents()).toEqual([
      'Chưa gửi3',
      'Đang thử lại2',
      'Bị chặn1',
      'Chưa rõ kết quả1',
      'Chưa đọc lại được0',
      'Đã xác nhận338',
    ]);
    const rows = await rowsOf(page, '#waiting-list tbody tr');
    expect(rows.map(([code]) => code)).toEqual([DOSSIER, 'H15.57-260316-9002']);
    expect(rows[0]).toEqual(
      expect.arrayContaining([
        'UBND xã Buôn HồH15.50',
        'Tạm dừng: chờ thực hiện nghĩa vụ tài chính',
        '09:10 20/03/2026',
      ]),
    );
    expect(rows[0]?.at(-1)).toContain('Không trả lời trong thời gian cho phép');
    expect(rows[1]?.at(-1)).toBe('Bị chặn 1 lầnCổng không nhận nội dung -5: Mã TTHC không tồn tại trên hệ thống');
    await page.getByText('Gián đoạn Cơ sở dữ liệu quốc gia về dân cư').waitFor();
  });

  it('leads from a figure to its list, and counts everything at most each five minutes', async () => {
    const page = await visit();
    await page.getByRole('link', { name: /Tạm dừng chưa lên Cổng/ }).click();
    await page.getByRole('heading', { name: 'Cổng đã xác nhận nhưng không hiện tạm dừng' }).waitFor();
    expect(canned.reads).toContain('/v1/destinations/national-portal/out-of-step?status=paused&limit=200');
    await page.getByRole('link', { name: '← Tổng quan' }).click();
    await page.locator('.tiles').waitFor();
    await nextRefresh();
    expect(canned.reads.filter((path) => path.endsWith('/silent'))).toHaveLength(1);
  });

  it('has a line for the subscribers of webhooks, and names those that get nothing', async () => {
    const page = await visit();
    const line = page.locator('.subscribers');
    await line.waitFor();
    expect(await line.textContent()).toBe('Nhận thay đổi 2 nơi nhận, 1 tạm ngừng');
    Object.assign(canned.subscriptions[0]!, {
      state: 'auto-paused',
      waiting: 1234,
      failingSince: '2026-03-20T09:10:00+07:00',
      lastError: 'nothing listens there',
    });
    await context.clock.fastForward(HALF_MINUTE);
    await line.getByText('Không gửi được').waitFor();
    expect(await line.textContent()).toBe(
      'Không gửi được 2 nơi nhận, 1 tạm ngừng; iGate tỉnh: còn 1.234 thay đổi (Địa chỉ nhận không hoạt động)',
    );
  });

  it('follows the gateway without a reload, down to nothing', async () => {
    const page = await visit();
    await page.locator('#waiting-list').waitFor();
    Object.assign(canned.destinations[0]!, {
      behind: 0,
      retrying: 0,
      blocked: 0,
      unknown: 0,
      pausesNotThere: 0,
      pausesLost: 0,
    });
    canned.waiting = [];
    await nextRefresh();
    await page.getByRole('link', { name: /^0 Tạm dừng chưa lên Cổng/ }).waitFor();
    expect(await page.locator('.counts dd').allTextContents()).toEqual(['0', '0', '0', '0', '0', '338']);
  });

  it('stays readable beside the words of a fault, which go when it is over', async () => {
    const page = await visit();
    await page.locator('.tiles').waitFor();
    canned.problem = { status: 503, title: 'Cơ sở dữ liệu gián đoạn', detail: 'Thử lại sau.', traceId: '4bf92f35' };
    const alert = page.getByRole('alert');
    await nextRefresh();
    await alert.getByText('Cơ sở dữ liệu gián đoạn').waitFor();
    expect(await alert.textContent()).toContain('Thử lại sau.');
    expect(await alert.textContent()).toContain('Mã truy vết: 4bf92f35');
    expect(await page.locator('.tiles').count()).toBe(1);
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
        'UBND xã Buôn HồH15.50',
        'Tạm dừng không có trên Cổng',
        'Yêu cầu thực hiện nghĩa vụ tài chính, 09:10 20/03/2026Cập nhật: trạng thái, ngày hẹn trả',
        'Đang xử lý, 08:00 19/03/2026Lê Thị Bình, Bộ phận Một cửa',
      ],
    ]);
  });

  it('is not there where everything is sent, and calls nothing missing where nothing is', async () => {
    const page = await visit();
    await page.locator('.tiles').waitFor();
    expect(await page.locator('.moving-in').count()).toBe(0);
    const nothing = { behind: 0, retrying: 0, blocked: 0, unknown: 0, inStep: 0, pausesNotThere: 0 };
    Object.assign(canned.destinations[0]!, { ...nothing, mode: 'observe', observed: 21, compared: 0 });
    await nextRefresh();
    await page.getByText('Không ghi gì lên Cổng.').waitFor();
    expect(await page.locator('.counts div').last().textContent()).toBe('Chỉ theo dõi21');
    await page.getByText('Chưa gửi gì lên Cổng').waitFor();
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
    canned.differences = [];
    await context.clock.fastForward(HALF_MINUTE);
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
    await page.locator('.tiles').waitFor();
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
  it('shows the runs with what became of what each found, and one with its scope, time left and what is unchecked', async () => {
    const page = await visit('#/doi-soat');
    await page.getByRole('heading', { name: 'Các lần đối soát' }).waitFor();
    const [run] = await rowsOf(page, 'tbody tr');
    expect(run!.slice(1)).toEqual([
      '01/03/2026 – 31/03/2026',
      'UBND tỉnh Đắk LắkH15',
      'Tệp kết xuất từ Cổng',
      '4.500chưa xét 12',
      '3',
      '1',
      '2',
      'Đang chạy 42 %, còn khoảng 10 phút',
    ]);
    await page.getByRole('link', { name: /20\/03\/2026/ }).click();
    await page.getByRole('heading', { name: 'Đối soát 01/03/2026 – 31/03/2026' }).waitFor();
    await page.getByText('Khắc phục những gì khắc phục được').waitFor();
    expect(await page.getByRole('link', { name: 'PDF' }).getAttribute('href')).toMatch(/report\.pdf$/);
    expect((await rowsOf(page, '#unchecked-list tbody tr'))[0]).toEqual([
      'H15.50-260201-9007',
      'Đã kết thúc, gần đây không gửi gì',
      '16:00 10/02/2026',
      '–',
    ]);
    expect(await page.locator('pre').allTextContents()).toContainEqual(
      expect.stringMatching(/^lienthong reconcile cancel/),
    );
  });

  it('lists differences by kind and whose they are, keeps the list where a filter is chosen, and says how each is mended', async () => {
    const page = await visit('#/sai-lech');
    await page.getByRole('heading', { name: 'Theo loại' }).waitFor();
    expect((await rowsOf(page, '#by-kind-list tbody tr'))[0]!.slice(0, 7)).toEqual([
      'Tạm dừng không có trên Cổng',
      'Cổng Dịch vụ công quốc gia',
      '1.234',
      '0',
      '0',
      '1.234',
      '0',
    ]);
    const [difference] = await rowsOf(page, '#differences-list tbody tr');
    expect(difference!.slice(0, 4)).toEqual([
      `${DOSSIER}UBND xã Buôn HồH15.50`,
      'Tạm dừng không có trên CổngBên xử lý: Cổng Dịch vụ công quốc gia',
      'Yêu cầu thực hiện nghĩa vụ tài chính',
      'Đang xử lýđọc lúc 09:10 20/03/2026',
    ]);
    expect(difference![5]).toContain('Cổng không cho tài khoản của tỉnh thực hiện -2: không có quyền cập nhật');
    expect(await page.getByRole('link', { name: 'Xem tiếp →' }).getAttribute('href')).toBe('#/sai-lech?sau=7');

    const owner = page.getByLabel('Bên xử lý');
    await owner.focus();
    await owner.selectOption({ label: 'Ngân hàng' });
    await page.getByText('Không có sai lệch nào theo bộ lọc này.').waitFor();
    expect(new URL(page.url()).hash).toBe('#/sai-lech?ben=bank');
    expect(await owner.evaluate((found) => found === found.ownerDocument.activeElement)).toBe(true);

    await page.getByRole('link', { name: 'Bỏ lọc' }).click();
    await page.getByText('Cách xử lý').click();
    const lines = await page.locator('#mend-7 pre').allTextContents();
    expect(lines[0]).toBe("lienthong reconcile repair 7 --author ten.can.bo --reason 'Đã kiểm tra trên Cổng'");
    expect(lines[1]).toBe(
      `curl -sX POST -H "authorization: Bearer $T" -H 'content-type: application/json' ${address}/v1/differences/7/repair -d '{"reason":"Đã kiểm tra trên Cổng"}'`,
    );
    expect(await page.getByRole('link', { name: /hồ sơ chứng minh/ }).getAttribute('href')).toBe(
      '/v1/differences/7/evidence',
    );
    await page.getByRole('link', { name: DOSSIER }).click();
    await page.locator('.timeline').waitFor();
  });

  it('groups what waits for a person by its cause, with what to do, since when, and the command that does it', async () => {
    canned.blocked[0]!.reason = "-5: Trường 'MaTTHC' không tồn tại";
    const page = await visit('#/cho-xu-ly');
    const refused = page.getByRole('article', { name: 'Cổng không nhận nội dung' });
    await refused.waitFor();
    expect(await refused.textContent()).toContain("Lời của Cổng: -5: Trường 'MaTTHC' không tồn tại");
    expect(await refused.textContent()).toContain('từ 10:02 20/03/2026');
    expect(await refused.textContent()).toContain('Nên làm: Mã thủ tục không có trên Cổng');
    const [first] = await refused.locator('pre').allTextContents();
    expect(first).toBe(
      "lienthong destination retry --cause '-5: Trường '\\''MaTTHC'\\'' không tồn tại' --author ten.can.bo --reason 'Đã sửa nguyên nhân'",
    );
    const unmatched = page.getByRole('article', { name: 'Hồ sơ chưa được đăng ký' });
    expect(await unmatched.textContent()).toContain('Do Hệ thống thông tin đất đai (VBDLIS) gửi đến.');
    await unmatched.getByText('Xem danh sách (1)').click();
    expect((await rowsOf(page, '#unmatched-0-list tbody tr'))[0]!.slice(1, 3)).toEqual([
      '09:00 20/03/2026',
      'H15.50-260310-0404',
    ]);
  });

  it('lists incidents with whose answer is overdue, and one with its parties and packs, read once', async () => {
    const page = await visit('#/su-co');
    await page.getByRole('link', { name: 'Quá hạn trả lời (1)' }).waitFor();
    const [row] = await rowsOf(page, '#incidents-list tbody tr');
    expect(row!.at(-1)).toMatch(/Quá hạn trả lời quá .* Trung tâm Dữ liệu quốc gia.*Chưa gửi Bộ, ngành chủ quản/);
    await page.getByRole('link', { name: 'SC-2026-0001' }).click();
    await page.getByRole('heading', { name: 'SC-2026-0001: Tạm dừng không có trên Cổng' }).waitFor();
    const [late, untold] = await rowsOf(page, '#parties-list tbody tr');
    expect(late!.slice(2, 5)).toEqual(['09:00 16/03/2026', '17:00 19/03/2026', '–']);
    expect(untold!.slice(2, 4)).toEqual(['Chưa gửi', '5 ngày làm việc từ khi gửi']);
    expect(await page.locator('.downloads a').evaluateAll((all) => all.map((one) => one.getAttribute('href')))).toEqual(
      ['/v1/incidents/SC-2026-0001/evidence', '/v1/evidence-packs/3/file', '/v1/incidents/SC-2026-0001/attachments/1'],
    );
    await context.clock.fastForward(HALF_MINUTE);
    expect(canned.reads.filter((path) => path === '/v1/incidents/SC-2026-0001')).toHaveLength(1);
  });

  it('names who paused a destination and stopped repairs, why and since when, and why a system is not called', async () => {
    Object.assign(canned.destinations[0]!, {
      paused: {
        since: '2026-03-20T08:00:00+07:00',
        by: 'gateway',
        reason: 'systemic-refusal: -2: Không có quyền',
        until: '2026-03-20T08:15:00+07:00',
      },
      repairsStopped: { since: '2026-03-20T07:00:00+07:00', by: 'binh.le', reason: 'Cổng đang kiểm tra dữ liệu' },
    });
    const page = await visit('#/he-thong');
    const section = page.getByRole('region', { name: 'Gửi lên Cổng Dịch vụ công quốc gia' });
    await section.waitFor();
    const words = await section.textContent();
    expect(words).toContain('Cổng từ chối hàng loạt (systemic-refusal: -2: Không có quyền)');
    expect(words).toContain('Liên Thông tự ngừng, từ 08:00 20/03/2026, tự thử lại lúc 08:15 20/03/2026');
    expect(words).toContain('Cổng đang kiểm tra dữ liệu (binh.le, từ 07:00 20/03/2026)');
    expect(await section.locator('pre').first().textContent()).toMatch(/^lienthong destination resume/);
    Object.assign(canned.destinations[0]!, {
      paused: null,
      resumed: { since: '2026-03-20T08:20:00+07:00', by: 'binh.le', reason: 'Cổng đã cấp lại quyền' },
    });
    await context.clock.fastForward(2 * REFRESH);
    await section.getByText('Gửi trở lại: Cổng đã cấp lại quyền (binh.le, từ 08:20 20/03/2026)').waitFor();
    const [first] = await rowsOf(page, '#connectors-list tbody tr');
    expect(first!.slice(0, 3)).toEqual([
      'Cơ sở dữ liệu quốc gia về dân cư',
      'Gián đoạn',
      'Liên Thông tạm ngừng gọi: Không trả lời trong thời gian cho phép',
    ]);
  });

  it('tells what differs of the catalogues, on which side and how it is known, and which dossiers are with a wrong system', async () => {
    const page = await visit();
    await page.getByRole('link', { name: '1 hồ sơ ở sai hệ thống' }).click();
    await page.getByRole('heading', { name: 'Danh mục' }).waitFor();
    const [side] = await rowsOf(page, '#sides-list tbody tr');
    expect(side!.slice(0, 3)).toEqual(['Cổng Dịch vụ công quốc gia', '3', 'Tên khác nhau: 1Chỉ có ở bên kia: 2']);
    expect(side!.slice(4)).toEqual([
      '02:00 20/03/2026',
      'Thủ tục: bên đó trả lời, 02:00 20/03/2026',
      'Thời hạn giải quyết, Phí, lệ phí',
    ]);
    const [misrouted] = await rowsOf(page, '#misrouted-list tbody tr');
    expect(misrouted!.slice(3, 6)).toEqual([
      'Hệ thống hộ tịch điện tử',
      'Hệ thống thông tin đất đai (VBDLIS)',
      '08:05 11/03/2026',
    ]);
    await page.locator('#sides-list').getByRole('link', { name: '2' }).click();
    await page.getByText('Không có sai lệch nào.').waitFor();
    expect(new URL(page.url()).hash).toBe('#/danh-muc?ben=national-portal&loai=only-there');
  });

  it('names each dossier that was left behind', async () => {
    canned.silent = { total: 1, counts: {}, items: [{ dossierCode: DOSSIER, why: 'not-queued', since: null }] };
    const page = await visit('#/bo-quen');
    await page.getByText('1 hồ sơ', { exact: true }).waitFor();
    expect((await rowsOf(page, '#silent-list tbody tr'))[0]!.slice(0, 2)).toEqual([
      DOSSIER,
      'Chưa được đưa vào hàng gửi',
    ]);
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
  const DESK = { width: 1366, height: 768 };
  const PHONE = { width: 360, height: 740 };

  it('is accessible by day and by night, and never wider than a desk’s screen or a phone’s', async () => {
    Object.assign(canned.destinations[0]!, { observed: 21, compared: 27 });
    const page = await visit('', { viewport: DESK }, { signIn: false });
    await page.getByRole('button', { name: 'Đăng nhập' }).waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Đăng nhập' }).click();
    await page.getByLabel('Mật khẩu').waitFor();
    await expectAccessible(page);
    await fillSignIn(page);
    for (const [hash, there] of Object.entries(PLACES)) {
      await page.goto(`${address}/console#/${hash}`);
      await page.locator(there).first().waitFor();
      for (const details of await page.locator('main details').all())
        await details.evaluate((found) => found.setAttribute('open', ''));
      await expectAccessible(page, { byNight: EVERY_TONE.has(hash) });
    }
  }, 300_000);

  async function expectAccessible(page: Page, { byNight = false } = {}): Promise<void> {
    const complaints = async (axe: AxeBuilder) =>
      (await axe.analyze()).violations.map(({ id, nodes }) => [page.url(), id, nodes.map(({ html }) => html)]);
    expect(await complaints(new AxeBuilder({ page }))).toEqual([]);
    if (byNight) {
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await complaints(new AxeBuilder({ page }).withRules(['color-contrast']))).toEqual([]);
      await page.emulateMedia({ colorScheme: 'light' });
    }
    expect(await tooWide(page)).toBeLessThanOrEqual(0);
    await page.setViewportSize(PHONE);
    expect(await tooWide(page)).toBeLessThanOrEqual(0);
    await page.setViewportSize(DESK);
  }
  const tooWide = (page: Page): Promise<number> =>
    page.evaluate('document.documentElement.scrollWidth - innerWidth') as Promise<number>;

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
