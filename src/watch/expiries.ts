/** @module Looks ahead for what will end by itself: clients, and the certificates of every upstream and of the gateway's own address. */
import type { Queryable } from '../db/queryable.ts';
import type { Log } from '../log.ts';
import { Rounds } from '../rounds.ts';
import { DAY, HOUR, MINUTE } from '../units.ts';
import { certificateEnd } from './certificate.ts';
import { noteCertificates, noteClients, type Shown } from './expiry-store.ts';

export interface ExpiryOptions {
  readonly db: Queryable;
  /** Addresses by whose they are: a connector's name, or `gateway`; only https has a certificate. */
  readonly addresses: readonly (readonly [owner: string, address: string])[];
  /** Days ahead at which an alert is raised. */
  readonly days: { readonly client: number; readonly certificate: number };
  readonly log: Log;
  readonly now: () => number;
}

const EVERY = 1 * HOUR;

/** Any number of processes may run it: what is raised is unique by kind and key. */
export function expiryWatch(options: ExpiryOptions): Rounds {
  return new Rounds({
    everyMs: EVERY,
    firstAfterMs: MINUTE,
    round: () => lookForExpiries(options),
    failed: (error) => options.log.warn({ err: error }, 'what will end could not be looked for; the next round does'),
  });
}

/** One look at everything. */
export async function lookForExpiries({ db, addresses, days, log, now: clock }: ExpiryOptions): Promise<void> {
  const now = clock();
  await noteClients(db, { before: now + days.client * DAY, now });
  const shown = await Promise.all(addresses.map(([owner, address]) => shownAt(owner, address, log)));
  await noteCertificates(
    db,
    shown.filter((one) => one !== null),
    { before: now + days.certificate * DAY, now },
  );
}

async function shownAt(owner: string, address: string, log: Log): Promise<Shown | null> {
  const url = URL.parse(address);
  if (url?.protocol !== 'https:') return null;
  try {
    return { endpoint: `${url.hostname}:${url.port || 443}`, owner, until: await certificateEnd(url) };
  } catch (error) {
    // Whether it can be reached at all is the health watch's to say.
    log.debug({ err: error, owner }, 'the certificate could not be looked at');
    return null;
  }
}
