/** @module The status model of a dossier: names, their order, and which of them end it (domain.md, "Status model"). */

/** In order of rank: of two entries of the same instant the later in this list is the more advanced (F1). */
export const STATUSES = [
  'submitted',
  'accepted',
  'resumed',
  'processing',
  'paused',
  'rejected',
  'withdrawn',
  'stopped',
  'completed',
  'returned',
] as const;

/** A status as a system reports it. */
export type Status = (typeof STATUSES)[number];

/** What an entry of kind `status` may say: a status, or that an ended dossier is taken up again. */
export type ReportedStatus = Status | 'reopened';

export type EndStatus = 'rejected' | 'withdrawn' | 'stopped' | 'completed' | 'returned';

/** What the dossier itself shows: a resumed dossier shows as `processing`. */
export type ShownStatus = Exclude<Status, 'resumed'>;

const RANK = new Map<ReportedStatus, number>([
  ...STATUSES.map((status, i) => [status, i] as const),
  ['reopened', STATUSES.length],
]);

export const rankOf = (status: ReportedStatus): number => RANK.get(status)!;

const ENDS: ReadonlySet<string> = new Set<EndStatus>(['rejected', 'withdrawn', 'stopped', 'completed', 'returned']);

export const isEnd = (status: string): status is EndStatus => ENDS.has(status);

export const OUTCOMES = ['granted', 'refused', 'ineligible', 'sent-back', 'withdrawn', 'stopped'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** The four words of the generic webhook; each stays unspecified until a code of the catalogue is known. */
export const PAUSE_WORDS = ['supplement', 'financial-obligation', 'consultation', 'other'] as const;
export type PauseWord = (typeof PAUSE_WORDS)[number];

/** The catalogue's pause reasons, by the word under which the generic webhook knows them. */
export const PAUSE_REASON_KIND: Readonly<Record<string, PauseWord>> = {
  supplement: 'supplement',
  'supplement-intake': 'supplement',
  'supplement-appraisal': 'supplement',
  'financial-obligation': 'financial-obligation',
  'tax-determination': 'financial-obligation',
  'citizen-payment': 'financial-obligation',
  consultation: 'consultation',
  'linked-agency': 'consultation',
  'field-inspection': 'other',
  'expert-examination': 'other',
  'public-posting': 'other',
  'violation-handling': 'other',
  'inheritance-division': 'other',
  extension: 'other',
  'force-majeure': 'other',
  other: 'other',
};

export const PAUSE_REASONS = Object.keys(PAUSE_REASON_KIND);

export const pauseKind = (reason: string): PauseWord => PAUSE_REASON_KIND[reason] ?? 'other';
