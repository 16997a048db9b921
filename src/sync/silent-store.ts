/** @module Accepted entries that ended nowhere: neither delivered nor with anybody who was told. There must be none. */
import { within } from '../agencies/within.ts';
import type { Queryable } from '../db/queryable.ts';
import { at } from '../db/times.ts';
import { HOUR } from '../units.ts';

export const SILENCES = ['not-queued', 'not-tried', 'lease-lost'] as const;
/**
 * `not-queued`: the destination was never told of the newest entries · `not-tried`: due for an hour while the door is open ·
 * `lease-lost`: under way with a process that is gone, and taken back by none.
 */
export type Silence = (typeof SILENCES)[number];

export interface SilentDossier {
  readonly dossierCode: string;
  readonly why: Silence;
  /** Since when, where it is known. */
  readonly since: number | null;
}

export interface Silent {
  readonly items: readonly SilentDossier[];
  readonly counts: Readonly<Record<Silence, number>>;
}

/** Longer than any lease, any back-off, and any queue of an outage that is being drained. */
const PATIENCE = HOUR;

/** How far back entries are held against the destination's rows whenever it is asked; older ones are looked at by `suspectsAmong`. */
const RECENT = "interval '2 days'";

/**
 * What is blocked, retried, paused, held, observed, quarantined or a difference is named to somebody and not here.
 *
 * @param isOpen whether the destination takes calls: behind a closed door everything waits, and that is said of the door
 * @param own codes of the agencies whose dossiers are listed; null: all
 */
export async function silentAt(
  db: Queryable,
  destination: string,
  { now, isOpen, own, limit }: { now: number; isOpen: boolean; own: readonly string[] | null; limit: number },
): Promise<Silent> {
  const { rows } = await db.query<SilentDossier & { total: number }>({
    name: 'sync-silent',
    text: `
      with looked as (
        select dossier_id from timeline_entry where recorded_at > ${at('$2')} - ${RECENT}
        union select dossier_id from sync_suspect where destination = $1
      ), silent as (
        select d.code as "dossierCode", d.agencies, 'not-queued' as why, null::timestamptz as since
        from looked join dossier d on d.id = looked.dossier_id left join sync_state s on s.dossier_id = d.id and s.destination = $1
        where d.superseded_by is null and d.head_seq > 0 and case when s.dossier_id is not null then s.head_seq < d.head_seq
          else not d.incomplete and d.created_at between ${at('$2')} - ${RECENT} and ${at('$2')} - interval '1 minute'
            and exists (select from sync_state o where o.destination = $1 and o.mode_since < d.created_at) end
        union all
        select d.code, d.agencies, case when s.lease_token is not null then 'lease-lost' else 'not-tried' end, coalesce(s.lease_until, s.next_attempt_at)
        from sync_state s join dossier d on d.id = s.dossier_id left join destination p on p.name = $1
        where s.destination = $1 and s.mode = 'send' and s.acked_seq < s.head_seq and s.blocked_reason is null and not d.incomplete
          and $3 and p.paused_since is null and coalesce(s.lease_until, s.next_attempt_at) < ${at('$4')}
      ), mine as (select * from silent where $5::text[] is null or ${within('agencies', '$5')})
      select "dossierCode", why, since, count(*) over (partition by why)::int as total from mine
      order by row_number() over (partition by why order by since), why limit $6`,
    values: [destination, now, isOpen, now - PATIENCE, own, limit],
  });
  const counts: Record<Silence, number> = { 'not-queued': 0, 'not-tried': 0, 'lease-lost': 0 };
  for (const { why, total } of rows) counts[why] = total;
  return { items: rows.map(({ dossierCode, why, since }) => ({ dossierCode, why, since })), counts };
}

/** Dossiers looked at in one statement. */
const PAGE = 50_000;

/** When every dossier was last looked at, by whatever process, in epoch milliseconds; null: never. */
export async function suspectsLookedAt(db: Queryable, destination: string): Promise<number | null> {
  const { rows } = await db.query<{ at: number }>(
    'select looked_at as at from sync_suspect_look where destination = $1',
    [destination],
  );
  return rows[0]?.at ?? null;
}

/** Looks at every dossier, a page at a time, for those that are ahead of their row at the destination, and keeps which they are. */
export async function keepSuspects(db: Queryable, destination: string, now: number): Promise<void> {
  const { rows } = await db.query<{ last: number | null }>('select max(id) as last from dossier');
  const suspects: number[] = [];
  for (let from = 0; from < (rows[0]!.last ?? 0); from += PAGE)
    suspects.push(...(await suspectsAmong(db, destination, from, from + PAGE)));
  await db.query(
    `with past as (delete from sync_suspect where destination = $1 and dossier_id <> all($2::bigint[])),
     looked as (
       insert into sync_suspect_look as l (destination, looked_at) values ($1, ${at('$3')})
       on conflict (destination) do update set looked_at = excluded.looked_at)
     insert into sync_suspect (destination, dossier_id) select $1, unnest($2::bigint[]) on conflict do nothing`,
    [destination, suspects, now],
  );
}

async function suspectsAmong(db: Queryable, destination: string, after: number, upTo: number): Promise<number[]> {
  const { rows } = await db.query<{ id: number }>({
    name: 'sync-suspects',
    text: `
      select d.id from dossier d join sync_state s on s.dossier_id = d.id and s.destination = $1
      where d.id > $2 and d.id <= $3 and s.dossier_id > $2 and s.dossier_id <= $3 and d.superseded_by is null and s.head_seq < d.head_seq`,
    values: [destination, after, upTo],
  });
  return rows.map(({ id }) => id);
}
