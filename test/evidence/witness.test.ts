/** @module What is remembered of what was said to a destination, and for how long: a night's listings push nothing out of it. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { sealWith } from '../../src/access/seal.ts';
import { cameAs } from '../../src/connector/answer.ts';
import { Witness } from '../../src/evidence/witness.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { silent } from '../support/timeline.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());
beforeEach(() => database.pool.query('truncate witnessed_exchange'));

const codeOf = (n: number): string => `H15.50-260310-${String(n).padStart(6, '0')}`;

/** A witness of a portal that answers at such a length. */
function open() {
  const witness = new Witness({
    destination: 'national-portal',
    db: database.pool,
    seal: sealWith(randomBytes(32).toString('base64')),
    log: silent,
    now: Date.now,
  });
  const say = async (json: object, length: number): Promise<void> => {
    const answer = { words: 'x'.repeat(length) };
    cameAs(answer, JSON.stringify(answer));
    const client = witness.client({
      name: 'national-portal',
      json: () => Promise.resolve(answer),
      text: () => Promise.resolve(''),
    });
    await client.json({ operation: 'TraCuuHoSo', method: 'POST', path: '/', json });
  };
  return { witness, say };
}

const kept = async (): Promise<string[]> => {
  const { rows } = await database.pool.query<{ code: string }>(
    'select dossier_code as code from witnessed_exchange order by 1',
  );
  return rows.map(({ code }) => code);
};

it('pages of a listing push out nothing that was said about a dossier', async () => {
  const { witness, say } = open();
  await say({ MaHoSo: codeOf(1) }, 100);
  for (let page = 0; page < 500; page++) await say({ TuNgay: '20260310', TrangHienTai: String(page) }, 90_000);
  await witness.keep(codeOf(1));
  expect(await kept()).toEqual([codeOf(1)]);
});

it('what is remembered is bounded by its size: the newest stays', async () => {
  const { witness, say } = open();
  for (let n = 1; n <= 200; n++) await say({ MaHoSo: codeOf(n) }, 200_000);
  await witness.keep(codeOf(1));
  await witness.keep(codeOf(200));
  expect(await kept()).toEqual([codeOf(200)]);
});
