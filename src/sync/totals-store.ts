/** @module The kept totals' SQL. One function per statement or transaction. */
import type pg from 'pg';
import type { Queryable } from '../db/queryable.ts';
import { at } from '../db/times.ts';
import { inTransaction } from '../db/transaction.ts';

/** So many are counted in no time by whoever asks. */
const FEW = 50_000;

/** Whether there are many dossiers and nobody has counted them since. */
export async function totalsAreDue(db: Queryable, destination: string, since: number): Promise<boolean> {
  const { rows } = await db.query<{ isDue: boolean }>(
    `select not exists (select from sync_total where destination = $1 and counted_at > ${at('$2')})
       and exists (select from sync_state where destination = $1 offset ${FEW}) as "isDue"`,
    [destination, since],
  );
  return rows[0]!.isDue;
}

export function countTotals(pool: pg.Pool, destination: string, now: number): Promise<void> {
  return inTransaction(pool, async (client) => {
    await client.query('delete from sync_total where destination = $1', [destination]);
    await client.query(
      `insert into sync_total (destination, agencies, mode, n, counted_to, counted_at)
       with upto as (select coalesce(max(dossier_id), 0) as id from sync_state where destination = $1)
       select $1, d.agencies, s.mode, count(*), (select id from upto), ${at('$2')}
       from sync_state s join dossier d on d.id = s.dossier_id
       where s.destination = $1 and s.dossier_id <= (select id from upto) group by d.agencies, s.mode`,
      [destination, now],
    );
  });
}
