/** @module The demo's payment: asked for as an iGate would, paid by someone at the simulated page, and a settlement file beside it. */
import { fileURLToPath } from 'node:url';
import { findDossier } from '../dossiers/read-store.ts';
import type { PaymentsDeps } from '../payments/deps.ts';
import { EXAMPLE_PAYMENT, EXAMPLE_SETTLEMENT, plantedPost } from '../payments/examples.ts';
import { requestPayment } from '../payments/request.ts';
import { takeSettlement } from '../payments/settlement.ts';
import { findPayment } from '../payments/store.ts';
import { SECOND } from '../units.ts';

const PAID_WITHIN = 30 * SECOND;

const shipped = (name: string): string => fileURLToPath(new URL(`../../data/demo/${name}.json`, import.meta.url));

/** The settings that name the demo's fees, accounts and addressees. */
export const demoFiles = {
  FEES_FILE: shipped('fees'),
  BENEFICIARY_ACCOUNTS_FILE: shipped('beneficiary-accounts'),
  INCIDENT_PARTIES_FILE: shipped('incident-parties'),
};

/** Plants them once; what a former start has planted is left as it is. Nothing where no platform is configured. */
export async function plantDemoPayment(deps: PaymentsDeps): Promise<void> {
  const provider = deps.providers.keys().next().value;
  const dossier = await findDossier(deps.pool, plantedPost.dossierCode);
  if (provider === undefined || !dossier) return;
  if (await findPayment(deps.pool, EXAMPLE_PAYMENT)) return;
  await takeSettlement(deps, { provider, file: bytesOf(EXAMPLE_SETTLEMENT), uploadedBy: 'demo' });
  const { payment } = await requestPayment(deps, {
    actId: EXAMPLE_PAYMENT,
    clientId: 'igate',
    provider,
    dossier,
    input: plantedPost,
    remoteAddress: '127.0.0.1',
    signal: AbortSignal.timeout(PAID_WITHIN),
  });
  await fetch(payment.pageUrl!, { method: 'POST', body: 'act=pay' });
  const deadline = deps.now() + PAID_WITHIN;
  while ((await findPayment(deps.pool, EXAMPLE_PAYMENT))!.payment.receipt === 'none') {
    if (deps.now() > deadline)
      throw new Error('The demo’s payment was not reported as paid by the simulated platform.');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
