/** @module The SQL of sealing rows anew: how far each column has come, its next page, what is written back. */
import type { Queryable } from '../db/queryable.ts';
import type { SealedColumn } from './columns.ts';

/** How far a column has come with one key. */
export interface Progress {
  readonly head: Buffer;
  /** The key of the last row looked at; null before the first. */
  readonly position: readonly string[] | null;
  readonly passes: number;
  /** Epoch milliseconds. */
  readonly passedAt: number | null;
  readonly resealed: number;
}

const PROGRESS = 'head, position, passes, passed_at as "passedAt", resealed';

/** Locks a column's progress; null where another process is at it. */
export async function lockProgress(db: Queryable, part: string, head: Buffer): Promise<Progress | null> {
  await db.query('insert into sealing (part, head) values ($1, $2) on conflict do nothing', [part, head]);
  const { rows } = await db.query<Progress>(`select ${PROGRESS} from sealing where part = $1 for update skip locked`, [
    part,
  ]);
  return rows[0] ?? null;
}

export async function readProgress(db: Queryable): Promise<(Progress & { readonly part: string })[]> {
  const { rows } = await db.query<Progress & { part: string }>(`select part, ${PROGRESS} from sealing order by part`);
  return rows;
}

export async function saveProgress(db: Queryable, part: string, progress: Progress): Promise<void> {
  const { head, position, passes, passedAt, resealed } = progress;
  await db.query(
    `update sealing set head = $2, position = $3, passes = $4, passed_at = to_timestamp($5::float8 / 1000), resealed = $6 where part = $1`,
    [part, head, position, passes, passedAt, resealed],
  );
}

/** A row of a page; `value` null where it is sealed with the current key already, or empty. */
export interface PageRow {
  readonly key: string[];
  readonly named: Readonly<Record<string, string>>;
  readonly version: string;
  readonly value: unknown;
}

/** What is not sealed with the key of this mark. */
const STALE = {
  jsonb: (column: string) => `left(${column} ->> 'sealed', 8) is distinct from encode($1::bytea, 'base64')`,
  text: (column: string) => `left(${column}, 15) <> 'sealed:' || encode($1::bytea, 'base64')`,
  bytea: (column: string) => `substring(${column} from 1 for 6) <> $1::bytea`,
} as const;

/** The next rows by key, sealed or not: a page costs the same wherever it stands. */
export async function nextPage(
  db: Queryable,
  { table, column, type, key, with: others = {} }: SealedColumn,
  head: Buffer,
  position: readonly string[] | null,
  limit: number,
): Promise<PageRow[]> {
  const names = key.map(([name]) => name);
  const selected = [...names, column].map((name) => `t.${name}`);
  selected.push(...Object.entries(others).map(([name, expression]) => `${expression} as ${name}`));
  const after = key.map(([, keyType], i) => `($2::text[])[${i + 1}]::${keyType}`);
  const { rows } = await db.query<PageRow>(
    `select array[${names.map((name) => `p.${name}::text`).join(', ')}] as key,
       json_build_object(${[...names, ...Object.keys(others)].map((name) => `'${name}', p.${name}::text`).join(', ')}) as named,
       p.version, case when ${STALE[type](`p.${column}`)} then p.${column} end as value
     from (
       select ${selected.join(', ')}, t.xmin::text as version from ${table} t
       where $2::text[] is null or (${names.join(', ')}) > (${after.join(', ')})
       order by ${names.join(', ')} limit $3
     ) p order by ${names.map((name) => `p.${name}`).join(', ')}`,
    [head, position, limit],
  );
  return rows;
}

export interface Resealed {
  readonly row: PageRow;
  readonly value: unknown;
}

/** Writes values back, in the order in which an append locks; a row that changed meanwhile was sealed by whoever changed it. */
export async function writeBack(
  db: Queryable,
  { table, column, type, key }: SealedColumn,
  resealed: readonly Resealed[],
): Promise<number> {
  const names = key.map(([name]) => name);
  const columns = key.map(([name, keyType]) => `${name} ${keyType}`).join(', ');
  const same = names.map((name) => `t.${name} = r.${name}`).join(' and ');
  const given = resealed.map(({ row, value }) => ({
    ...Object.fromEntries(names.map((name, i) => [name, row.key[i]])),
    version: row.version,
    value: Buffer.isBuffer(value) ? value.toString('hex') : value,
  }));
  const { rowCount } = await db.query(
    `with r as (
       select * from json_to_recordset($1::json) as r (${columns}, version text, value ${type === 'bytea' ? 'text' : type})
     ), locked as (
       select ${names.map((name) => `t.${name}`).join(', ')} from ${table} t join r on ${same}
       order by ${names.map((name) => `t.${name}`).join(', ')} for no key update of t
     )
     update ${table} t set ${column} = ${type === 'bytea' ? "decode(r.value, 'hex')" : 'r.value'}
     from r join locked l on ${names.map((name) => `l.${name} = r.${name}`).join(' and ')}
     where ${same} and t.xmin::text = r.version`,
    [JSON.stringify(given)],
  );
  return rowCount ?? 0;
}

/** Notes in which dossiers persons are named. */
export async function notePersons(
  db: Queryable,
  found: readonly { readonly dossierId: string; readonly person: Buffer }[],
): Promise<void> {
  await db.query(
    `insert into dossier_person (person, dossier_id)
     select decode(person, 'hex'), id from json_to_recordset($1::json) as r (person text, id bigint) order by 1, 2 on conflict do nothing`,
    [JSON.stringify(found.map(({ dossierId, person }) => ({ id: dossierId, person: person.toString('hex') })))],
  );
}
