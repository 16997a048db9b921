/** @module Reads `days-off.csv`: date, kind, for_date, name_vi, source, confidence. */

import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import type { DayOff } from './calendar.ts';

const dayOffRow = z.object({
  date: z.string(),
  kind: z.enum(['off', 'working']),
  for_date: z.string(),
  name_vi: z.string(),
  source: z.string().default(''),
  confidence: z.enum(['verified', 'cross-checked', 'provisional']),
});

/**
 * The days of a CSV text with a header row; columns beyond those named are left aside.
 * @throws {z.ZodError} for a kind or confidence that is unknown or a column that is missing.
 */
export function parseDaysOff(csv: string): DayOff[] {
  const rows = z.array(dayOffRow).parse(parse(csv, { columns: true, bom: true, trim: true, skip_empty_lines: true }));
  return rows.map((row) => ({
    date: row.date,
    kind: row.kind,
    ...(row.for_date === '' ? {} : { forDate: row.for_date }),
    ...(row.name_vi === '' ? {} : { name: row.name_vi }),
    ...(row.source === '' ? {} : { source: row.source }),
    confidence: row.confidence,
  }));
}

/** The days off that the installation ships with (`data/days-off.csv`). */
export function loadDaysOff(file: URL = new URL('../../data/days-off.csv', import.meta.url)): DayOff[] {
  return parseDaysOff(readFileSync(file, 'utf8'));
}
