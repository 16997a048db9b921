/** @module An incident that the document's examples name, for `npm start` and the tests. */
import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { Seal } from '../access/seal.ts';
import { inTransaction } from '../db/transaction.ts';
import { attachmentName } from './message-store.ts';
import type { Addressee } from './parties.ts';
import * as store from './store.ts';

export const EXAMPLE_INCIDENT = 'SC-2026-0001';
/** The one that the example closes. */
export const CLOSED_EXAMPLE = 'SC-2026-0002';
export const EXAMPLE_ATTACHMENT = 1;

/** The smallest paper that a reader opens. */
export const EXAMPLE_PAPER = [
  '%PDF-1.4',
  '1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj',
  '2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj',
  '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj',
  'trailer<</Root 1 0 R>>',
  '%%EOF\n',
].join('\n');

/** Plants them where they are not there yet, about the first of the planted differences: one to work on, one to close. */
export async function plantIncidentExamples(
  pool: pg.Pool,
  { seal, parties, now }: { seal: Seal; parties: readonly Addressee[]; now: number },
): Promise<void> {
  const { rowCount } = await pool.query('select from incident where number = $1', [EXAMPLE_INCIDENT]);
  if (rowCount !== 0) return;
  await inTransaction(pool, async (client) => {
    for (const number of [EXAMPLE_INCIDENT, CLOSED_EXAMPLE]) {
      await store.nextNumber(client, 2026);
      const facts = { title: 'Trạng thái trên Cổng đã cũ', by: 'operator', reason: 'Hồ sơ minh họa', now };
      const id = await store.insertIncident(client, { number, ...facts });
      await store.insertParties(client, id, parties, [1]);
      if (number !== EXAMPLE_INCIDENT) continue;
      const content = Buffer.from(EXAMPLE_PAPER);
      await client.query(
        `insert into incident_attachment (id, incident_id, media_type, file_name, bytes, sha256, content, added_by, added_at)
         values ($1, $2, 'application/pdf', 'man-hinh-cong.pdf', $3, $4, $5, 'operator', to_timestamp($6::float8 / 1000))`,
        [
          EXAMPLE_ATTACHMENT,
          id,
          content.length,
          createHash('sha256').update(content).digest('hex'),
          seal.close(content, attachmentName(number)),
          now,
        ],
      );
    }
  });
}
