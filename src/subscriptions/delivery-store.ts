/** @module The delivering side's SQL: which subscriptions have work, how far each came, what lags. One function per statement. */
import type pg from 'pg';
import type { Queryable } from '../db/queryable.ts';
import { at, epoch } from '../db/times.ts';
import type { Attempt } from './send.ts';

export type State = 'active' | 'paused' | 'auto-paused' | 'disabled';

/** A dossier behind its subscription's place in the feed; its code is '' for what concerns none. */
export interface Lag {
  readonly dossierCode: string;
  readonly fromPos: number;
  readonly since: number;
  readonly attempts: number;
  readonly nextAttemptAt: number;
  readonly lastError: string | null;
}

/** A subscription that belongs to one worker until its lease ends. */
export interface Claimed {
  readonly id: string;
  readonly token: string;
  readonly clientId: string;
  readonly name: string;
  readonly url: string;
  readonly kinds: string[] | null;
  readonly agencies: string[];
  /** Those that its client may read by now; null for a client of an outside issuer. */
  readonly clientAgencies: string[] | null;
  readonly procedures: string[] | null;
  readonly batch: number;
  readonly secret: Buffer;
  /** While it is rotated. */
  readonly formerSecret: Buffer | null;
  readonly state: State;
  readonly pos: number;
  readonly failures: number;
  readonly failingSince: number | null;
  readonly lastError: string | null;
}

/** Gives back at once what a former life of this process had under way. */
export async function releaseOwn(db: Queryable, instance: string): Promise<void> {
  await db.query(
    'update subscription set lease_token = null, lease_until = null, leased_by = null where leased_by = $1',
    [instance],
  );
}

/** Leases subscriptions for which there is something to do, those that waited longest first. */
export async function claim(
  db: Queryable,
  options: { now: number; leaseUntil: number; instance: string; limit: number },
): Promise<Claimed[]> {
  const { rows } = await db.query<Claimed>({
    name: 'subscription-claim',
    text: `
      with due as (
        select id from subscription s
        where state in ('active', 'auto-paused') and hold_until <= ${at('$1')} and (lease_until is null or lease_until <= ${at('$1')})
          and (pos < (select max(pos) from change) or exists (select from subscription_lag l where l.subscription_id = s.id and l.next_attempt_at <= ${at('$1')}))
        order by hold_until, id limit $4 for no key update skip locked
      )
      update subscription s set lease_token = gen_random_uuid(), lease_until = ${at('$2')}, leased_by = $3
      from due where s.id = due.id
      returning s.id, lease_token as token, client_id as "clientId", name, url, kinds, procedures, batch, secret, state, s.pos, failures,
        case when former_until > ${at('$1')} then former_secret end as "formerSecret", ${epoch('failing_since')} as "failingSince", last_error as "lastError",
        agencies, (select c.agencies from client c where c.client_id = s.client_id) as "clientAgencies"`,
    values: [options.now, options.leaseUntil, options.instance, options.limit],
  });
  return rows;
}

export async function readLags(db: Queryable, subscriptionId: string): Promise<Lag[]> {
  const { rows } = await db.query<Lag>({
    name: 'subscription-lags',
    text: `select dossier_code as "dossierCode", from_pos as "fromPos", ${epoch('since')} as since, attempts,
        ${epoch('next_attempt_at')} as "nextAttemptAt", last_error as "lastError"
      from subscription_lag where subscription_id = $1`,
    values: [subscriptionId],
  });
  return rows;
}

export interface Progress {
  readonly pos: number;
  readonly state: State;
  readonly failures: number;
  readonly failingSince: number | null;
  readonly holdUntil: number;
  readonly lastError: string | null;
  readonly takenAt: number | null;
  /** null gives the lease back. */
  readonly leaseUntil: number | null;
}

/**
 * How far a subscription came, by the token of its lease. What a person decided meanwhile – paused, disabled – stands.
 * @returns the state now; null when the lease is another's
 */
export async function writeProgress(
  db: Queryable,
  { id, token }: Pick<Claimed, 'id' | 'token'>,
  progress: Progress,
  now: number,
): Promise<State | null> {
  const { rows } = await db.query<{ state: State }>({
    name: 'subscription-progress',
    text: `
      update subscription set pos = $3, failures = $5, failing_since = ${at('$6')}, hold_until = ${at('$7')}, last_error = $8,
        taken_at = coalesce(${at('$9')}, taken_at), lease_until = ${at('$10')},
        lease_token = case when $10::float8 is null then null else lease_token end, leased_by = case when $10::float8 is null then null else leased_by end,
        state = case when state in ('active', 'auto-paused') then $4 else state end,
        state_since = case when state in ('active', 'auto-paused') and state <> $4 then ${at('$11')} else state_since end,
        state_by = case when state in ('active', 'auto-paused') and state <> $4 then null else state_by end,
        state_reason = case when state in ('active', 'auto-paused') and state <> $4 then $8 else state_reason end
      where id = $1 and lease_token = $2
      returning state`,
    values: [
      id,
      token,
      progress.pos,
      progress.state,
      progress.failures,
      progress.failingSince,
      progress.holdUntil,
      progress.lastError,
      progress.takenAt,
      progress.leaseUntil,
      now,
    ],
  });
  return rows[0]?.state ?? null;
}

export async function writeLags(db: Queryable, subscriptionId: string, lags: readonly Lag[]): Promise<void> {
  await db.query({
    name: 'subscription-lag',
    text: `
      insert into subscription_lag (subscription_id, dossier_code, from_pos, since, attempts, next_attempt_at, last_error)
      select $1, "dossierCode", "fromPos", ${at('since')}, attempts, ${at('"nextAttemptAt"')}, "lastError"
      from json_to_recordset($2::json) as r ("dossierCode" text, "fromPos" bigint, since float8, attempts int, "nextAttemptAt" float8, "lastError" text)
      on conflict (subscription_id, dossier_code) do update set from_pos = excluded.from_pos, attempts = excluded.attempts,
        next_attempt_at = excluded.next_attempt_at, last_error = excluded.last_error`,
    values: [subscriptionId, JSON.stringify(lags)],
  });
}

export async function removeLags(
  db: Queryable,
  subscriptionId: string,
  dossierCodes: readonly string[],
): Promise<void> {
  await db.query({
    name: 'subscription-lag-over',
    text: 'delete from subscription_lag where subscription_id = $1 and dossier_code = any($2::text[])',
    values: [subscriptionId, dossierCodes],
  });
}

/** An attempt as it is kept for people to look at. */
export interface KeptAttempt extends Pick<Attempt, 'outcome' | 'status' | 'ms' | 'error'> {
  readonly at: number;
  readonly messageId: string;
  readonly firstPos: number;
  readonly lastPos: number;
  readonly items: number;
}

/** Keeps the newest attempts of a subscription and forgets those that `most` others followed. */
export async function writeAttempts(
  db: Queryable,
  subscriptionId: string,
  attempts: readonly KeptAttempt[],
  most: number,
): Promise<void> {
  await db.query({
    name: 'subscription-attempts',
    text: `
      insert into subscription_attempt (subscription_id, at, message_id, first_pos, last_pos, items, outcome, http_status, ms, error)
      select $1, ${at('at')}, "messageId", "firstPos", "lastPos", items, outcome, status, ms, error
      from json_to_recordset($2::json) as r (at float8, "messageId" text, "firstPos" bigint, "lastPos" bigint, items int, outcome text, status int, ms int, error text)`,
    values: [subscriptionId, JSON.stringify(attempts)],
  });
  await db.query({
    name: 'subscription-attempts-trim',
    text: `
      delete from subscription_attempt where subscription_id = $1 and id <= (
        select id from subscription_attempt where subscription_id = $1 order by id desc offset $2 limit 1)`,
    values: [subscriptionId, most],
  });
}

export type Notice = 'subscription-paused' | 'subscription-disabled';

/** Tells people that a subscription no longer gets anything, and why. */
export async function raiseNotice(
  db: Queryable,
  kind: Notice,
  { id, name, clientId }: Pick<Claimed, 'id' | 'name' | 'clientId'>,
  facts: { since: number; error: string | null; now: number },
): Promise<void> {
  await db.query(
    `insert into alert (kind, key, raised_at, detail) values ($1, $2, ${at('$3')}, $4) on conflict (kind, key) do nothing`,
    [
      kind,
      `${id}:${facts.since}`,
      facts.now,
      { subscription: id, name, client: clientId, since: facts.since, error: facts.error },
    ],
  );
}

export async function clearNotices(db: Queryable, subscriptionId: string, now: number): Promise<void> {
  await db.query(
    `update alert set cleared_at = ${at('$2')}
     where cleared_at is null and kind in ('subscription-paused', 'subscription-disabled') and detail->>'subscription' = $1`,
    [subscriptionId, now],
  );
}

export interface Figures {
  readonly id: string;
  readonly state: State;
  readonly waiting: number;
  readonly lagging: number;
}

/** How far behind each subscription is. */
export async function subscriptionFigures(db: Queryable): Promise<Figures[]> {
  const { rows } = await db.query<Figures>({
    name: 'subscription-figures',
    text: `
      select id, state, greatest(0, coalesce((select max(pos) from change), 0) - pos)::int as waiting,
        (select count(*) from subscription_lag l where l.subscription_id = s.id)::int as lagging
      from subscription s`,
  });
  return rows;
}

/** Runs statements as one, or none of them. @returns what the work returned; null where it said to give up */
export async function together<T>(pool: pg.Pool, work: (db: Queryable) => Promise<T | null>): Promise<T | null> {
  const client = await pool.connect();
  let lost: Error | undefined;
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query(result === null ? 'rollback' : 'commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((failed: Error) => {
      lost = failed;
    });
    throw error;
  } finally {
    client.release(lost);
  }
}
