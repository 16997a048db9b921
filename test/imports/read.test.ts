import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkLine } from '../../src/imports/check.ts';
import { COLUMNS, headerOf } from '../../src/imports/columns.ts';
import type { Candidate, LineFault } from '../../src/imports/line.ts';
import { formatOf, type ImportFormat, openImportFile } from '../../src/imports/read.ts';
import { SeenCodes } from '../../src/imports/seen-codes.ts';
import { dayOfCell, timeOf } from '../../src/imports/times.ts';
import { bytesOf, type WorkbookOptions, type WrittenCell, workbook } from '../support/workbook.ts';

const SENT_AT = Date.parse('2026-03-20T08:00:00+07:00');

async function open(bytes: Buffer, format: ImportFormat = formatOf(bytes)) {
  const file = await openImportFile({
    format,
    bytes: Readable.from([bytes]),
    size: bytes.length,
    sentAt: SENT_AT,
    pauseReasons: new Map([['cho co quan thue xac dinh nghia vu tai chinh', 'tax-determination']]),
  });
  onTestFinished(() => file.close());
  return file;
}
async function read(bytes: Buffer): Promise<{ candidates: Candidate[]; faults: readonly LineFault[][] }> {
  const file = await open(bytes);
  const candidates = (await Readable.from(file.candidates).toArray()) as Candidate[];
  const faults = candidates.map((candidate) => {
    const checked = checkLine(candidate, file.columns);
    return 'faults' in checked ? [...checked.faults] : [];
  });
  return { candidates, faults };
}
const sheet = async (rows: readonly (readonly WrittenCell[])[], options?: WorkbookOptions) =>
  read(await bytesOf(workbook(rows, options)));
const csv = (text: string) => read(Buffer.from(text));

const REQUIRED = ['Mã hồ sơ', 'Mã thủ tục', 'Mã cơ quan', 'Hình thức nộp', 'Chủ hồ sơ'];
const GOOD = ['H15.50-260310-0001', '1.005129', 'H15.50', 'Trực tuyến', 'Nguyễn Thị Hoa'];

describe('a spreadsheet of open dossiers', () => {
  it('with every column, as offices write them, becomes a line that is taken', async () => {
    const header = [
      ...REQUIRED,
      ...['Loại chủ hồ sơ', 'Số định danh', 'Ngày sinh', 'Giới tính', 'Số điện thoại', 'Trích yếu'],
      ...['Ngày nộp', 'Ngày tiếp nhận', 'Ngày hẹn trả', 'Số giấy hẹn', 'Cơ quan giải quyết', 'Số biên nhận'],
      ...['Trạng thái', 'Thời điểm trạng thái', 'Lý do tạm dừng', 'Trạng thái trên Cổng', 'Ngày hẹn trả trên Cổng'],
      'Ghi chú nội bộ',
    ];
    const row = [
      ...GOOD,
      // Numbers, as a spreadsheet keeps what begins with a zero.
      ...['Cá nhân', 66190000123, '17/05/1990', 'Nữ', 905123456, 'Đăng ký biến động'],
      ...[46091.354166666664, '10/03/2026 09:15', '31/03/2026', 'GTN-12', 'H15.12', 'BN-1; BN-2'],
      ...['Tạm dừng', '12/03/2026 16:00', 'Chờ cơ quan thuế xác định nghĩa vụ tài chính', '6', '31/03/2026'],
      'không đọc',
    ];
    const title = ['DANH SÁCH HỒ SƠ ĐANG GIẢI QUYẾT'];
    const { candidates, faults } = await sheet([title, [null], header, row]);
    expect(faults).toEqual([[]]);
    expect(candidates).toMatchObject([
      {
        row: 4,
        value: {
          dossier: {
            code: 'H15.50-260310-0001',
            channel: 'online',
            applicant: {
              kind: 'citizen',
              personalId: '066190000123',
              birthDate: '1990-05-17',
              sex: 'female',
              phone: '0905123456',
            },
            submittedAt: '2026-03-10T08:30:00+07:00',
            receivedAt: '2026-03-10T09:15:00+07:00',
            appointment: { at: '2026-03-31T17:00:00+07:00', basis: 'slip', documentRef: 'GTN-12' },
            routing: { receiving: 'H15.50', resolving: 'H15.12' },
            aliases: ['BN-1', 'BN-2'],
          },
          events: [
            {
              eventId: 'import:H15.50-260310-0001:paused:2026-03-12T16:00:00+07:00',
              status: 'paused',
              pauseReason: 'tax-determination',
              occurredAt: '2026-03-12T16:00:00+07:00',
            },
          ],
          baseline: {
            status: 'paused',
            pauseReason: 'financial-obligation',
            appointmentAt: '2026-03-31T17:00:00+07:00',
            asOf: '2026-03-20T08:00:00+07:00',
          },
        },
      },
    ]);
    expect((await open(await bytesOf(workbook([header, row])))).ignored).toEqual(['Ghi chú nội bộ']);
  });

  it('names each fault by row and column as the file has them, in Vietnamese', async () => {
    const header = [...REQUIRED, 'Ngày tiếp nhận', 'Số CCCD', 'Trạng thái', 'Thời điểm trạng thái'];
    const bad = (changes: Record<number, string>): string =>
      [...GOOD, '10/03/2026', '', 'Đang xử lý', ''].map((cell, i) => changes[i] ?? cell).join(';');
    const { faults } = await csv(
      [
        header.join(';'),
        bad({}),
        bad({ 0: 'H15-1' }),
        bad({ 3: 'fax', 5: '31/02/2026' }),
        bad({ 4: '' }),
        bad({ 6: '066190' }),
        bad({ 7: 'Tạm dừng', 8: '11/03/2026' }),
        bad({ 5: '' }),
        bad({ 7: 'Đã xử lý xong' }),
      ].join('\n'),
    );
    const told = faults.map((row) => row.map(({ column, path, message }) => `${column ?? path}: ${message}`));
    expect(told[0]).toEqual([]);
    expect(told[1]).toEqual([
      'Mã hồ sơ: mã hồ sơ phải có dạng <mã cơ quan>-<yyMMdd>-<số thứ tự từ 4 chữ số>, ví dụ H15.50-251203-2035',
    ]);
    expect(told[2]).toEqual([
      'Hình thức nộp: hình thức nộp phải là Trực tiếp, Trực tuyến hoặc Bưu chính',
      'Ngày tiếp nhận: không đọc được thời gian: ghi như 05/03/2026 08:30',
    ]);
    expect(told.slice(3)).toEqual([
      ['Chủ hồ sơ: Bắt buộc phải có.'],
      ['Số CCCD: số định danh cá nhân gồm đúng 12 chữ số'],
      ['Lý do tạm dừng: tạm dừng phải có pauseReason'],
      ['Ngày tiếp nhận: hồ sơ đã được tiếp nhận mà thiếu ngày tiếp nhận'],
      ['Thời điểm trạng thái: Bắt buộc phải có.'],
    ]);
  });

  it.each([
    ['without a required column', `${REQUIRED.slice(1).join(',')}\n${GOOD.slice(1).join(',')}`, 'Mã hồ sơ'],
    ['with a column twice', `${REQUIRED.join(',')},Số hồ sơ\n`, 'Số hồ sơ'],
    ['without a header', 'một,hai,ba\n1,2,3', 'Mã hồ sơ, Mã thủ tục'],
    ['with nothing in it', '', 'Mã hồ sơ'],
  ])('%s is refused as a whole, with what is missing', async (_title, text, words) => {
    await expect(open(Buffer.from(text))).rejects.toMatchObject({ vi: expect.stringContaining(words) });
  });

  it('is known by English names and by each of the others', () => {
    for (const { name, vi } of COLUMNS)
      for (const header of [name, name.replace(/[A-Z]/g, (letter) => ` ${letter}`).toUpperCase(), ...vi])
        expect([header, headerOf([header]).columns[0]?.name]).toEqual([header, name]);
  });
});

it.each(['en/import.md', 'vi/nhap-ho-so.md'])('every column stands in docs/%s', async (document) => {
  const text = await readFile(join(import.meta.dirname, '../../docs', document), 'utf8');
  const missing = COLUMNS.filter(
    ({ name, vi: [first, ...others] }) =>
      !text.includes(`\`${name}\``) || !text.includes([`**${first}**`, ...others].join(', ')),
  );
  expect(missing.map(({ name }) => name)).toEqual([]);
});

describe('NDJSON', () => {
  const line = { dossier: { code: GOOD[0], procedureCode: GOOD[1], agencyCode: GOOD[2], channel: 'online' } };

  it('is taken line by line; a bad line is named and the others go on', async () => {
    const good = {
      dossier: {
        ...line.dossier,
        applicant: { kind: 'citizen', name: 'Lê An' },
        submittedAt: '2026-03-10T08:00:00+07:00',
      },
    };
    const text = [JSON.stringify(good), '', '{"dossier":', JSON.stringify({ ...line, more: 1 })].join('\r\n');
    const { candidates, faults } = await read(Buffer.from(text));
    expect(candidates.map(({ row }) => row)).toEqual([1, 3, 4]);
    expect(faults[0]).toEqual([]);
    expect(faults[1]).toEqual([{ path: '', column: null, message: 'dòng không phải JSON hợp lệ' }]);
    expect(faults[2]!.map(({ path }) => path)).toEqual(['dossier.applicant', 'more']);
  });
});

it.each([
  ['a workbook', [0x50, 0x4b, 3, 4], 'xlsx'],
  ['lines of JSON', [...Buffer.from('\uFEFF \n{"dossier"')], 'ndjson'],
  ['anything else', [...Buffer.from('Mã hồ sơ;')], 'csv'],
])('%s is known by its first bytes', (_title, bytes, format) => {
  expect(formatOf(Uint8Array.from(bytes))).toBe(format);
});

it('a workbook of the old format is refused with what to do', () => {
  expect(() => formatOf(Uint8Array.from([0xd0, 0xcf, 0x11, 0xe0]))).toThrow(/\.xls/);
});

it.each([
  ['05/03/2026 08:30', '2026-03-05T08:30:00+07:00'],
  ['5/3/2026', '2026-03-05T07:00:00+07:00'],
  ['08:30 05/03/2026', '2026-03-05T08:30:00+07:00'],
  ['8h30, 05-03-2026', '2026-03-05T08:30:00+07:00'],
  ['2026-03-05', '2026-03-05T07:00:00+07:00'],
  ['2026-03-05 08:30:15', '2026-03-05T08:30:15+07:00'],
  ['20260305083015', '2026-03-05T08:30:15+07:00'],
  ['2026-03-05T01:30:00Z', '2026-03-05T01:30:00Z'],
  [46086.354166666664, '2026-03-05T08:30:00+07:00'],
  [46086, '2026-03-05T07:00:00+07:00'],
  ['30/02/2026', null],
  ['05/13/2026', null],
  ['25:00 05/03/2026', null],
  ['hôm qua', null],
  [12, null],
  [true, null],
])('the cell %j tells the time %j', (cell, time) => {
  expect(timeOf(cell, 'start', false)).toBe(time);
});

it('a day alone ends with office hours where it is a promise, and days may count from 1904', () => {
  expect(timeOf('05/03/2026', 'close', false)).toBe('2026-03-05T17:00:00+07:00');
  expect(timeOf(44624, 'start', true)).toBe('2026-03-05T07:00:00+07:00');
  expect(dayOfCell(32994, false)).toBe('1990-05-01');
});

it('codes that were seen are remembered with their first row', () => {
  const seen = new SeenCodes();
  const code = (n: number): string => `H15.50-260310-${n}`;
  for (let n = 0; n < 50_000; n += 1) if (seen.add(code(n), n + 2) !== null) throw new Error(`${n} was never seen`);
  for (let n = 0; n < 50_000; n += 997) expect(seen.add(code(n), 99)).toBe(n + 2);
});
