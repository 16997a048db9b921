/** @module The first screen of the console: what must be 0 and what waits for a person, also beside another connection. */
import { describe, expect, it } from 'vitest';
import { DOSSIER } from './canned.ts';
import { HALF_MINUTE, openDesk, rowsOf } from './desk.ts';

const desk = openDesk();

describe('the first screen', () => {
  it('says what must be 0 and what waits for a person, each with its list, its source and its time', async () => {
    const page = await desk.visit();
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
    const page = await desk.visit();
    await page.getByRole('link', { name: /Tạm dừng chưa lên Cổng/ }).click();
    await page.getByRole('heading', { name: 'Cổng đã xác nhận nhưng không hiện tạm dừng' }).waitFor();
    expect(desk.canned.reads).toContain('/v1/destinations/national-portal/out-of-step?status=paused&limit=200');
    await page.getByRole('link', { name: '← Tổng quan' }).click();
    await page.locator('.tiles').waitFor();
    await desk.pass();
    expect(desk.canned.reads.filter((path) => path.endsWith('/silent'))).toHaveLength(1);
  });

  it('has a line for the subscribers of webhooks, and names those that get nothing', async () => {
    const page = await desk.visit();
    const line = page.locator('.subscribers');
    await line.waitFor();
    expect(await line.textContent()).toBe('Nhận thay đổi 2 nơi nhận, 1 tạm ngừng');
    Object.assign(desk.canned.subscriptions[0]!, {
      state: 'auto-paused',
      waiting: 1234,
      failingSince: '2026-03-20T09:10:00+07:00',
      lastError: 'nothing listens there',
    });
    await desk.pass(HALF_MINUTE);
    await line.getByText('Không gửi được').waitFor();
    expect(await line.textContent()).toBe(
      'Không gửi được 2 nơi nhận, 1 tạm ngừng; iGate tỉnh: còn 1.234 thay đổi (Địa chỉ nhận không hoạt động)',
    );
  });

  it('follows the gateway without a reload, down to nothing', async () => {
    const page = await desk.visit();
    await page.locator('#waiting-list').waitFor();
    Object.assign(desk.canned.destinations[0]!, {
      behind: 0,
      retrying: 0,
      blocked: 0,
      unknown: 0,
      pausesNotThere: 0,
      pausesLost: 0,
    });
    desk.canned.waiting = [];
    await desk.pass();
    await page.getByRole('link', { name: /^0 Tạm dừng chưa lên Cổng/ }).waitFor();
    expect(await page.locator('.counts dd').allTextContents()).toEqual(['0', '0', '0', '0', '0', '338']);
  });

  it('stays readable beside the words of a fault, which go when it is over', async () => {
    const page = await desk.visit();
    await page.locator('.tiles').waitFor();
    desk.canned.problem = {
      status: 503,
      title: 'Cơ sở dữ liệu gián đoạn',
      detail: 'Thử lại sau.',
      traceId: '4bf92f35',
    };
    const alert = page.getByRole('alert');
    await desk.pass();
    await alert.getByText('Cơ sở dữ liệu gián đoạn').waitFor();
    expect(await alert.textContent()).toContain('Thử lại sau.');
    expect(await alert.textContent()).toContain('Mã truy vết: 4bf92f35');
    expect(await page.locator('.tiles').count()).toBe(1);
    desk.canned.problem = null;
    await desk.pass();
    await alert.getByText('Cơ sở dữ liệu gián đoạn').waitFor({ state: 'detached' });
  });
});

describe('beside another connection', () => {
  it('says how far each stage is and why, what would be written, and who else writes', async () => {
    Object.assign(desk.canned.destinations[0]!, { observed: 21, compared: 27 });
    const page = await desk.visit();
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
    const page = await desk.visit();
    await page.locator('.tiles').waitFor();
    expect(await page.locator('.moving-in').count()).toBe(0);
    const nothing = { behind: 0, retrying: 0, blocked: 0, unknown: 0, inStep: 0, pausesNotThere: 0 };
    Object.assign(desk.canned.destinations[0]!, { ...nothing, mode: 'observe', observed: 21, compared: 0 });
    await desk.pass();
    await page.getByText('Không ghi gì lên Cổng.').waitFor();
    expect(await page.locator('.counts div').last().textContent()).toBe('Chỉ theo dõi21');
    await page.getByText('Chưa gửi gì lên Cổng').waitFor();
    expect(desk.canned.reads.some((path) => path.includes('/comparison'))).toBe(false);
  });
});
