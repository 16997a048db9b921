/** @module A line of an import: a dossier as it is registered, what happened to it since, and what a destination shows of it. */
import { z } from 'zod';
import { dossierPost, event, instant } from '../dossiers/shape.ts';
import { PAUSE_WORDS, STATUSES } from '../dossiers/status.ts';

/** Ours, or a destination's own code such as 6. */
const shownStatus = z.union([
  z.enum(STATUSES).exclude(['resumed']),
  z.string().regex(/^\d{1,3}$/, { error: 'a status, or the destination’s code' }),
]);

const baseline = z.strictObject({
  destination: z.string().min(1).max(60).default('national-portal'),
  status: shownStatus,
  /** What kind of pause, where `paused` alone does not tell. */
  pauseReason: z.enum(PAUSE_WORDS).nullish(),
  appointmentAt: instant.nullish(),
  asOf: instant,
});
export type BaselineInput = z.output<typeof baseline>;

export const importLine = z
  .strictObject({
    dossier: dossierPost,
    events: z.array(event).max(300).default([]),
    baseline: baseline.nullish(),
  })
  .check((ctx) => {
    const { dossier, events } = ctx.value;
    for (const [i, { dossierCode }] of events.entries())
      if (dossierCode !== undefined && dossierCode !== dossier.code)
        ctx.issues.push({
          code: 'custom',
          params: { vi: `sự kiện của hồ sơ khác (${dossierCode})`, en: 'an event of another dossier' },
          path: ['events', i, 'dossierCode'],
          input: dossierCode,
        });
  });
export type ImportLine = z.output<typeof importLine>;

/** A fault of a line: where, and what is wrong, in Vietnamese. */
export interface LineFault {
  /** Path into the line, such as `dossier.applicant.name`; empty for the line as a whole. */
  readonly path: string;
  /** The column as its header names it; null where the file has no columns. */
  readonly column: string | null;
  readonly message: string;
}

/** What a file gives of a line, before it is checked. */
export interface Candidate {
  readonly row: number;
  readonly value: unknown;
  /** What could not even be read. */
  readonly faults: readonly LineFault[];
}
