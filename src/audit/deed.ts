/** @module An entry of the audit log for what no call of the API did: a command, or a worker by its hour. */
import { randomBytes } from 'node:crypto';
import type { Audit, AuditEntry } from './record.ts';

/** `clientId` says who did it; what is absent is null, and what was done is a write unless the details say otherwise. */
export type Deed = Pick<AuditEntry, 'at' | 'clientId' | 'operation' | 'details'> &
  Partial<Pick<AuditEntry, 'officer' | 'purpose' | 'dossier' | 'target'>>;

/** Resolves once the entry is committed. @throws as `Audit.record` does */
export const recordDeed = (audit: Audit, { details, ...deed }: Deed): Promise<void> =>
  audit.record({
    officer: null,
    purpose: null,
    dossier: null,
    target: null,
    ...deed,
    status: 200,
    traceId: randomBytes(16).toString('hex'),
    details: { kind: 'write', ...details },
  });
