/** @module What a destination is taken to have of a dossier that an import adopts. Pure. */
import { SECOND } from '../units.ts';
import type { Baseline } from './commands.ts';
import type { DossierState } from './state.ts';
import { pauseKind } from './status.ts';

/** The row of a destination for a dossier that has been adopted; times are epoch milliseconds. */
export interface AdoptedRow {
  readonly destination: string;
  readonly id: number;
  readonly headSeq: number;
  readonly ackedSeq: number;
  /** Entries that somebody else has told it. */
  readonly believedSeqs: readonly number[];
  readonly existsThere: boolean;
  /** Since when nobody knows what it has: then it is asked before anything is sent. */
  readonly unknownSince: number | null;
  readonly seenAt: number | null;
  readonly seenStatus: string | null;
  readonly seenAppointmentAt: number | null;
}

/**
 * Adopted alone, a destination is taken to have everything; with synchronisation what lies before the baseline's time,
 * and all of it only where it shows the same status and appointment.
 */
export function adoptedRow(state: DossierState, destination: string, now: number): AdoptedRow {
  const { mode, baseline: told } = state.adoption!;
  const baseline = told?.destination === destination ? told : null;
  const isAdopted = mode === 'adopt';
  const asOf = isAdopted ? Number.POSITIVE_INFINITY : (baseline?.asOf ?? Number.NEGATIVE_INFINITY);
  // The gateway's own computations follow from what was told; they are no entry of the time at which they are made.
  const isBelieved = ({ source, occurredAt }: DossierState['newEntries'][number]): boolean =>
    occurredAt <= asOf || (source === 'gateway' && asOf > Number.NEGATIVE_INFINITY);
  const believed = state.newEntries.filter(isBelieved);
  const isInStep =
    isAdopted || (believed.length === state.newEntries.length && baseline !== null && shows(baseline, state));
  return {
    destination,
    id: state.id,
    headSeq: state.headSeq,
    ackedSeq: isInStep ? state.headSeq : 0,
    believedSeqs: believed.map(({ seq }) => seq),
    existsThere: isAdopted || baseline !== null,
    unknownSince: isAdopted || baseline !== null ? null : now,
    seenAt: baseline?.asOf ?? null,
    seenStatus: baseline?.statusCode ?? null,
    seenAppointmentAt: baseline?.appointmentAt ?? null,
  };
}

const shows = (baseline: Baseline, { status, pauseReason, appointmentAt }: DossierState): boolean =>
  baseline.status === status &&
  (status !== 'paused' || baseline.pause === pauseKind(pauseReason ?? 'other')) &&
  (baseline.appointmentAt === undefined || onWire(baseline.appointmentAt) === onWire(appointmentAt));

/** Destinations tell whole seconds. */
const onWire = (at: number | null): number | null => (at === null ? null : Math.floor(at / SECOND));
