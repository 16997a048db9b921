/** @module One dossier in the console, on one time line. */
import { describe, expect, it } from 'vitest';
import { comparison, DOSSIER } from './canned.ts';
import { HALF_MINUTE, openDesk, rowsOf } from './desk.ts';

const desk = openDesk();

describe('one dossier', () => {
  it('stands on one time line: what the ministry told, what was recorded, what the portal has', async () => {
    const page = await desk.visit(`#/ho-so/${DOSSIER}`);
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
    const page = await desk.visit(`#/ho-so/${DOSSIER}`);
    await page.locator('.heading').getByText('Tạm dừng chưa lên Cổng').waitFor();
    Object.assign(desk.canned.sync, { ackedSeq: 6, sentSeqs: [1, 2, 3, 4, 5], state: 'in-step', lastError: null });
    desk.canned.differences = [];
    await desk.pass(HALF_MINUTE);
    await page.locator('.heading').getByText('Cổng đã xác nhận').waitFor();
    expect((await rowsOf(page, '[data-seq="5"]'))[0]?.[3]).toBe('✓ Đã gửi');
    expect(desk.canned.reads.filter((path) => path.endsWith('/timeline'))).toHaveLength(1);
    expect(desk.canned.reads.filter((path) => path === `/v1/dossiers/${DOSSIER}`)).toHaveLength(1);
  });

  it('keeps what was opened, and the focus, when something new comes', async () => {
    const page = await desk.visit(`#/ho-so/${DOSSIER}`);
    const summary = page.getByText('Cách tính hạn');
    await summary.click();
    await page.getByText('15 ngày làm việc: đến 17:00 31/03/2026.').waitFor();
    desk.canned.sync.attempts = 4;
    await desk.pass();
    await page.locator('.timeline').getByText('4 lần').waitFor();
    expect(await page.getByText('15 ngày làm việc: đến 17:00 31/03/2026.').isVisible()).toBe(true);
    expect(await summary.evaluate((found) => found === found.ownerDocument.activeElement)).toBe(true);
  });

  it('is found by its code with the keyboard alone, and one that is not there is said so', async () => {
    const page = await desk.visit();
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
    desk.canned.events[2]!.note = '<img src=x onerror="document.title = 1">';
    const page = await desk.visit(`#/ho-so/${DOSSIER}`);
    await page.getByText('<img src=x onerror="document.title = 1">').waitFor();
    expect(await page.title()).toBe(`${DOSSIER} – Liên Thông`);
  });

  it('shows beside another connection its mode, what the portal alone told, and what would be written', async () => {
    Object.assign(desk.canned.sync, {
      mode: 'compare',
      state: 'observing',
      attempts: 0,
      lastError: null,
      nextAttemptAt: null,
    });
    desk.canned.sync.comparison = comparison();
    Object.assign(desk.canned.events[5]!, { source: 'national-portal', effect: true, withoutEffectBecause: null });
    const page = await desk.visit(`#/ho-so/${DOSSIER}`);
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
