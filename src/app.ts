/** @module The HTTP pipeline, built from what is given: every hook, plugin and route in the order a request meets it. */
import Fastify, { type FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import type { Limiter } from './access/rate-limit.ts';
import type { Audit } from './audit/record.ts';
import type { Config } from './config.ts';
import { type ConsoleDeps, mountConsoleLogIn } from './console/log-in.ts';
import { mountConsole } from './console/plugin.ts';
import { GatewayError } from './errors.ts';
import type { Authenticator } from './http/auth.ts';
import { authenticate, refusalOfUnrouted } from './http/authenticate.ts';
import { type HealthChecks, mountHealth } from './http/health.ts';
import type { Idempotency } from './http/idempotency.ts';
import { identify, requestId } from './http/identify.ts';
import { type IssuerOptions, mountIssuer } from './http/issuer.ts';
import { overrideMethod } from './http/method-override.ts';
import { observe } from './http/observe.ts';
import { mountOpenApi } from './http/openapi.ts';
import { brokenRequestAnswer, sendProblem } from './http/problem.ts';
import { limitClient, limitUnknownPaths } from './http/rate-limit.ts';
import { registerRoutes } from './http/register.ts';
import './http/request.ts';
import type { Route } from './http/route.ts';
import { shedLoad } from './http/shed-load.ts';
import { cutSlowBodies } from './http/slow-body.ts';
import { traceOf } from './http/trace.ts';
import type { Log } from './log.ts';
import { MINUTE } from './units.ts';

/** Everything that the pipeline is built from. */
export interface AppDeps {
  readonly config: Pick<Config, 'TRUST_PROXY' | 'METRICS_ADDRESSES' | 'UNKNOWN_PATHS_PER_MINUTE' | 'SHED_AT_DELAY_MS'>;
  /** The address under which callers reach the gateway. */
  readonly publicUrl: string;
  readonly log: Log;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly audit: Audit;
  readonly idempotency: Idempotency;
  readonly authenticator: Authenticator;
  readonly limiter: Limiter;
  /** Whether a purpose stands in the catalogue at an instant; any does unless told. */
  readonly knowsPurpose?: (code: string, at: number) => boolean;
  /** The embedded issuer; null where an outside one is configured. */
  readonly issuer: IssuerOptions | null;
  /** Who logs in to the console and how; null where nobody does. */
  readonly console: ConsoleDeps | null;
  readonly routes: readonly Route[];
  readonly checks: HealthChecks;
  readonly metrics: Registry;
}

const LARGEST_BODY = 1024 * 1024;
const BODY_WITHIN = 1 * MINUTE;

/** Builds the gateway's HTTP server, ready to `listen` or `inject`. */
export async function buildApp(deps: AppDeps): Promise<FastifyInstance> {
  const app = Fastify({
    // One line per request is written by `observe`; a child logger per request would cost more than the request.
    logger: false,
    genReqId: requestId,
    rewriteUrl: overrideMethod,
    trustProxy: deps.config.TRUST_PROXY.length === 0 ? false : [...deps.config.TRUST_PROXY],
    bodyLimit: LARGEST_BODY,
    // A file may take that long over a slow line; other bodies are cut off sooner.
    requestTimeout: 10 * MINUTE,
    return503OnClosing: false,
    routerOptions: { maxParamLength: 256 },
    clientErrorHandler: (error, socket) => {
      if (socket.writable) socket.end(brokenRequestAnswer((error as NodeJS.ErrnoException).code));
    },
    // An address that cannot be routed meets no hook: what the hooks would have done is done here.
    frameworkErrors: (error, request, reply) => {
      request.trace = traceOf(undefined);
      return sendProblem(refusalOfUnrouted(deps.authenticator, request) ?? error, request, reply);
    },
  });

  app.decorate('gatewayLog', deps.log);
  app.decorateRequest('trace');
  app.decorateRequest('caller', null);
  app.decorateRequest('errorCode', null);
  app.decorateRequest('operation', null);

  app.addHook('onRequest', cutSlowBodies(BODY_WITHIN));
  app.addHook('onRequest', identify);
  shedLoad(app, deps.config.SHED_AT_DELAY_MS);
  app.addHook('onRequest', authenticate(deps.authenticator, deps.console?.sessions ?? null));
  app.addHook('onRequest', limitClient(deps.limiter));
  app.addHook('onRequest', limitUnknownPaths(deps.limiter, deps.config.UNKNOWN_PATHS_PER_MINUTE));
  app.addHook('onResponse', observe(deps.log, deps.metrics));
  app.setErrorHandler((error, request, reply) => sendProblem(error, request, reply));
  app.setNotFoundHandler((request, reply) => sendProblem(new GatewayError('not-found'), request, reply));

  mountHealth(app, { checks: deps.checks, metrics: deps.metrics, metricsAddresses: deps.config.METRICS_ADDRESSES });
  if (deps.issuer !== null) mountIssuer(app, deps.issuer);
  mountConsole(app);
  if (deps.console !== null) mountConsoleLogIn(app, deps.console);
  await mountOpenApi(app, deps.routes, deps.publicUrl);
  const { clock, audit, idempotency, knowsPurpose = () => true } = deps;
  registerRoutes(app, deps.routes, { clock, audit, idempotency, knowsPurpose });

  await app.ready();
  return app;
}
