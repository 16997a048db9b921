/** @module The `portal` capability: what the sync asks of a national portal, in the gateway's terms. Times are epoch milliseconds. */
import type { DossierFields } from '../dossiers/shape.ts';

export type { DossierFields };

/** What of a dossier at a portal may be ours to write, by the names of its fields here. */
export const OWNABLE_FIELDS = [
  'status',
  'appointment',
  'supplements',
  'procedureCode',
  'agencyCode',
  'channel',
  'applicant',
  'summary',
  'submittedAt',
  'receivedAt',
  'components',
  'fees',
  'results',
  'databasesUsed',
] as const;
export type OwnableField = (typeof OWNABLE_FIELDS)[number];

/** A dossier as the portal is to show it. */
export interface PortalSnapshot {
  readonly code: string;
  /** What is ours to write there; null for everything. */
  readonly owns: readonly OwnableField[] | null;
  readonly procedure: {
    readonly code: string;
    readonly name: string;
    readonly sector: { readonly code: string; readonly name: string };
  };
  /** The portal's own status code. */
  readonly statusCode: string;
  readonly submittedAt: number | null;
  readonly receivedAt: number | null;
  readonly appointmentAt: number | null;
  /** When the work on it ended, and when it was refused or given back. */
  readonly finishedAt: number | null;
  readonly rejectedAt: number | null;
  readonly returnedAt: number | null;
  readonly agencyName: string;
  readonly fields: DossierFields;
  /** Where it was paid online; `none` where what was paid went back; absent where no payment is known here. */
  readonly paidOnline?: 'portal' | 'agency' | 'none';
  readonly supplements: readonly Supplement[];
}

/** A supplement that was asked for (phiếu yêu cầu bổ sung) with the dates before and after it. */
export interface Supplement {
  readonly id: string;
  readonly askedBy: string;
  readonly content: string;
  readonly askedAt: number;
  readonly receivedAt: number | null;
  readonly appointmentBefore: number | null;
  readonly appointmentAfter: number | null;
}

/** One step of the work, with its own time. */
export interface PortalProgress {
  readonly code: string;
  readonly at: number;
  readonly statusCode: string;
  readonly text: string;
  readonly officer: string;
  readonly title: string;
  readonly department: string;
  readonly startedAt: number | null;
  readonly dueAt: number | null;
}

/** A record of progress as the portal tells it: who wrote it, as far as the wire says. */
export interface ShownProgress {
  readonly at: number;
  readonly statusCode: string;
  readonly text: string;
  readonly officer: string;
  readonly department: string;
}

/** What the portal shows of a dossier when it is asked. */
export interface PortalView {
  readonly statusCode: string;
  readonly appointmentAt: number | null;
  /** The progress list, or null where this portal does not tell it. */
  readonly progress: readonly ShownProgress[] | null;
  /** Whether it shows the dossier as paid online. */
  readonly isPaidOnline: boolean;
  /** The results that stand there, whoever put them. */
  readonly results: readonly { readonly code: string | null; readonly name: string }[];
  /** The dossier as the portal keeps it, for the merge before a write. */
  readonly kept: Readonly<Record<string, unknown>>;
  /** The fields it can tell in our terms, to fill in a dossier that a push opened. */
  readonly fields: DossierFields;
}

/** A dossier as a listing shows it: without its lists and progress. */
export interface PortalRow {
  readonly code: string;
  readonly statusCode: string;
  readonly appointmentAt: number | null;
  readonly receivedAt: number | null;
  readonly channel: DossierFields['channel'];
  readonly procedureCode: string | null;
}

export interface PortalPage {
  readonly rows: readonly PortalRow[];
  /** Whether another page follows. */
  readonly more: boolean;
}

export interface PortalClient {
  /** Registers new dossiers; throws `UpstreamError` for the batch. */
  create(snapshots: readonly PortalSnapshot[]): Promise<void>;
  /** Writes what is ours into existing dossiers; `kept` is what the portal showed just before. */
  update(
    items: readonly { readonly snapshot: PortalSnapshot; readonly kept: Readonly<Record<string, unknown>> }[],
  ): Promise<void>;
  progress(records: readonly PortalProgress[]): Promise<void>;
  /** Asks what is there; null where the portal does not know the dossier. */
  read(code: string): Promise<PortalView | null>;
  /**
   * Dossiers received from one date to another (`YYYY-MM-DD`, both included) in the order of their codes, pages from 1;
   * null where this portal has no listing.
   */
  list(from: string, to: string, page: number): Promise<PortalPage | null>;
  /** The fields that `update` would change. */
  changes(snapshot: PortalSnapshot, kept: Readonly<Record<string, unknown>>): OwnableField[];
  probe(): Promise<void>;
}
