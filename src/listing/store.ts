/** @module SQL of how far each listing has been read. Times are epoch milliseconds. */
import type { Next } from '../connector/poller.ts';
import type { Queryable } from '../db/queryable.ts';

/** A listing that is due. */
export interface Stream {
  readonly source: string;
  /** The newest time read, by the system's clock; null before anything was read. */
  readonly readTo: number | null;
  readonly intervalMs: number;
}

/** Makes its row where there is none. */
export async function begin(db: Queryable, source: string, intervalMs: number, now: number): Promise<void> {
  await db.query(
    'insert into listing_cursor (source, interval_ms, due_at) values ($1, $2, to_timestamp($3::float8 / 1000)) on conflict do nothing',
    [source, intervalMs, now],
  );
}

/** Takes it if it is due, for so long that its questions and appends are done by then. */
export async function claim(db: Queryable, source: string, now: number, leaseMs: number): Promise<Stream | null> {
  const { rows } = await db.query<{ readTo: number | null; intervalMs: number }>({
    name: 'claim-listing',
    text: `
      update listing_cursor set due_at = to_timestamp(($2::float8 + $3) / 1000)
      where source = $1 and due_at <= to_timestamp($2::float8 / 1000)
      returning read_to as "readTo", interval_ms as "intervalMs"`,
    values: [source, now, leaseMs],
  });
  const [row] = rows;
  return row ? { source, ...row } : null;
}

/** Notes how far it has been read; never backwards. */
export async function advance(db: Queryable, source: string, readTo: number): Promise<void> {
  await db.query({
    name: 'advance-listing',
    text: 'update listing_cursor set read_to = greatest(read_to, to_timestamp($2::float8 / 1000)) where source = $1',
    values: [source, readTo],
  });
}

/** Notes when it is asked again. */
export async function settle(db: Queryable, source: string, { inMs, intervalMs }: Next, now: number): Promise<void> {
  await db.query({
    name: 'settle-listing',
    text: 'update listing_cursor set interval_ms = $2, due_at = to_timestamp($3::float8 / 1000) where source = $1',
    values: [source, Math.round(intervalMs), now + (inMs ?? intervalMs)],
  });
}
