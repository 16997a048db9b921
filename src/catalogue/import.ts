/** @module Catalogue files as operators bring them: CSV or JSON read into rows, every fault named by row and column in Vietnamese. */
import { parse } from 'csv-parse/sync';
import type { z } from 'zod';
import { agencyShape } from '../agencies/agency.ts';
import { agencyCells } from '../agencies/cells.ts';
import { violationsIn } from '../http/violations.ts';
import { pauseReason, procedure, purpose } from './shapes.ts';
import { parseLimit, startRuleOf } from './written.ts';

/** The catalogues that can be imported, with the shape of a row. */
export const IMPORTS = {
  procedures: procedure,
  'pause-reasons': pauseReason,
  purposes: purpose,
  agencies: agencyShape,
} as const;
export type ImportKind = keyof typeof IMPORTS;
export type ImportRow<Kind extends ImportKind = ImportKind> = z.output<(typeof IMPORTS)[Kind]>;

/** One fault of a file; rows count from 1, the header of a CSV not counted. Row 0: the file as a whole. */
export interface RowFault {
  readonly row: number;
  readonly path: string;
  readonly message: string;
}

export interface ReadRows<Kind extends ImportKind = ImportKind> {
  readonly rows: ImportRow<Kind>[];
  readonly faults: RowFault[];
  /** Rows in the file, good and bad. */
  readonly total: number;
}

/** Reads a whole file; a row with a fault is left out of `rows`. */
export function readRows<Kind extends ImportKind>(kind: Kind, text: string, format: 'csv' | 'json'): ReadRows<Kind> {
  let raw: unknown[];
  try {
    raw = format === 'csv' ? csvRows(kind, text) : jsonRows(text);
  } catch (error) {
    const message = `Không đọc được tệp ${format.toUpperCase()}: ${error instanceof Error ? error.message : error}`;
    return { rows: [], faults: [{ row: 0, path: '', message }], total: 0 };
  }
  const schema: z.ZodType = IMPORTS[kind];
  const rows: ImportRow<Kind>[] = [];
  const faults: RowFault[] = [];
  const seen = new Map<string, number>();
  for (const [index, candidate] of raw.entries()) {
    const row = index + 1;
    const violations = violationsIn(schema, candidate, '', 'vi');
    faults.push(...violations.map(({ path, message }) => ({ row, path: path.replace(/^\./, ''), message })));
    if (violations.length > 0) continue;
    const parsed = schema.parse(candidate) as ImportRow<Kind>;
    const key = `${parsed.code} ${'effectiveFrom' in parsed ? parsed.effectiveFrom : ''}`;
    const former = seen.get(key);
    if (former !== undefined) {
      faults.push({ row, path: 'code', message: `trùng với dòng ${former} (cùng mã và ngày hiệu lực)` });
      continue;
    }
    seen.set(key, row);
    rows.push(parsed);
  }
  return { rows, faults, total: raw.length };
}

function jsonRows(text: string): unknown[] {
  const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
  if (!Array.isArray(value)) throw new TypeError('cần một mảng các dòng');
  return value;
}

/** A row of a CSV file by the names of its columns. */
export type Cells = Readonly<Record<string, string>>;

function csvRows(kind: ImportKind, text: string): unknown[] {
  const cells: Cells[] = parse(text, { columns: true, bom: true, trim: true, skip_empty_lines: true });
  return cells.map((row) => FROM_CELLS[kind](row));
}

const orNull = (text: string | undefined): string | null => (text ? text : null);

/** Cells that hold JSON, such as the rules of pauses; what is not JSON is left for the shape to refuse. */
function jsonCell(text: string | undefined, empty: unknown): unknown {
  if (!text) return empty;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** An unreadable limit stays a text, which the shape refuses at its column. */
const limitCell = (text: string | undefined): unknown => (text ? (parseLimit(text) ?? text) : null);

const decidedCells = (limit: string | undefined, decision: string | undefined): unknown =>
  limit || decision ? { limit: limitCell(limit), decision: decision ?? '' } : null;

const FROM_CELLS: Readonly<Record<ImportKind, (row: Cells) => unknown>> = {
  procedures: (row) => ({
    code: row.code,
    name: row.name,
    sector: { code: row.sectorCode, name: row.sectorName },
    limit: limitCell(row.limit),
    startRule: startRuleOf(row.startRule || 'next-day'),
    mayEnd: (row.mayEnd || 'igate').split(/[;\s]+/),
    systems: row.systems ? row.systems.split(/[;\s]+/) : null,
    pauses: jsonCell(row.pauses, {}),
    pauseNeedsDocument: row.pauseNeedsDocument === 'true',
    cut: decidedCells(row.cut, row.cutDecision),
    fastTrackLimit: decidedCells(row.fastTrackLimit, row.fastTrackDecision),
    clock: orNull(row.clock),
    effectiveFrom: row.effectiveFrom,
    effectiveTo: orNull(row.effectiveTo),
  }),
  'pause-reasons': (row) => ({
    code: row.code,
    name: { vi: row.nameVi, en: row.nameEn },
    effect: row.effect,
    legalBasis: orNull(row.legalBasis),
    effectiveFrom: row.effectiveFrom,
    effectiveTo: orNull(row.effectiveTo),
  }),
  purposes: (row) => ({
    code: row.code,
    name: { vi: row.nameVi, en: row.nameEn },
    legalBasis: orNull(row.legalBasis),
    effectiveFrom: row.effectiveFrom,
    effectiveTo: orNull(row.effectiveTo),
  }),
  agencies: agencyCells,
};
