/** @module The demo's subscriptions: those of the documents' examples, and the iGate simulator that knows their secret. */
import type { Seal } from '../access/seal.ts';
import type { Queryable } from '../db/queryable.ts';
import { plantExampleSubscriptions } from '../subscriptions/examples.ts';

export async function plantDemoSubscriptions(
  db: Queryable,
  options: { readonly seal: Seal; readonly simulatorsUrl: string; readonly now: number },
): Promise<void> {
  const { seal, simulatorsUrl, now } = options;
  const secret = await plantExampleSubscriptions(db, { seal, url: `${simulatorsUrl}/igate/webhooks`, now });
  const { ok, status } = await fetch(`${simulatorsUrl}/_settings/igate`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ secrets: [secret] }),
  });
  if (!ok) throw new Error(`The iGate simulator did not take the secret of the demo's subscriptions: HTTP ${status}`);
}
