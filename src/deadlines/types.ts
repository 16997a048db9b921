/** @module What the clock takes and gives: limits, start rules, suspensions, deadlines, steps. All instants are epoch ms. */

/** Thời hạn giải quyết. Working days may come in parts (2.5); calendar days and months are whole. 0 days: the same day. */
export interface Limit {
  amount: number;
  unit: 'working-day' | 'day' | 'working-hour' | 'hour' | 'month';
}

/**
 * When the count begins. `next-day`: the first day is not counted (Civil Code 2015 art. 147.2; a limit in hours begins
 * at once, art. 147.1). `instant`: exact from the moment of receipt. `cutoff` (`HH:mm`): what is received after it
 * counts as received on the next working day.
 */
export type StartRule = 'next-day' | 'instant' | { cutoff: string };

/** Tạm dừng: `suspend` moves the appointment by its length, `restart` counts anew from its end, `none` does neither. */
export interface Suspension {
  from: number;
  /** null: still open, counted until `now`. */
  to: number | null;
  reason: string;
  effect: 'suspend' | 'restart' | 'none';
}

/** A new date put in writing; it stands from `from` on and contains every pause that ended before. */
export interface DocumentedDate {
  at: number;
  from: number;
  basis: DocumentBasis;
}

export type DocumentBasis = 'ministry' | 'form-04';

/** Where an appointment comes from. */
export type Basis = 'computed' | 'slip' | DocumentBasis;

export interface DeadlineInput {
  receivedAt: number;
  limit: Limit | null;
  /** The decision by which another limit than the procedure's own stands here; absent where it is the procedure's. */
  decided?: { by: 'dossier' | 'fast-track' | 'province'; decision: string | null } | null;
  startRule: StartRule;
  suspensions: readonly Suspension[];
  /** The date on the slip (giấy hẹn, form 01): the original appointment, which pauses move. */
  original?: { at: number; basis: 'slip' } | null;
  documented?: readonly DocumentedDate[];
  /** Whole-day limits: a moved appointment is rounded up to a close of office hours. Default true. */
  roundToClose?: boolean;
  /** Whole-day limits: the last day ends at the close of offices (default) or at 24:00 (Civil Code art. 148.6). */
  endOfDay?: 'office-close' | 'midnight';
  now: number;
}

/** Why two dates differ, and by how many working minutes the first lies after the second (negative: before). */
export interface Difference<Name extends string> {
  name: Name;
  minutes: number;
}

export type OursDifference = 'slip-later' | 'slip-earlier' | 'documented-later' | 'documented-earlier';
export type PortalDifference =
  | 'supplement-repeated'
  | 'supplement-restarts'
  | 'supplement-without-effect'
  | 'documented-date'
  | 'pause-not-subtracted'
  | 'rounded-to-close';

/** One pause as it was counted. */
export interface LedgerEntry extends Suspension {
  /** Its own office minutes, until `now` while it is open; overlaps are counted in each. */
  workingMinutes: number;
}

export interface Ledger {
  /** Office minutes from the start of the count to the appointment before any pause moved it. */
  budgetMinutes: number | null;
  /** Office minutes used from the start of the count until now, less those suspended. */
  consumedMinutes: number;
  suspensions: readonly LedgerEntry[];
  /** Ends of the pauses after which the count began anew, in order of time. */
  restarts: readonly number[];
  /** How far pauses moved the appointment in force: office minutes, or calendar minutes for calendar limits. */
  movedMinutes: number;
  movedBy: 'working-time' | 'calendar-time';
}

export interface Deadline {
  /** The start of the count in force: after a restart, of the new count. */
  startsAt: number;
  appointmentAt: number | null;
  /** Why there is no appointment; null where there is one. */
  absentBecause: 'no-limit-and-no-slip' | null;
  basis: Basis;
  /** The law's own count, without slip or document; null without a limit. */
  ours: number | null;
  /** The appointment before any pause: the slip's, else the count from receipt. */
  originalAt: number | null;
  /** An open pause, or a year whose days off are not published yet. */
  provisional: boolean;
  /** Office minutes of the union of all pauses with effect `suspend`. */
  suspendedWorkingMinutes: number;
  /** Office minutes left; negative when overdue. */
  remainingWorkingMinutes: number | null;
  ledger: Ledger;
  byPortal: {
    /** Original appointment plus what the portal's note subtracts. */
    appointmentAt: number | null;
    subtractedMinutes: number;
    /** Two or more supplements: the portal's formula calls the dossier late whatever is sent. */
    formulaLate: boolean;
    difference: Difference<PortalDifference> | null;
  };
  /** The appointment in force against ours. */
  difference: Difference<OursDifference> | null;
}

/** One line of an explanation, in Vietnamese and English. */
export interface Step {
  n: number;
  vi: string;
  en: string;
}
