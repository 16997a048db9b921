/** @module SQL of messages that no command could be made of. */
import { createHash } from 'node:crypto';
import type { Seal } from '../access/seal.ts';
import { sealedBytes, sealedText } from '../access/sealed-json.ts';
import type { Queryable } from '../db/queryable.ts';
import type { RawMessage } from '../dossiers/store.ts';

/** A message that a person has to look at. */
export interface SetAside {
  readonly raw: RawMessage;
  readonly reason: 'unreadable' | 'unmapped-code' | 'unknown-payment';
  /** What is wrong with it, with paths; no personal data. */
  readonly detail: string;
  /** How the sender names the dossier, where that could be read. */
  readonly dossierRef: string | null;
}

/**
 * Keeps the message as it came and quarantines it, in one statement. The same message again is logged again but stands
 * in quarantine once: its event id there is the digest of its bytes.
 */
export async function setAside(db: Queryable, seal: Seal, message: SetAside): Promise<void> {
  const { raw, reason, detail, dossierRef } = message;
  const eventId = `${raw.operation}:${createHash('sha256').update(raw.body).digest('base64url')}`;
  await db.query({
    name: 'set-message-aside',
    text: `
      with kept as (
        insert into exchange_log (at, direction, system, operation, trace_id, body)
        values (now(), 'in', $1, $2, $3, $4)
      )
      insert into quarantine (source, reason, detail, dossier_ref, event_id, raw)
      values ($1, $5, $6, $7, $8, $9)
      on conflict do nothing`,
    values: [
      raw.system,
      raw.operation,
      raw.traceId,
      sealedBytes(raw.body, seal),
      reason,
      detail,
      dossierRef,
      eventId,
      sealedText(raw.body.toString('utf8'), seal),
    ],
  });
}
