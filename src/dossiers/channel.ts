/** @module How a dossier was submitted: what the system states where it was submitted stands above what was registered here; pure. */
import type { CHANNELS, DossierFields } from './shape.ts';
import { type Fact, voidedSeqs } from './state.ts';

export type Channel = (typeof CHANNELS)[number];

/** The fields with the channel that was stated last, whatever the order in which it arrived. */
export function withStatedChannel(fields: DossierFields, facts: readonly Fact[]): DossierFields {
  const stated = facts.filter(({ c }) => c !== undefined);
  if (stated.length === 0) return fields;
  const voided = voidedSeqs(facts);
  let latest: Fact | null = null;
  for (const fact of stated) {
    if (voided.has(fact.n)) continue;
    if (latest === null || fact.t > latest.t || (fact.t === latest.t && fact.e > latest.e)) latest = fact;
  }
  return latest === null ? fields : { ...fields, channel: latest.c };
}
