/** @module Requests of an operation: as the document allows them, and with one thing wrong. */
import type { ValidateFunction } from 'ajv';
import fc from 'fast-check';
import { allowedBy, type Schema } from './arbitrary.ts';
import type { Operation, Parameter } from './operations.ts';

/** How a request differs from what the document allows; null: it does not. */
export type Wrong =
  | 'no-token'
  | 'bad-token'
  | 'no-scope'
  | 'missing-header'
  | 'missing-member'
  | 'unknown-member'
  | 'wrong-type'
  | 'bad-parameter'
  | 'unknown-query'
  | 'method'
  | 'media-type'
  | 'broken-json';

export interface FuzzRequest {
  readonly operation: Operation;
  readonly wrong: Wrong | null;
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | null;
}

export interface Tokens {
  /** Of a client that has the scope. */
  readonly of: (scope: string) => string;
  /** Of a client that lacks it. */
  readonly without: (scope: string) => string;
}

interface Parts {
  method: string;
  path: Record<string, string>;
  query: Record<string, string>;
  headers: Record<string, string>;
  json: unknown;
}

/** A long poll would keep the run waiting. */
const SHORTENED: Readonly<Record<string, string>> = { wait: '1' };
const METHODS = ['GET', 'PUT', 'POST', 'PATCH', 'DELETE'];

/** A request of the operation: as allowed in two of three, else with one thing wrong. */
export function requestOf(
  operation: Operation,
  tokens: Tokens,
  validate: ValidateFunction | null,
): fc.Arbitrary<FuzzRequest> {
  const wrongs = wrongsOf(operation);
  return fc
    .tuple(
      allowedOf(operation),
      fc.oneof({ weight: 2, arbitrary: fc.constant(null) }, fc.constantFrom(...wrongs)),
      fc.nat(),
      fc.constantFrom<unknown>(-1, 'x', true, {}, [[]], null, 1e300),
    )
    .map(([parts, wrong, pick, junk]) => built(operation, tokens, parts, wrong, pick, junk, validate));
}

function wrongsOf({ path, scope, methods, parameters, body }: Operation): Wrong[] {
  // A push is proved before it is looked at.
  const wrongs: Wrong[] = path.startsWith('/v1/webhooks/') ? [] : ['unknown-query'];
  if (scope !== null) wrongs.push('no-token', 'bad-token', 'no-scope');
  if (methods.length < METHODS.length) wrongs.push('method');
  if (parameters.some(({ in: place, required }) => place === 'header' && required)) wrongs.push('missing-header');
  if (parameters.some(isChecked)) wrongs.push('bad-parameter');
  if (body?.type !== 'application/json' || scope === null) return wrongs;
  wrongs.push('media-type', 'broken-json');
  const { schema = {} } = body;
  if (schema.required?.length) wrongs.push('missing-member');
  if (schema.additionalProperties === false) wrongs.push('unknown-member');
  if (schema.properties) wrongs.push('wrong-type');
  return wrongs;
}

/** Parameters that not every text fits. */
const isChecked = ({ schema, in: place }: Parameter): boolean =>
  place !== 'header' && (schema.type === 'integer' || schema.enum !== undefined || schema.format === 'date');

function allowedOf({ method, parameters, body }: Operation): fc.Arbitrary<Parts> {
  const record = (place: Parameter['in']): fc.Arbitrary<Record<string, string>> => {
    const own = parameters.filter((parameter) => parameter.in === place);
    const required = own.filter((parameter) => place === 'path' || parameter.required).map(({ name }) => name);
    return fc.record(Object.fromEntries(own.map((parameter) => [parameter.name, textOf(parameter)])), {
      requiredKeys: required,
    }) as fc.Arbitrary<Record<string, string>>;
  };
  return fc.record({
    method: fc.constant(method),
    path: record('path'),
    query: record('query'),
    headers: record('header'),
    json: body === null ? fc.constant(undefined) : bodyOf(body),
  });
}

/** A parameter's text; what a header or a path cannot carry is left to its example. */
function textOf({ name, in: place, schema, example }: Parameter): fc.Arbitrary<string> {
  const fixed = SHORTENED[name];
  if (fixed !== undefined) return fc.constant(fixed);
  const carried = /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/;
  const made = allowedBy(schema)
    .map((value) => String(value))
    .filter((text) =>
      place === 'header' ? carried.test(text) : place !== 'path' || (text !== '' && !/^\.\.?$/.test(text)),
    );
  return example === undefined ? made : fc.oneof({ weight: 3, arbitrary: fc.constant(String(example)) }, made);
}

/** The example, the example with some members made anew, or made whole. */
function bodyOf({ schema = {}, example, type }: NonNullable<Operation['body']>): fc.Arbitrary<unknown> {
  if (type !== 'application/json')
    return fc.oneof(fc.constant(example ?? ''), fc.string({ unit: 'binary', maxLength: 200 }));
  const made = allowedBy(schema);
  if (example === undefined) return made;
  const { properties } = schema;
  if (!properties || typeof example !== 'object' || example === null) return fc.oneof(fc.constant(example), made);
  const some = fc.record(
    Object.fromEntries(Object.entries(properties).map(([name, part]) => [name, allowedBy(part)])),
    {
      requiredKeys: [],
    },
  );
  const few = fc
    .tuple(some, fc.nat())
    .map(([members, pick]) => Object.entries(members).filter((_, i, all) => (i + pick) % all.length < 2));
  return fc.oneof(
    fc.constant(example),
    { weight: 3, arbitrary: few.map((members) => ({ ...example, ...Object.fromEntries(members) })) },
    made,
  );
}

/** @param pick chooses what is spoilt @param junk what stands there instead */
function built(
  operation: Operation,
  tokens: Tokens,
  parts: Parts,
  wanted: Wrong | null,
  pick: number,
  junk: unknown,
  validate: ValidateFunction | null,
): FuzzRequest {
  const { body, parameters } = operation;
  const path = { ...parts.path };
  const query = { ...parts.query };
  const headers: Record<string, string> = { ...parts.headers };
  let { method, json } = parts;
  let wrong = wanted;
  let text: string | null = null;
  let type = body?.type ?? null;
  const one = <T>(from: readonly T[]): T => from[pick % from.length]!;
  const token = operation.scope === null ? null : tokens.of(operation.scope);
  if (token !== null) headers.authorization = `Bearer ${token}`;
  switch (wrong) {
    case 'no-token':
      delete headers.authorization;
      break;
    case 'bad-token':
      headers.authorization = one([
        'Bearer x',
        'Basic aTpp',
        `Bearer ${token!.slice(0, -4)}AAAA`,
        'Bearer',
        `bearer ${token} x`,
      ]);
      break;
    case 'no-scope':
      headers.authorization = `Bearer ${tokens.without(operation.scope!)}`;
      break;
    case 'missing-header':
      delete headers[one(parameters.filter((parameter) => parameter.in === 'header' && parameter.required)).name];
      break;
    case 'bad-parameter': {
      const { name, in: place } = one(parameters.filter(isChecked));
      (place === 'path' ? path : query)[name] = one(['x y', 'NaN', '1e3x', '-', '٣']);
      break;
    }
    case 'unknown-query':
      query['khong-co'] = '1';
      break;
    case 'method':
      method = one(METHODS.filter((other) => !operation.methods.includes(other)));
      break;
    case 'media-type':
      type = one(['text/plain', 'application/xml', 'application/x-www-form-urlencoded']);
      break;
    case 'broken-json':
      text = one([
        '{',
        '{"a":1,"a":2}',
        '[1,]',
        'nul',
        `${'['.repeat(500)}${']'.repeat(500)}`,
        '{"__proto__":{}}',
        '"\\ud800"',
        '{"a":1e999}',
      ]);
      break;
    case 'missing-member':
    case 'unknown-member':
    case 'wrong-type': {
      json = spoilt(json, wrong, body!.schema!, one, junk);
      if (validate?.(json) !== false) wrong = null;
      break;
    }
  }
  if (type !== null && method !== 'GET' && (text !== null || json !== undefined)) {
    headers['content-type'] = type;
    text ??= body!.type === 'application/json' ? JSON.stringify(json) : String(json);
  }
  const pathname = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? ''));
  const search = new URLSearchParams(query).toString();
  return {
    operation,
    wrong,
    method,
    url: search === '' ? pathname : `${pathname}?${search}`,
    headers,
    body: method === 'GET' ? null : text,
  };
}

function spoilt(json: unknown, how: Wrong, schema: Schema, one: <T>(from: readonly T[]) => T, junk: unknown): unknown {
  if (typeof json !== 'object' || json === null) return json;
  const members: Record<string, unknown> = { ...json };
  if (how === 'missing-member') delete members[one(schema.required!)];
  else if (how === 'unknown-member') members.khongCo = junk;
  else members[one(Object.keys(schema.properties!))] = junk;
  return members;
}
