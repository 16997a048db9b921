/** @module A refused command as the error its caller gets. */
import { type ErrorCode, GatewayError } from '../errors.ts';
import type { CommandResult, RefusalCode } from './commands.ts';

const CODE: Readonly<Record<RefusalCode, ErrorCode>> = {
  'alias-ambiguous': 'alias-ambiguous',
  'unmapped-code': 'validation',
  'event-id-reused': 'event-id-reused',
  'implausible-time': 'validation',
  unreadable: 'validation',
  'unknown-dossier': 'dossier-not-found',
  'append-failed': 'conflict',
  'unverified-field': 'unverified-field',
  'dossier-not-found': 'dossier-not-found',
  'forbidden-agency': 'forbidden-agency',
  'alias-taken': 'alias-taken',
  conflict: 'conflict',
  'precondition-required': 'precondition-required',
  'precondition-failed': 'precondition-failed',
  'reason-required': 'reason-required',
  'entry-not-found': 'not-found',
  'entry-not-voidable': 'conflict',
  'not-verifiable': 'validation',
};

/** Throws what a refused command means for its caller; gives back the others. */
export function orRefuse(result: CommandResult): Exclude<CommandResult, { outcome: 'refused' | 'quarantined' }> {
  if (result.outcome === 'refused') {
    const { code, detail, detailVi } = result;
    throw new GatewayError(CODE[code], { detail, ...(detailVi !== undefined && { detailVi }) });
  }
  if (result.outcome === 'quarantined') throw new GatewayError(CODE[result.reason], { detail: result.detail });
  return result;
}
