/** @module The dossiers that a run could not judge, by name. One function per statement. */
import type { Queryable } from '../db/queryable.ts';

/** It had moved since the export was made; the destination's answer about it could not be read. */
export const UNCHECKED_REASONS = ['moved', 'unreadable'] as const;
export type UncheckedReason = (typeof UNCHECKED_REASONS)[number];

/** Notes what a run could not judge; it counts what was not noted before. */
export async function noteUnchecked(
  db: Queryable,
  runId: string,
  codes: readonly string[],
  reason: UncheckedReason,
): Promise<void> {
  if (codes.length === 0) return;
  await db.query({
    name: 'reconcile-unchecked',
    text: `
      with noted as (
        insert into reconciliation_unchecked (run_id, dossier_code, reason) select $1, code, $3 from unnest($2::text[]) as c (code)
        on conflict do nothing returning 1
      )
      update reconciliation_run set unchecked = unchecked + (select count(*) from noted) where id = $1`,
    values: [runId, codes, reason],
  });
}
