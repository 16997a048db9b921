/** @module Keeps the clients in memory, so that a call asks no database who it is, and notices within a second when any process has changed one. */
import { type Networks, parseNetworks } from '../connector/addresses.ts';
import type { Queryable } from '../db/queryable.ts';
import type { Grants } from '../http/auth.ts';
import type { Log } from '../log.ts';
import { Rounds } from '../rounds.ts';
import { SECOND } from '../units.ts';
import type { Client } from './client.ts';
import { clientVersion, readClients } from './client-store.ts';

const LOOK_EVERY = 1 * SECOND;

/** A client ready to be judged by. */
export interface KeptClient {
  readonly client: Client;
  readonly scopes: ReadonlySet<string>;
  readonly grants: Grants;
  /** null: it may call from anywhere. */
  readonly networks: Networks | null;
}

export interface KeptClients {
  find(clientId: string): KeptClient | undefined;
  /** Until when, in epoch milliseconds, every change is known here. */
  readonly knownUntil: number;
  /** Looks at once, for the process that has just changed one or meets a client that it does not know. */
  look(): Promise<void>;
  stop(): Promise<void>;
}

/** Reads the clients, then looks each second whether any changed; a failed look keeps what is in use. */
export async function keepClients(db: Queryable, log: Log, now: () => number): Promise<KeptClients> {
  let kept = new Map<string, KeptClient>();
  let version = -1;
  let knownUntil = 0;

  const look = async (): Promise<void> => {
    const begun = now();
    const present = await clientVersion(db);
    if (present > version) {
      const clients = await readClients(db);
      // Two looks at once: the one that began earlier may have read less.
      if (present > version) {
        kept = new Map(clients.map((client) => [client.clientId, readyOf(client)]));
        version = present;
      }
    }
    knownUntil = Math.max(knownUntil, begun);
  };
  await look();
  const rounds = new Rounds({
    everyMs: LOOK_EVERY,
    round: look,
    failed: (error) =>
      log.warn({ err: error }, 'clients could not be read again; they are judged by what was read before'),
  });
  rounds.start();

  return {
    find: (clientId) => kept.get(clientId),
    get knownUntil() {
      return knownUntil;
    },
    look,
    stop: () => rounds.stop(),
  };
}

function readyOf(client: Client): KeptClient {
  const { addresses, scopes, rateLimit, purposes, personalData } = client;
  return {
    client,
    scopes: new Set(scopes),
    grants: {
      rateLimit,
      purposes: purposes && new Set(purposes),
      personalData: personalData && new Set(personalData),
    },
    networks: addresses.length === 0 ? null : parseNetworks(addresses),
  };
}
