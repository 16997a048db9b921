/** @module The Postman collection made from the OpenAPI document: every operation with the example that works as it stands. */
import type { OpenApi } from '../src/http/openapi.ts';

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly description?: string;
  readonly example?: unknown;
}

interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly security: readonly object[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly example?: unknown }>> };
}

/** A request of the collection (format 2.1.0). */
export interface PostmanRequest {
  readonly name: string;
  readonly request: {
    readonly method: string;
    readonly description?: string;
    readonly auth?: object;
    readonly header: readonly PostmanPair[];
    readonly url: {
      readonly raw: string;
      readonly host: readonly string[];
      readonly path: readonly string[];
      readonly query: readonly PostmanPair[];
      readonly variable: readonly PostmanPair[];
    };
    readonly body?: object;
  };
}

interface PostmanPair {
  readonly key: string;
  readonly value: string;
  readonly description?: string;
  /** Shown, not sent: there to be tried. */
  readonly disabled?: true;
}

export interface PostmanCollection {
  readonly info: object;
  readonly auth: object;
  readonly variable: readonly PostmanPair[];
  readonly item: readonly {
    readonly name: string;
    readonly description?: string;
    readonly item: readonly PostmanRequest[];
  }[];
}

/** What an iGate's developer fills in: the demo's address stands there, its client's id and secret are in `demo.json`. */
const VARIABLES = [
  { key: 'baseUrl', value: 'http://127.0.0.1:8080' },
  { key: 'clientId', value: '' },
  { key: 'clientSecret', value: '' },
];

const AUTH = {
  type: 'oauth2',
  oauth2: [
    ['grant_type', 'client_credentials'],
    ['accessTokenUrl', '{{baseUrl}}/oauth2/token'],
    ['clientId', '{{clientId}}'],
    ['clientSecret', '{{clientSecret}}'],
    ['client_authentication', 'header'],
    ['addTokenTo', 'header'],
  ].map(([key, value]) => ({ key, value, type: 'string' })),
};

export function postmanCollection(document: OpenApi): PostmanCollection {
  const { title, description } = document.info as { title: string; description: string };
  const tags = document.tags as readonly { name: string; description?: string }[];
  const requests = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      tag: (operation as Operation).tags[0]!,
      request: requestOf(path, method, operation as Operation),
    })),
  );
  return {
    info: {
      name: title,
      description: `${description}\n\nMade from openapi/gateway.yaml: fill in clientId and clientSecret, then get a token (Authorization of the collection).`,
      schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json',
    },
    auth: AUTH,
    variable: VARIABLES,
    item: tags.map(({ name, description: about }) => ({
      name,
      ...(about === undefined ? {} : { description: about }),
      item: requests.filter(({ tag }) => tag === name).map(({ request }) => request),
    })),
  };
}

function requestOf(path: string, method: string, operation: Operation): PostmanRequest {
  const { operationId, summary, description, security, parameters = [], requestBody } = operation;
  const segments = path
    .slice(1)
    .replaceAll(/\{(\w+)\}/g, ':$1')
    .split('/');
  const of = (place: Parameter['in']): PostmanPair[] => parameters.filter((each) => each.in === place).map(pairOf);
  const query = of('query');
  const sent = query.filter(({ disabled }) => !disabled).map(({ key, value }) => `${key}=${value}`);
  const [mediaType, content] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  return {
    name: `${operationId}: ${summary}`,
    request: {
      method: method.toUpperCase(),
      ...(description === undefined ? {} : { description }),
      ...(security.length === 0 ? { auth: { type: 'noauth' } } : {}),
      header: [...of('header'), ...(mediaType === undefined ? [] : [{ key: 'Content-Type', value: mediaType }])],
      url: {
        raw: `{{baseUrl}}/${segments.join('/')}${sent.length === 0 ? '' : `?${sent.join('&')}`}`,
        host: ['{{baseUrl}}'],
        path: segments,
        query,
        variable: of('path'),
      },
      ...(content === undefined ? {} : { body: bodyOf(content.example) }),
    },
  };
}

function pairOf({ name, required, description, example }: Parameter): PostmanPair {
  return {
    key: name,
    value: example === undefined ? '' : String(example),
    ...(description === undefined ? {} : { description }),
    ...(required || example !== undefined ? {} : { disabled: true as const }),
  };
}

function bodyOf(example: unknown): object {
  if (typeof example === 'string') return { mode: 'raw', raw: example };
  const raw = example === undefined ? '' : JSON.stringify(example, null, 2);
  return { mode: 'raw', raw, options: { raw: { language: 'json' } } };
}
