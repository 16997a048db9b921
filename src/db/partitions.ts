/** @module Keeps the months of the partitioned tables ahead of time. */
import type { Log } from '../log.ts';
import { Rounds } from '../rounds.ts';
import { HOUR } from '../units.ts';
import type { Queryable } from './queryable.ts';

const EVERY = 1 * HOUR;
const MONTHS_AHEAD = 14;
const TABLES = ['timeline_entry', 'delivery_attempt', 'exchange_log', 'audit_entry'];

/** Makes missing partitions at its start and every hour; two processes doing so at once is harmless. */
export const monthsAhead = (db: Queryable, log: Log): Rounds =>
  new Rounds({
    everyMs: EVERY,
    firstAfterMs: 0,
    round: () =>
      db.query(
        "select pg_advisory_xact_lock(hashtext('lienthong-partitions')), ensure_monthly_partitions(name, current_date, $2) from unnest($1::text[]) as name",
        [TABLES, MONTHS_AHEAD],
      ),
    failed: (error) =>
      log.warn(
        { err: error },
        'partitions could not be made ahead; entries go to the default partition until they can',
      ),
  });
