import { Readable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openScratch } from '../../src/spreadsheet/scratch.ts';
import { SharedStrings } from '../../src/spreadsheet/shared-strings.ts';
import { type TableRow, UnreadableFile } from '../../src/spreadsheet/table.ts';
import { columnOf, openXlsx } from '../../src/spreadsheet/xlsx.ts';
import { bytesOf, type WorkbookOptions, type WrittenCell, workbook } from '../support/workbook.ts';

const collected = <T>(items: AsyncIterable<T>): Promise<T[]> => Readable.from(items).toArray() as Promise<T[]>;

async function open(bytes: Uint8Array) {
  const scratch = openScratch();
  onTestFinished(() => scratch.close());
  scratch.write(bytes);
  const table = await openXlsx(scratch.fd);
  onTestFinished(() => table.close());
  return table;
}
const read = async (rows: readonly (readonly WrittenCell[])[], options?: WorkbookOptions): Promise<TableRow[]> =>
  collected((await open(await bytesOf(workbook(rows, options)))).rows);

const SHEET: readonly (readonly WrittenCell[])[] = [
  ['Mã hồ sơ', 'Chủ hồ sơ', 'Ngày tiếp nhận'],
  ['H15.50-260310-0001', 'Nguyễn Thị <Hoa> & con', 46091.354166666664],
  [null, null, null],
  [null, 'chỉ cột B', null, 12.5],
];

describe('a workbook', () => {
  it.each([
    ['with shared strings', {}],
    ['with texts in their cells', { sharedStrings: false }],
    ['with a hidden sheet before', { hiddenFirst: true }],
  ])('%s gives its rows with their numbers; gaps are empty cells', async (_title, options) => {
    expect(await read(SHEET, options)).toEqual([
      { row: 1, cells: SHEET[0] },
      { row: 2, cells: SHEET[1] },
      { row: 4, cells: [null, 'chỉ cột B', null, 12.5] },
    ]);
  });

  it('says how much of it has been read', async () => {
    const rows = Array.from({ length: 20_000 }, (_, n) => [`H15.50-260310-${n}`, n]);
    const table = await open(await bytesOf(workbook(rows)));
    const seen: number[] = [];
    for await (const { row } of table.rows) if (row % 5_000 === 0) seen.push(table.fraction());
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(1);
    expect(seen[0]).toBeLessThan(0.5);
  });

  it('counts days from 1904 where it says so', async () => {
    expect((await open(await bytesOf(workbook(SHEET, { date1904: true })))).date1904).toBe(true);
  });

  it.each([
    ['no archive at all', Buffer.from('Mã hồ sơ,Chủ hồ sơ')],
    ['cut off', Buffer.from('PK\x03\x04rest')],
  ])('%s is refused with what to do', async (_title, bytes) => {
    await expect(open(bytes)).rejects.toBeInstanceOf(UnreadableFile);
    await expect(open(bytes)).rejects.toMatchObject({ vi: expect.stringContaining('.xlsx') });
  });

  it('damaged in the middle of its sheet is refused there', async () => {
    const bytes = await bytesOf(workbook(Array.from({ length: 5_000 }, (_, n) => [`a${n}`, Math.sin(n)])));
    bytes.fill(0, Math.floor(bytes.length / 3), Math.floor(bytes.length / 3) + 200);
    const reading = open(bytes).then((table) => collected(table.rows));
    await expect(reading).rejects.toBeInstanceOf(UnreadableFile);
  });
});

it.each([
  ['A1', 0],
  ['Z9', 25],
  ['AA10', 26],
  ['XFD1048576', 16_383],
])('%s is column %i', (reference, column) => {
  expect(columnOf(reference)).toBe(column);
});

it('shared strings come back in any order, also across the blocks they are kept in', () => {
  const strings = new SharedStrings();
  onTestFinished(() => strings.close());
  const texts = Array.from({ length: 20_000 }, (_, n) => `chữ ${n} `.repeat(1 + (n % 40)));
  for (const text of texts) strings.add(text);
  for (let n = 0; n < texts.length; n += 1) {
    const index = (n * 7919) % texts.length;
    if (strings.get(index) !== texts[index]) throw new Error(`string ${index} differs`);
  }
  expect(strings.get(texts.length)).toBeNull();
  expect(strings.get(Number.NaN)).toBeNull();
});
