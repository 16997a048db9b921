/** @module Maintenance windows in the database. */
import type { Queryable } from '../db/queryable.ts';

/** A time in which an upstream is not called, as an operator announced it. Times are epoch milliseconds. */
export interface MaintenanceWindow {
  readonly id: string;
  readonly connector: string;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly reason: string;
  readonly announcedBy: string;
}

/** The windows that have not ended, the next one first. */
export async function readWindows(db: Queryable, now: number): Promise<MaintenanceWindow[]> {
  const { rows } = await db.query<MaintenanceWindow>({
    name: 'maintenance-windows',
    text: `select id, connector, starts_at as "startsAt", ends_at as "endsAt", reason, announced_by as "announcedBy"
           from maintenance_window where ends_at > to_timestamp($1::float8 / 1000) order by starts_at, id`,
    values: [now],
  });
  return rows;
}

/** Writes a window, or changes the one of that id. @returns whether it is new */
export async function putWindow(db: Queryable, window: MaintenanceWindow): Promise<boolean> {
  const { id, connector, startsAt, endsAt, reason, announcedBy } = window;
  const { rows } = await db.query<{ isNew: boolean }>(
    `insert into maintenance_window (id, connector, starts_at, ends_at, reason, announced_by)
     values ($1, $2, to_timestamp($3::float8 / 1000), to_timestamp($4::float8 / 1000), $5, $6)
     on conflict (id) do update set connector = excluded.connector, starts_at = excluded.starts_at, ends_at = excluded.ends_at,
       reason = excluded.reason, announced_by = excluded.announced_by, announced_at = now()
     returning xmax = 0 as "isNew"`,
    [id, connector, startsAt, endsAt, reason, announcedBy],
  );
  return rows[0]!.isNew;
}

/** @returns whether there was one */
export async function deleteWindow(db: Queryable, id: string): Promise<boolean> {
  const { rowCount } = await db.query('delete from maintenance_window where id = $1', [id]);
  return rowCount === 1;
}
