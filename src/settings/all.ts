/** @module Every setting of the gateway's own, by what it is about: the one place that puts them together. */
import type { z } from 'zod';
import { accessSettings } from './access.ts';
import { auditSettings } from './audit.ts';
import { consoleSettings } from './console.ts';
import { dossierSettings } from './dossiers.ts';
import { incidentSettings } from './incidents.ts';
import { paymentSettings } from './payments.ts';
import { processSettings } from './process.ts';
import { reconciliationSettings } from './reconciliation.ts';
import { retentionSettings } from './retention.ts';
import { subscriptionSettings } from './subscriptions.ts';
import { syncSettings } from './sync.ts';

/** In the order of `.env.example`, each under its heading there. */
export const groups = {
  'the process': processSettings,
  'who is believed': accessSettings,
  'the console': consoleSettings,
  'the audit log': auditSettings,
  dossiers: dossierSettings,
  'the sync': syncSettings,
  reconciliation: reconciliationSettings,
  incidents: incidentSettings,
  payments: paymentSettings,
  subscriptions: subscriptionSettings,
  'how long things are kept': retentionSettings,
} as const satisfies Record<string, Record<string, z.ZodType>>;

/** By the name of their environment variable. */
export const settings = {
  ...processSettings,
  ...accessSettings,
  ...consoleSettings,
  ...auditSettings,
  ...dossierSettings,
  ...syncSettings,
  ...reconciliationSettings,
  ...incidentSettings,
  ...paymentSettings,
  ...subscriptionSettings,
  ...retentionSettings,
} as const satisfies Record<string, z.ZodType>;
