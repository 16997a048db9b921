/** @module The append's SQL: one function per statement. Rows travel as one JSON document, times as epoch milliseconds. */
import type { Seal } from '../access/seal.ts';
import { sealedBytes, sealedText, sealedWhole } from '../access/sealed-json.ts';
import { columnsOf } from '../db/columns.ts';
import type { Queryable } from '../db/queryable.ts';
import type { EventCommand, QuarantineReason } from './commands.ts';
import { factsOf, factsText, factsWith } from './facts-column.ts';
import { personHash, personsOf, sealedFields } from './personal.ts';
import type { DossierState } from './state.ts';

const STATE = `
  id, code, procedure_code as "procedureCode", agency_code as "agencyCode", agencies, channel, origin, incomplete,
  superseded_by as "supersededBy", status, pause_reason as "pauseReason", paused_since as "pausedSince", outcome,
  head_seq as "headSeq", ${factsOf('dossier')}, submitted_at as "submittedAt", received_at as "receivedAt",
  appointment_at as "appointmentAt", appointment_basis as "appointmentBasis", limit_override as "limitOverride",
  finished_at as "finishedAt", unverified, created_at as "createdAt"`;

export type StateRow = Omit<
  DossierState,
  'isNew' | 'fields' | 'fieldsChanged' | 'verification' | 'adoption' | 'newAliases' | 'newEntries'
>;

/** The dossiers named by code, by alias or as survivors of these, locked in the order of their ids so that two batches never wait for each other in a ring. */
export async function lockDossiers(
  db: Queryable,
  codes: readonly string[],
  aliasCodes: readonly string[],
): Promise<StateRow[]> {
  const { rows } = await db.query<StateRow>({
    name: 'lock-dossiers',
    text: `
      with named as (
        select id, superseded_by from dossier where code = any($1::text[])
        union
        select d.id, d.superseded_by from dossier_alias a join dossier d on d.id = a.dossier_id where a.code = any($2::text[])
      )
      select ${STATE} from dossier
      where id = any(array(select id from named union select superseded_by from named where superseded_by is not null))
      order by id for no key update`,
    values: [codes, aliasCodes],
  });
  return rows;
}

export async function readAliases(
  db: Queryable,
  aliasCodes: readonly string[],
): Promise<{ system: string; code: string; dossierId: number }[]> {
  const { rows } = await db.query<{ system: string; code: string; dossierId: number }>({
    name: 'read-aliases',
    text: 'select system, code, dossier_id as "dossierId" from dossier_alias where code = any($1::text[])',
    values: [aliasCodes],
  });
  return rows;
}

/** Fields and aliases of dossiers whose command changes them. */
export async function readFields(
  db: Queryable,
  ids: readonly number[],
): Promise<{ id: number; fields: object; aliases: { system: string; code: string }[] | null }[]> {
  const { rows } = await db.query<{ id: number; fields: object; aliases: { system: string; code: string }[] | null }>({
    name: 'read-fields',
    text: `
      select f.dossier_id as id, f.fields,
        (select json_agg(json_build_object('system', a.system, 'code', a.code)) from dossier_alias a where a.dossier_id = f.dossier_id) as aliases
      from dossier_fields f where f.dossier_id = any($1::bigint[])`,
    values: [ids],
  });
  return rows;
}

/** What `dossier_id` steps by. */
export const IDS_IN_BLOCK = 1_000;

/** The first ids of so many blocks, each for this process alone. */
export async function takeIdBlocks(db: Queryable, blocks: number): Promise<number[]> {
  const { rows } = await db.query<{ first: number }>(
    "select nextval('dossier_id') as first from generate_series(1, $1::int)",
    [blocks],
  );
  return rows.map(({ first }) => first);
}

const at = (column: string): string => `to_timestamp(${column} / 1000.0)`;

const DOSSIER_COLUMNS = `
  id bigint, code text, "procedureCode" text, "agencyCode" text, agencies text[], channel text, origin text, incomplete boolean,
  "supersededBy" bigint, status text, "pauseReason" text, "pausedSince" float8, outcome text, "headSeq" int, facts text,
  "submittedAt" float8, "receivedAt" float8, "appointmentAt" float8, "appointmentBasis" text, "limitOverride" jsonb, "finishedAt" float8, unverified text[], "createdAt" float8`;

const dossierRow = (state: DossierState): object => {
  const { isNew, fields, fieldsChanged, verification, adoption, newAliases, newEntries, ...row } = state;
  return { ...row, facts: factsText(state.facts) };
};

export function insertDossiers(db: Queryable, states: readonly DossierState[]): Promise<unknown> {
  return db.query({
    name: 'insert-dossiers',
    text: `
      insert into dossier (id, code, procedure_code, agency_code, agencies, channel, origin, incomplete, superseded_by, status, pause_reason,
        paused_since, outcome, head_seq, facts, submitted_at, received_at, appointment_at, appointment_basis, limit_override, finished_at, unverified, created_at)
      select id, code, "procedureCode", "agencyCode", agencies, channel, origin, incomplete, "supersededBy", status, "pauseReason",
        ${at('"pausedSince"')}, outcome, "headSeq", facts, ${at('"submittedAt"')}, ${at('"receivedAt"')}, ${at('"appointmentAt"')},
        "appointmentBasis", "limitOverride", ${at('"finishedAt"')}, unverified, ${at('"createdAt"')}
      from json_to_recordset($1::json) as r (${DOSSIER_COLUMNS})`,
    values: [JSON.stringify(states.map(dossierRow))],
  });
}

/**
 * What an event moves: everything an index knows stays untouched unless it changed, so that most updates stay on their
 * page; facts travel only once, as they are added.
 */
export function updateDossiers(db: Queryable, states: readonly DossierState[]): Promise<unknown> {
  return db.query({
    name: 'update-dossiers',
    text: `
      update dossier d set
        status = r.status, pause_reason = r."pauseReason", paused_since = ${at('r."pausedSince"')}, outcome = r.outcome,
        head_seq = r."headSeq", facts = ${factsWith('d', 'r."newFacts"')}, appointment_at = ${at('r."appointmentAt"')}, appointment_basis = r."appointmentBasis",
        finished_at = ${at('r."finishedAt"')}
      from unnest($1::bigint[], $2::text[], $3::text[], $4::float8[], $5::text[], $6::int[], $7::text[], $8::float8[], $9::text[], $10::float8[])
        as r (id, status, "pauseReason", "pausedSince", outcome, "headSeq", "newFacts", "appointmentAt", "appointmentBasis", "finishedAt")
      where d.id = r.id and d.id = any($1)`,
    values: columnsOf(
      states,
      ({ id }) => id,
      ({ status }) => status,
      ({ pauseReason }) => pauseReason,
      ({ pausedSince }) => pausedSince,
      ({ outcome }) => outcome,
      ({ headSeq }) => headSeq,
      ({ facts, newEntries }) => factsText(facts.slice(facts.length - newEntries.length)),
      ({ appointmentAt }) => appointmentAt,
      ({ appointmentBasis }) => appointmentBasis,
      ({ finishedAt }) => finishedAt,
    ),
  });
}

/** The rest of the row, for the few commands that change who or what a dossier is. */
export function updateIdentities(db: Queryable, states: readonly DossierState[]): Promise<unknown> {
  return db.query({
    name: 'update-identities',
    text: `
      update dossier d set
        code = r.code, procedure_code = r."procedureCode", agency_code = r."agencyCode", agencies = r.agencies, channel = r.channel, origin = r.origin,
        incomplete = r.incomplete, superseded_by = r."supersededBy", submitted_at = ${at('r."submittedAt"')}, received_at = ${at('r."receivedAt"')},
        limit_override = r."limitOverride", unverified = r.unverified
      from json_to_recordset($1::json) as r (${DOSSIER_COLUMNS})
      where d.id = r.id and d.id = any($2::bigint[])`,
    values: [JSON.stringify(states.map(dossierRow)), states.map(({ id }) => id)],
  });
}

/** With the hashes by which its persons are found; one that a correction took out is not looked for again. */
export function writeFields(db: Queryable, states: readonly DossierState[], seal: Seal): Promise<unknown> {
  const rows = states.map(({ id, fields = {} }) => ({
    id,
    fields: sealedFields(fields, seal),
    persons: personsOf(fields).map((number) => personHash(number, seal).toString('hex')),
  }));
  return db.query({
    name: 'write-fields',
    text: `
      with given as (
        select * from json_to_recordset($1::json) as r (id bigint, fields jsonb, persons json)
      ), persons as (
        insert into dossier_person (person, dossier_id)
        select decode(person, 'hex'), id from given, json_array_elements_text(persons) as person
        on conflict do nothing
      )
      insert into dossier_fields (dossier_id, fields)
      select id, fields from given
      on conflict (dossier_id) do update set fields = excluded.fields`,
    values: [JSON.stringify(rows)],
  });
}

export function insertAliases(
  db: Queryable,
  aliases: readonly { dossierId: number; system: string; code: string }[],
): Promise<unknown> {
  return db.query({
    name: 'insert-aliases',
    text: `
      insert into dossier_alias (system, code, dossier_id)
      select system, code, "dossierId" from json_to_recordset($1::json) as r (system text, code text, "dossierId" bigint)
      on conflict do nothing`,
    values: [JSON.stringify(aliases)],
  });
}

/** A superseded dossier's numbers go to its survivor. */
export function moveAliases(db: Queryable, from: number, to: number): Promise<unknown> {
  return db.query('update dossier_alias set dossier_id = $2 where dossier_id = $1', [from, to]);
}

/**
 * Writes entries with the keys by which their events are known; the gateway's own computations are nobody's events. An event id that another dossier has is a unique
 * violation; a survivor takes over what its superseded dossier had.
 */
export function insertEntries(
  db: Queryable,
  states: readonly Pick<DossierState, 'newEntries'>[],
  recordedAt: number,
  takingOver: boolean,
): Promise<unknown> {
  return db.query({
    name: takingOver ? 'take-over-entries' : 'insert-entries',
    text: `
      with added as (
        select * from unnest($2::bigint[], $3::int[], $4::text[], $5::text[], $6::text[], $7::float8[], $8::text[], $9::text[], $10::text[], $11::boolean[], $12::jsonb[])
          as r ("dossierId", seq, kind, status, "pauseReason", "occurredAt", source, "eventId", digest, "lateReported", body)
      ), keyed as (
        insert into event_key (source, event_id, digest, dossier_id, seq)
        select source, "eventId", digest, "dossierId", seq from added where source <> 'gateway'
        ${takingOver ? 'on conflict (source, event_id) do update set dossier_id = excluded.dossier_id, seq = excluded.seq' : ''}
      )
      insert into timeline_entry (dossier_id, seq, kind, status, pause_reason, occurred_at, recorded_at, source, event_id, late_reported, body)
      select "dossierId", seq, kind, status, "pauseReason", ${at('"occurredAt"')}, ${at('$1::float8')}, source, "eventId", "lateReported", body
      from added`,
    values: [
      recordedAt,
      ...columnsOf(
        states.flatMap(({ newEntries }) => newEntries),
        ({ dossierId }) => dossierId,
        ({ seq }) => seq,
        ({ kind }) => kind,
        ({ status }) => status,
        ({ pauseReason }) => pauseReason,
        ({ occurredAt }) => occurredAt,
        ({ source }) => source,
        ({ eventId }) => eventId,
        ({ digest }) => digest,
        ({ lateReported }) => lateReported,
        ({ body }) => body && JSON.stringify(body),
      ),
    ],
  });
}

export interface RawMessage {
  readonly system: string;
  readonly operation: string;
  readonly traceId: string;
  readonly body: Buffer;
}

/** The bodies travel as one value and are cut apart again: an array of them would be written as text, twice as long. */
export function insertRawMessages(
  db: Queryable,
  messages: readonly RawMessage[],
  now: number,
  seal: Seal,
): Promise<unknown> {
  let from = 1;
  const bodies = messages.map(({ body }) => sealedBytes(body, seal));
  const rows = messages.map(({ system, operation, traceId }, i) => {
    const { length } = bodies[i]!;
    const row = { system, operation, trace: traceId, from, length };
    from += length;
    return row;
  });
  return db.query({
    name: 'insert-raw-messages',
    text: `
      insert into exchange_log (at, direction, system, operation, trace_id, body)
      select ${at('$1::float8')}, 'in', system, operation, trace, substring($3::bytea from "from" for length)
      from json_to_recordset($2::json) as r (system text, operation text, trace text, "from" int, length int)`,
    values: [now, JSON.stringify(rows), Buffer.concat(bodies)],
  });
}

export interface Quarantined {
  readonly source: string;
  readonly reason: QuarantineReason;
  readonly detail: string;
  readonly dossierRef: string | null;
  readonly eventId: string | null;
  readonly command: EventCommand | null;
  readonly raw: string | null;
}

/** The same event quarantined for the same reason stands once, however often its sender repeats it. */
export function insertQuarantine(db: Queryable, items: readonly Quarantined[], seal: Seal): Promise<unknown> {
  const rows = items.map((item) => ({
    ...item,
    command: item.command && sealedWhole(item.command, seal),
    raw: item.raw === null ? null : sealedText(item.raw, seal),
  }));
  return db.query({
    name: 'insert-quarantine',
    text: `
      insert into quarantine (source, reason, detail, dossier_ref, event_id, command, raw)
      select source, reason, detail, "dossierRef", "eventId", command, raw
      from json_to_recordset($1::json) as r (source text, reason text, detail text, "dossierRef" text, "eventId" text, command jsonb, raw text)
      on conflict do nothing`,
    values: [JSON.stringify(rows)],
  });
}
