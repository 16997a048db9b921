/** @module Ends months of the audit log that have been kept for their time: each leaves its signed last link, from which the chain goes on. */
import type { JSONWebKeySet } from 'jose';
import type { Queryable } from '../db/queryable.ts';
import type { Log } from '../log.ts';
import { Rounds } from '../rounds.ts';
import { HOUR } from '../units.ts';
import type { ChainHead } from './chain.ts';
import { recordDeed } from './deed.ts';
import { signHead } from './heads.ts';
import { appendHead } from './heads-file.ts';
import type { Audit } from './record.ts';

export interface PurgeOptions {
  readonly db: Queryable;
  readonly audit: Audit;
  readonly jwks: JSONWebKeySet;
  /** The heads file. */
  readonly path: string;
  readonly keptMonths: number;
  readonly log: Log;
  readonly now: () => number;
  /** Who ends months, and why, where it is not the worker by its hour. */
  readonly by?: { readonly author: string; readonly reason: string };
}

/** A month that has ended. */
export interface EndedMonth {
  /** `2021-03` */
  readonly month: string;
  /** Its last entry, at which the chain is closed. */
  readonly closedAt: number;
}

const EVERY = 1 * HOUR;

/** Looks every hour whether a month is due; two processes at once do no harm. */
export function auditPurge(options: PurgeOptions): Rounds {
  return new Rounds({
    everyMs: EVERY,
    round: () => endMonths(options),
    failed: (error) =>
      options.log.warn({ err: error }, 'a month of the audit log could not be ended; it is tried again'),
  });
}

/** Ends every month that is due, the oldest first; each is audited. */
export async function endMonths(options: PurgeOptions): Promise<EndedMonth[]> {
  const { db, audit, jwks, path, keptMonths, now, by } = options;
  const ended: EndedMonth[] = [];
  for (;;) {
    const due = await oldestMonth(db, keptMonths, now());
    if (due === null) {
      if (ended.length > 0) await forgetPersons(db);
      return ended;
    }
    const { month, id, hash } = due;
    const signed = await signHead({ id, hash, at: new Date(now()).toISOString() }, jwks);
    await appendHead(path, signed);
    await db.query('select audit_drop_month($1::date, $2)', [`${month}-01`, signed]);
    ended.push({ month, closedAt: id });
    await recordDeed(audit, {
      at: now(),
      clientId: by?.author ?? 'gateway',
      purpose: 'retention',
      operation: 'purge',
      details: { of: 'audit', month, closedAt: id, hash, ...(by && { reason: by.reason }) },
    });
  }
}

/** The month of the oldest entry, if all of it and the day after have been kept for their time, and its last link. */
async function oldestMonth(
  db: Queryable,
  keptMonths: number,
  now: number,
): Promise<(ChainHead & { readonly month: string }) | null> {
  const { rows } = await db.query<ChainHead & { readonly month: string }>(
    `with oldest as (
       select date_trunc('month', min(at) at time zone 'Asia/Ho_Chi_Minh') as month
       from (select at from audit_entry order by id limit 1000) as first
     )
     select to_char(month, 'YYYY-MM') as month, last.id, encode(last.hash, 'hex') as hash
     from oldest, lateral (
       select id, hash from audit_entry where at < (month + interval '1 month') at time zone 'Asia/Ho_Chi_Minh' order by id desc limit 1
     ) as last
     where month + interval '1 month 1 day' + make_interval(months => $1) <= to_timestamp($2::float8 / 1000) at time zone 'Asia/Ho_Chi_Minh'`,
    [keptMonths, now],
  );
  return rows[0] ?? null;
}

/** Whom no entry is about any more. */
async function forgetPersons(db: Queryable): Promise<void> {
  await db.query(
    `delete from person_key p where not exists (select from audit_entry e where e.target_hash = p.hash)
       and not exists (select from audit_entry e where e.details ? 'targets' and e.details -> 'targets' ? p.hash)`,
  );
}
