/** @module The mix of a province's working day: how many dossiers stand where, and why some of them wait. */
import type { ShownStatus } from '../dossiers/status.ts';

/** When the dossier falls due, seen from today; 'ended' dossiers were on time or late. */
export type Due = 'later' | 'tomorrow' | 'today' | 'overdue';

/** How one dossier's story goes. */
export interface Story {
  readonly ends: ShownStatus;
  readonly due: Due;
  /** Of the land sector, of any other, or of both. */
  readonly sector: 'land' | 'other' | 'any';
  /** Pauses on the way, in order; the last is still open where the story ends `paused`. */
  readonly pauses: readonly string[];
}

/** Reasons that only a land dossier meets. */
const LAND_REASONS: ReadonlySet<string> = new Set([
  'financial-obligation',
  'tax-determination',
  'citizen-payment',
  'public-posting',
  'violation-handling',
  'expert-examination',
  'inheritance-division',
]);

/** Those for which dossiers wait most; every other reason waits once. */
const FREQUENT_REASONS = [
  'supplement-appraisal',
  'supplement-appraisal',
  'supplement-intake',
  'tax-determination',
  'tax-determination',
  'citizen-payment',
  'citizen-payment',
  'citizen-payment',
  'consultation',
  'linked-agency',
  'public-posting',
  'field-inspection',
];

const MIX: readonly { readonly count: number; readonly story: Partial<Story> & Pick<Story, 'ends'> }[] = [
  { count: 14, story: { ends: 'submitted' } },
  { count: 20, story: { ends: 'accepted' } },
  { count: 78, story: { ends: 'processing' } },
  { count: 12, story: { ends: 'processing', due: 'today' } },
  { count: 14, story: { ends: 'processing', due: 'tomorrow' } },
  { count: 14, story: { ends: 'processing', due: 'overdue' } },
  { count: 16, story: { ends: 'processing', sector: 'land', pauses: ['tax-determination', 'citizen-payment'] } },
  { count: 10, story: { ends: 'processing', pauses: ['supplement-appraisal'] } },
  { count: 32, story: { ends: 'completed' } },
  { count: 8, story: { ends: 'completed', sector: 'land', pauses: ['tax-determination', 'citizen-payment'] } },
  { count: 52, story: { ends: 'returned' } },
  { count: 8, story: { ends: 'returned', pauses: ['supplement-intake'] } },
  { count: 10, story: { ends: 'completed', due: 'overdue' } },
  { count: 10, story: { ends: 'rejected' } },
  { count: 8, story: { ends: 'withdrawn' } },
  { count: 6, story: { ends: 'stopped' } },
];

/** Every dossier of the demo, in no particular order; each of `pauseReasons` has a dossier that waits for it now. */
export function stories(pauseReasons: readonly string[]): Story[] {
  const waiting = [...pauseReasons, ...FREQUENT_REASONS].map((reason) => storyOf({ ends: 'paused', pauses: [reason] }));
  return [...waiting, ...MIX.flatMap(({ count, story }) => Array.from({ length: count }, () => storyOf(story)))];
}

function storyOf({ ends, due = 'later', sector, pauses = [] }: Partial<Story> & Pick<Story, 'ends'>): Story {
  return { ends, due, sector: sector ?? (pauses.some((reason) => LAND_REASONS.has(reason)) ? 'land' : 'any'), pauses };
}
