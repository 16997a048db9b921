/** @module The exchanges' SQL: intents committed before anything is sent, and what came of them. One function per statement. */
import type { ContentKind, ExchangeAct } from '../capabilities/exchange.ts';
import type { Queryable } from '../db/queryable.ts';
import { at } from '../db/times.ts';

export type ExchangeState = 'sending' | 'unknown' | 'not-sent' | 'refused' | 'submitted' | 'withdrawn' | 'ended';
export type ActState = 'sending' | 'done' | 'unknown' | 'not-sent' | 'refused';

/** Times are epoch milliseconds. */
export interface ExchangeRow {
  readonly id: string;
  readonly provider: string;
  readonly dossierId: number;
  readonly dossierCode: string;
  readonly kind: ContentKind;
  readonly number: string | null;
  readonly state: ExchangeState;
  readonly submission: Buffer;
  readonly statusThere: string | null;
  readonly toldAt: number | null;
  readonly fault: string | null;
  readonly nextPollAt: number | null;
  readonly createdAt: number;
}

export interface ActRow {
  readonly id: string;
  readonly exchangeId: string;
  readonly n: number;
  readonly act: ExchangeAct;
  readonly state: ActState;
  readonly details: Buffer;
  /** How often it was sent. */
  readonly attempts: number;
  /** How often its system was asked about it. */
  readonly asked: number;
  readonly words: Buffer | null;
  readonly dueAt: number | null;
  readonly token: string | null;
  readonly madeAt: number;
  readonly settledAt: number | null;
}

const EXCHANGE = `id, provider, dossier_id as "dossierId", dossier_code as "dossierCode", kind, number, state, submission,
  status_there as "statusThere", told_at as "toldAt", fault, next_poll_at as "nextPollAt", created_at as "createdAt"`;
const ACT = `id, exchange_id as "exchangeId", n, act, state, details, attempts, asked, words, due_at as "dueAt", token, made_at as "madeAt",
  settled_at as "settledAt"`;

/** The exchange of a dossier with a provider that is under way, locked. */
export async function lockOpen(db: Queryable, provider: string, dossierCode: string): Promise<ExchangeRow | null> {
  const { rows } = await db.query<ExchangeRow>({
    name: 'exchange-lock-open',
    text: `select ${EXCHANGE} from exchange
           where provider = $1 and dossier_code = $2 and state not in ('withdrawn', 'ended') for no key update`,
    values: [provider, dossierCode],
  });
  return rows[0] ?? null;
}

export async function lockExchange(db: Queryable, id: string): Promise<ExchangeRow | null> {
  const { rows } = await db.query<ExchangeRow>({
    name: 'exchange-lock',
    text: `select ${EXCHANGE} from exchange where id = $1 for no key update`,
    values: [id],
  });
  return rows[0] ?? null;
}

export async function findExchange(db: Queryable, id: string): Promise<ExchangeRow | null> {
  const { rows } = await db.query<ExchangeRow>({
    name: 'exchange-find',
    text: `select ${EXCHANGE} from exchange where id = $1`,
    values: [id],
  });
  return rows[0] ?? null;
}

/** How many exchanges a dossier has had with a provider. */
export async function countExchanges(db: Queryable, provider: string, dossierCode: string): Promise<number> {
  const { rows } = await db.query<{ n: number }>({
    name: 'exchange-count',
    text: 'select count(*)::int as n from exchange where provider = $1 and dossier_code = $2',
    values: [provider, dossierCode],
  });
  return rows[0]!.n;
}

export type NewExchange = Pick<ExchangeRow, 'id' | 'provider' | 'dossierId' | 'dossierCode' | 'kind' | 'submission'>;

/** False where another call was faster. */
export async function insertExchange(db: Queryable, row: NewExchange, now: number): Promise<boolean> {
  const { rowCount } = await db.query({
    name: 'exchange-insert',
    text: `insert into exchange (id, provider, dossier_id, dossier_code, kind, state, submission, created_at, changed_at)
           values ($1, $2, $3, $4, $5, 'sending', $6, ${at('$7')}, ${at('$7')}) on conflict do nothing`,
    values: [row.id, row.provider, row.dossierId, row.dossierCode, row.kind, row.submission, now],
  });
  return rowCount === 1;
}

/** A submission that was not taken is sent anew, as it was corrected. */
export async function replaceSubmission(
  db: Queryable,
  id: string,
  { kind, submission }: Pick<NewExchange, 'kind' | 'submission'>,
  now: number,
): Promise<void> {
  await db.query({
    name: 'exchange-replace-submission',
    text: `update exchange set kind = $2, submission = $3, state = 'sending', changed_at = ${at('$4')} where id = $1`,
    values: [id, kind, submission, now],
  });
}

/** What the citizen corrected is what was last sent. */
export async function correctContent(db: Queryable, id: string, submission: Buffer): Promise<void> {
  await db.query({
    name: 'exchange-correct-content',
    text: 'update exchange set submission = $2, changed_at = now() where id = $1',
    values: [id, submission],
  });
}

export async function findAct(db: Queryable, id: string): Promise<ActRow | null> {
  const { rows } = await db.query<ActRow>({
    name: 'exchange-act-find',
    text: `select ${ACT} from exchange_act where id = $1`,
    values: [id],
  });
  return rows[0] ?? null;
}

export async function listActs(db: Queryable, exchangeId: string): Promise<ActRow[]> {
  const { rows } = await db.query<ActRow>({
    name: 'exchange-act-list',
    text: `select ${ACT} from exchange_act where exchange_id = $1 order by n`,
    values: [exchangeId],
  });
  return rows;
}

/** The lease under which an act is sent: committed before the first byte is. */
export interface Sending {
  readonly token: string;
  readonly until: number;
  readonly now: number;
}

/** Notes the intent. False where another act of the exchange is not settled yet. */
export async function insertAct(
  db: Queryable,
  act: Pick<ActRow, 'id' | 'exchangeId' | 'act' | 'details'>,
  { token, until, now }: Sending,
): Promise<boolean> {
  const { rowCount } = await db.query({
    name: 'exchange-act-insert',
    text: `insert into exchange_act (id, exchange_id, n, act, state, details, attempts, due_at, token, made_at)
           select $1, $2, coalesce(max(n), 0) + 1, $3, 'sending', $4, 1, ${at('$5')}, $6, ${at('$7')} from exchange_act where exchange_id = $2
           on conflict do nothing`,
    values: [act.id, act.exchangeId, act.act, act.details, until, token, now],
  });
  return rowCount === 1;
}

/** Takes up an act again that was not sent, or that its provider does not know of. False where its lease is another's. */
export async function sendAgain(db: Queryable, act: ActRow, { token, until, now }: Sending): Promise<boolean> {
  const { rowCount } = await db.query({
    name: 'exchange-act-send-again',
    text: `update exchange_act set state = 'sending', attempts = attempts + 1, due_at = ${at('$3')}, token = $4
           where id = $1 and token is not distinct from $2 and state in ('sending', 'unknown', 'not-sent', 'refused')
             and (state <> 'sending' or due_at <= ${at('$5')} or token = $2)
             and not exists (select from exchange_act o where o.exchange_id = exchange_act.exchange_id and o.id <> $1 and o.state in ('sending', 'unknown'))`,
    values: [act.id, act.token, until, token, now],
  });
  return rowCount === 1;
}

/** Unknown acts that are due, and sent ones whose lease ran out; leased to this process to be asked about. */
export async function claimUnknown(
  db: Queryable,
  { token, until, now }: Sending,
  providers: readonly string[],
  limit: number,
): Promise<ActRow[]> {
  const { rows } = await db.query<ActRow>({
    name: 'exchange-act-claim',
    text: `with due as (
             select a.id from exchange_act a join exchange e on e.id = a.exchange_id
             where a.state in ('sending', 'unknown') and a.due_at <= ${at('$3')} and e.provider = any($4)
             order by a.due_at limit $5 for no key update of a skip locked
           )
           update exchange_act set state = 'unknown', asked = asked + 1, token = $1, due_at = ${at('$2')} where id in (select id from due) returning ${ACT}`,
    values: [token, until, now, providers, limit],
  });
  return rows;
}

/** Submissions that are to be looked for once more; left to this process until the lease ends. */
export async function claimReadBacks(
  db: Queryable,
  { until, now }: Pick<Sending, 'until' | 'now'>,
  providers: readonly string[],
  limit: number,
): Promise<ActRow[]> {
  const { rows } = await db.query<ActRow>({
    name: 'exchange-act-claim-read-backs',
    text: `with due as (
             select a.id from exchange_act a join exchange e on e.id = a.exchange_id
             where a.state = 'done' and a.due_at <= ${at('$2')} and e.provider = any($3)
             order by a.due_at limit $4 for no key update of a skip locked
           )
           update exchange_act set due_at = ${at('$1')} where id in (select id from due) returning ${ACT}`,
    values: [until, now, providers, limit],
  });
  return rows;
}

/** Its system has it: it is not looked for again. */
export async function believe(db: Queryable, act: Pick<ActRow, 'id'>): Promise<void> {
  await db.query({
    name: 'exchange-act-believe',
    text: "update exchange_act set due_at = null where id = $1 and state = 'done'",
    values: [act.id],
  });
}

export async function readBackAt(db: Queryable, act: Pick<ActRow, 'id'>, when: number): Promise<void> {
  await db.query({
    name: 'exchange-act-read-back-at',
    text: `update exchange_act set due_at = ${at('$2')} where id = $1 and state = 'done'`,
    values: [act.id, when],
  });
}

/** What was answered as done is not there: unknown again, to be asked about at once, or given up; not while another act is open. */
export async function disbelieve(
  db: Queryable,
  act: Pick<ActRow, 'id'>,
  { state, words }: { readonly state: 'unknown' | 'refused'; readonly words: Buffer },
  now: number,
): Promise<void> {
  await db.query({
    name: 'exchange-act-disbelieve',
    text: `with doubted as (
             update exchange_act a set state = $2, words = $3, due_at = case when $2 = 'unknown' then ${at('$4')} end
             where id = $1 and state = 'done'
               and not exists (select from exchange_act o where o.exchange_id = a.exchange_id and o.state in ('sending', 'unknown'))
             returning exchange_id
           )
           update exchange set state = $2, next_poll_at = null, changed_at = ${at('$4')} where id in (select exchange_id from doubted)`,
    values: [act.id, state, words, now],
  });
}

/** What an act came to; changes nothing where the lease has passed to another. */
export interface Settled {
  readonly state: Exclude<ActState, 'sending'>;
  readonly words: Buffer | null;
  /** When an unknown one is asked about. */
  readonly dueAt: number | null;
  readonly exchange: {
    readonly state: ExchangeState | null;
    readonly number: string | null;
    readonly nextPollAt: number | null;
  } | null;
}

/** Both rows in one statement, by the token: a stale settlement changes nothing. The exchange is locked first, as by whoever begins another act. */
export async function settleAct(
  db: Queryable,
  act: Pick<ActRow, 'id' | 'exchangeId'>,
  token: string,
  settled: Settled,
  now: number,
): Promise<boolean> {
  const { rowCount } = await db.query({
    name: 'exchange-act-settle',
    text: `with held as (
             select id from exchange where id = $10 for update
           ), settled as (
             update exchange_act set state = $3, words = coalesce($4, words), due_at = ${at('$5')}, token = null,
               settled_at = case when $3 = 'unknown' then null else ${at('$6')} end
             where id = $1 and token = $2 and state in ('sending', 'unknown') and exchange_id in (select id from held) returning exchange_id
           ), changed as (
             update exchange set state = coalesce($7, state), number = coalesce($8, number),
               next_poll_at = case when $7 = 'withdrawn' then null else coalesce(${at('$9')}, next_poll_at) end,
               changed_at = ${at('$6')}
             where id in (select exchange_id from settled)
           )
           select from settled`,
    values: [
      act.id,
      token,
      settled.state,
      settled.words,
      settled.dueAt,
      now,
      settled.exchange?.state ?? null,
      settled.exchange?.number ?? null,
      settled.exchange?.nextPollAt ?? null,
      act.exchangeId,
    ],
  });
  return rowCount === 1;
}
