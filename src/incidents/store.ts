/** @module The incidents' SQL: opened, read, told of, closed. One function per statement. */
import { within } from '../agencies/within.ts';
import type { Queryable } from '../db/queryable.ts';
import { at } from '../db/times.ts';
import type { DifferenceKind } from '../reconciliation/kinds.ts';
import type { Addressee, Contact } from './parties.ts';

export interface Party {
  readonly party: string;
  readonly name: string;
  readonly contact: Contact;
  readonly answerWorkingDays: number;
  readonly sentAt: number | null;
  readonly dueAt: number | null;
  readonly answeredAt: number | null;
}

/** A case; times are epoch milliseconds. */
export interface Incident {
  readonly id: number;
  readonly number: string;
  readonly title: string;
  readonly state: 'open' | 'closed';
  readonly openedAt: number;
  readonly openedBy: string;
  readonly openedReason: string;
  readonly closedAt: number | null;
  readonly closedBy: string | null;
  readonly closedReason: string | null;
  readonly differences: readonly { readonly id: number; readonly dossierCode: string; readonly kind: DifferenceKind }[];
  readonly parties: readonly Party[];
}

/** The next number of a year, counted from 1; taken for good when the transaction commits. */
export async function nextNumber(db: Queryable, year: number): Promise<number> {
  const { rows } = await db.query<{ last: number }>(
    `insert into incident_number (year, last) values ($1, 1)
     on conflict (year) do update set last = incident_number.last + 1 returning last`,
    [year],
  );
  return rows[0]!.last;
}

export async function insertIncident(
  db: Queryable,
  incident: { number: string; title: string; by: string; reason: string; now: number },
): Promise<number> {
  const { rows } = await db.query<{ id: number }>(
    `insert into incident (number, title, opened_at, opened_by, opened_reason) values ($1, $2, ${at('$3')}, $4, $5) returning id`,
    [incident.number, incident.title, incident.now, incident.by, incident.reason],
  );
  return rows[0]!.id;
}

export async function insertParties(
  db: Queryable,
  incidentId: number,
  parties: readonly Addressee[],
  differences: readonly number[],
): Promise<void> {
  await db.query(
    `with told as (
       insert into incident_party (incident_id, party, position, name, contact, answer_working_days)
       select $1, p.party, p.position, p.name, p.contact, p."answerWorkingDays"
       from json_to_recordset($2::json) as p (party text, position int, name text, contact jsonb, "answerWorkingDays" int)
     )
     insert into incident_difference (incident_id, difference_id) select $1, unnest($3::bigint[])`,
    [incidentId, JSON.stringify(parties.map((party, position) => ({ ...party, position }))), differences],
  );
}

const INCIDENT = `
  i.id, i.number, i.title, i.state, i.opened_at as "openedAt", i.opened_by as "openedBy", i.opened_reason as "openedReason",
  i.closed_at as "closedAt", i.closed_by as "closedBy", i.closed_reason as "closedReason",
  (select json_agg(json_build_object('id', d.id, 'dossierCode', d.dossier_code, 'kind', d.kind) order by d.id)
   from incident_difference m join difference d on d.id = m.difference_id where m.incident_id = i.id) as differences,
  (select json_agg(json_build_object('party', p.party, 'name', p.name, 'contact', p.contact, 'answerWorkingDays', p.answer_working_days,
     'sentAt', extract(epoch from p.sent_at) * 1000, 'dueAt', extract(epoch from p.due_at) * 1000, 'answeredAt', extract(epoch from p.answered_at) * 1000) order by p.position)
   from incident_party p where p.incident_id = i.id) as parties`;

/** Every dossier that it names counts for the caller. */
const MAY_SEE = `not exists (select from incident_difference m join difference d on d.id = m.difference_id
  where m.incident_id = i.id and not ${within('d.agencies', '$1')})`;

export interface IncidentFilter {
  /** Codes of the agencies that count for the caller. */
  readonly own: readonly string[];
  readonly state: string | null;
  /** Only with a party whose answer is overdue at this time; null for all. */
  readonly lateAt: number | null;
  /** Only with this difference. */
  readonly difference: number | null;
  /** Only those before the one with this id. */
  readonly before: number | null;
  readonly limit: number;
}

/** Newest first. */
export async function listIncidents(db: Queryable, filter: IncidentFilter): Promise<Incident[]> {
  const { own, state, lateAt, difference, before, limit } = filter;
  const { rows } = await db.query<Incident>(
    `select ${INCIDENT} from incident i
     where ${MAY_SEE} and ($2::text is null or i.state = $2) and ($5::bigint is null or i.id < $5)
       and ($3::float8 is null or i.state = 'open' and exists (
         select from incident_party p where p.incident_id = i.id and p.answered_at is null and p.due_at < ${at('$3')}))
       and ($4::bigint is null or exists (select from incident_difference m where m.incident_id = i.id and m.difference_id = $4))
     order by i.id desc limit $6`,
    [own, state, lateAt, difference, before, limit],
  );
  return rows;
}

/** Incidents that are open, by how the clocks of their parties stand; each counts once, the most pressing way. */
export interface IncidentCounts {
  readonly open: number;
  /** An answer is overdue. */
  readonly late: number;
  /** Nobody was told yet. */
  readonly notSent: number;
  /** The earliest answer that is due, epoch milliseconds; null: none is awaited. */
  readonly nextDueAt: number | null;
}

/** @param own codes of the agencies that count for the caller */
export async function countIncidents(db: Queryable, own: readonly string[], now: number): Promise<IncidentCounts> {
  const { rows } = await db.query<IncidentCounts>(
    `select count(*)::int as open, (count(*) filter (where c.due < ${at('$2')}))::int as late, (count(*) filter (where not c.sent))::int as "notSent", min(c.due) as "nextDueAt"
     from incident i, lateral (
       select bool_or(p.sent_at is not null) as sent, min(p.due_at) filter (where p.answered_at is null) as due from incident_party p where p.incident_id = i.id) as c
     where ${MAY_SEE} and i.state = 'open'`,
    [own, now],
  );
  return rows[0]!;
}

/** Null also where a dossier of it is not the caller's. */
export async function findIncident(db: Queryable, number: string, own: readonly string[]): Promise<Incident | null> {
  const { rows } = await db.query<Incident>(`select ${INCIDENT} from incident i where i.number = $2 and ${MAY_SEE}`, [
    own,
    number,
  ]);
  return rows[0] ?? null;
}

/** Nobody can note anything on it until the transaction ends. @returns whether it is open */
export async function lockOpen(db: Queryable, id: number): Promise<boolean> {
  const { rows } = await db.query<{ state: string }>('select state from incident where id = $1 for update', [id]);
  return rows[0]?.state === 'open';
}

/** A party was told: its clock runs from the first time, and anew after it has answered. */
export async function markSent(
  db: Queryable,
  incidentId: number,
  party: string,
  { sentAt, dueAt }: { sentAt: number; dueAt: number },
): Promise<void> {
  await db.query(
    `update incident_party set sent_at = ${at('$3')}, due_at = ${at('$4')}, answered_at = null
     where incident_id = $1 and party = $2 and (sent_at is null or (answered_at is not null and answered_at <= ${at('$3')}))`,
    [incidentId, party, sentAt, dueAt],
  );
}

export async function markAnswered(
  db: Queryable,
  incidentId: number,
  party: string,
  answeredAt: number,
): Promise<void> {
  await db.query(
    `update incident_party set answered_at = ${at('$3')} where incident_id = $1 and party = $2 and answered_at is null`,
    [incidentId, party, answeredAt],
  );
}

/** Closes it, and with it the differences that were left to people. */
export async function closeIncident(
  db: Queryable,
  id: number,
  { by, reason, now }: { by: string; reason: string; now: number },
): Promise<void> {
  await db.query(
    `with closed as (
       update incident set state = 'closed', closed_at = ${at('$4')}, closed_by = $2, closed_reason = $3 where id = $1
     )
     update difference set state = 'closed', look_at = null, decided_by = $2, decided_reason = $3
     where state = 'evidence' and id in (select difference_id from incident_difference where incident_id = $1)`,
    [id, by, reason, now],
  );
}

export interface Chosen {
  readonly id: number;
  readonly kind: DifferenceKind;
  readonly agencies: string[];
}

/** The differences that an incident is to be about: those named, or all that stand of one kind or cause and count for the caller. */
export async function chooseDifferences(
  db: Queryable,
  filter: {
    ids: readonly number[] | null;
    destination: string;
    kind: string | null;
    cause: string | null;
    own: readonly string[];
  },
  limit: number,
): Promise<Chosen[]> {
  const { ids, destination, kind, cause, own } = filter;
  const { rows } = await db.query<Chosen & { cause: string | null }>(
    `select d.id, d.kind, d.agencies, d.cause from difference d
     where case when $1::bigint[] is not null then d.id = any($1) and d.state <> 'found'
       else d.destination = $2 and ($3::text is null or d.kind = $3)
         and d.state in ('confirmed', 'repairing', 'evidence', 'ignored') and ${within('d.agencies', '$4')} end
     order by d.id limit $5`,
    [ids, destination, kind, own, cause === null ? limit : null],
  );
  // A destination's words stand sealed: what shares them is found by reading them.
  return rows.filter((row) => ids !== null || cause === null || row.cause === cause).slice(0, limit);
}
