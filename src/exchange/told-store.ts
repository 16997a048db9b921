/** @module The SQL of what systems told in a dossier's timeline. One function per statement. */
import type { Queryable } from '../db/queryable.ts';

type Body = Readonly<Record<string, unknown>>;

export async function entryBody(db: Queryable, dossierId: number, seq: number): Promise<Body | null> {
  const { rows } = await db.query<{ body: Body | null }>({
    name: 'exchange-entry-body',
    text: 'select body from timeline_entry where dossier_id = $1 and seq = $2',
    values: [dossierId, seq],
  });
  return rows[0]?.body ?? null;
}

/** The results that a system named when it ended the dossier; the newest telling of them. */
export async function toldResults(db: Queryable, dossierId: number, source: string): Promise<readonly Body[]> {
  const { rows } = await db.query<{ body: Body }>({
    name: 'exchange-told-results',
    text: `select body from timeline_entry where dossier_id = $1 and source = $2 and body is not null order by seq desc`,
    values: [dossierId, source],
  });
  const told = rows.map(({ body }) => body.results).find((results) => Array.isArray(results));
  return (told as readonly Body[] | undefined) ?? [];
}
