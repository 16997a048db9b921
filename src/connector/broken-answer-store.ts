/** @module Kept broken answers in the database. */
import type { Queryable } from '../db/queryable.ts';

export interface BrokenAnswer {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly connector: string;
  readonly operation: string;
  readonly path: string | null;
  readonly words: string;
  /** Sealed. */
  readonly answer: Buffer;
}

export async function keepBrokenAnswer(db: Queryable, broken: BrokenAnswer): Promise<void> {
  await db.query({
    name: 'broken-answer-keep',
    text: `insert into broken_answer (at, connector, operation, path, words, answer)
           values (to_timestamp($1::float8 / 1000), $2, $3, $4, $5, $6)`,
    values: [broken.at, broken.connector, broken.operation, broken.path, broken.words, broken.answer],
  });
}

/** The newest first. */
export async function brokenAnswers(
  db: Queryable,
  connector: string,
  limit: number,
): Promise<(BrokenAnswer & { readonly id: number })[]> {
  const { rows } = await db.query<BrokenAnswer & { id: number }>(
    `select id::int, extract(epoch from at)::float8 * 1000 as at, connector, operation, path, words, answer
     from broken_answer where connector = $1 order by id desc limit $2`,
    [connector, limit],
  );
  return rows;
}

/** Removes what is older; how many. */
export async function purgeBrokenAnswers(db: Queryable, before: number): Promise<number> {
  const { rowCount } = await db.query('delete from broken_answer where at < to_timestamp($1::float8 / 1000)', [before]);
  return rowCount ?? 0;
}
