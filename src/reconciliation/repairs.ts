/** @module How much may be mended now: an operator's stop, a destination's pause, and so many dossiers a minute. */
import type { Queryable } from '../db/queryable.ts';
import { at } from '../db/times.ts';
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
     values ($1, ${at('$2')}, $3, $4)
     on conflict (name) do update set repairs_stopped_since = excluded.repairs_stopped_since,
       repairs_stopped_by = excluded.repairs_stopped_by, repairs_stopped_reason = excluded.repairs_stopped_reason`,
    [destination, stop?.since ?? null, stop?.by ?? null, stop?.reason ?? null],
  );
}

/** Whether nothing may be mended at all: an operator stopped repairs, or the destination is paused. */
export async function isStopped(db: Queryable, destination: string): Promise<boolean> {
  const { rows } = await db.query({
    name: 'repairs-stopped',
    text: 'select from destination where name = $1 and (repairs_stopped_since is not null or paused_since is not null)',
    values: [destination],
  });
  return rows.length > 0;
}

/** Dossiers counted in the minute that began at `repairs_counted_from`; a new one begins when that is over. */
const LEFT = (perMinute: string, now: string): string => `
  case when repairs_stopped_since is not null or paused_since is not null then 0
    when repairs_counted_from > ${at(now)} - make_interval(secs => ${MINUTE / 1000}) then greatest(0, ${perMinute}::int - repairs_counted)
    else ${perMinute}::int end`;

/** How many dossiers may be mended now, of so many a minute: by all processes together. */
export async function repairsLeft(db: Queryable, destination: string, perMinute: number, now: number): Promise<number> {
  const { rows } = await db.query<{ left: number }>({
    name: 'repairs-left',
    text: `select ${LEFT('$2', '$3')} as left from destination where name = $1`,
    values: [destination, perMinute, now],
  });
  return rows[0]?.left ?? perMinute;
}

/** @returns how many of the dossiers that are wanted may be mended now; they count as mended */
export async function takeRepairs(
  db: Queryable,
  destination: string,
  { wanted, perMinute, now }: { wanted: number; perMinute: number; now: number },
): Promise<number> {
  await db.query('insert into destination (name) values ($1) on conflict do nothing', [destination]);
  const { rows } = await db.query<{ taken: number }>({
    name: 'repairs-take',
    text: `
      with leave as (
        select least($4::int, ${LEFT('$2', '$3')}) as taken, repairs_counted_from > ${at('$3')} - make_interval(secs => ${MINUTE / 1000}) as goes_on
        from destination where name = $1 for update
      )
      update destination set repairs_counted = leave.taken + case when leave.goes_on then repairs_counted else 0 end,
        repairs_counted_from = case when leave.goes_on then repairs_counted_from else ${at('$3')} end
      from leave where name = $1 returning leave.taken`,
    values: [destination, perMinute, now, wanted],
  });
  return rows[0]?.taken ?? 0;
}
