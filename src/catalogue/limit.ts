/** @module Which limit a dossier stands under: its own by decision, the fast track, the province's cut, or the procedure's. */
import type { DeadlineInput, Limit } from '../deadlines/types.ts';

/** A limit put in place of the procedure's by a numbered decision. */
export interface DecidedLimit {
  readonly limit: Limit;
  readonly decision: string | null;
}

/** What a dossier alone has instead of its procedure's limit, as its narrow row keeps it. */
export type LimitOverride = (Limit & { readonly decision?: string }) | { readonly fastTrack: true };

/** The limits that a version of a procedure knows. */
export interface ProcedureLimits {
  readonly limit: Limit | null;
  /** The province's cut of the limit (cắt giảm thời gian). */
  readonly cut?: DecidedLimit | null | undefined;
  /** The limit of the fast track (luồng xanh). */
  readonly fastTrackLimit?: DecidedLimit | null | undefined;
}

/** The limit that counts and the decision by which it does; a fast track that the procedure does not have changes nothing. */
export function limitInForce(
  procedure: ProcedureLimits | null,
  override: LimitOverride | null,
): Pick<DeadlineInput, 'limit' | 'decided'> {
  if (override !== null && 'amount' in override) {
    const { amount, unit, decision } = override;
    return { limit: { amount, unit }, decided: { by: 'dossier', decision: decision ?? null } };
  }
  if (override !== null && procedure?.fastTrackLimit) return decidedBy('fast-track', procedure.fastTrackLimit);
  if (procedure?.cut) return decidedBy('province', procedure.cut);
  return { limit: procedure?.limit ?? null, decided: null };
}

const decidedBy = (
  by: 'fast-track' | 'province',
  { limit, decision }: DecidedLimit,
): Pick<DeadlineInput, 'limit' | 'decided'> => ({ limit, decided: { by, decision } });
