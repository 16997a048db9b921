/** @module Whether a dossier is paid online, and where, from its payment entries: pure, and the same for any order of arrival. */
import { type Fact, voidedSeqs } from './state.ts';

/** Where a payment was made as the portal counts it; `given-back` takes the one of its reference back. */
export type PaidVia = 'portal' | 'agency';
export interface PaymentTold {
  /** Names the payment: its own, at the system that took it. */
  readonly reference: string;
  readonly via: PaidVia | 'given-back';
}

/**
 * Where the latest payment that stands was made.
 *
 * @returns `none` where every payment there was went back; null where there never was one
 */
export function paidOnline(facts: readonly Fact[]): PaidVia | 'none' | null {
  const told = facts.filter((fact) => fact.p !== undefined);
  if (told.length === 0) return null;
  const voided = voidedSeqs(facts);
  const back = new Set(
    told.filter(({ n, p }) => p!.via === 'given-back' && !voided.has(n)).map(({ p }) => p!.reference),
  );
  let latest: Fact | null = null;
  for (const fact of told) {
    if (fact.p!.via === 'given-back' || voided.has(fact.n) || back.has(fact.p!.reference)) continue;
    if (latest === null || fact.t > latest.t || (fact.t === latest.t && fact.e > latest.e)) latest = fact;
  }
  return latest === null ? 'none' : (latest.p!.via as PaidVia);
}
