/** @module Sessions of a shim's senders: sealed, so that any replica knows them and none keeps them. */
import { hash, timingSafeEqual } from 'node:crypto';
import type { Seal } from '../access/seal.ts';
import { type ClientRecord, hashSecret } from '../http/issuer.ts';
import { MINUTE } from '../units.ts';

const NAME = 'shim-session';
const LIFE = 15 * MINUTE;

export interface Sessions {
  open(clientId: string, now: number): string;
  /** The client that opened it; null for one that is none of ours or has ended. */
  clientOf(session: string, now: number): string | null;
}

export function createSessions(seal: Seal): Sessions {
  return {
    open: (clientId, now) => seal.close(JSON.stringify([clientId, now + LIFE]), NAME).toString('base64url'),
    clientOf(session, now) {
      try {
        const sealed = Buffer.from(session, 'base64url');
        // A decoder overlooks what it cannot read; a session has one spelling.
        if (sealed.toString('base64url') !== session) return null;
        const [clientId, until] = JSON.parse(seal.open(sealed, NAME)) as [string, number];
        return until > now ? clientId : null;
      } catch {
        return null;
      }
    },
  };
}

/** Whether a client's secret is right; the time taken tells nothing of it. */
export function isSecretOf(client: ClientRecord | undefined, secret: string): boolean {
  const digest = (text: string): Buffer => Buffer.from(hash('sha256', text, 'hex'));
  const given = digest(hashSecret(secret));
  const isPresent = timingSafeEqual(digest(client?.secretHash ?? ''), given);
  const isFormer = timingSafeEqual(digest(client?.formerSecretHash ?? ''), given);
  return client !== undefined && (isPresent || isFormer);
}
