/** @module A row of a CSV file of agencies: lists are separated by `;`, the day of each stands after `@`. */
import type { Cells } from '../catalogue/import.ts';
import { parseOfficeHours } from '../catalogue/office-hours.ts';

/** `A;B@2020-12-31` as its parts; undefined for a column that is not there. */
function listed(text: string | undefined): { code: string; day: string | null }[] | undefined {
  return text
    ?.split(/[;\s]+/)
    .filter((part) => part !== '')
    .map((part) => {
      const [code = '', day = null] = part.split('@');
      return { code, day };
    });
}

/** An empty cell is null; a column that is not there says nothing. */
const orNull = (text: string | undefined): string | null | undefined => (text === '' ? null : text);

/** The row as `agencyShape` takes it; what cannot be read is left for the shape to refuse at its column. */
export function agencyCells(row: Cells): unknown {
  const { officeHours: hours } = row;
  return {
    id: row.id || undefined,
    code: row.code,
    name: row.name,
    level: row.level,
    parentCode: row.parentCode || null,
    formerCodes: listed(row.formerCodes)?.map(({ code, day }) => ({ code, effectiveTo: day })),
    formerParents: listed(row.formerParents)?.map(({ code, day }) => ({ code, effectiveTo: day })),
    predecessors: listed(row.predecessors)?.map(({ code, day }) => ({
      code,
      effectiveFrom: day ?? row.effectiveFrom,
      decision: row.decision || null,
    })),
    effectiveFrom: orNull(row.effectiveFrom),
    effectiveTo: orNull(row.effectiveTo),
    officeHours: hours ? (parseOfficeHours(hours) ?? hours) : orNull(hours),
  };
}
