/** @module Who holds a dossier while it is paused, by the reason of the pause. */

export const HOLDERS = ['citizen', 'tax-office', 'other-agency', 'own-agency'] as const;
export type Holder = (typeof HOLDERS)[number];

const HOLDER: Readonly<Record<string, Holder>> = {
  supplement: 'citizen',
  'supplement-intake': 'citizen',
  'supplement-appraisal': 'citizen',
  'tax-determination': 'tax-office',
  'citizen-payment': 'citizen',
  // Unspecified until known better: the tax office has the first word.
  'financial-obligation': 'tax-office',
  consultation: 'other-agency',
  'linked-agency': 'other-agency',
  'expert-examination': 'other-agency',
  'inheritance-division': 'citizen',
};

/** The agency itself where the reason names nobody else. */
export const holderOf = (reason: string): Holder => HOLDER[reason] ?? 'own-agency';
