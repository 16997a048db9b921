/** @module A subscription's signing secret: `whsec_` and padded base64, as Standard Webhooks writes it. */
import { randomBytes } from 'node:crypto';

const BYTES = 32;

export const newSecret = (): string => `whsec_${randomBytes(BYTES).toString('base64')}`;

/** The name under which the secrets of a subscription are sealed. */
export const secretName = (subscriptionId: string): string => `subscription:${subscriptionId}`;
