/** @module Agencies as they are stored: read whole, written with who changed them and why. */
import { isDeepStrictEqual } from 'node:util';
import type pg from 'pg';
import type { Queryable } from '../db/queryable.ts';
import { requestRecomputation } from '../deadlines/calendar-store.ts';
import { GatewayError } from '../errors.ts';
import { type Agency, idOf } from './agency.ts';
import { faultsOf } from './check.ts';
import { Directory, LAST_DAY } from './directory.ts';

export async function readAgencies(db: Queryable): Promise<Agency[]> {
  const { rows } = await db.query<{ id: string; body: Agency }>('select id, body from agency order by id');
  return rows.map(({ id, body }) => ({ ...body, id }));
}

/** Who changes agencies, and why. */
export interface AgencyEdit {
  readonly author: string;
  readonly officer: string | null;
  readonly reason: string;
}

/** What an import changed. */
export interface Written {
  readonly written: number;
  /** Rows that already stood so. */
  readonly unchanged: number;
}

/**
 * Writes all rows or none; a row is known by its id, else by a code of it. What it leaves out stays as it was.
 *
 * @throws GatewayError `validation` with what is wrong with the whole
 */
export async function writeAgencies(pool: pg.Pool, rows: readonly Agency[], edit: AgencyEdit): Promise<Written> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    // Two operators at once: the second builds on what the first has written.
    await client.query('lock table agency in share row exclusive mode');
    const former = await readAgencies(client);
    const changed = changesOf(former, rows);
    if (changed.length > 0) {
      await putAgencies(client, changed);
      const ids = new Set(changed.map(idOf));
      await client.query(
        'insert into agency_change (author, officer, reason, former, changed) values ($1, $2, $3, $4, $5)',
        [
          edit.author,
          edit.officer,
          edit.reason,
          JSON.stringify(former.filter((agency) => ids.has(idOf(agency)))),
          JSON.stringify(changed),
        ],
      );
      await requestRecomputation(client, 'catalogue:agencies', null);
    }
    await client.query('commit');
    return { written: changed.length, unchanged: rows.length - changed.length };
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}

export async function putAgencies(db: Queryable, agencies: readonly Agency[]): Promise<void> {
  await db.query(
    `insert into agency (id, body) select r->>'id', r - 'id' from jsonb_array_elements($1::jsonb) as r
     on conflict (id) do update set body = excluded.body`,
    [JSON.stringify(agencies.map((agency) => ({ ...agency, id: idOf(agency) })))],
  );
}

/** The rows merged into what stands, without those that change nothing. @throws GatewayError `validation` */
function changesOf(former: readonly Agency[], rows: readonly Agency[]): Agency[] {
  const byId = new Map(former.map((agency) => [idOf(agency), agency]));
  const present = new Directory(former).on(LAST_DAY);
  const merged = rows.map((row) => {
    const known = codesOf(row).flatMap((code) => present.find(code) ?? [])[0];
    const id = row.id ?? (known ? idOf(known) : row.code);
    return { ...byId.get(id), ...spokenOf(row), id };
  });
  const next = new Map(byId);
  for (const agency of merged) next.set(agency.id, agency);
  const violations = [...sameTwice(merged), ...lostCodes(merged, byId), ...faultsOf([...next.values()], merged)];
  if (violations.length > 0) throw new GatewayError('validation', { violations });
  return merged.filter((agency) => !isDeepStrictEqual(said(agency), said(byId.get(agency.id))));
}

/** What a row speaks of: a column that is not there says nothing. */
const spokenOf = (row: Agency): Agency =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)) as unknown as Agency;

const codesOf = ({ code, formerCodes = [] }: Agency): string[] => [code, ...formerCodes.map((former) => former.code)];

const sameTwice = (rows: readonly (Agency & { id: string })[]) =>
  rows.flatMap(({ id }, row) => {
    const first = rows.findIndex((other) => other.id === id);
    return first === row ? [] : [{ path: `$[${row}].code`, message: `Cùng cơ quan với dòng ${first + 1} (id ${id}).` }];
  });

/** A code once held is never forgotten: dossiers carry it. */
const lostCodes = (rows: readonly (Agency & { id: string })[], former: ReadonlyMap<string, Agency>) =>
  rows.flatMap((agency, row) => {
    const known = former.get(agency.id);
    const kept = codesOf(agency);
    return (known ? codesOf(known) : [])
      .filter((code) => !kept.includes(code))
      .map((code) => ({
        path: `$[${row}].formerCodes`,
        message: `Mã ${code} đang có của cơ quan này phải nằm trong formerCodes, kèm ngày hết hiệu lực.`,
      }));
  });

/** What an agency says, as it is compared: absent, null and empty are one. */
const said = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(said);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [name, said(member)] as const);
  return Object.fromEntries(members.filter(([, member]) => member != null && !isDeepStrictEqual(member, [])));
};
