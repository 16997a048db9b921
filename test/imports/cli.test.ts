import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type KeptCatalogue, keepCatalogue } from '../../src/catalogue/keep.ts';
import { importFile } from '../../src/cli/import.ts';
import { openPipelinedClient } from '../../src/db/pool.ts';
import type { ImportMode } from '../../src/imports/commands.ts';
import { Importer } from '../../src/imports/part.ts';
import { at } from '../support/commands.ts';
import { readers, testSeal } from '../support/seal.ts';
import { openTimeline, PORTAL, silent, type Timeline } from '../support/timeline.ts';
import { bytesOf, workbook } from '../support/workbook.ts';

const now = (): number => at('03-20T09:00');
let timeline: Timeline;
let kept: KeptCatalogue;
let worker: Importer;
let folder: string;
beforeAll(async () => {
  timeline = await openTimeline(now);
  kept = await keepCatalogue(timeline.pool, silent);
  folder = await mkdtemp(join(tmpdir(), 'lienthong-import-'));
  worker = new Importer({
    db: timeline.pool,
    appender: timeline.appender(),
    connect: () =>
      openPipelinedClient(timeline.database.url, {
        applicationName: 'lienthong test',
        statementTimeoutMs: 30_000,
        readers,
      }),
    seal: testSeal,
    kept,
    destinations: [PORTAL],
    instance: 'one',
    log: silent,
    now,
    everyMs: 20,
  });
  worker.start();
});
afterAll(async () => {
  await worker.stop();
  await kept.stop();
  await timeline.close();
  await rm(folder, { recursive: true });
});

const HEADER = ['Mã hồ sơ', 'Mã thủ tục', 'Mã cơ quan', 'Hình thức nộp', 'Chủ hồ sơ', 'Ngày nộp', 'Phòng'];
const row = (n: number, agency = 'H15.50') =>
  [`${agency}-260310-000${n}`, '1.005129', agency, 'Trực tiếp', 'Nguyễn Văn An', '10/03/2026', 'A1'] as const;
const run = async (file: string, mode: ImportMode): Promise<{ out: string; said: string[] }> => {
  const said: string[] = [];
  const env = { DATABASE_URL: timeline.database.url };
  return { out: await importFile(file, { env, mode, say: (line) => said.push(line), everyMs: 20 }), said };
};

it('a workbook is tried, then adopted; its faults stand in a file beside it', async () => {
  const file = join(folder, 'hồ sơ.xlsx');
  await writeFile(file, await bytesOf(workbook([HEADER, row(1), row(2, 'H15.77'), ['H15-3', ...row(3).slice(1)]])));
  const trial = await run(file, 'validate');
  const { out, said } = await run(file, 'adopt');
  const faults = join(folder, 'hồ sơ.loi.csv');
  expect(trial.out).toContain('Đã kiểm tra 3 dòng: 2 hồ sơ sẽ được nhận, 0 đã có, 1 dòng có lỗi.');
  expect(out).toBe(
    `Đã nhập 3 dòng: 2 hồ sơ được nhận, 0 đã có, 1 dòng có lỗi.\nLỗi từng dòng: ${faults}\nMã cơ quan không có trong danh mục (hồ sơ vẫn được nhận): H15.77\nCột không được đọc: Phòng\n`,
  );
  expect(said[0]).toMatch(/^Lần nhập số \d+: tệp đã được nhận/);
  expect(await readFile(faults, 'utf8')).toMatch(/^\uFEFFDòng,.*\r\n4,H15-3,Mã hồ sơ,/);
});

it.each([
  ['no such file', 'không có.csv', null, 'Không mở được tệp'],
  ['an empty file', 'rỗng.csv', '', 'Tệp rỗng.'],
  ['a file without its columns', 'thiếu cột.csv', 'một,hai\n1,2', 'Thiếu cột bắt buộc: Mã hồ sơ'],
])('%s is refused with what to do', async (_title, name, content, words) => {
  const file = join(folder, name);
  if (content !== null) await writeFile(file, content);
  await expect(run(file, 'adopt')).rejects.toThrow(words);
});
