/** @module Whether the client behind a good token may call now and from there, and what of the token's rights it still holds: judged in memory. */
import { isWithin } from '../connector/addresses.ts';
import { fail } from '../errors.ts';
import type { Authenticator, Caller } from '../http/auth.ts';
import { SECOND } from '../units.ts';
import { type State, stateOf } from './client.ts';
import type { KeptClient, KeptClients } from './client-keep.ts';

export interface AdmissionOptions {
  readonly clients: KeptClients;
  /** The issuer whose tokens only a client that is registered here can have. */
  readonly ownIssuer: string;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

const REFUSALS: Readonly<
  Record<Exclude<State, 'active'>, 'client-suspended' | 'client-expired' | 'client-not-yet-valid'>
> = {
  suspended: 'client-suspended',
  expired: 'client-expired',
  'not-yet-valid': 'client-not-yet-valid',
};

/** The authenticator given, whose callers are also judged by the register of clients. */
export function admitting(authenticator: Authenticator, options: AdmissionOptions): Authenticator {
  const { clients, ownIssuer, clock } = options;
  /** What a token's caller is by the client as it was read; made anew when the client was. */
  const narrowed = new WeakMap<Caller, { readonly by: KeptClient; readonly caller: Caller }>();

  const admit = (caller: Caller, address: string): Caller => {
    const kept = clients.find(caller.clientId);
    if (kept === undefined) {
      // An outside issuer answers for its own clients.
      if (caller.issuer !== ownIssuer) return caller;
      fail('token-revoked');
    }
    refuse(kept, caller, address, clock());
    const known = narrowed.get(caller);
    if (known?.by === kept) return known.caller;
    const own = narrow(caller, kept);
    narrowed.set(caller, { by: kept, caller: own });
    return own;
  };

  return {
    remembered(authorization, address) {
      const caller = authenticator.remembered(authorization, address);
      // Another call with the same token may still be looking for a client that was registered a moment ago.
      if (!caller || clients.find(caller.clientId) === undefined) return undefined;
      return admit(caller, address);
    },
    async verify(authorization, address) {
      const caller = await authenticator.verify(authorization, address);
      // One issued a moment ago is judged by its client as it was then, at least.
      if (clients.knownUntil < caller.issuedAt + SECOND || clients.find(caller.clientId) === undefined)
        await clients.look().catch((error: unknown) => {
          if (clients.find(caller.clientId) === undefined) throw error;
        });
      return admit(caller, address);
    },
  };
}

function refuse({ client, networks }: KeptClient, { issuedAt }: Caller, address: string, now: number): void {
  // A token tells whole seconds: one of the very second stays good, for it may be the new secret's.
  if (client.tokensFrom !== null && issuedAt + SECOND <= client.tokensFrom) fail('token-revoked');
  const state = stateOf(client, now);
  if (state !== 'active') fail(REFUSALS[state]);
  if (networks !== null && !isWithin(networks, address)) fail('forbidden-address', { extra: { address } });
}

/** What is granted now of what the token says; a person's token keeps the person's agencies. */
function narrow(caller: Caller, { client, scopes, grants }: KeptClient): Caller {
  return {
    ...caller,
    scopes: new Set([...caller.scopes].filter((scope) => scopes.has(scope))),
    agencies: caller.officer === null ? client.agencies : caller.agencies,
    grants,
  };
}
