/** @module Whether a destination may be written to now: an operator's pause, a refusal of everybody, or its breaker (sync.md D3, D6). */
import type { Queryable } from '../db/queryable.ts';
import { MINUTE, SECOND } from '../units.ts';

export interface DestinationPause {
  readonly since: number;
  readonly by: string;
  readonly reason: string;
  /** When it is tried again by itself; null until an operator resumes it. */
  readonly until: number | null;
}

export async function readPause(db: Queryable, destination: string): Promise<DestinationPause | null> {
  const { rows } = await db.query<{ since: number; by: string; reason: string; until: number | null }>({
    name: 'destination-pause',
    text: `select paused_since as since, paused_by as by, paused_reason as reason, paused_until as until from destination
           where name = $1 and paused_since is not null`,
    values: [destination],
  });
  return rows[0] ?? null;
}

/** A person's word that ended a pause. */
export interface Resumption {
  readonly since: number;
  readonly by: string;
  readonly reason: string;
}

/** Null where the destination is paused, or goes on by itself or since ever. */
export async function readResumption(db: Queryable, destination: string): Promise<Resumption | null> {
  const { rows } = await db.query<Resumption>(
    `select resumed_since as since, resumed_by as by, resumed_reason as reason from destination
     where name = $1 and resumed_since is not null`,
    [destination],
  );
  return rows[0] ?? null;
}

/** Ends the pause, and keeps who said so. */
export async function writeResumption(db: Queryable, destination: string, word: Resumption): Promise<void> {
  await writePause(db, destination, null);
  await db.query(
    'update destination set resumed_since = to_timestamp($2::float8 / 1000), resumed_by = $3, resumed_reason = $4 where name = $1',
    [destination, word.since, word.by, word.reason],
  );
}

export async function writePause(db: Queryable, destination: string, pause: DestinationPause | null): Promise<void> {
  await db.query(
    `insert into destination (name, paused_since, paused_by, paused_reason, paused_until)
     values ($1, to_timestamp($2::float8 / 1000), $3, $4, to_timestamp($5::float8 / 1000))
     on conflict (name) do update set paused_since = excluded.paused_since, paused_by = excluded.paused_by,
       paused_reason = excluded.paused_reason, paused_until = excluded.paused_until,
       resumed_since = null, resumed_by = null, resumed_reason = null`,
    [destination, pause?.since ?? null, pause?.by ?? null, pause?.reason ?? null, pause?.until ?? null],
  );
}

/** Counts refusals over the last minute: one dossier refused is its own fault, many are the destination's. */
export class RefusalWatch {
  readonly #refused: { at: number; dossierId: number }[] = [];
  readonly #done: number[] = [];
  #doneCount = 0;

  succeeded(now: number, count: number): void {
    this.#done.push(now, count);
    this.#doneCount += count;
  }

  refused(now: number, dossierId: number): void {
    this.#refused.push({ at: now, dossierId });
  }

  /** More than three dossiers, and a tenth of all that were tried, refused within a minute. */
  isSystemic(now: number): boolean {
    while (this.#refused[0] && this.#refused[0].at < now - MINUTE) this.#refused.shift();
    while (this.#done[0] !== undefined && this.#done[0] < now - MINUTE) this.#doneCount -= this.#done.splice(0, 2)[1]!;
    const refused = new Set(this.#refused.map(({ dossierId }) => dossierId)).size;
    return refused > 3 && refused >= 0.1 * (refused + this.#doneCount);
  }

  clear(): void {
    this.#refused.length = 0;
  }
}

/** How long a destination that refuses everybody is left alone: 30 s doubling to 15 minutes. */
export const systemicPauseMs = (times: number): number => Math.min(15 * MINUTE, 30 * SECOND * 2 ** (times - 1));
