/** @module The OpenAPI 3.1 document and the reference page, both made from the declared operations. */
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { type ErrorCode, errors } from '../errors.ts';
import { PURPOSE } from './call.ts';
import { HEADERS, withHeaders } from './document-headers.ts';
import { documentSchema } from './document-schema.ts';
import { PARAMETER_WORDS, tagsOf } from './document-words.ts';
import { errorsPage } from './error-documents.ts';
import { KEY } from './idempotency.ts';
import type { JsonSchema } from './json-schema.ts';
import { isFile, jsonOf, keyRule, type Route } from './route.ts';

/** A document as plain data. */
export type OpenApi = { paths: Record<string, Record<string, unknown>>; [member: string]: unknown };

const STATUS_WORDS: Readonly<Record<number, string>> = { 200: 'Done', 201: 'Created', 202: 'Taken', 204: 'Done' };

/** What every operation may answer beside its own errors. */
const COMMON_ERRORS: readonly ErrorCode[] = [
  'malformed-request',
  'invalid-parameters',
  'rate-limited',
  'internal',
  'overloaded',
];
const GUARDED_ERRORS: readonly ErrorCode[] = [
  'unauthorized',
  'token-expired',
  'token-invalid',
  'token-revoked',
  'issuer-unavailable',
  'forbidden-scope',
  'forbidden-address',
  'client-suspended',
  'client-expired',
  'client-not-yet-valid',
];
const BODY_ERRORS: readonly ErrorCode[] = ['payload-too-large'];
const JSON_ERRORS: readonly ErrorCode[] = ['malformed-json', 'unsupported-media-type', 'validation'];
const AUDIT_ERRORS: readonly ErrorCode[] = ['audit-unavailable', 'queue-full'];
const IDEMPOTENCY_ERRORS: readonly ErrorCode[] = ['idempotency-in-progress', 'idempotency-key-reused'];

const PROBLEM_SCHEMA: JsonSchema = {
  type: 'object',
  description: 'A problem document (RFC 9457). Match on `code`.',
  required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'traceId', 'who', 'action', 'retryable'],
  properties: {
    type: { type: 'string', format: 'uri-reference' },
    title: { type: 'string' },
    status: { type: 'integer', format: 'int32', minimum: 400, maximum: 599 },
    detail: { type: 'string' },
    instance: { type: 'string' },
    code: { type: 'string', enum: Object.keys(errors) },
    traceId: { type: 'string' },
    who: { type: 'string', enum: ['caller', 'gateway', 'upstream'] },
    action: { type: 'string' },
    retryable: { type: 'boolean' },
    retryAfter: { type: 'integer', format: 'int32', minimum: 0, maximum: 2_147_483_647 },
    upstream: { type: 'string' },
    violations: {
      type: 'array',
      items: {
        type: 'object',
        required: ['path', 'message'],
        properties: { path: { type: 'string' }, message: { type: 'string' } },
      },
    },
  },
};

const ACCESS_HEADERS = [
  ['X-Purpose', 'Why the data is needed: a code of `GET /v1/purposes`.', 'dossier-processing'],
  ['X-Dossier', 'The dossier it is for, or the reason there is none.', 'H15.50-260310-0001'],
  ['X-Officer', "Who asks: the officer's id at the client.", 'cb-204'],
] as const;

/** Registers `/openapi.json`, `/docs` and `/docs/errors`. Call it before the operations are mounted. */
export async function mountOpenApi(app: FastifyInstance, routes: readonly Route[], publicUrl: string): Promise<void> {
  const declared = new Map(routes.map((route) => [route.id, route]));
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Liên Thông',
        version: '1',
        description:
          "The integration gateway of a province: one API in front of the ministries' systems. Errors are RFC 9457 problem documents, in Vietnamese, or in English by `Accept-Language: en`.",
        license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
        contact: { name: "The province's operators", url: `${publicUrl}/status` },
      },
      servers: [],
      tags: tagsOf(routes),
      components: {
        securitySchemes: {
          oauth2: {
            type: 'oauth2',
            description:
              'Client credentials; the access token is a JWT (RFC 9068) that lives an hour, checked by the best current practice, RFC8725.',
            flows: { clientCredentials: { tokenUrl: `${publicUrl}/oauth2/token`, scopes: scopesOf(routes) } },
          },
        },
      },
    },
    transform: ({ schema, url, route }) => {
      const operation = route.config?.operation;
      return operation === undefined || operation.hidden
        ? { schema: { hide: true }, url }
        : { schema: { operationId: operation.id, ...(schema?.hide ? { hide: true } : {}) }, url };
    },
    transformObject: (document) => {
      if (!('openapiObject' in document)) throw new Error('the document is OpenAPI 3.1');
      const { openapiObject } = document;
      for (const methods of Object.values(openapiObject.paths ?? {})) {
        for (const operation of Object.values(methods ?? {})) {
          const route = declared.get((operation as { operationId?: string }).operationId ?? '');
          if (route !== undefined) Object.assign(operation, operationOf(route));
        }
      }
      const isLocal = ['127.0.0.1', 'localhost'].includes(new URL(publicUrl).hostname);
      Object.assign(openapiObject, {
        servers: [
          {
            url: publicUrl,
            'x-internal': true,
            description: `${isLocal ? 'Local' : 'Production'}, within the province's networks`,
          },
        ],
        components: { ...openapiObject.components, schemas: { Problem: PROBLEM_SCHEMA }, headers: HEADERS },
      });
      return openapiObject;
    },
  });
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true, uiConfig: { docExpansion: 'none' } });
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  app.get('/docs/errors', { schema: { hide: true } }, (_request, reply) =>
    reply
      .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
      .type('text/html; charset=utf-8')
      .send(errorsPage()),
  );
}

function scopesOf(routes: readonly Route[]): Record<string, string> {
  const guarded = routes.filter((route) => route.scope !== 'public').toSorted((a, b) => a.scope.localeCompare(b.scope));
  const uses = Map.groupBy(guarded, (route) => route.scope);
  return Object.fromEntries(
    [...uses].map(([scope, users]) => [scope, users.map((user) => user.summary.en).join('; ')]),
  );
}

function operationOf(route: Route): Record<string, unknown> {
  const { description, example } = route;
  return {
    tags: [route.tag],
    summary: route.summary.en,
    description: [route.summary.vi, description?.en, description?.vi].filter(Boolean).join('\n\n'),
    security: route.scope === 'public' ? [] : [{ oauth2: [route.scope] }],
    parameters: [
      ...parametersOf('path', route.params, example?.params),
      ...parametersOf('query', route.query, example?.query),
      ...parametersOf('header', route.headers, example?.headers),
      ...accessParameters(route),
      ...idempotencyParameter(route),
    ],
    ...bodyOf(route),
    responses: withHeaders(route, { ...answersOf(route), ...refusalsOf(route) }),
  };
}

function parametersOf(
  place: 'path' | 'query' | 'header',
  schema: z.ZodObject | undefined,
  example: Readonly<Record<string, unknown>> | undefined,
): JsonSchema[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = documentSchema(schema, 'input');
  return Object.entries(properties as Record<string, JsonSchema>).map(([name, { description, ...rest }]) => {
    const words = description ?? PARAMETER_WORDS[name];
    const given = example?.[name];
    return {
      name,
      in: place,
      required: place === 'path' || (required as string[]).includes(name),
      ...(words === undefined ? {} : { description: words }),
      schema: rest,
      // A path carries texts; the document shows what they stand for.
      ...(given === undefined ? {} : { example: rest.type === 'integer' ? Number(given) : given }),
    };
  });
}

function accessParameters(route: Route): JsonSchema[] {
  if (route.audit === undefined && route.purpose === undefined) return [];
  return ACCESS_HEADERS.map(([name, description, example]) => ({
    name,
    in: 'header',
    // The officer may stand in the token instead.
    required: route.purpose === 'required' && name !== 'X-Officer',
    description,
    schema: { type: 'string', maxLength: 500, ...(name === 'X-Purpose' && { pattern: PURPOSE.source }) },
    example,
  }));
}

function idempotencyParameter(route: Route): JsonSchema[] {
  const rule = keyRule(route);
  if (rule === 'none') return [];
  const description =
    'A value of its own for each act, kept for 24 hours: a repeat with the same content gets the same answer, marked `Idempotency-Replayed: true`, and nothing is done twice.';
  const required = rule === 'required';
  const schema = { type: 'string', minLength: 1, maxLength: 257, pattern: KEY.source };
  const example = required ? { example: `igate-${route.id}-0001` } : {};
  return [{ name: 'Idempotency-Key', in: 'header', required, description, schema, ...example }];
}

function bodyOf(route: Route): JsonSchema {
  if (route.body === undefined && route.rawBody === undefined) return {};
  const schema = route.body === undefined ? {} : documentSchema(route.body, 'input');
  const content = route.consumes ?? ['application/json'];
  const example = route.example?.body;
  const part = { schema, ...(example === undefined ? {} : { example }) };
  const required = route.body === undefined || !route.body.safeParse(undefined).success;
  return { requestBody: { required, content: Object.fromEntries(content.map((type) => [type, part])) } };
}

function answersOf(route: Route): JsonSchema {
  const answers = Object.entries(route.response).map(([status, response]) => {
    const description = STATUS_WORDS[Number(status)] ?? 'Answer';
    if (isFile(response)) {
      const content = Object.fromEntries(response.mediaTypes.map((type) => [type, { schema: {} }]));
      const json = jsonOf(response);
      const shaped = json === undefined ? {} : { 'application/json': { schema: documentSchema(json, 'output') } };
      return [status, { description, content: { ...shaped, ...content } }];
    }
    if (status === '204') return [status, { description }];
    return [status, { description, content: { 'application/json': { schema: documentSchema(response, 'output') } } }];
  });
  return Object.fromEntries(answers);
}

/** The errors of an operation, one answer per status with every code that it may carry. */
function refusalsOf(route: Route): JsonSchema {
  const codes = new Set<ErrorCode>([
    ...COMMON_ERRORS,
    ...(route.scope === 'public' ? [] : GUARDED_ERRORS),
    ...(route.body || route.rawBody ? BODY_ERRORS : []),
    ...(route.body && !route.rawBody ? JSON_ERRORS : []),
    ...(route.audit ? AUDIT_ERRORS : []),
    ...(route.params ? (['uri-too-long'] as const) : []),
    ...(route.purpose ? (['purpose-required'] as const) : []),
    ...(route.audit || route.purpose ? (['purpose-unknown'] as const) : []),
    ...((route.audit || route.purpose) && route.scope !== 'public' ? (['forbidden-purpose'] as const) : []),
    ...(keyRule(route) === 'none' ? [] : IDEMPOTENCY_ERRORS),
    ...(keyRule(route) === 'required' ? (['idempotency-key-required'] as const) : []),
    ...route.errors,
  ]);
  const statuses = Map.groupBy(codes, (code) => errors[code].status);
  return Object.fromEntries(
    [...statuses].map(([status, members]) => [
      status,
      {
        description: members.map((code) => `\`${code}\`: ${errors[code].title.en}`).join('\n'),
        content: {
          'application/problem+json': {
            schema: {
              allOf: [{ $ref: '#/components/schemas/Problem' }, { properties: { code: { enum: members } } }],
            },
          },
        },
      },
    ]),
  );
}
