/** @module Checks a line of an import and says in Vietnamese, by its column, what is wrong with it. */
import { violationsIn } from '../http/violations.ts';
import { columnAt } from './cells.ts';
import type { PlacedColumn } from './columns.ts';
import { type Candidate, type ImportLine, importLine, type LineFault } from './line.ts';

export type CheckedLine = { readonly line: ImportLine } | { readonly faults: readonly LineFault[] };

export function checkLine({ value, faults }: Candidate, columns: readonly PlacedColumn[]): CheckedLine {
  // A line that could not be read at all has nothing to be looked at.
  if (value === null) return { faults };
  const parsed = importLine.safeParse(value);
  if (parsed.success && faults.length === 0) return { line: parsed.data };
  const known = new Set(faults.map(({ path }) => path));
  const found = parsed.success ? [] : violationsIn(importLine, value, '', 'vi');
  const others = found
    .map(({ path, message }) => ({ path: path.replace(/^\./, ''), message }))
    .filter(({ path }) => !known.has(path))
    // What is made of several cells lacks what one of them could not tell.
    .filter(({ path }) => known.size === 0 || path.startsWith('dossier.'));
  return { faults: [...faults, ...others.map((fault) => ({ ...fault, column: columnAt(columns, fault.path) }))] };
}

/** The dossier's code as a line tells it, also a bad one. */
export function codeOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || !('dossier' in value)) return null;
  const { dossier } = value;
  if (typeof dossier !== 'object' || dossier === null || !('code' in dossier)) return null;
  return typeof dossier.code === 'string' ? dossier.code.slice(0, 100) : null;
}
