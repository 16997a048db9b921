/** @module Idempotency for gateways whose tests are about something else: every call is its own act. */
import { randomUUID } from 'node:crypto';
import type { Idempotency } from '../../src/http/idempotency.ts';

export const noKeys: Idempotency = {
  once: async (_call, work) => ({ answer: await work({ id: randomUUID(), isRepeat: false }), replayed: false }),
};
