/** @module The SQL of uploaded lists of a side's catalogue. One function per statement. */
import type { ListedAgency, ListedProcedure } from '../../capabilities/catalogue.ts';
import type { Queryable } from '../../db/queryable.ts';
import { at } from '../../db/times.ts';
import type { Covers } from './kinds.ts';
import type { ListFault, ListKind, ReadList } from './list-read.ts';

/** Names of sides: a connector's, or another. */
export const sidePattern = /^[a-z][a-z0-9-]{0,59}$/;

/** Whose list it is, and who brought it. */
export interface NewList {
  readonly side: string;
  readonly kind: ListKind;
  readonly covers: Covers;
  readonly fileName: string | null;
  /** When the side's catalogue was so, epoch ms. */
  readonly asOf: number;
  readonly clientId: string;
  readonly officer: string | null;
}

export interface CatalogueList extends Omit<NewList, 'officer'> {
  readonly id: number;
  readonly rows: number;
  readonly tells: readonly string[];
  readonly faults: readonly ListFault[];
  readonly unread: number;
  readonly ignoredColumns: readonly string[];
  readonly createdAt: number;
  /** Whether it is the one that counts: the newest of its side and kind. */
  readonly counts: boolean;
}

const LIST = `
  l.id, l.side, l.kind, l.covers, l.file_name as "fileName", l.as_of as "asOf", l.client_id as "clientId", jsonb_array_length(l.rows) as rows, l.tells, l.faults,
  l.unread, l.ignored_columns as "ignoredColumns", l.created_at as "createdAt",
  not exists (select from catalogue_list n where n.side = l.side and n.kind = l.kind and (n.as_of, n.id) > (l.as_of, l.id)) as counts`;

export async function insertList(db: Queryable, list: NewList, read: ReadList, now: number): Promise<CatalogueList> {
  const { rows } = await db.query<{ id: number }>(
    `insert into catalogue_list (side, kind, covers, file_name, as_of, rows, tells, faults, unread, ignored_columns, client_id, officer, created_at)
     values ($1, $2, $3, $4, ${at('$5')}, $6, $7, $8, $9, $10, $11, $12, ${at('$13')}) returning id`,
    [
      list.side,
      list.kind,
      list.covers,
      list.fileName,
      list.asOf,
      JSON.stringify(read.rows),
      read.tells,
      JSON.stringify(read.faults),
      read.unread,
      read.ignoredColumns,
      list.clientId,
      list.officer,
      now,
    ],
  );
  return (await findList(db, rows[0]!.id))!;
}

export async function findList(db: Queryable, id: number): Promise<CatalogueList | null> {
  const { rows } = await db.query<CatalogueList>(`select ${LIST} from catalogue_list l where l.id = $1`, [id]);
  return rows[0] ?? null;
}

/** Newest first. */
export async function listLists(
  db: Queryable,
  filter: { side: string | null; before: number | null; limit: number },
): Promise<CatalogueList[]> {
  const { rows } = await db.query<CatalogueList>(
    `select ${LIST} from catalogue_list l where ($1::text is null or l.side = $1) and ($2::bigint is null or l.id < $2) order by l.id desc limit $3`,
    [filter.side, filter.before, filter.limit],
  );
  return rows;
}

/** A list that counts, with all its rows. */
export interface CountingList {
  readonly id: number;
  readonly kind: ListKind;
  readonly covers: Covers;
  readonly asOf: number;
  readonly rows: readonly ListedProcedure[] | readonly ListedAgency[];
}

/** The newest list of each kind that a side has. */
export async function countingLists(db: Queryable, side: string): Promise<CountingList[]> {
  const { rows } = await db.query<CountingList>(
    `select distinct on (kind) id, kind, covers, as_of as "asOf", rows from catalogue_list where side = $1 order by kind, as_of desc, id desc`,
    [side],
  );
  return rows;
}

/** The sides that somebody has uploaded a list of. */
export async function listedSides(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ side: string }>('select distinct side from catalogue_list order by side');
  return rows.map(({ side }) => side);
}

/** Removes lists that a newer one has replaced; the one that counts stays. @returns how many */
export async function removeLists(db: Queryable, before: number, page: number): Promise<number> {
  const { rowCount } = await db.query(
    `delete from catalogue_list where id in (
       select l.id from catalogue_list l where l.created_at < ${at('$1')}
         and exists (select from catalogue_list n where n.side = l.side and n.kind = l.kind and (n.as_of, n.id) > (l.as_of, l.id))
       order by l.id limit $2)`,
    [before, page],
  );
  return rowCount ?? 0;
}
