/** @module Which runs a caller may see: those that looked at something of its agencies. */
import type { AgenciesOn } from '../agencies/directory.ts';
import type { Queryable } from '../db/queryable.ts';
import { fail } from '../errors.ts';
import { findRun, type Run } from './store.ts';

/** A run is for those who answer for something of what it looked at; of its differences each sees their own. */
export const mayRead = ({ agencyCode: scope }: Run, own: readonly string[], agencies: AgenciesOn): boolean =>
  scope === null || agencies.covers(own, [scope]) || agencies.covers([scope], own);

/** @throws GatewayError not-found, also where it is not the caller's */
export async function visibleRun(
  db: Queryable,
  agencies: AgenciesOn,
  id: string,
  own: readonly string[],
): Promise<Run> {
  const run = await findRun(db, id);
  if (run === null || !mayRead(run, own, agencies))
    fail('not-found', { detail: `No reconciliation ${id}`, detailVi: `Không có lần đối soát ${id}` });
  return run;
}
