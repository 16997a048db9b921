/** @module Workbooks as they are written: whole for whoever reads them, and no faster than they are taken. */
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fromBufferPromise } from 'yauzl';
import type { Cell } from '../../src/papers/csv.ts';
import { csvLine } from '../../src/papers/csv.ts';
import { type Sheet, toXlsx } from '../../src/papers/xlsx.ts';
import { openXlsx } from '../../src/spreadsheet/xlsx.ts';
import { bytesOf } from '../support/workbook.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lienthong-xlsx-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const sheet = (rows: Sheet['rows'], name = 'Hồ sơ'): Sheet => ({
  name,
  head: ['Mã', 'Số', 'Lúc'],
  widths: [20, 9, 19],
  rows,
});

/** The cells of the first sheet, as the gateway's own reader finds them. */
async function readBack(file: Buffer): Promise<unknown[][]> {
  const path = join(folder, 'a.xlsx');
  await writeFile(path, file);
  const fd = openSync(path, 'r');
  const table = await openXlsx(fd);
  const rows: unknown[][] = [];
  for await (const { cells } of table.rows) rows.push([...cells]);
  table.close();
  closeSync(fd);
  return rows;
}

async function partsOf(file: Buffer): Promise<Map<string, string>> {
  const parts = new Map<string, string>();
  const archive = await fromBufferPromise(file);
  for await (const entry of archive.eachEntry()) {
    const chunks: Buffer[] = [];
    for await (const chunk of await archive.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
    parts.set(entry.fileName, Buffer.concat(chunks).toString());
  }
  return parts;
}

it('says what it was given: letters, signs of XML, numbers, the time of Viet Nam, and nothing', async () => {
  const rows: readonly (readonly Cell[])[] = [
    ['Đường Nguyễn Huệ <b> & "ngoặc"', 7, new Date('2026-03-12T10:00:00+07:00')],
    ['=cmd|\u0000\u0007\ud800', -1.5, null],
    [null, 0, null],
  ];
  const [head, ...read] = await readBack(await bytesOf(toXlsx([sheet(rows)])));
  expect(head!.slice(0, 3)).toEqual(['Mã', 'Số', 'Lúc']);
  // 12 March 2026 is day 46,093 of spreadsheets.
  expect(read[0]!.slice(0, 3)).toEqual(['Đường Nguyễn Huệ <b> & "ngoặc"', 7, expect.closeTo(46_093 + 10 / 24, 5)]);
  expect(read[1]!.slice(0, 2)).toEqual(['=cmd|\ufffd', -1.5]);
  expect(read[2]![1]).toBe(0);
});

it('goes on on another sheet where one is full, and says how many there are', async () => {
  const rows = Array.from({ length: 7 }, (_, n) => [`H15-${n}`, n, null]);
  const parts = await partsOf(await bytesOf(toXlsx([sheet(rows), sheet([], 'Trống')], 3)));
  expect([...parts.get('xl/workbook.xml')!.matchAll(/<sheet name="([^"]+)"/g)].map(([, name]) => name)).toEqual([
    'Hồ sơ',
    'Hồ sơ (2)',
    'Hồ sơ (3)',
    'Trống',
  ]);
  const codes = [1, 2, 3].map((n) => [...parts.get(`xl/worksheets/sheet${n}.xml`)!.matchAll(/H15-(\d)/g)].length);
  expect(codes).toEqual([3, 3, 1]);
});

it('is read no faster than it is taken, and ends its rows when nobody takes it any more', async () => {
  let given = 0;
  let isEnded = false;
  async function* rows(): AsyncGenerator<readonly Cell[]> {
    try {
      for (; given < 1_000_000; given++) yield [`H15.50-${Math.sin(given)}`, given, null];
    } finally {
      isEnded = true;
    }
  }
  for await (const _ of toXlsx([sheet(rows())])) if (given > 10_000) break;
  await expect.poll(() => isEnded).toBe(true);
  expect(given).toBeLessThan(100_000);
});

it('fails as its rows do', async () => {
  async function* rows(): AsyncGenerator<readonly Cell[]> {
    yield ['H15', 1, null];
    throw new Error('the database has gone');
  }
  await expect(bytesOf(toXlsx([sheet(rows())]))).rejects.toThrow('the database has gone');
});

it('writes instants into CSV as the time of Viet Nam', () => {
  expect(csvLine(['=1+1', new Date('2026-03-12T23:30:00Z'), null, 2])).toBe("'=1+1,2026-03-13 06:30:00,,2\r\n");
});
