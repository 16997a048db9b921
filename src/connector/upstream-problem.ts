/** @module A failed upstream as the caller of the gateway hears of it: who failed, whether it may be repeated, and when. */
import { type ErrorCode, type ErrorFacts, GatewayError } from '../errors.ts';
import { SECOND } from '../units.ts';
import type { UpstreamError, UpstreamFailure } from './upstream-error.ts';

const CODES: Readonly<Record<UpstreamFailure, ErrorCode>> = {
  unavailable: 'upstream-unavailable',
  timeout: 'upstream-timeout',
  auth: 'upstream-auth',
  rejected: 'upstream-rejected',
  exists: 'upstream-rejected',
  contract: 'upstream-contract',
  maintenance: 'upstream-maintenance',
  quota: 'upstream-quota',
  busy: 'bulkhead-full',
};

/** The error of our table that stands for a failed call of an upstream. */
export function gatewayErrorOf(error: UpstreamError, now: number = Date.now()): GatewayError {
  const { kind, facts } = error;
  const { upstream, operation, path, words, until } = facts;
  const code = facts.byCaller ? 'deadline-exceeded' : CODES[kind];
  return new GatewayError(code, {
    ...detailOf(error, words),
    upstream,
    ...(until ? { retryAfter: Math.max(1, (until - now) / SECOND) } : {}),
    extra: { operation, outcome: facts.outcome, ...(path === undefined ? {} : { path }) },
    cause: error,
  });
}

/** Only a refusal is told in the upstream's own words: they say what to correct. */
function detailOf({ kind, facts }: UpstreamError, words: string | undefined): Pick<ErrorFacts, 'detail' | 'detailVi'> {
  const { upstream, operation, path } = facts;
  if ((kind === 'rejected' || kind === 'exists') && words) return { detail: words };
  if (kind === 'contract') {
    const at = path === undefined ? '' : path;
    return {
      detail: `The answer of ${upstream} to ${operation} has another shape than agreed${at && ` at ${at}`}.`,
      detailVi: `Câu trả lời của ${upstream} cho ${operation} khác định dạng đã thống nhất${at && ` tại ${at}`}.`,
    };
  }
  return {};
}
