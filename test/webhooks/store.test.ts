import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openedBytes } from '../../src/access/sealed-json.ts';
import { setAside } from '../../src/webhooks/store.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { testSeal } from '../support/seal.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

const messageOf = (body: Buffer) => ({
  raw: { system: 'land-registry', operation: 'ChuyenHoSo', traceId: 'a'.repeat(32), body },
  reason: 'unreadable' as const,
  detail: '$: the body is not valid JSON',
  dossierRef: null,
});

describe('a message that no event could be made of', () => {
  it('stands in the quarantine once, however often it comes, and each time in the exchange log', async () => {
    const message = messageOf(Buffer.from('<html>Bảo trì</html>'));
    await setAside(database.pool, testSeal, message);
    await setAside(database.pool, testSeal, message);
    const quarantined = await database.pool.query('select source, reason, raw, state from quarantine');
    expect(quarantined.rows).toEqual([
      { source: 'land-registry', reason: 'unreadable', raw: '<html>Bảo trì</html>', state: 'open' },
    ]);
    const logged = await database.pool.query("select body from exchange_log where system = 'land-registry'");
    expect(logged.rows.map(({ body }) => openedBytes(body, testSeal).toString())).toEqual([
      '<html>Bảo trì</html>',
      '<html>Bảo trì</html>',
    ]);
  });

  it('is kept byte for byte even where a text could not hold it', async () => {
    const body = Buffer.from([0x00, 0xff, 0x7b, 0x00]);
    await setAside(database.pool, testSeal, messageOf(body));
    const { rows } = await database.pool.query('select body from exchange_log order by id desc limit 1');
    expect(openedBytes(rows[0].body, testSeal)).toEqual(body);
  });
});
