/** @module Limits and start rules as people write them in a cell or on a command line: `2.5wd`, `20d`, `4wh`, `48h`, `1m`. */
import type { Limit, StartRule } from '../deadlines/types.ts';

const UNITS: Readonly<Record<string, Limit['unit']>> = {
  wd: 'working-day',
  d: 'day',
  wh: 'working-hour',
  h: 'hour',
  m: 'month',
};

/** Reads `2.5wd` (a comma will do); null where it is not written so. */
export function parseLimit(text: string): Limit | null {
  const match = /^(\d+(?:[.,]\d+)?)\s*(wd|d|wh|h|m)$/.exec(text.trim());
  return match ? { amount: Number(match[1]!.replace(',', '.')), unit: UNITS[match[2]!]! } : null;
}

/** A time of day is a cutoff; anything else is taken as the rule's name. */
export const startRuleOf = (text: string): StartRule | string => (/^\d/.test(text) ? { cutoff: text } : text);
