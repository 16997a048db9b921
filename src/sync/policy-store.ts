/** @module The SQL of sync policies: their versions, and the mode that each row has by them. One function per statement. */
import type { Queryable } from '../db/queryable.ts';
import { at } from '../db/times.ts';
import type { Mode, PolicyData } from './policy.ts';

/** A version of the policies, and who wrote it why. */
export interface PolicyVersion extends PolicyData {
  readonly at: number;
  readonly author: string;
  readonly officer: string | null;
  readonly reason: string | null;
}

const VERSION = `version, at, author, officer, reason, default_mode as "defaultMode", items`;

/** The version in force; null before the first process of an installation has started. */
export async function readPolicies(db: Queryable): Promise<PolicyVersion | null> {
  const { rows } = await db.query<PolicyVersion>(`select ${VERSION} from sync_policy order by version desc limit 1`);
  return rows[0] ?? null;
}

export async function policyVersion(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ version: number }>({
    name: 'policy-version',
    text: 'select coalesce(max(version), 0)::int as version from sync_policy',
  });
  return rows[0]!.version;
}

/** Versions before one, newest first. */
export async function formerPolicies(db: Queryable, before: number, limit: number): Promise<PolicyVersion[]> {
  const { rows } = await db.query<PolicyVersion>(
    `select ${VERSION} from sync_policy where version < $1 order by version desc limit $2`,
    [before, limit],
  );
  return rows;
}

/** Two writers at once: the second builds on what the first has written. Held until the end of the transaction. */
export async function lockPolicies(db: Queryable): Promise<void> {
  await db.query('lock table sync_policy in share row exclusive mode');
}

export async function insertPolicies(
  db: Queryable,
  {
    version,
    author,
    officer,
    reason,
    defaultMode,
    items,
  }: PolicyData & Pick<PolicyVersion, 'author' | 'officer' | 'reason'>,
): Promise<PolicyVersion> {
  const { rows } = await db.query<PolicyVersion>(
    `insert into sync_policy (version, author, officer, reason, default_mode, items) values ($1, $2, $3, $4, $5, $6) returning ${VERSION}`,
    [version, author, officer, reason, defaultMode, JSON.stringify(items)],
  );
  return rows[0]!;
}

/** What policies ask of a row's dossier, and the mode it has. */
export interface ModeGroup {
  readonly agencyCode: string | null;
  readonly procedureCode: string | null;
  readonly origin: string;
  readonly mode: Mode;
}

export interface ModeRow extends ModeGroup {
  readonly dossierId: number;
}

/** Both tables are begun at the same id: joined in their order, the other would be read from its first row on for every page. */
const MODES_FROM = `
  from sync_state s join dossier d on d.id = s.dossier_id
  where s.destination = $1 and s.dossier_id > $2 and d.id > $2 order by s.dossier_id limit $3`;

/** What stands within the next stretch of a destination's rows, in the order of dossiers: each once, however many rows have it. */
export interface ModeStretch {
  readonly groups: readonly ModeGroup[];
  readonly rows: number;
  /** The last dossier; null where there is no row. */
  readonly until: number | null;
}

export async function modeStretch(
  db: Queryable,
  destination: string,
  after: number,
  limit: number,
): Promise<ModeStretch> {
  const { rows } = await db.query<ModeStretch>({
    name: 'mode-stretch',
    text: `
      with stretch as (
        select s.dossier_id, d.agency_code as "agencyCode", d.procedure_code as "procedureCode", d.origin, s.mode ${MODES_FROM}
      )
      select coalesce((select json_agg(g) from (select distinct "agencyCode", "procedureCode", origin, mode from stretch) g), '[]') as groups,
        count(*)::int as rows, max(dossier_id) as until
      from stretch`,
    values: [destination, after, limit],
  });
  return rows[0]!;
}

/** The next page of a destination's rows, in the order of dossiers. */
export async function modeRows(db: Queryable, destination: string, after: number, limit: number): Promise<ModeRow[]> {
  const { rows } = await db.query<ModeRow>({
    name: 'mode-rows',
    text: `select s.dossier_id as "dossierId", d.agency_code as "agencyCode", d.procedure_code as "procedureCode", d.origin, s.mode ${MODES_FROM}`,
    values: [destination, after, limit],
  });
  return rows;
}

export interface ModeChange {
  readonly dossierId: number;
  readonly mode: Mode;
}

/**
 * Gives rows another mode, those under way left out. What begins to be sent is asked about first, for another writer may
 * have brought it there: every entry up to now is its baseline. What is no longer sent forgets that it was late, blocked
 * or unknown, and is looked at soon.
 *
 * @param everyMs between two of them, so that the first look at many is spread
 * @returns the ids that changed
 */
export async function changeModes(
  db: Queryable,
  destination: string,
  changes: readonly ModeChange[],
  options: { now: number; everyMs: number },
): Promise<Set<number>> {
  const { rows } = await db.query<{ id: number }>({
    name: 'change-modes',
    text: `
      with changed as (
        select r.*, row_number() over (order by "dossierId") - 1 as n from json_to_recordset($2::json) as r ("dossierId" bigint, mode text)
      ), locked as (
        select dossier_id from sync_state where destination = $1 and dossier_id = any($5::bigint[]) and lease_token is null order by dossier_id for no key update
      ), due as (
        select *, ${at('$3')} + make_interval(secs => $4::float8 / 1000 * n) as soon from changed
      )
      update sync_state s set
        mode = c.mode, mode_since = ${at('$3')},
        baseline_seq = case when c.mode = 'send' then s.head_seq else s.baseline_seq end,
        unknown_since = case when c.mode = 'send' and s.acked_seq < s.head_seq then ${at('$3')} end,
        behind_since = case when c.mode = 'send' and s.acked_seq < s.head_seq then ${at('$3')} end,
        next_attempt_at = case when c.mode = 'send' then c.soon else s.next_attempt_at end,
        snapshot_digest = case when c.mode = 'send' then null else s.snapshot_digest end,
        attempts = 0, blocked_reason = null, blocked_at = null, last_error = null,
        verify_at = case when c.mode = 'send' and s.acked_seq < s.head_seq then null else c.soon end, verify_step = 0
      from due c
      where s.destination = $1 and s.dossier_id = c."dossierId" and s.mode <> c.mode and s.lease_token is null
        and s.dossier_id = any(array(select dossier_id from locked))
      returning s.dossier_id as id`,
    values: [
      destination,
      JSON.stringify(changes),
      options.now,
      options.everyMs,
      changes.map(({ dossierId }) => dossierId),
    ],
  });
  return new Set(rows.map(({ id }) => id));
}

/** How far the modes of a destination have been brought in line. */
export interface ModePass {
  readonly target: readonly number[];
  readonly targetSince: number;
  readonly begunAt: number;
  readonly afterDossier: number;
  readonly leftOver: number;
  readonly doneAt: number | null;
}

/** Takes the pass of a destination for this transaction; null while another process has it. */
export async function takeModePass(db: Queryable, destination: string): Promise<ModePass | null> {
  await db.query(
    `insert into sync_mode_pass (destination, target, target_since, begun_at, done_at) values ($1, '{0,0,0,0}', 'epoch', 'epoch', 'epoch') on conflict do nothing`,
    [destination],
  );
  const { rows } = await db.query<ModePass>(
    `select target, target_since as "targetSince", begun_at as "begunAt", after_dossier as "afterDossier", left_over as "leftOver", done_at as "doneAt"
     from sync_mode_pass where destination = $1 for no key update skip locked`,
    [destination],
  );
  return rows[0] ?? null;
}

export async function writeModePass(db: Queryable, destination: string, pass: ModePass): Promise<void> {
  await db.query(
    `update sync_mode_pass set target = $2, target_since = ${at('$3')}, begun_at = ${at('$4')}, after_dossier = $5, left_over = $6,
       done_at = ${at('$7')} where destination = $1`,
    [destination, pass.target, pass.targetSince, pass.begunAt, pass.afterDossier, pass.leftOver, pass.doneAt],
  );
}
