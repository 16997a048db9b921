/** @module The calendar's SQL: a year replaced with its former state kept, and the recomputations that follow. */
import type pg from 'pg';
import { readDaysOff } from '../catalogue/store.ts';
import type { Queryable } from '../db/queryable.ts';
import type { DeadlineSubject } from '../dossiers/appointment.ts';
import { factsOf } from '../dossiers/facts-column.ts';
import type { DayOff } from './calendar.ts';
import { parseDay, startOfDay } from './local-time.ts';

export interface CalendarEdit {
  readonly year: number;
  readonly days: readonly DayOff[];
  readonly author: string;
  readonly officer: string | null;
  readonly reason: string;
  /** Refuses the edit by throwing when the year is no longer what the operator read. */
  check(former: readonly DayOff[]): void;
}

/** A change that is committed, and the recomputation it asked for. */
export interface CalendarChange {
  readonly changeId: number;
  readonly recomputation: Recomputation;
}

/** Replaces a year, or does nothing when the list says what stands there already: then null. */
export async function replaceYear(pool: pg.Pool, edit: CalendarEdit): Promise<CalendarChange | null> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    // Two operators at once: the second compares with what the first has written.
    await client.query('lock table day_off in share row exclusive mode');
    const former = await readDaysOff(client, edit.year);
    edit.check(former);
    const receivedBefore = endOfDifference(former, edit.days);
    if (receivedBefore === null) {
      await client.query('rollback');
      return null;
    }
    await client.query('delete from day_off where date between make_date($1, 1, 1) and make_date($1, 12, 31)', [
      edit.year,
    ]);
    await client.query(
      `insert into day_off (date, kind, for_date, name, source, confidence)
       select date, kind, "forDate", name, source, confidence
       from json_to_recordset($1::json) as r (date date, kind text, "forDate" date, name text, source text, confidence text)`,
      [JSON.stringify(edit.days)],
    );
    const { rows } = await client.query<{ id: number }>(
      `insert into calendar_change (year, author, officer, reason, former, changed)
       values ($1, $2, $3, $4, $5, $6) returning id`,
      [edit.year, edit.author, edit.officer, edit.reason, JSON.stringify(former), JSON.stringify(edit.days)],
    );
    const changeId = rows[0]!.id;
    const recomputation = await requestRecomputation(client, `calendar-change:${changeId}`, receivedBefore);
    await client.query('commit');
    return { changeId, recomputation };
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}

/**
 * The end (epoch ms) of the last day that two lists state differently: what was received later cannot move. null when
 * they say the same.
 */
export function endOfDifference(former: readonly DayOff[], next: readonly DayOff[]): number | null {
  const written = (days: readonly DayOff[]): Map<string, string> =>
    new Map(days.map((day) => [day.date, JSON.stringify(Object.entries(day).sort())]));
  const [a, b] = [written(former), written(next)];
  const differing = [...new Set([...a.keys(), ...b.keys()])].filter((date) => a.get(date) !== b.get(date));
  const last = differing.sort().at(-1);
  return last === undefined ? null : startOfDay(parseDay(last, 'date') + 1);
}

/** What is to be counted again, and why. */
export interface Recomputation {
  readonly id: number;
  readonly cause: string;
  /** Epoch ms; null for every open dossier. */
  readonly receivedBefore: number | null;
}

/** Asks for open dossiers to be counted again, those received from an instant (epoch ms) on left out. */
export async function requestRecomputation(
  db: Queryable,
  cause: string,
  receivedBefore: number | null,
): Promise<Recomputation> {
  const { rows } = await db.query<Recomputation>(
    `insert into recomputation (cause, received_before)
     values ($1, to_timestamp($2::float8 / 1000))
     returning id, cause, received_before as "receivedBefore"`,
    [cause, receivedBefore],
  );
  return rows[0]!;
}

/** Recomputations whose change every process has read by now, and which nobody has settled. */
export async function dueRecomputations(db: Queryable, requestedBefore: number): Promise<Recomputation[]> {
  const { rows } = await db.query<Recomputation>(
    `select id, cause, received_before as "receivedBefore" from recomputation
     where settled_at is null and requested_at < to_timestamp($1 / 1000.0) order by id`,
    [requestedBefore],
  );
  return rows;
}

export async function countMoved(db: Queryable, id: number, moved: number): Promise<void> {
  if (moved > 0) await db.query('update recomputation set moved = moved + $2 where id = $1', [id, moved]);
}

export async function settleRecomputation(db: Queryable, id: number): Promise<void> {
  await db.query('update recomputation set settled_at = now() where id = $1', [id]);
}

/** An open dossier with what its deadline depends on. */
export interface OpenDossier extends DeadlineSubject {
  readonly id: number;
  readonly origin: string;
  readonly code: string;
  readonly agencies: string[];
  readonly headSeq: number;
  readonly receivedAt: number;
  readonly appointmentAt: number | null;
}

/**
 * The next page of open dossiers that were received before an instant, in the order of their ids. Times come as
 * numbers, for parsing texts of them shows in a page of thousands.
 */
export async function openDossiers(
  db: Queryable,
  after: number,
  receivedBefore: number | null,
  limit: number,
): Promise<OpenDossier[]> {
  const { rows } = await db.query<OpenDossier>({
    name: 'open-dossiers-page',
    text: `
      select id, code, procedure_code as "procedureCode", agency_code as "agencyCode", agencies, origin, head_seq as "headSeq",
        (extract(epoch from received_at) * 1000)::float8 as "receivedAt",
        (extract(epoch from appointment_at) * 1000)::float8 as "appointmentAt", limit_override as "limitOverride", ${factsOf('dossier')}
      from dossier
      where finished_at is null and id > $1 and superseded_by is null and not incomplete and code is not null
        and received_at is not null and ($2::float8 is null or received_at < to_timestamp($2 / 1000))
      order by id limit $3`,
    values: [after, receivedBefore, limit],
  });
  return rows;
}
