/** @module The SQL of looking through exchanges, and of forgetting those that have had their time. One function per statement. */
import { within } from '../agencies/within.ts';
import type { Queryable } from '../db/queryable.ts';
import { at } from '../db/times.ts';
import type { ExchangeRow, ExchangeState } from './store.ts';

export type ListedExchange = Pick<
  ExchangeRow,
  'id' | 'provider' | 'dossierCode' | 'kind' | 'number' | 'state' | 'createdAt' | 'statusThere' | 'toldAt' | 'fault'
>;

export interface ExchangeFilter {
  /** Agency codes whose dossiers the caller may touch. */
  readonly own: readonly string[];
  readonly provider: string | null;
  readonly state: ExchangeState | null;
  readonly dossierCode: string | null;
  readonly after: string;
  readonly limit: number;
}

/** By id: the exchanges of a dossier stand together. */
export async function listExchanges(db: Queryable, filter: ExchangeFilter): Promise<ListedExchange[]> {
  const { rows } = await db.query<ListedExchange>({
    name: 'exchange-list',
    text: `select e.id, e.provider, e.dossier_code as "dossierCode", e.kind, e.number, e.state, e.created_at as "createdAt",
             e.status_there as "statusThere", e.told_at as "toldAt", e.fault
           from exchange e join dossier d on d.id = e.dossier_id
           where e.id > $1 and ${within('d.agencies', '$2')}
             and ($3::text is null or e.provider = $3) and ($4::text is null or e.state = $4) and ($5::text is null or e.dossier_code = $5)
           order by e.id limit $6`,
    values: [filter.after, filter.own, filter.provider, filter.state, filter.dossierCode, filter.limit],
  });
  return rows;
}

/** Removes exchanges, and what was sealed of them, whose work ended before that time. */
export async function purgeExchanges(db: Queryable, before: number): Promise<number> {
  const { rowCount } = await db.query({
    name: 'exchange-purge',
    text: `with old as (
             select e.id from exchange e left join dossier d on d.id = e.dossier_id
             where e.changed_at < ${at('$1')}
               and (e.state in ('withdrawn', 'ended', 'refused', 'not-sent') or d.finished_at < ${at('$1')})
           ), acts as (
             delete from exchange_act where exchange_id in (select id from old)
           )
           delete from exchange where id in (select id from old)`,
    values: [before],
  });
  return rowCount ?? 0;
}
