/** @module Which dossiers wait to be verified, and what came of it so far: one function per statement. Times are epoch milliseconds. */
import type { Queryable } from '../db/queryable.ts';
import type { DossierFields } from '../dossiers/shape.ts';

/** What the registry said last, or why it could not be asked. */
export const FINDINGS = ['contradicted', 'not-permitted', 'unavailable', 'not-connected', 'refused'] as const;
export type Finding = (typeof FINDINGS)[number];

/** Asks for it at once: what was found before was about other facts. */
export function askFor(
  db: Queryable,
  dossiers: readonly { readonly id: number; readonly askedBy: string }[],
  now: number,
): Promise<unknown> {
  return db.query({
    name: 'verification-ask',
    text: `
      insert into verification (dossier_id, asked_by, next_at)
      select id, "askedBy", to_timestamp($2::float8 / 1000) from json_to_recordset($1::json) as r (id bigint, "askedBy" text)
      on conflict (dossier_id) do update set asked_by = excluded.asked_by, next_at = excluded.next_at,
        attempts = 0, finding = null, words = null, checked_at = null`,
    values: [JSON.stringify(dossiers), now],
  });
}

/** Nothing is left to verify. */
export function drop(db: Queryable, ids: readonly number[]): Promise<unknown> {
  return db.query({
    name: 'verification-drop',
    text: 'delete from verification where dossier_id = any($1::bigint[])',
    values: [ids],
  });
}

export interface Due {
  readonly dossierId: number;
  readonly code: string;
  readonly headSeq: number;
  readonly askedBy: string;
  readonly attempts: number;
  readonly fields: DossierFields;
}

/** Takes what is due, the oldest first, and leaves it to no other process until `takenUntil`. */
export async function takeDue(db: Queryable, now: number, takenUntil: number, limit: number): Promise<Due[]> {
  const { rows } = await db.query<Due>({
    name: 'verification-take',
    text: `
      with due as (
        select v.dossier_id from verification v join dossier d on d.id = v.dossier_id
        where v.next_at <= to_timestamp($1::float8 / 1000) and d.superseded_by is null
        order by v.next_at limit $3 for update of v skip locked
      ), taken as (
        update verification v set next_at = to_timestamp($2::float8 / 1000), attempts = attempts + 1
        from due where v.dossier_id = due.dossier_id returning v.*
      )
      select t.dossier_id as "dossierId", d.code, d.head_seq as "headSeq", t.asked_by as "askedBy", t.attempts, f.fields
      from taken t join dossier d on d.id = t.dossier_id join dossier_fields f on f.dossier_id = t.dossier_id
      where d.code is not null`,
    values: [now, takenUntil, limit],
  });
  return rows;
}

/** Notes what was found; `nextAt` null: not again until somebody corrects the dossier. */
export async function found(
  db: Queryable,
  dossierId: number,
  finding: Finding,
  words: string,
  at: number,
  nextAt: number | null,
): Promise<void> {
  await db.query({
    name: 'verification-found',
    text: `
      update verification set finding = $2, words = $3, checked_at = to_timestamp($4::float8 / 1000),
        next_at = to_timestamp($5::float8 / 1000) where dossier_id = $1`,
    values: [dossierId, finding, words, at, nextAt],
  });
}

/** The dossier has changed while it was asked about: asked again at once. */
export async function again(db: Queryable, dossierId: number, at: number): Promise<void> {
  await db.query({
    name: 'verification-again',
    text: 'update verification set next_at = to_timestamp($2::float8 / 1000) where dossier_id = $1',
    values: [dossierId, at],
  });
}

/** Events of others that wait in quarantine until this dossier is verified. */
export async function waitingEvents(db: Queryable, code: string): Promise<number[]> {
  const { rows } = await db.query<{ id: number }>(
    `select id from quarantine where state = 'open' and reason = 'unverified-field' and dossier_ref = $1 order by id`,
    [code],
  );
  return rows.map(({ id }) => id);
}
