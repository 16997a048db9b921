/** @module From declared operations to routes: scope, audit, purpose, document and the call of the provider that was chosen. */
import { z } from 'zod';
import { type ErrorCode, fail } from '../errors.ts';
import { languageOf } from '../http/language.ts';
import { type Call, defineRoute, type Route } from '../http/route.ts';
import type { SharedStore } from '../shared/store.ts';
import { fromCache, outputOf, staleQuery } from './cached-operation.ts';
import type { Connection, Connections } from './connections.ts';
import type { Connector } from './define.ts';
import type { Operation } from './operation.ts';
import { type Asking, operationContext } from './operation-context.ts';

/** What any call of an upstream may end in. */
export const UPSTREAM_ERRORS: readonly ErrorCode[] = [
  'upstream-auth',
  'upstream-rejected',
  'upstream-contract',
  'upstream-unavailable',
  'upstream-maintenance',
  'upstream-quota',
  'upstream-timeout',
  'bulkhead-full',
  'deadline-exceeded',
  'provider-not-configured',
];

export interface OperationRoutesDeps {
  readonly connectors: readonly Connector[];
  readonly connections: Connections;
  /** Where answers are kept that may be given again. */
  readonly store: SharedStore;
  /** Refuses who may not ask for the dossier named; where there are no dossiers, nobody is refused. */
  readonly permit?: (call: Call) => Promise<void>;
  readonly now: () => number;
}

/** An operation and the connectors that offer it, in the order of the registry. */
interface Offer {
  readonly operation: Operation;
  readonly providers: readonly string[];
}

/**
 * One route for each operation, whatever number of connectors offers it.
 *
 * @throws Error where two connectors offer one operation in different words
 */
export function operationRoutes(deps: OperationRoutesDeps): Route[] {
  return offersOf(deps.connectors).map((offer) => routeOf(offer, deps));
}

/** The scopes of everything that connectors offer, each once. */
export const operationScopes = (connectors: readonly Connector[]): string[] => [
  ...new Set(connectors.flatMap(({ operations = [] }) => operations.map(({ scope }) => scope))),
];

function offersOf(connectors: readonly Connector[]): Offer[] {
  const offers = new Map<string, { operation: Operation; providers: string[] }>();
  for (const { name, operations = [] } of connectors) {
    for (const operation of operations) {
      const offer = offers.get(operation.id);
      if (!offer) offers.set(operation.id, { operation, providers: [name] });
      else if (isSameContract(offer.operation, operation)) offer.providers.push(name);
      else throw new Error(`${name} and ${offer.providers[0]} declare ${operation.id} differently: share its contract`);
    }
  }
  return [...offers.values()];
}

/** Several connectors offer one operation only by one contract: the same schemas, not merely alike ones. */
const isSameContract = (a: Operation, b: Operation): boolean =>
  (['method', 'path', 'scope', 'params', 'query', 'input', 'output', 'effect', 'personalData'] as const).every(
    (key) => a[key] === b[key],
  );

function routeOf({ operation, providers }: Offer, deps: OperationRoutesDeps): Route {
  const { connectors, connections, store, permit, now } = deps;
  const { effect, personalData, description } = operation;
  const declared = new Map(
    connectors.map((connector) => [connector.name, connector.operations?.find(({ id }) => id === operation.id)]),
  );
  const query = z.object({
    ...operation.query?.shape,
    provider: z
      .enum(providers)
      .optional()
      .meta({ description: 'The system to ask; without it the first one that is configured.' }),
    ...staleQuery(operation),
  });
  return defineRoute({
    method: operation.method,
    path: operation.path,
    id: operation.id,
    tag: operation.capability,
    summary: operation.summary,
    ...(description && { description }),
    scope: operation.scope,
    params: operation.params,
    query,
    body: operation.input,
    response: { 200: outputOf(operation) },
    errors: [...(personalData ? (['forbidden-agency'] as const) : []), ...UPSTREAM_ERRORS, ...operation.errors],
    example: operation.example,
    ...(personalData ? { audit: effect, purpose: 'required' } : effect === 'write' ? { audit: 'write' } : {}),
    ...(effect === 'write' ? { idempotency: 'required' } : {}),
    async handler(call) {
      const { provider, allowStale, ...asked } = call.query as Asked;
      const connection = chosen(providers, provider, connections);
      const ours = declared.get(connection.connector.name)!;
      const input = { ...(call.params as object | undefined), ...asked, ...(call.body as object | undefined) };
      const target = ours.subject?.(input) ?? null;
      call.audited({ ...(target !== null && { target }), details: { system: connection.connector.name } });
      if (personalData) await permit?.(call);
      const run = (): Promise<unknown> =>
        ours.run(operationContext(connection, ours, askingOf(call)), input).catch((error: unknown) => {
          connection.failed(error);
          throw error;
        });
      if (!ours.cache) return (await run()) as z.output<typeof operation.output>;
      const { name } = connection.connector;
      return fromCache({ store, now, provider: name, operation: ours, input, call, allowStale, run });
    },
  });
}

/** The query of an operation with what the gateway itself reads of it. */
type Asked = { readonly provider?: string; readonly allowStale?: boolean } & Readonly<Record<string, unknown>>;

function chosen(providers: readonly string[], wanted: string | undefined, connections: Connections): Connection {
  for (const name of wanted === undefined ? providers : [wanted]) {
    const connection = connections.get(name);
    if (connection) return connection;
  }
  fail('provider-not-configured', { upstream: wanted ?? providers[0]! });
}

function askingOf({ signal, act, access, rawHeaders, traceparent }: Call): Asking {
  const header = rawHeaders['accept-language'];
  return { signal, act, access, traceparent, language: languageOf(typeof header === 'string' ? header : undefined) };
}
