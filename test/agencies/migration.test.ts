import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readAgencies } from '../../src/agencies/store.ts';
import { migrate } from '../../src/db/migrate.ts';
import { emptyTestDatabase } from '../support/database.ts';

const MIGRATIONS = join(import.meta.dirname, '../../src/db/migrations');

it('agencies and dossiers of an installation in use are brought along', async () => {
  const database = await emptyTestDatabase();
  onTestFinished(() => database.drop());
  const before = await mkdtemp(join(tmpdir(), 'lienthong-migrations-'));
  onTestFinished(() => rm(before, { recursive: true }));
  const files = (await readdir(MIGRATIONS)).filter((file) => file < '0009');
  for (const file of files) await copyFile(join(MIGRATIONS, file), join(before, file));
  await migrate(database.pool, before);
  await database.pool.query(`
    insert into agency (code, name, level, parent_code, office_hours)
      values ('H15', 'UBND tỉnh', 'province', null, null), ('H15.50', 'UBND xã', 'commune', 'H15', '{"morning": [390, 690], "afternoon": [780, 960]}');
    insert into dossier (id, code, agencies, origin, status) values
      (1, 'H15.50-260310-0001', '{H15.50}', 'igate', 'accepted'), (2, 'H15.77.1-260310-0001', '{H15.77.1,H15.50}', 'igate', 'accepted')`);
  await migrate(database.pool);
  expect(await readAgencies(database.pool)).toEqual([
    { id: 'H15', code: 'H15', name: 'UBND tỉnh', level: 'province', parentCode: null, officeHours: null },
    {
      id: 'H15.50',
      code: 'H15.50',
      name: 'UBND xã',
      level: 'commune',
      parentCode: 'H15',
      officeHours: { morning: [390, 690], afternoon: [780, 960] },
    },
  ]);
  const { rows } = await database.pool.query<{ agencies: string[] }>('select agencies from dossier order by id');
  expect(rows.map(({ agencies }) => agencies.sort())).toEqual([['H15.50'], ['H15', 'H15.50', 'H15.77', 'H15.77.1']]);
});
