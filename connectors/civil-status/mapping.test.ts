import { describe, expect, it } from 'vitest';
import { toTracked } from './mapping.ts';
import { dayOf, instantOf } from './times.ts';
import type { Step } from './wire.ts';

const CODE = 'H15.50-260310-0001';
const AT = Date.parse('2026-03-11T09:00:00+07:00');

const step = (trangThai: string, thoiGianThucHien: string, more: Partial<Step> = {}) => ({
  maHoSoMCDT: CODE,
  errors: null,
  trangThai,
  thoiGianThucHien,
  ghiChu: null,
  ketQuaXuLy: null,
  nguoiXuLy: 'Trần Thị Hạnh',
  chucDanh: null,
  phongBanXuLy: null,
  noiDungXuLy: null,
  hanBoSungHoSo: null,
  ...more,
});

describe('its steps', () => {
  const tracked = (...records: object[]) => toTracked(records as unknown as Step[], 'local');

  it.each([
    ['1', null, null],
    ['2', 'paused', 'supplement'],
    ['3', 'processing', null],
    ['4', 'completed', null],
    ['5', 'returned', null],
    ['6', 'rejected', null],
    ['7', null, null],
  ])('%s becomes %s, never its own number', (code, status, reason) => {
    const { steps, fault } = tracked(step(code, '20260311090000'));
    expect(fault).toBeNull();
    expect(steps.map((one) => [one.status, one.reason])).toEqual(status === null ? [] : [[status, reason]]);
  });

  it('carry their own time, who did them and until when a supplement is waited for', () => {
    const { steps, statusThere, ended } = tracked(
      step('2', '11/03/2026 09:00:00', {
        noiDungXuLy: 'Thiếu giấy chứng sinh',
        hanBoSungHoSo: '26/03/2026',
        chucDanh: 'Công chức',
      }),
    );
    expect(steps).toEqual([
      {
        kind: 'status',
        eventId: `${CODE}:2:${AT}`,
        occurredAt: AT,
        status: 'paused',
        reason: 'supplement',
        outcome: null,
        body: {
          statusThere: '2',
          note: 'Thiếu giấy chứng sinh',
          officer: { name: 'Trần Thị Hạnh', title: 'Công chức' },
          until: '2026-03-26T17:00:00+07:00',
        },
      },
    ]);
    expect({ statusThere, ended }).toEqual({ statusThere: 'Yêu cầu bổ sung', ended: false });
  });

  it('of one second keep the order in which they are told', () => {
    const { steps } = tracked(step('3', '20260311090000'), step('2', '20260311090000'), step('3', '20260311090000'));
    expect(steps.map(({ status, occurredAt }) => [status, occurredAt - AT])).toEqual([
      ['processing', 0],
      ['paused', 1],
      ['processing', 2],
    ]);
    expect(new Set(steps.map(({ eventId }) => eventId)).size).toBe(3);
  });

  it('that ends it end the questions', () => {
    expect(tracked(step('4', '20260311090000'), step('5', '20260311100000'))).toMatchObject({
      ended: true,
      fault: null,
    });
    expect(tracked(step('4', '20260311090000')).ended).toBe(false);
  });

  it.each([
    ['a code of no table', step('8', '20260311090000'), 'trangThai 8 không có trong bảng mã'],
    ['no code', step('', '20260311090000'), 'trangThai trống'],
    ['a day that does not exist', step('3', '31/02/2026'), 'thoiGianThucHien'],
    ['no time', step('3', ''), 'thoiGianThucHien'],
    ['errors', { ...step('3', '20260311090000'), errors: 'Hồ sơ không tồn tại' }, 'Hồ sơ không tồn tại'],
    ['errors as a list', { ...step('3', '20260311090000'), errors: ['x'] }, 'x'],
  ])('with %s are a fault of their dossier, and what can be read counts', (_title, faulty, words) => {
    const { steps, fault } = tracked(step('3', '20260310100000'), faulty);
    expect(steps).toHaveLength(1);
    expect(fault).toContain(words);
  });

  it('name the result without the paper and the persons', () => {
    const ketQuaXuLy = {
      soDangKy: 12,
      quyenSo: '01/2026',
      ngayDangKy: '11/03/2026',
      nksHoTen: 'Nguyễn Minh Khôi',
      giayKhaiSinh: 'JVBERg==',
    };
    const { steps } = tracked(step('4', '20260311090000', { ketQuaXuLy } as never));
    expect(steps[0]!.body).toMatchObject({
      results: [{ name: 'Giấy khai sinh', number: '12/01/2026', issuedOn: '2026-03-11' }],
    });
    expect(JSON.stringify(steps)).not.toMatch(/Minh Khôi|JVBERg/);
  });
});

describe('a time', () => {
  it.each([
    ['20260311090000', '2026-03-11T09:00:00+07:00'],
    ['202603110900', '2026-03-11T09:00:00+07:00'],
    ['20260311', '2026-03-11T17:00:00+07:00'],
    ['11/03/2026 09:00', '2026-03-11T09:00:00+07:00'],
    ['2026-03-11T09:00:00', '2026-03-11T09:00:00+07:00'],
    ['2026-03-11T02:00:00Z', '2026-03-11T09:00:00+07:00'],
  ])('written %s is %s', (written, meant) => {
    expect(instantOf(written, 'local')).toBe(Date.parse(meant));
  });

  it('without a zone is UTC where the installation says so', () => {
    expect(instantOf('20260311020000', 'utc')).toBe(AT);
  });

  it.each(['', '0001-01-01', '31/02/2026', '20261311', '20260311250000', 'hôm qua', null])(
    'written %s is none',
    (written) => {
      expect(instantOf(written, 'local')).toBeNull();
      expect(dayOf(written)).toBeNull();
    },
  );
});
