/** @module Alert rules in the database, filled with what the project ships. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Queryable } from '../db/queryable.ts';
import { type AlertRules, alertRule } from './rules.ts';

/** Adds the rules of kinds that the database does not know yet; what an operator has put there is never touched. */
export async function seedAlertRules(db: Queryable): Promise<void> {
  const text = await readFile(new URL('../../data/alert-rules.json', import.meta.url), 'utf8');
  const rules = z.array(alertRule).parse(JSON.parse(text));
  await db.query(
    `insert into alert_rule (kind, body) select r->>'kind', r from json_array_elements($1::json) as r on conflict (kind) do nothing`,
    [JSON.stringify(rules)],
  );
}

/** @throws ZodError where an operator's row cannot be read */
export async function readAlertRules(db: Queryable): Promise<AlertRules> {
  const { rows } = await db.query<{ body: unknown }>('select body from alert_rule order by kind');
  return new Map(rows.map(({ body }) => alertRule.parse(body)).map((rule) => [rule.kind, rule]));
}
