/** @module Moves the appointments of many dossiers at once: a change of the calendar touches a province's open dossiers together. */
import type pg from 'pg';
import type { Queryable } from '../db/queryable.ts';
import { headsOf, lookAtOf, type Placement } from '../sync/heads.ts';
import type { PolicySubject } from '../sync/policy.ts';
import { countedAppointment, factOf, rowOf } from './entry.ts';
import { factsText, factsWith } from './facts-column.ts';
import { raiseHeads } from './heads-store.ts';
import type { AppointmentBasis, Fact } from './state.ts';
import { insertEntries } from './store.ts';

/** A dossier as it was counted, and the appointment that came of it. Times are epoch ms. */
export interface Move extends PolicySubject {
  readonly dossierId: number;
  /** The newest entry that was counted; one appended since makes the move void. */
  readonly headSeq: number;
  readonly previous: number | null;
  readonly at: number;
  readonly basis: AppointmentBasis;
  /** Before the move. */
  readonly facts: readonly Fact[];
}

export interface MoveOptions extends Placement {
  readonly cause: string;
  readonly ruleVersion: number;
  /** Epoch ms. */
  readonly now: number;
}

/**
 * Appends an `appointment` entry to each dossier that nothing was appended to since it was counted, in one transaction:
 * entry, row and heads, as the append would write them.
 *
 * @returns the ids of the dossiers that moved; the others are to be counted again
 */
export async function moveAppointments(
  pool: pg.Pool,
  moves: readonly Move[],
  options: MoveOptions,
): Promise<Set<number>> {
  const { cause, ruleVersion, now } = options;
  const entries = moves.map(({ dossierId, headSeq, previous, at }) =>
    countedAppointment(dossierId, headSeq + 1, { previous, at, cause, ruleVersion, now }),
  );
  const client = await pool.connect();
  try {
    await client.query('begin');
    const moved = await updateAppointments(
      client,
      moves.map((move, i) => ({ ...move, fact: factOf(move.headSeq + 1, entries[i]!) })),
    );
    const appended = moves.flatMap((move, i) => {
      const { dossierId: id, headSeq } = move;
      if (!moved.has(id)) return [];
      const seq = headSeq + 1;
      return [{ ...move, id, headSeq: seq, added: 0, newEntries: [rowOf(id, seq, entries[i]!, false)] }];
    });
    await insertEntries(client, appended, now, false);
    const lookAt = lookAtOf(options, now);
    await raiseHeads(client, headsOf(options, appended, now), { now, lookAt, corrected: false });
    await client.query('commit');
    return moved;
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}

/** Locks in the order of ids, as the append and the acknowledgement do. @returns the ids that were as they had been counted */
export async function updateAppointments(
  db: Queryable,
  moves: readonly (Move & { readonly fact: Fact })[],
): Promise<Set<number>> {
  const { rows } = await db.query<{ id: number }>({
    name: 'move-appointments',
    text: `
      with locked as (
        select id from dossier where id = any($2::bigint[]) order by id for no key update
      )
      update dossier d set
        head_seq = d.head_seq + 1, facts = ${factsWith('d', 'r.fact')},
        appointment_at = to_timestamp(r.at / 1000.0), appointment_basis = r.basis
      from json_to_recordset($1::json) as r ("dossierId" bigint, "headSeq" int, fact text, at float8, basis text)
      where d.id = r."dossierId" and d.id = any(array(select id from locked)) and d.head_seq = r."headSeq"
      returning d.id`,
    values: [
      JSON.stringify(moves.map(({ facts, fact, ...row }) => ({ ...row, fact: factsText([fact]) }))),
      moves.map(({ dossierId }) => dossierId),
    ],
  });
  return new Set(rows.map(({ id }) => id));
}
