/** @module Limits and start rules as people write them in a cell or on a command line: `2.5wd`, `20d`, `4wh`, `48h`, `1m`, `2,5 ngày làm việc`. */
import type { Limit, StartRule } from '../deadlines/types.ts';

const UNITS: Readonly<Record<string, Limit['unit']>> = {
  wd: 'working-day',
  d: 'day',
  wh: 'working-hour',
  h: 'hour',
  m: 'month',
  'ngày làm việc': 'working-day',
  ngày: 'day',
  'giờ làm việc': 'working-hour',
  giờ: 'hour',
  tháng: 'month',
};

/** Reads `2.5wd` (a comma will do) and the same in words; null where it is not written so. */
export function parseLimit(text: string): Limit | null {
  const match = /^(\d+(?:[.,]\d+)?)\s*(\p{L}[\p{L} ]*)$/u.exec(text.normalize('NFC').trim().replace(/\s+/g, ' '));
  const [, amount = '', words = ''] = match ?? [];
  const unit = UNITS[words.toLowerCase()];
  return unit ? { amount: Number(amount.replace(',', '.')), unit } : null;
}

/** A time of day is a cutoff; anything else is taken as the rule's name. */
export const startRuleOf = (text: string): StartRule | string => (/^\d/.test(text) ? { cutoff: text } : text);
