/** @module The subscriptions that a caller may see: its own, and an operator also those of others within its agencies. */
import type { AgenciesOn } from '../agencies/directory.ts';
import type { Queryable } from '../db/queryable.ts';
import { fail } from '../errors.ts';
import type { Caller } from '../http/auth.ts';
import { findSubscription, listSubscriptions, type SubscriptionRow } from './store.ts';

const isOperator = (caller: Caller): boolean => caller.scopes.has('sync.operate');

/** The first of these agencies whose dossiers the caller may not read. */
export const foreignTo = (caller: Caller, codes: readonly string[], agencies: AgenciesOn): string | undefined =>
  codes.find((code) => !agencies.covers(caller.agencies, agencies.standsFor(code)));

const maySee = (row: SubscriptionRow, caller: Caller, agencies: AgenciesOn): boolean =>
  row.clientId === caller.clientId || (isOperator(caller) && foreignTo(caller, row.agencies, agencies) === undefined);

export async function allFor(db: Queryable, caller: Caller, agencies: AgenciesOn): Promise<SubscriptionRow[]> {
  const rows = await listSubscriptions(db, isOperator(caller) ? null : caller.clientId);
  return rows.filter((row) => maySee(row, caller, agencies));
}

/** @throws GatewayError not-found, also for one that is there but not the caller's to see */
export async function foundFor(
  db: Queryable,
  id: string,
  caller: Caller,
  agencies: AgenciesOn,
): Promise<SubscriptionRow> {
  const row = await findSubscription(db, id);
  if (row !== null && maySee(row, caller, agencies)) return row;
  return fail('not-found', { detail: `No subscription ${id}`, detailVi: `Không có đăng ký nhận ${id}` });
}
