/** @module Subscriptions as their owners and operators see and change them. One function per statement. */
import type { Queryable } from '../db/queryable.ts';
import { at, epoch } from '../db/times.ts';
import type { State } from './delivery-store.ts';

export interface SubscriptionRow {
  readonly id: string;
  readonly clientId: string;
  readonly name: string;
  readonly url: string;
  readonly kinds: string[] | null;
  readonly agencies: string[];
  readonly procedures: string[] | null;
  readonly batch: number;
  readonly version: number;
  readonly formerUntil: number | null;
  readonly state: State;
  readonly stateSince: number;
  readonly stateBy: string | null;
  readonly stateReason: string | null;
  readonly pos: number;
  readonly failures: number;
  readonly failingSince: number | null;
  readonly lastError: string | null;
  readonly takenAt: number | null;
  readonly createdAt: number;
  /** Places of the feed after its own, whether it wants them or not. */
  readonly waiting: number;
  /** Dossiers that fell behind. */
  readonly lagging: number;
}

const ROW = `
  s.id, s.client_id as "clientId", s.name, s.url, s.kinds, s.agencies, s.procedures, s.batch, s.version, ${epoch('s.former_until')} as "formerUntil",
  s.state, ${epoch('s.state_since')} as "stateSince", s.state_by as "stateBy", s.state_reason as "stateReason", s.pos, s.failures,
  ${epoch('s.failing_since')} as "failingSince", s.last_error as "lastError", ${epoch('s.taken_at')} as "takenAt", ${epoch('s.created_at')} as "createdAt",
  greatest(0, coalesce((select max(pos) from change), 0) - s.pos)::int as waiting,
  (select count(*) from subscription_lag l where l.subscription_id = s.id)::int as lagging`;

/** Those of a client, or all of them for null; there are never many. */
export async function listSubscriptions(db: Queryable, clientId: string | null): Promise<SubscriptionRow[]> {
  const { rows } = await db.query<SubscriptionRow>(
    `select ${ROW} from subscription s where $1::text is null or s.client_id = $1 order by s.id`,
    [clientId],
  );
  return rows;
}

export async function findSubscription(db: Queryable, id: string): Promise<SubscriptionRow | null> {
  const { rows } = await db.query<SubscriptionRow>(`select ${ROW} from subscription s where s.id = $1`, [id]);
  return rows[0] ?? null;
}

/** What its owner says of a subscription. */
export interface Wish {
  readonly name: string;
  readonly url: string;
  readonly kinds: readonly string[] | null;
  readonly agencies: readonly string[];
  readonly procedures: readonly string[] | null;
  readonly batch: number;
}

/** Begins at the end of the feed: what is there already is told only when it is asked to be replayed. */
export async function insertSubscription(
  db: Queryable,
  subscription: Wish & { id: string; clientId: string; secret: Buffer; state: State },
  now: number,
): Promise<void> {
  const { id, clientId, name, url, kinds, agencies, procedures, batch, secret, state } = subscription;
  await db.query(
    `insert into subscription (id, client_id, name, url, kinds, agencies, procedures, batch, secret, state, state_since, pos, hold_until, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, ${at('$11')},
       greatest((select max(pos) from change), (select removed_to from feed_mark)), ${at('$11')}, ${at('$11')})
     on conflict (id) do nothing`,
    [id, clientId, name, url, kinds, agencies, procedures, batch, secret, state, now],
  );
}

/** @returns false when somebody changed it since it was read */
export async function updateSubscription(db: Queryable, id: string, version: number, wish: Wish): Promise<boolean> {
  const { name, url, kinds, agencies, procedures, batch } = wish;
  const { rowCount } = await db.query(
    `update subscription set name = $3, url = $4, kinds = $5, agencies = $6, procedures = $7, batch = $8, version = version + 1
     where id = $1 and version = $2`,
    [id, version, name, url, kinds, agencies, procedures, batch],
  );
  return rowCount === 1;
}

/** What people were told of it is over too. */
const clearing = (now: string): string => `
  cleared as (
    update alert set cleared_at = ${at(now)}
    where cleared_at is null and kind in ('subscription-paused', 'subscription-disabled') and detail->>'subscription' = $1::text
  )`;

export async function deleteSubscription(db: Queryable, id: string, now: number): Promise<void> {
  await db.query(`with ${clearing('$2')} delete from subscription where id = $1::uuid`, [id, now]);
}

/** Makes a new secret the one that signs; the former one signs beside it for a while. */
export async function rotateSecret(db: Queryable, id: string, secret: Buffer, formerUntil: number): Promise<void> {
  await db.query(
    `update subscription set former_secret = secret, former_until = ${at('$3')}, secret = $2, version = version + 1 where id = $1`,
    [id, secret, formerUntil],
  );
}

export async function readSecrets(
  db: Queryable,
  id: string,
  now: number,
): Promise<{ secret: Buffer; formerSecret: Buffer | null }> {
  const { rows } = await db.query<{ secret: Buffer; formerSecret: Buffer | null }>(
    `select secret, case when former_until > ${at('$2')} then former_secret end as "formerSecret" from subscription where id = $1`,
    [id, now],
  );
  return rows[0]!;
}

/** A person's decision; whoever delivers hears of it with its next commit. */
export async function pauseSubscription(
  db: Queryable,
  id: string,
  decision: { by: string; reason: string; now: number },
): Promise<void> {
  await db.query(
    `update subscription set state = 'paused', state_by = $2, state_reason = $3, state_since = ${at('$4')} where id = $1`,
    [id, decision.by, decision.reason, decision.now],
  );
}

/** Starts over: nothing of former failures holds it up, and what lags is due. */
export async function resumeSubscription(
  db: Queryable,
  id: string,
  decision: { by: string; reason: string; now: number },
): Promise<void> {
  await db.query(
    `with due as (update subscription_lag set next_attempt_at = ${at('$4')} where subscription_id = $1::uuid), ${clearing('$4')}
     update subscription set state = 'active', state_by = $2, state_reason = $3, state_since = ${at('$4')}, failures = 0, failing_since = null,
       hold_until = ${at('$4')}, lease_token = null, lease_until = null, leased_by = null
     where id = $1::uuid`,
    [id, decision.by, decision.reason, decision.now],
  );
}

/**
 * Goes back to a place of the feed. Who delivers at this moment loses its lease, so that it cannot write its own place over
 * this one; lags after the place are covered by it.
 */
export async function replayFrom(db: Queryable, id: string, pos: number, now: number): Promise<void> {
  await db.query(
    `with covered as (delete from subscription_lag where subscription_id = $1 and from_pos > $2)
     update subscription set pos = $2, hold_until = ${at('$3')}, lease_token = null, lease_until = null, leased_by = null where id = $1`,
    [id, pos, now],
  );
}

/** The place before the first change that was put into the feed at or after a time, and the place up to which changes were removed. */
export async function placeAt(db: Queryable, time: number): Promise<{ before: number; removedTo: number }> {
  const { rows } = await db.query<{ before: number; removedTo: number }>(
    `select coalesce((select pos from change where at < ${at('$1')} order by pos desc limit 1), removed_to) as before, removed_to as "removedTo" from feed_mark`,
    [time],
  );
  return rows[0]!;
}

export interface LagRow {
  readonly dossierCode: string;
  readonly since: number;
  readonly attempts: number;
  readonly nextAttemptAt: number;
  readonly lastError: string | null;
}

/** Dossiers that fell behind, longest first. */
export async function listLags(db: Queryable, id: string, limit: number): Promise<LagRow[]> {
  const { rows } = await db.query<LagRow>(
    `select dossier_code as "dossierCode", ${epoch('since')} as since, attempts, ${epoch('next_attempt_at')} as "nextAttemptAt", last_error as "lastError"
     from subscription_lag where subscription_id = $1 order by since, dossier_code limit $2`,
    [id, limit],
  );
  return rows;
}

export interface AttemptRow {
  readonly id: number;
  readonly at: number;
  readonly messageId: string;
  readonly firstPos: number;
  readonly lastPos: number;
  readonly items: number;
  readonly outcome: 'taken' | 'refused' | 'unreachable' | 'gone';
  readonly status: number | null;
  readonly ms: number;
  readonly error: string | null;
}

/** The last attempts, newest first. */
export async function listAttempts(
  db: Queryable,
  id: string,
  page: { before: number | null; limit: number },
): Promise<AttemptRow[]> {
  const { rows } = await db.query<AttemptRow>(
    `select id, ${epoch('at')} as at, message_id as "messageId", first_pos as "firstPos", last_pos as "lastPos", items, outcome, http_status as status, ms, error
     from subscription_attempt where subscription_id = $1 and ($2::bigint is null or id < $2) order by id desc limit $3`,
    [id, page.before, page.limit],
  );
  return rows;
}
