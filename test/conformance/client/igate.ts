/** @module An iGate as its developers would write it: types from our document by openapi-typescript, calls by openapi-fetch, nothing of ours. */
import { gateway } from './calls.ts';
import { operations } from './connectors.ts';
import { deliveries } from './deliveries.ts';
import { exchanges } from './exchanges.ts';
import { lookups } from './lookups.ts';
import { payments } from './payments.ts';

export interface Driven {
  /** What came of each operation. */
  readonly outcomes: Readonly<Record<string, unknown>>;
  /** What was called, such as `GET /v1/exchanges/{id}`. */
  readonly called: ReadonlySet<string>;
}

/** Drives every operation of the six connectors, and what is read about them. */
export async function drive(baseUrl: string, token: string): Promise<Driven> {
  const called = new Set<string>();
  const client = gateway(baseUrl, token, (operation) => called.add(operation));
  const outcomes = {
    ...(await lookups(client)),
    ...(await exchanges(client)),
    ...(await payments(client)),
    ...(await deliveries(client)),
    ...(await operations(client)),
  };
  return { outcomes, called };
}
