/** @module Kept exchanges in the database. One function per statement. */
import type { Queryable } from '../db/queryable.ts';
import { at } from '../db/times.ts';

/** What was said about one dossier; times are epoch milliseconds. */
export interface Witnessed {
  readonly destination: string;
  readonly dossierCode: string;
  readonly at: number;
  readonly operation: string;
  readonly outcome: string;
  readonly answerSha256: string | null;
  /** Sealed. */
  readonly request: Buffer;
  readonly answer: Buffer | null;
}

export async function keepExchanges(db: Queryable, exchanges: readonly Witnessed[]): Promise<void> {
  const rows = exchanges.map((one) => ({
    ...one,
    request: one.request.toString('base64'),
    answer: one.answer?.toString('base64') ?? null,
  }));
  await db.query(
    `insert into witnessed_exchange (destination, dossier_code, at, operation, outcome, answer_sha256, request, answer)
     select destination, "dossierCode", to_timestamp(at / 1000), operation, outcome, "answerSha256", decode(request, 'base64'), decode(answer, 'base64')
     from json_to_recordset($1::json) as r (destination text, "dossierCode" text, at float8, operation text, outcome text, "answerSha256" text, request text, answer text)`,
    [JSON.stringify(rows)],
  );
}

/** Codes of the dossiers with a difference that was noted or looked at since. */
export async function seenSince(db: Queryable, destination: string, since: number, limit: number): Promise<string[]> {
  const { rows } = await db.query<{ code: string }>({
    name: 'witness-differing',
    text: `select distinct dossier_code as code from difference where destination = $1 and last_seen_at > ${at('$2')} limit $3`,
    values: [destination, since, limit],
  });
  return rows.map(({ code }) => code);
}

/** Of a dossier in order of time, the first and the newest of many: what it began with, and what stands. */
export async function exchangesAbout(
  db: Queryable,
  destination: string,
  code: string,
  { first, newest }: { readonly first: number; readonly newest: number },
): Promise<Witnessed[]> {
  const { rows } = await db.query<Witnessed>(
    `with said as (select id, at from witnessed_exchange where dossier_code = $2 and destination = $1)
     select destination, dossier_code as "dossierCode", at, operation, outcome, answer_sha256 as "answerSha256", request, answer
     from witnessed_exchange where id in (
       (select id from said order by at, id limit $3) union (select id from said order by at desc, id desc limit $4))
     order by at, id`,
    [destination, code, first, newest],
  );
  return rows;
}

/** Removes the oldest. @returns how many */
export async function removeWitnessed(db: Queryable, before: number, page: number): Promise<number> {
  const { rowCount } = await db.query(
    `delete from witnessed_exchange where id in (select id from witnessed_exchange where at < ${at('$1')} order by at limit $2)`,
    [before, page],
  );
  return rowCount ?? 0;
}
