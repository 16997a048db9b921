/** @module A pack that the document's examples name, for `npm start` and the tests: a ZIP with nothing in it, so that none has to be made at every start. */
import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { Seal } from '../access/seal.ts';
import { inTransaction } from '../db/transaction.ts';
import { pieceName } from './pack.ts';
import { finishPack, insertPack, insertPiece } from './pack-store.ts';

export const EXAMPLE_PACK = 1;

/** The end record of an empty archive. */
const EMPTY_ZIP = Buffer.concat([Buffer.from('PK\x05\x06', 'latin1'), Buffer.alloc(18)]);

/** Plants it about the first of the planted differences, where there is no pack yet. */
export async function plantExamplePack(pool: pg.Pool, { seal, now }: { seal: Seal; now: number }): Promise<void> {
  const { rowCount } = await pool.query('select from evidence_pack limit 1');
  if (rowCount !== 0) return;
  await inTransaction(pool, async (client) => {
    const sha256 = createHash('sha256').update(EMPTY_ZIP).digest('hex');
    const facts = { differenceId: 1, incidentId: null, matterSha256: sha256, addressees: [], agencies: [] };
    const id = await insertPack(client, { ...facts, madeAt: now, madeBy: 'operator' });
    await insertPiece(client, id, 0, seal.close(EMPTY_ZIP, pieceName(id, 0)));
    await finishPack(client, id, sha256, EMPTY_ZIP.length);
  });
}
