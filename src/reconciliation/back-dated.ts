/** @module Which differences are a pause that was recorded late: the portal is told of it only on a person's word. */
import type { Queryable } from '../db/queryable.ts';
import type { Calendar } from '../deadlines/calendar.ts';
import { isBackDated } from '../deadlines/misuse.ts';
import { type Difference, lateReportedPauses } from './difference-store.ts';

export async function backDatedAmong(
  db: Queryable,
  rows: readonly Difference[],
  calendar: Calendar,
): Promise<ReadonlySet<Difference>> {
  const lost = rows.filter(({ kind, dossierId }) => kind === 'pause-lost' && dossierId !== null);
  if (lost.length === 0) return new Set();
  const reported = await lateReportedPauses(
    db,
    lost.map(({ dossierId }) => dossierId!),
  );
  const late = new Set(reported.filter((pause) => isBackDated(pause, calendar)).map(({ dossierId }) => dossierId));
  return new Set(lost.filter(({ dossierId }) => late.has(dossierId!)));
}
