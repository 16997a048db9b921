import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { writeAgencies } from '../../src/agencies/store.ts';
import { readRows } from '../../src/catalogue/import.ts';
import { loadCatalogue, seedCatalogues } from '../../src/catalogue/store.ts';
import { importText } from '../../src/cli/catalogue.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  await seedCatalogues(database.pool);
});
afterAll(() => database.drop());

const HOURS = '06:30-11:30 13:00-16:00';
const HEADER = 'code,name,parentCode,level,officeHours';
const agencies = (text: string, header = HEADER) => readRows('agencies', `${header}\n${text}`, 'csv').rows;
const write = (rows: ReturnType<typeof agencies>) =>
  writeAgencies(database.pool, rows, { author: 'operator', officer: 'cb-1', reason: 'Sắp xếp đơn vị hành chính' });
const known = async (code: string) => (await loadCatalogue(database.pool)).agencies.on('2026-03-10').find(code);

describe('a file of agencies', () => {
  it('comes in any order, with office hours of their own', async () => {
    const rows = agencies(`H15.70.1,Bộ phận Một cửa thử,H15.70,desk,\nH15.70,UBND phường thử,H15,commune,${HOURS}`);
    expect(await write(rows)).toEqual({ written: 2, unchanged: 0 });
    expect(await write(rows)).toEqual({ written: 0, unchanged: 2 });
    const catalogue = await loadCatalogue(database.pool);
    expect(catalogue.calendarOf('H15.70').officeHours).toEqual({ morning: [390, 690], afternoon: [780, 960] });
    expect(catalogue.agency('H15.70.1')?.parentCode).toBe('H15.70');
  });

  it('merges two into one, whose hours theirs are from then on', async () => {
    const header = 'id,code,name,parentCode,level,officeHours,formerCodes,predecessors,effectiveFrom,decision';
    await write(agencies('H15.71,UBND xã thử hai,H15,commune,'));
    const rows = agencies(
      `thu-moi,H15.72,UBND xã thử mới,H15,commune,${HOURS},000.00.72.H15@2025-12-31,H15.71;H15.70,2025-07-01,NQ 1/NQ-HĐND`,
      header,
    );
    expect(await write(rows)).toEqual({ written: 1, unchanged: 0 });
    expect(await write(rows)).toEqual({ written: 0, unchanged: 1 });
    const catalogue = await loadCatalogue(database.pool);
    const now = catalogue.agencies.on('2026-03-10');
    expect(now.covers(['000.00.72.H15'], ['H15.71'])).toBe(true);
    expect(now.exists(now.find('H15.71')!)).toBe(false);
    expect(catalogue.calendarOf('H15.71').officeHours.morning).toEqual([390, 690]);
  });

  it('leaves alone what its columns do not speak of', async () => {
    await write(agencies('thu-moi,H15.72,UBND xã Thử Mới,H15,commune', 'id,code,name,parentCode,level'));
    expect(await known('000.00.72.H15')).toMatchObject({
      name: 'UBND xã Thử Mới',
      predecessors: [{ code: 'H15.71' }, { code: 'H15.70', decision: 'NQ 1/NQ-HĐND' }],
    });
  });

  it('is kept with who wrote it, why, and what stood there before', async () => {
    const { rows } = await database.pool.query(
      'select author, officer, reason, former, changed from agency_change order by id desc limit 1',
    );
    expect(rows).toMatchObject([
      {
        author: 'operator',
        officer: 'cb-1',
        reason: 'Sắp xếp đơn vị hành chính',
        former: [{ name: 'UBND xã thử mới' }],
        changed: [{ name: 'UBND xã Thử Mới' }],
      },
    ]);
  });

  it.each([
    ['under a parent that nobody knows', { code: 'H15.80', parentCode: 'H15.79' }, '$[1].parentCode'],
    ['that forgets a code dossiers carry', { id: 'H15.50', code: 'H15.81', parentCode: 'H15' }, '$[1].formerCodes'],
  ])('is refused as a whole with one %s', async (_title, bad, path) => {
    const [good] = agencies('H15.82,UBND xã đúng,H15,commune,');
    await expect(write([good!, { ...good!, ...bad }])).rejects.toMatchObject({ facts: { violations: [{ path }] } });
    expect(await known('H15.82')).toBeNull();
  });

  it('is taken by the command too, with its reason', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lienthong-agencies-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'co-quan.csv');
    await writeFile(file, `${HEADER}\nH15.83,UBND xã thử ba,H15,commune,\n`);
    const said = await importText('agencies', file, {
      env: { DATABASE_URL: database.url },
      skipBad: false,
      reason: 'Bổ sung danh mục',
    });
    expect(said).toBe('Đã ghi 1 dòng, 0 dòng không đổi, 0 dòng bị bỏ qua.\n');
    const { rows } = await database.pool.query('select author, reason from agency_change order by id desc limit 1');
    expect(rows).toEqual([{ author: 'lienthong', reason: 'Bổ sung danh mục' }]);
  });

  it.each(['07:00-11:30', '11:30-07:00 13:30-17:00', 'all day'])('is refused with the hours %s', (hours) => {
    const { faults } = readRows('agencies', `${HEADER}\nH15.81,Xã,H15,commune,${hours}`, 'csv');
    expect(faults).toMatchObject([{ row: 1, path: expect.stringMatching(/^officeHours/) }]);
  });
});
