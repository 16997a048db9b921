import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { openCsv } from '../../src/spreadsheet/csv.ts';
import { type TableRow, UnreadableFile } from '../../src/spreadsheet/table.ts';
import { linesOf } from '../../src/spreadsheet/text.ts';

const collected = <T>(items: AsyncIterable<T>): Promise<T[]> => Readable.from(items).toArray() as Promise<T[]>;

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
const read = (text: string | Uint8Array, size = 1_000): Promise<TableRow[]> => {
  const bytes = Buffer.from(text);
  return collected(openCsv(pieces(bytes, size), bytes.length).rows);
};

it.each([
  ['commas', ','],
  ['semicolons', ';'],
  ['tabs', '\t'],
])('a table separated by %s is read with quotes, marks and empty lines', async (_title, separator) => {
  const text = `\uFEFFMã hồ sơ${separator}Chủ hồ sơ\r\nA-1${separator}"Lê ""An""${separator} con"\r\n\r\nA-2${separator}\r\n`;
  expect(await read(text)).toEqual([
    { row: 1, cells: ['Mã hồ sơ', 'Chủ hồ sơ'] },
    { row: 2, cells: ['A-1', `Lê "An"${separator} con`] },
    { row: 4, cells: ['A-2', null] },
  ]);
});

it('letters cut apart between pieces are whole', async () => {
  const text = 'Mã hồ sơ,Chủ hồ sơ\nH15.50-260310-0001,Nguyễn Thị Hường\n';
  expect(await read(text, 1)).toEqual(await read(text));
});

it('what is no UTF-8 is refused with what to do', async () => {
  const reading = read(Buffer.from([0x4d, 0xe3, 0x20, 0x68, 0x0a]));
  await expect(reading).rejects.toBeInstanceOf(UnreadableFile);
  await expect(read(Buffer.from([0xff, 0xfe, 0x4d, 0]))).rejects.toMatchObject({
    vi: expect.stringContaining('UTF-8'),
  });
});

it('a quote that is never closed ends in a refusal, not in memory', async () => {
  await expect(read(`Mã hồ sơ\n"H15${'x'.repeat(2 * 1024 * 1024)}`, 64 * 1024)).rejects.toMatchObject({
    vi: expect.stringContaining('dấu ngoặc kép'),
  });
});

it('lines are found however the text is cut, and one that is too long is only named', async () => {
  async function* cut(): AsyncGenerator<string> {
    yield* ['một\r\nh', 'ai\n', 'x'.repeat(30), 'x'.repeat(30), '\nba'];
  }
  expect(await collected(linesOf(cut(), 40))).toEqual([
    { row: 1, text: 'một' },
    { row: 2, text: 'hai' },
    { row: 3, text: null },
    { row: 4, text: 'ba' },
  ]);
});
