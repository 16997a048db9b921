/** @module How much may be mended now: an operator's stop, and so many dossiers a minute. */
import type { Queryable } from '../db/queryable.ts';
import { MINUTE } from '../units.ts';

export interface RepairsStop {
  readonly since: number;
  readonly by: string;
  readonly reason: string;
}

export async function readStop(db: Queryable, destination: string): Promise<RepairsStop | null> {
  const { rows } = await db.query<RepairsStop>({
    name: 'repairs-stop',
    text: `select repairs_stopped_since as since, repairs_stopped_by as by, repairs_stopped_reason as reason from destination
           where name = $1 and repairs_stopped_since is not null`,
    values: [destination],
  });
  return rows[0] ?? null;
}

export async function writeStop(db: Queryable, destination: string, stop: RepairsStop | null): Promise<void> {
  await db.query(
    `insert into destination (name, repairs_stopped_since, repairs_stopped_by, repairs_stopped_reason)
     values ($1, to_timestamp($2::float8 / 1000), $3, $4)
     on conflict (name) do update set repairs_stopped_since = excluded.repairs_stopped_since,
       repairs_stopped_by = excluded.repairs_stopped_by, repairs_stopped_reason = excluded.repairs_stopped_reason`,
    [destination, stop?.since ?? null, stop?.by ?? null, stop?.reason ?? null],
  );
}

/** Dossiers that a process may let be mended, `perMinute` at most. */
export class RepairBudget {
  readonly #perMinute: number;
  #used: { at: number; dossiers: number }[] = [];

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  /** @returns how many of those that are wanted may be mended */
  take(wanted: number, now: number): number {
    this.#used = this.#used.filter(({ at }) => at > now - MINUTE);
    const left = this.#perMinute - this.#used.reduce((sum, { dossiers }) => sum + dossiers, 0);
    const dossiers = Math.min(wanted, left);
    if (dossiers > 0) this.#used.push({ at: now, dossiers });
    return dossiers;
  }
}
