/** @module The alert rules that the project ships, without a database. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type AlertKind, type AlertRule, type AlertRules, alertRule } from '../../src/watch/rules.ts';

export const rules: AlertRules = new Map(
  z
    .array(alertRule)
    .parse(JSON.parse(readFileSync(new URL('../../data/alert-rules.json', import.meta.url), 'utf8')))
    .map((rule) => [rule.kind, rule]),
);

/** The shipped rules with one of them changed. */
export const rulesWith = (kind: AlertKind, changes: Partial<AlertRule>): AlertRules =>
  new Map([...rules, [kind, { ...rules.get(kind)!, ...changes }]]);
