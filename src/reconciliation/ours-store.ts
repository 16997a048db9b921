/** @module Our side of what is compared, as SQL. One function per statement. */
import { within } from '../agencies/within.ts';
import type { Queryable } from '../db/queryable.ts';
import { at } from '../db/times.ts';
import { factsHaveAny, factsOf, factsSay } from '../dossiers/facts-column.ts';
import type { OurDossier, ToldRow } from './compare.ts';
import type { Listed } from './day-listing.ts';
import type { RunScope } from './store.ts';

/** A dossier of ours as it is compared; `isMoving`: the sync still has something of it to deliver. */
export interface OurRow extends OurDossier {
  readonly id: number;
  readonly agencies: string[];
  readonly origin: string;
  readonly isMoving: boolean;
  /** Its policy lets nothing be sent. */
  readonly isObserved: boolean;
  readonly isHeld: boolean;
  readonly blockedReason: string | null;
  readonly lastError: string | null;
}

/** Two dossiers carry a number by which a system would find both: its own, or one that stands for any. */
const COLLIDING =
  "b.code = a.code and (b.system = a.system or '*' in (a.system, b.system)) and b.dossier_id <> a.dossier_id";

const OURS = `
  d.id, d.code, d.procedure_code as "procedureCode", d.agency_code as "agencyCode", d.agencies, d.origin, ${factsOf('d')}, d.status, d.head_seq as "headSeq",
  d.submitted_at as "submittedAt", d.received_at as "receivedAt", d.appointment_at as "appointmentAt", coalesce(f.fields, '{}') as fields,
  coalesce(s.sent_seqs, '{}') as "sentSeqs", coalesce(s.believed_seqs, '{}') as "believedSeqs", coalesce(s.acked_seq < s.head_seq and s.blocked_reason is null and s.mode = 'send'
    and not exists (select from destination p where p.name = $1 and p.paused_since is not null), false) as "isMoving", s.mode is distinct from 'send' as "isObserved",
  d.incomplete as "isHeld", s.blocked_reason as "blockedReason", s.last_error as "lastError",
  coalesce((select array_agg(distinct a.code) from dossier_alias a join dossier_alias b on ${COLLIDING}
    where a.dossier_id = d.id), '{}') as "collidingAliases"`;

const OURS_FROM = `
  from dossier d left join dossier_fields f on f.dossier_id = d.id left join sync_state s on s.dossier_id = d.id and s.destination = $1`;

/** Of a run that leaves out what is at rest: what is still open, or was delivered since this time. */
const active = (since: string): string =>
  `(${since}::float8 is null or d.finished_at is null or s.acked_at >= ${at(since)} or s.acked_seq < s.head_seq)`;

/** Received from one day to another, both included. */
const received = (from: string, to: string): string => `
  coalesce(d.received_at, d.submitted_at) >= (${from} || 'T00:00:00+07:00')::timestamptz
  and coalesce(d.received_at, d.submitted_at) < (${to} || 'T00:00:00+07:00')::timestamptz + interval '1 day'`;

/** Within a scope: agencies (parameter 3) and procedure (4). */
const IN_SCOPE = `
  d.code is not null and d.superseded_by is null
  and ($3::text[] is null or ${within('d.agencies', '$3')})
  and ($4::text is null or d.procedure_code = $4)`;

/** Received on a day (parameter 2) and within a scope. */
const OF_DAY = `${received('$2', '$2')} and ${IN_SCOPE}`;

/**
 * The next dossiers of ours of one day of receipt within a scope, to be asked about one by one, in the order of their codes; held ones are not.
 *
 * @param agencies codes that count for the scope's agency; null for all
 * @param changedSince leaves out what has ended and was not delivered since (epoch ms); null: nothing
 */
export async function oursOfDay(
  db: Queryable,
  { destination, procedureCode }: RunScope,
  day: string,
  agencies: readonly string[] | null,
  changedSince: number | null,
  { after, limit }: { after: string; limit: number },
): Promise<OurRow[]> {
  const { rows } = await db.query<OurRow>({
    name: 'reconcile-day',
    text: `
      select ${OURS} ${OURS_FROM}
      where ${OF_DAY} and ${active('$5')} and not d.incomplete and d.code > $6 order by d.code limit $7`,
    values: [destination, day, agencies, procedureCode, changedSince, after, limit],
  });
  return rows;
}

/** How many dossiers a run has to ask about from a day of receipt on. */
export async function countToAsk(
  db: Queryable,
  { destination, procedureCode, to }: RunScope,
  from: string,
  agencies: readonly string[] | null,
  changedSince: number | null,
): Promise<number> {
  const { rows } = await db.query<{ n: number }>(
    `select count(*)::int as n from dossier d left join sync_state s on s.dossier_id = d.id and s.destination = $1
     where not d.incomplete and ${received('$2', '$6')} and ${IN_SCOPE} and ${active('$5')}`,
    [destination, from, agencies, procedureCode, changedSince, to],
  );
  return rows[0]!.n;
}

/** How many dossiers of a day of receipt within a scope a run leaves out, for they are at rest. */
export async function countAtRest(
  db: Queryable,
  { destination, procedureCode }: RunScope,
  day: string,
  agencies: readonly string[] | null,
  changedSince: number,
): Promise<number> {
  const { rows } = await db.query<{ n: number }>(
    `select count(*)::int as n from dossier d left join sync_state s on s.dossier_id = d.id and s.destination = $1
     where not d.incomplete and ${OF_DAY} and not coalesce(${active('$5')}, false)`,
    [destination, day, agencies, procedureCode, changedSince],
  );
  return rows[0]!.n;
}

/** How both sides of a day are set side by side in the database, so that only what needs a closer look leaves it. */
export interface Screen {
  /** The destination's code of each status but `paused`. */
  readonly codes: Readonly<Record<string, string>>;
  /** Reasons of pauses whose time the destination's formula subtracts, so that it is shown another appointment than ours. */
  readonly subtracted: readonly string[];
  /** Codes that the catalogues know on that day. */
  readonly procedures: readonly string[];
  readonly agencies: readonly string[];
}

export interface Screened {
  readonly compared: number;
  /** Their agencies and procedures: a line each, agency, tabulator, procedure. To group them here would cost five times as much. */
  readonly belonging: string;
  /** Evidently as they should be: nothing on its way, nothing counted anew, the same on both sides. */
  readonly inStep: number;
  /** What is to be looked at closely, with what the other side tells of each; null: it lacks it. */
  readonly rest: readonly { readonly id: number; readonly told: ToldRow | null }[];
  /** What is none of ours of that day; of an export it is not told here. */
  readonly strangers: readonly Stranger[];
}

export interface Stranger extends ToldRow {
  readonly code: string;
  readonly procedureCode: string | null;
}

/** What the other side tells of a dossier, as a `ToldRow`. */
const TOLD = `
  'statusCode', status, 'appointmentAt', extract(epoch from appointment_at) * 1000, 'appointmentTo', appointment_to, 'channel', channel`;

/** An instant as exactly as the other side tells it. Days begin at midnight in Viet Nam, which has kept its time since before there were such dossiers. */
const told = (instant: string): string => `
  date_bin(case t.appointment_to when 'second' then interval '1 second' when 'minute' then interval '1 minute' else interval '1 day' end, ${instant}, '2000-01-01T00:00:00+07:00')`;

const screenOf = (theirs: string, strangers: string): string => `
  with theirs as (${theirs}),
  ours as materialized (
    select d.id, d.code, d.incomplete, d.agency_code, d.procedure_code, t.code is not null as there, t.status, t.appointment_at, t.appointment_to, t.channel, coalesce(
      t.code is not null and (t.status is null or t.status = $6::jsonb ->> d.status)
      and (d.appointment_at is null or t.appointment_to is null or d.appointment_at = t.appointment_at or ${told('d.appointment_at')} = ${told('t.appointment_at')})
      and (t.channel is null or d.channel is null or t.channel = d.channel)
      and (d.procedure_code is null or d.procedure_code = any($7::text[])) and (d.agency_code is null or d.agency_code = any($8::text[]))
      and (s.acked_seq is null or s.acked_seq >= s.head_seq)
      and not ${factsHaveAny('d', ['w', 'r'], '$9::text[]')}
      and not exists (select from difference x where x.destination = $1 and x.dossier_code = d.code and x.state in ('confirmed', 'evidence'))
      and not exists (select from dossier_alias a join dossier_alias b on ${COLLIDING} where a.dossier_id = d.id),
      false) as plain
    from dossier d left join sync_state s on s.dossier_id = d.id and s.destination = $1 left join theirs t on t.code = d.code
    where ${OF_DAY}
  )
  select count(*) filter (where not incomplete)::int as compared,
    coalesce(string_agg(coalesce(agency_code, '') || e'\\t' || coalesce(procedure_code, ''), e'\\n') filter (where not incomplete), '') as belonging, count(*) filter (where plain and not incomplete)::int as "inStep",
    coalesce(json_agg(json_build_object('id', id, 'told', case when there then json_build_object(${TOLD}) end)) filter (where not plain and not incomplete), '[]') as rest,
    ${strangers} as strangers
  from ours`;

const SCREEN_LISTED = screenOf(
  `select code, status, ${at('appointment')} as appointment_at, 'second' as appointment_to, channel, procedure_code
   from unnest($5::text[], $10::text[], $11::float8[], $12::text[], $13::text[]) as r (code, status, appointment, channel, procedure_code)`,
  `coalesce((select json_agg(json_build_object('code', code, 'procedureCode', procedure_code, ${TOLD})) from theirs where code not in (select code from ours)), '[]')`,
);

const SCREEN_EXPORTED = screenOf(
  'select code, status, appointment_at, appointment_to, channel from portal_export_row where export_id = $5',
  "'[]'::json",
);

/** Sets a day's dossiers beside a listing of the destination, or beside an export of it by its id. */
export async function screenDay(
  db: Queryable,
  { destination, procedureCode }: RunScope,
  day: string,
  agencies: readonly string[] | null,
  theirs: Listed | number,
  { codes, subtracted, procedures, agencies: known }: Screen,
): Promise<Screened> {
  const isListed = typeof theirs === 'object';
  const { rows } = await db.query<Screened>({
    // Without a name: a plan made once for all days would not know how many rows a day's listing has.
    text: isListed ? SCREEN_LISTED : SCREEN_EXPORTED,
    values: [
      destination,
      day,
      agencies,
      procedureCode,
      isListed ? theirs.codes : theirs,
      JSON.stringify(codes),
      procedures,
      known,
      // Only seen there, or paused so that it counts: these are looked at closely.
      [factsSay('w', destination), ...subtracted.map((reason) => factsSay('r', reason))],
      ...(isListed ? [theirs.statuses, theirs.appointments, theirs.channels, theirs.procedures] : []),
    ],
  });
  return rows[0]!;
}

export async function oursById(db: Queryable, destination: string, ids: readonly number[]): Promise<OurRow[]> {
  const { rows } = await db.query<OurRow>({
    name: 'reconcile-ids',
    text: `select ${OURS} ${OURS_FROM} where d.id = any($2::bigint[])`,
    values: [destination, ids],
  });
  return rows;
}

/** Which of these have moved since a time (epoch ms): something was appended here or taken over there. */
export async function movedSince(
  db: Queryable,
  destination: string,
  ids: readonly number[],
  since: number,
): Promise<Set<number>> {
  const { rows } = await db.query<{ id: number }>({
    name: 'reconcile-moved',
    text: `
      select d.id from dossier d left join sync_state s on s.dossier_id = d.id and s.destination = $1
      where d.id = any($2::bigint[]) and (s.acked_at >= ${at('$3')}
        or exists (select from timeline_entry e where e.dossier_id = d.id and e.seq = d.head_seq and e.recorded_at >= ${at('$3')}))`,
    values: [destination, ids, since],
  });
  return new Set(rows.map(({ id }) => id));
}

export async function oursByCode(db: Queryable, destination: string, codes: readonly string[]): Promise<OurRow[]> {
  const { rows } = await db.query<OurRow>({
    name: 'reconcile-codes',
    text: `select ${OURS} ${OURS_FROM} where d.code = any($2::text[]) and d.superseded_by is null`,
    values: [destination, codes],
  });
  return rows;
}

/** Which of these codes are ours, wherever they stand. */
export async function knownCodes(db: Queryable, codes: readonly string[]): Promise<Set<string>> {
  const { rows } = await db.query<{ code: string }>({
    name: 'reconcile-known',
    text: 'select code from dossier where code = any($1::text[])',
    values: [codes],
  });
  return new Set(rows.map(({ code }) => code));
}
