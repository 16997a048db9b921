/** @module Mounts declared operations: permission, parsing, the handler, the audit entry, the written answer. */
import type {
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  FastifySchemaCompiler,
  HTTPMethods,
  onRequestHookHandler,
} from 'fastify';
import { validatorCompiler } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import { type PersonalPlace, personalPlaces, withhold } from '../access/personal-data.ts';
import type { Audit } from '../audit/record.ts';
import { readJson } from '../connector/read-json.ts';
import { GatewayError } from '../errors.ts';
import { RequestCall, refusalOfPurpose } from './call.ts';
import { type Idempotency, idempotencyKey } from './idempotency.ts';
import { type JsonSchema, jsonSchema, looseObjects, writingSchema } from './json-schema.ts';
import { languageOf } from './language.ts';
import { toGatewayError } from './problem.ts';
import { jsonOf, keyRule, type Route } from './route.ts';
import { queryOf, refusalOf } from './violations.ts';

/** What mounted operations need. */
export interface RouteDeps {
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly audit: Audit;
  readonly idempotency: Idempotency;
  /** Whether a purpose stands in the catalogue at an instant. */
  readonly knowsPurpose: (code: string, at: number) => boolean;
}

const METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'];

/** Mounts every operation of the list, and a refusal for every other method of their paths. */
export function registerRoutes(app: FastifyInstance, routes: readonly Route[], deps: RouteDeps): void {
  app.setValidatorCompiler(parseWithZod);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    ['application/json', 'application/merge-patch+json'],
    { parseAs: 'buffer' },
    (request, body, done) => {
      const read = readJson(body as Buffer, languageOf(request.headers['accept-language']));
      if (read.ok) done(null, read.value);
      else done(new GatewayError(read.malformed ? 'malformed-json' : 'validation', { violations: read.violations }));
    },
  );
  for (const route of routes) if (route.rawBody === undefined) mount(app, route, deps);
  // Bodies that are taken as they come have content type parsers of their own, which Fastify keeps per context.
  app.register(async (raw) => {
    raw.removeAllContentTypeParsers();
    raw.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    for (const route of routes) if (route.rawBody === true) mount(raw, route, deps);
  });
  app.register(async (streams) => {
    streams.removeAllContentTypeParsers();
    streams.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    for (const route of routes) if (route.rawBody === 'stream') mount(streams, route, deps);
  });
  refuseOtherMethods(app, routes);
}

/** Zod reads each part; an absent body reaches it as undefined (Fastify would say null). */
const parseWithZod: FastifySchemaCompiler<z.ZodType> = (part) => {
  const parse = validatorCompiler(part);
  return part.httpPart === 'body' ? (data: unknown) => parse(data ?? undefined) : parse;
};

function mount(app: FastifyInstance, route: Route, deps: RouteDeps): void {
  const loose = route.body === undefined || route.rawBody !== undefined ? [] : looseObjects(route.body);
  if (loose.length > 0) {
    throw new Error(`${route.id}: unknown members would pass at ${loose.join(', ')}; declare them with z.strictObject`);
  }
  const keys = keyRule(route);
  const query = queryOf(route);
  const usual = usualStatus(route);
  const places = placesOf(route);
  app.route({
    method: route.method,
    url: route.path,
    config: { operation: route },
    ...(route.bodyLimit === undefined ? {} : { bodyLimit: route.bodyLimit }),
    attachValidation: true,
    schema: {
      ...(route.params && { params: route.params }),
      ...(query && { querystring: query }),
      ...(route.headers && { headers: route.headers.loose() }),
      ...(route.body && route.rawBody === undefined && { body: route.body }),
      response: writingSchemas(route),
    },
    onRequest: permit(route),
    handler: (request, reply) => {
      if (request.validationError !== undefined) throw refusalOf(route, request);
      reply.code(usual);
      const call = new RequestCall(route, request, reply, deps.clock(), deps.knowsPurpose);
      const handled = (): unknown =>
        keys === 'none' ? route.handler(call) : once(route, call, reply, deps.idempotency);
      const work = call.allowed === null ? handled() : withinDeadline(handled, call);
      const answer = route.audit === undefined ? work : audited(route, call, reply, deps.audit, work);
      const granted = request.caller?.grants?.personalData ?? null;
      return granted === null || places.length === 0 ? answer : granting(answer, places, granted);
    },
  });
}

const usualStatus = ({ response }: Route): number =>
  Number(Object.keys(response).find((status) => status.startsWith('2')) ?? 200);

function writingSchemas(route: Route): Record<string, JsonSchema> {
  const schemas: Record<string, JsonSchema> = {};
  for (const [status, response] of Object.entries(route.response)) {
    const json = jsonOf(response);
    if (json !== undefined && status !== '204') schemas[status] = writingSchema(json);
  }
  return schemas;
}

/** Where the answers of an operation hold personal data. */
function placesOf({ response }: Route): PersonalPlace[] {
  return Object.values(response).flatMap((answer) => {
    const json = jsonOf(answer);
    return json === undefined ? [] : personalPlaces(jsonSchema(json, 'output'));
  });
}

/** The answer without the personal data that its caller was not granted; also one that is replayed. */
async function granting(answer: unknown, places: readonly PersonalPlace[], granted: ReadonlySet<string>) {
  return withhold(await answer, places, granted);
}

/** Refuses a caller without the operation's scope, or for a purpose that it was not granted, before anything else of the request is looked at. */
function permit(route: Route): onRequestHookHandler {
  const { scope } = route;
  return (request, _reply, done) => {
    request.operation = route.id;
    if (request.headers['x-http-method-override'] !== undefined && request.method === 'POST') {
      const message = 'PUT, PATCH, DELETE';
      const violations = [{ path: 'header.x-http-method-override', message }];
      return done(new GatewayError('invalid-parameters', { violations }));
    }
    if (scope === 'public') return done(refusalOfAddress(request));
    if (request.caller?.scopes.has(scope)) return done(refusalOfPurpose(route, request) ?? refusalOfAddress(request));
    done(new GatewayError(request.caller === null ? 'unauthorized' : 'forbidden-scope', { extra: { scope } }));
  };
}

/** A NUL in the address: no text of the database can hold it, so that no name has it. */
function refusalOfAddress({ url }: FastifyRequest): GatewayError | undefined {
  const at = url.indexOf('%00');
  if (at === -1) return undefined;
  const message = 'không nhận ký tự NUL / no NUL';
  return new GatewayError('invalid-parameters', {
    violations: [{ path: url.lastIndexOf('?', at) === -1 ? 'path' : 'query', message }],
  });
}

/** The handler's answer, or 504 once the time that the caller allowed has passed. */
async function withinDeadline(handled: () => unknown, call: RequestCall): Promise<unknown> {
  const { signal } = call;
  const { promise: passed, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([handled(), passed]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** The handler's answer, or what an earlier call with its `Idempotency-Key` was answered. */
async function once(route: Route, call: RequestCall, reply: FastifyReply, idempotency: Idempotency): Promise<unknown> {
  const key = idempotencyKey(call.rawHeaders['idempotency-key'], keyRule(route) === 'required');
  if (key === null) return route.handler(call);
  const { params, query, body, caller, now } = call;
  const request = { operation: route.id, params, query, body: Buffer.isBuffer(body) ? body.toString('base64') : body };
  // A public operation has no client whose key it could be, and takes none.
  const { answer, replayed } = await idempotency.once(
    { clientId: caller!.clientId, key, request, now },
    async (act) => {
      call.act = act;
      const body = await route.handler(call);
      return { status: call.ownStatus ?? usualStatus(route), headers: call.ownHeaders, body };
    },
  );
  if (replayed) {
    reply.code(answer.status).headers(answer.headers).header('idempotency-replayed', 'true');
    call.audited({ details: { replayed: true } });
  }
  return answer.body;
}

/** Lets the answer (or the refusal) go once the audit entry of the call is durable. */
async function audited(route: Route, call: RequestCall, reply: FastifyReply, audit: Audit, work: unknown) {
  const outcome = await settled(work);
  const status = 'reason' in outcome ? toGatewayError(outcome.reason).declaration.status : reply.statusCode;
  const { access, auditFacts } = call;
  try {
    await audit.record({
      at: call.now,
      clientId: auditFacts.client ?? call.caller?.clientId ?? null,
      officer: access.officer,
      purpose: access.purpose,
      dossier: auditFacts.dossier ?? access.dossier,
      operation: route.id,
      target: auditFacts.target ?? null,
      ...(auditFacts.targets && { targets: auditFacts.targets }),
      status,
      traceId: call.traceId,
      // The agency is that of the time: the client may be another's later.
      details: { kind: route.audit, ...(call.caller && { agencies: call.caller.agencies }), ...auditFacts.details },
    });
  } catch (cause) {
    throw new GatewayError('audit-unavailable', { cause });
  }
  if ('reason' in outcome) throw outcome.reason;
  return outcome.value;
}

type Settled = { readonly value: unknown } | { readonly reason: unknown };

async function settled(work: unknown): Promise<Settled> {
  try {
    return { value: await work };
  } catch (reason) {
    return { reason };
  }
}

/** 405 with the methods that a path takes, after 401 and before the body is looked at (RFC 9110, 15.5.6). */
function refuseOtherMethods(app: FastifyInstance, routes: readonly Route[]): void {
  const taken = Map.groupBy(routes, (route) => route.path.replace(/:\w+/g, ':any'));
  for (const [, siblings] of taken) {
    const methods = new Set<HTTPMethods>(siblings.map((route) => route.method));
    if (methods.has('GET')) methods.add('HEAD');
    const allow = [...methods].join(', ');
    app.route({
      method: METHODS.filter((method) => !methods.has(method)),
      url: siblings[0]!.path,
      schema: { hide: true },
      onRequest: (_request, _reply, done) => done(new GatewayError('method-not-allowed', { headers: { allow } })),
      handler: unreachable,
    });
  }
}

function unreachable(request: FastifyRequest): never {
  throw new Error(`${request.method} ${request.routeOptions.url} is refused before its handler`);
}
