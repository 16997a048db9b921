/** @module The subscriptions that the documents' examples speak of: paused, so that they send nothing by themselves. */
import type { Seal } from '../access/seal.ts';
import type { Queryable } from '../db/queryable.ts';
import { newSecret, secretName } from './secret.ts';
import { insertSubscription } from './store.ts';

export const EXAMPLE_SUBSCRIPTION = '01930000-0000-7000-8000-000000000001';
/** Stands in the demo to be deleted by an example. */
export const DELETED_EXAMPLE = '01930000-0000-7000-8000-000000000002';
/** Where the demo's iGate listens. */
export const EXAMPLE_URL = 'http://127.0.0.1:8090/igate/webhooks';

/** @returns the secret that signs for the first of them */
export async function plantExampleSubscriptions(
  db: Queryable,
  options: { readonly seal: Seal; readonly url: string; readonly now: number },
): Promise<string> {
  const { seal, url, now } = options;
  const secret = newSecret();
  for (const id of [EXAMPLE_SUBSCRIPTION, DELETED_EXAMPLE])
    await insertSubscription(
      db,
      {
        id,
        clientId: 'igate',
        name: 'iGate (ví dụ)',
        url,
        kinds: ['entry'],
        agencies: ['H15'],
        procedures: null,
        batch: 1,
        secret: seal.close(secret, secretName(id)),
        state: 'paused',
      },
      now,
    );
  return secret;
}
