/** @module The console’s lists for those who work: reconciliation, what waits for a person, incidents, systems, catalogues. */
import { describe, expect, it } from 'vitest';
import { DOSSIER } from './canned.ts';
import { HALF_MINUTE, openDesk, REFRESH, rowsOf } from './desk.ts';

const desk = openDesk();

describe('reconciliation', () => {
  it('shows the runs with what became of what each found, and one with its scope, time left and what is unchecked', async () => {
    const page = await desk.visit('#/doi-soat');
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
    const page = await desk.visit('#/sai-lech');
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
      `curl -sX POST -H "authorization: Bearer $T" -H 'content-type: application/json' ${desk.address}/v1/differences/7/repair -d '{"reason":"Đã kiểm tra trên Cổng"}'`,
    );
    expect(await page.getByRole('link', { name: /hồ sơ chứng minh/ }).getAttribute('href')).toBe(
      '/v1/differences/7/evidence',
    );
    await page.getByRole('link', { name: DOSSIER }).click();
    await page.locator('.timeline').waitFor();
  });

  it('groups what waits for a person by its cause, with what to do, since when, and the command that does it', async () => {
    desk.canned.blocked[0]!.reason = "-5: Trường 'MaTTHC' không tồn tại";
    const page = await desk.visit('#/cho-xu-ly');
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
    const page = await desk.visit('#/su-co');
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
    await desk.pass(HALF_MINUTE);
    expect(desk.canned.reads.filter((path) => path === '/v1/incidents/SC-2026-0001')).toHaveLength(1);
  });

  it('names who paused a destination and stopped repairs, why and since when, and why a system is not called', async () => {
    Object.assign(desk.canned.destinations[0]!, {
      paused: {
        since: '2026-03-20T08:00:00+07:00',
        by: 'gateway',
        reason: 'systemic-refusal: -2: Không có quyền',
        until: '2026-03-20T08:15:00+07:00',
      },
      repairsStopped: { since: '2026-03-20T07:00:00+07:00', by: 'binh.le', reason: 'Cổng đang kiểm tra dữ liệu' },
    });
    const page = await desk.visit('#/he-thong');
    const section = page.getByRole('region', { name: 'Gửi lên Cổng Dịch vụ công quốc gia' });
    await section.waitFor();
    const words = await section.textContent();
    expect(words).toContain('Cổng từ chối hàng loạt (systemic-refusal: -2: Không có quyền)');
    expect(words).toContain('Liên Thông tự ngừng, từ 08:00 20/03/2026, tự thử lại lúc 08:15 20/03/2026');
    expect(words).toContain('Cổng đang kiểm tra dữ liệu (binh.le, từ 07:00 20/03/2026)');
    expect(await section.locator('pre').first().textContent()).toMatch(/^lienthong destination resume/);
    Object.assign(desk.canned.destinations[0]!, {
      paused: null,
      resumed: { since: '2026-03-20T08:20:00+07:00', by: 'binh.le', reason: 'Cổng đã cấp lại quyền' },
    });
    await desk.pass(2 * REFRESH);
    await section.getByText('Gửi trở lại: Cổng đã cấp lại quyền (binh.le, từ 08:20 20/03/2026)').waitFor();
    const [first] = await rowsOf(page, '#connectors-list tbody tr');
    expect(first!.slice(0, 3)).toEqual([
      'Cơ sở dữ liệu quốc gia về dân cư',
      'Gián đoạn',
      'Liên Thông tạm ngừng gọi: Không trả lời trong thời gian cho phép',
    ]);
  });

  it('tells what differs of the catalogues, on which side and how it is known, and which dossiers are with a wrong system', async () => {
    const page = await desk.visit();
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
    desk.canned.silent = { total: 1, counts: {}, items: [{ dossierCode: DOSSIER, why: 'not-queued', since: null }] };
    const page = await desk.visit('#/bo-quen');
    await page.getByText('1 hồ sơ', { exact: true }).waitFor();
    expect((await rowsOf(page, '#silent-list tbody tr'))[0]!.slice(0, 2)).toEqual([
      DOSSIER,
      'Chưa được đưa vào hàng gửi',
    ]);
  });
});
