/** @module Catalogue files: what is refused and where, what a new version closes, what running processes learn. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takePortalProcedures } from '../../src/catalogue/from-portal.ts';
import { readRows } from '../../src/catalogue/import.ts';
import { importRows } from '../../src/catalogue/import-store.ts';
import { catalogueVersion, loadCatalogue, seedCatalogues } from '../../src/catalogue/store.ts';
import { importText } from '../../src/cli/catalogue.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await testDatabase();
  await seedCatalogues(database.pool);
  folder = await mkdtemp(join(tmpdir(), 'lienthong-import-'));
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true });
});

const HEADER =
  'code,name,sectorCode,sectorName,limit,startRule,mayEnd,pauses,pauseNeedsDocument,cut,cutDecision,fastTrackLimit,fastTrackDecision,clock,effectiveFrom,effectiveTo';
const row = (code: string, limit: string, from: string, more = ',,,'): string =>
  `${code},Cấp giấy phép thử,G11-XD,Xây dựng,${limit},15:00,igate;coordination,,true,${more},working,${from},`;
const csv = (...rows: string[]): string => [HEADER, ...rows].join('\n');
const importCsv = async (text: string, skipBad = false): Promise<string> => {
  const file = join(folder, 'procedures.csv');
  await writeFile(file, text);
  return importText('procedures', file, { env: { DATABASE_URL: database.url }, skipBad });
};
const versions = async (code: string) =>
  (
    await database.pool.query<{ from: string; to: string | null; told: string | null; limit: number | null }>(
      `select effective_from as "from", effective_to as "to", body->>'effectiveTo' as told, (body->'limit'->>'amount')::float8 as "limit"
       from procedure where code = $1 order by 1`,
      [code],
    )
  ).rows;

describe('a file of procedures', () => {
  it('is read with limits, halves, cutoffs, cuts and fast tracks', () => {
    const { rows, faults } = readRows(
      'procedures',
      csv(row('1.009001', '"2,5wd"', '2026-01-01', '1wd,QĐ 1/QĐ-UBND,4wh,QĐ 2/QĐ-UBND')),
      'csv',
    );
    expect(faults).toEqual([]);
    expect(rows).toMatchObject([
      {
        code: '1.009001',
        limit: { amount: 2.5, unit: 'working-day' },
        startRule: { cutoff: '15:00' },
        mayEnd: ['igate', 'coordination'],
        pauseNeedsDocument: true,
        cut: { limit: { amount: 1, unit: 'working-day' }, decision: 'QĐ 1/QĐ-UBND' },
        fastTrackLimit: { limit: { amount: 4, unit: 'working-hour' }, decision: 'QĐ 2/QĐ-UBND' },
        clock: 'working',
      },
    ]);
  });

  it('names every fault by row and column, in Vietnamese', () => {
    const { rows, faults, total } = readRows(
      'procedures',
      csv(
        row('1.009002', '10wd', '2026-01-01'),
        row('chín', '10wd', '2026-01-01'),
        row('1.009003', 'nhanh', '2026-02-30'),
        row('1.009004', '10wd', '2026-01-01', '5wd,,,'),
        row('1.009002', '12wd', '2026-01-01'),
      ),
      'csv',
    );
    expect({ good: rows.length, total }).toEqual({ good: 1, total: 5 });
    expect(faults.map(({ row: at, path }) => `${at} ${path}`)).toEqual([
      '2 code',
      '3 limit',
      '3 effectiveFrom',
      '4 cut.decision',
      '5 code',
    ]);
    expect(faults[0]!.message).toBe('mã TTHC phải bắt đầu như 1.005129');
    expect(faults.at(-1)!.message).toBe('trùng với dòng 1 (cùng mã và ngày hiệu lực)');
  });

  it.each([
    ['csv', `${HEADER}\n"open`],
    ['json', '{"a":'],
    ['json', '{"a": 1}'],
  ] as const)('that cannot be read as %s at all is one fault', (format, text) => {
    expect(readRows('procedures', text, format)).toMatchObject({ rows: [], faults: [{ row: 0 }], total: 0 });
  });
});

describe('an import', () => {
  it('writes nothing when a row is bad, and the good rows when told to skip it', async () => {
    const text = csv(row('1.009010', '10wd', '2026-01-01'), row('1.009011', 'nhanh', '2026-01-01'));
    await expect(importCsv(text)).rejects.toThrow(/^Dòng 2, limit: .*\nChưa ghi gì: 1\/2 dòng có lỗi\./s);
    expect(await versions('1.009010')).toEqual([]);
    expect(await importCsv(text, true)).toMatch(/Đã ghi 1 dòng, 0 dòng không đổi, 1 dòng bị bỏ qua\.\n$/);
    expect(await versions('1.009010')).toHaveLength(1);
    expect(await versions('1.009011')).toEqual([]);
  });

  it('closes the former version the day before the new one, and is empty the second time', async () => {
    await importCsv(csv(row('1.009020', '20d', '2026-01-01')));
    const newer = csv(row('1.009020', '10wd', '2026-07-01'));
    await importCsv(newer);
    const after = [
      { from: '2026-01-01', to: '2026-06-30', told: '2026-06-30', limit: 20 },
      { from: '2026-07-01', to: null, told: null, limit: 10 },
    ];
    expect(await versions('1.009020')).toEqual(after);
    expect(await importCsv(newer)).toBe('Đã ghi 0 dòng, 1 dòng không đổi, 0 dòng bị bỏ qua.\n');
    expect(await importCsv(csv(row('1.009020', '20d', '2026-01-01')))).toContain('Đã ghi 0 dòng');
    expect(await versions('1.009020')).toEqual(after);
  });

  it('puts a version in between two others', async () => {
    await importCsv(csv(row('1.009030', '20d', '2026-01-01'), row('1.009030', '5wd', '2026-09-01')));
    await importCsv(csv(row('1.009030', '10wd', '2026-05-01')));
    expect((await versions('1.009030')).map(({ from, to }) => [from, to])).toEqual([
      ['2026-01-01', '2026-04-30'],
      ['2026-05-01', '2026-08-31'],
      ['2026-09-01', null],
    ]);
  });

  it('asks for open deadlines to be counted again and raises the version that processes look at', async () => {
    const before = (await loadCatalogue(database.pool)).version;
    await importCsv(csv(row('1.009040', '10wd', '2026-01-01')));
    const after = await loadCatalogue(database.pool);
    expect(after.version).toBeGreaterThan(before);
    expect(after.procedureAt('1.009040', Date.parse('2026-03-09T09:00:00+07:00'))?.limit).toEqual({
      amount: 10,
      unit: 'working-day',
    });
    const { rows } = await database.pool.query('select cause from recomputation order by id desc limit 1');
    expect(rows).toEqual([{ cause: 'catalogue:procedures' }]);
  });

  it.each([
    ['phí', 'a.csv', /Không có danh mục "phí"/],
    ['procedures', 'a.xlsx', /\.csv hoặc \.json/],
    ['procedures', 'nowhere.csv', /Không mở được tệp/],
  ])('refuses %s from %s with what to do', async (kind, file, said) => {
    await expect(importText(kind, file, { env: { DATABASE_URL: database.url }, skipBad: false })).rejects.toThrow(said);
  });

  it('needs a database', async () => {
    const file = join(folder, 'agencies.json');
    await writeFile(
      file,
      JSON.stringify([{ code: 'H15.60', name: 'UBND xã thử', parentCode: 'H15', level: 'commune' }]),
    );
    await expect(importText('agencies', file, { env: { DATA_DIR: folder }, skipBad: false })).rejects.toThrow(
      'Không có cơ sở dữ liệu',
    );
  });
});

describe('pause reasons', () => {
  it('are imported with dates of effect', async () => {
    const text =
      'code,nameVi,nameEn,effect,legalBasis,effectiveFrom,effectiveTo\nconsultation,lấy ý kiến,consultation,suspend,NĐ 100/2026/NĐ-CP,2026-08-01,';
    const { rows, faults } = readRows('pause-reasons', text, 'csv');
    expect(faults).toEqual([]);
    await importRows(database.pool, 'pause-reasons', rows);
    const catalogue = await loadCatalogue(database.pool);
    const effectOn = (date: string) =>
      catalogue.pauseRule(null, 'consultation', Date.parse(`${date}T09:00:00+07:00`)).effect;
    expect([effectOn('2026-07-31'), effectOn('2026-08-01')]).toEqual(['none', 'suspend']);
  });
});

describe('the portal’s catalogue', () => {
  it('adds what nobody knows here, without a limit and marked, and never touches ours', async () => {
    const ours = await versions('1.005129');
    const sector = { code: 'G15-DD', name: 'Đất đai' };
    const untold = { limit: null, fees: null, unread: [] };
    const portal = {
      listProcedures: async () => [
        { ...untold, code: '1.005129.000.00.00.H15', name: 'Tên khác của Cổng', sector },
        { ...untold, code: '2.009999', name: 'Thủ tục chỉ có ở Cổng', sector },
        { ...untold, code: 'không phải mã', name: 'Sai mã', sector },
      ],
    };
    expect(await takePortalProcedures(database.pool, portal)).toBe(1);
    expect(await takePortalProcedures(database.pool, portal)).toBe(0);
    expect(await versions('1.005129')).toEqual(ours);
    const taken = (await loadCatalogue(database.pool)).procedureAt('2.009999', Date.parse('2026-03-09T09:00:00+07:00'));
    expect(taken).toMatchObject({ name: 'Thủ tục chỉ có ở Cổng', limit: null, source: 'national-portal' });
  });

  it('gives way to a version that the province imports', async () => {
    await importCsv(csv(row('2.009999', '7wd', '2026-01-01')));
    const catalogue = await loadCatalogue(database.pool);
    expect(catalogue.procedureAt('2.009999', Date.parse('2026-03-09T09:00:00+07:00'))).toMatchObject({
      limit: { amount: 7 },
    });
  });
});

it('what adds nothing leaves the catalogues’ version as it is: no process reads them anew', async () => {
  const version = (): Promise<number> => catalogueVersion(database.pool);
  const before = await version();
  await seedCatalogues(database.pool);
  const known = {
    ...{ code: '1.005129', name: 'Tên tại Cổng', sector: { code: 'G15', name: 'Đất đai' } },
    ...{ limit: null, fees: null, unread: [] },
  };
  await takePortalProcedures(database.pool, { listProcedures: () => Promise.resolve([known]) });
  await database.pool.query("delete from day_off where name = 'không có'");
  expect(await version()).toBe(before);
  await database.pool.query("update procedure set body = body || '{}' where code = '1.005129'");
  expect(await version()).toBeGreaterThan(before);
});
