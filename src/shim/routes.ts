/** @module The paths on which the gateway speaks an outside system's wire: `/shim/<connector>/…`, proven by that wire's own session. */
import type { Connector, ConnectorContext } from '../connector/define.ts';
import type { ShimReply } from '../connector/shim.ts';
import { GatewayError } from '../errors.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { type ShimNeeds, shimGateway } from './gateway.ts';

export interface ShimRouteDeps extends ShimNeeds {
  readonly connectors: readonly Connector[];
  /** The system itself, for what is passed on; null where it has no address. */
  readonly upstreamOf: (connector: string) => ConnectorContext<Readonly<Record<string, unknown>>> | null;
}

const BODY_LIMIT = 16 * 1024 * 1024;
const JSON_TYPE = 'application/json; charset=utf-8';
/** Dossiers of a post that the audit names; a batch may hold a thousand. */
const NAMED = 20;

/** One route for each path that a connector's shim serves. They are not in the document: the wire is the other system's. */
export function shimRoutes(deps: ShimRouteDeps): Route[] {
  return deps.connectors.flatMap((connector) =>
    (connector.shim?.paths ?? []).map((path) => route(deps, connector, path)),
  );
}

function route(deps: ShimRouteDeps, { name, title, shim }: Connector, path: string): Route {
  return defineRoute({
    method: 'POST',
    path: `/shim/${name}${path}`,
    id: `shim:${name}${path}`,
    tag: 'shim',
    summary: { vi: `Giao diện của ${title.vi}`, en: `The wire of ${title.en}` },
    scope: 'public',
    hidden: true,
    audit: 'write',
    rawBody: true,
    bodyLimit: BODY_LIMIT,
    timeoutSeconds: 60,
    response: { 200: { mediaTypes: ['application/json'] } },
    errors: [],
    async handler(call) {
      const { body, now, traceId } = call;
      const raw = { system: 'igate', operation: `shim:${name}`, traceId, body };
      const reply = await shim!
        .answer({ path, body, now }, shimGateway(deps, { system: name, now, raw }), deps.upstreamOf(name))
        .catch((error: unknown): ShimReply => {
          if (!(error instanceof GatewayError) || error.declaration.status !== 503) throw error;
          call.header('retry-after', String(error.facts.retryAfter ?? 1));
          const told = shim!.unavailable(error.declaration.title.vi);
          return { ...told, operation: path, clientId: null, dossiers: [] };
        });
      const { status, operation, clientId, dossiers } = reply;
      call.audited({
        ...(clientId === null ? {} : { client: clientId }),
        ...(dossiers.length === 1 ? { dossier: dossiers[0]! } : {}),
        details: { service: operation, dossiers: dossiers.slice(0, NAMED), count: dossiers.length },
      });
      call.status(status);
      call.header('content-type', JSON_TYPE);
      return JSON.stringify(reply.body);
    },
  });
}
