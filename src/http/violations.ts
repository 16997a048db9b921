/** @module Everything that is wrong with a request at once, each fault with its path, in the caller's language. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { GatewayError, type Violation } from '../errors.ts';
import { type Language, languageOf } from './language.ts';
import type { Route } from './route.ts';

const SPEECH = { vi: z.locales.vi().localeError, en: z.locales.en().localeError };
/** What zod finds where a member is not there. */
const ABSENT: ReadonlySet<string | undefined> = new Set(['invalid_type', 'invalid_value']);
const MISSING = { vi: 'Bắt buộc phải có.', en: 'Required.' };
const NO_INSTANT = {
  vi: 'Thời điểm phải kèm múi giờ, ví dụ 2026-03-10T08:30:00+07:00.',
  en: 'A time with its offset, such as 2026-03-10T08:30:00+07:00.',
};
const NO_SUCH_INSTANT = {
  vi: 'Không có thời điểm này: kiểm tra ngày, tháng, giờ và cách viết, ví dụ 2026-03-10T08:30:00+07:00.',
  en: 'There is no such time: check day, month, hour and form, such as 2026-03-10T08:30:00+07:00.',
};
/** An offset stands there: what is wrong lies before it. */
const WITH_OFFSET = /(?:Z|[+-]\d{2}:\d{2})$/i;
const UNKNOWN_MEMBER = { vi: 'Trường không có trong định dạng.', en: 'The format has no such member.' };

/** More faults than a person reads would only make a large answer of a large mistake. */
const MOST_VIOLATIONS = 100;

/**
 * The faults of a value, the text in that language. A refinement of a schema gives both texts as
 * `refine(check, { params: { vi, en } })`.
 *
 * @param root where the value stands: `$` for a body (paths are RFC 9535), `query`, `path` or `header`
 */
export function violationsIn(schema: z.ZodType, value: unknown, root: string, language: Language): Violation[] {
  const speak: z.core.$ZodErrorMap = (issue) => {
    const own = issue.code === 'custom' ? (issue.params as Record<string, unknown> | undefined)?.[language] : undefined;
    if (typeof own === 'string') return own;
    if (issue.input === undefined && ABSENT.has(issue.code)) return MISSING[language];
    if (issue.code === 'invalid_format' && issue.format === 'datetime')
      return (WITH_OFFSET.test(String(issue.input)) ? NO_SUCH_INSTANT : NO_INSTANT)[language];
    return SPEECH[language](issue);
  };
  const { error } = schema.safeParse(value, { error: speak });
  return error === undefined ? [] : error.issues.flatMap((issue) => violationsOf(issue, root, language));
}

const NO_QUERY = z.strictObject({});

/**
 * What an operation takes as a query. A parameter that is not declared is refused: a misspelt filter would answer
 * everything. Only a push may carry what it likes in its sender's own address.
 */
export function queryOf(route: Route): z.ZodType | undefined {
  const isPush = route.rawBody !== undefined && route.scope === 'public';
  return isPush ? route.query : (route.query?.strict() ?? NO_QUERY);
}

/** The faults that zod found. */
function violationsOf(issue: z.core.$ZodIssue, root: string, language: Language): Violation[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: pathOf(root, [...issue.path, key]), message: UNKNOWN_MEMBER[language] }));
  }
  if (issue.code === 'invalid_union') {
    // The alternative that came furthest is the one that was meant.
    const nearest = issue.errors.toSorted((a, b) => depthOf(b) - depthOf(a) || a.length - b.length)[0];
    if (nearest !== undefined && depthOf(nearest) > 0) {
      return nearest.flatMap((inner) =>
        violationsOf({ ...inner, path: [...issue.path, ...inner.path] } as z.core.$ZodIssue, root, language),
      );
    }
  }
  return [{ path: pathOf(root, issue.path), message: issue.message }];
}

function depthOf(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(0, ...issues.map((issue) => issue.path.length));
}

/** A path as RFC 9535 writes it: `$.data[3].status`, `$['odd name']`. */
export function pathOf(root: string, path: readonly PropertyKey[]): string {
  return path.reduce<string>((sofar, step) => {
    if (typeof step === 'number') return `${sofar}[${step}]`;
    const name = String(step);
    return /^[A-Za-z_][\w-]*$/.test(name) ? `${sofar}.${name}` : `${sofar}[${JSON.stringify(name.slice(0, 100))}]`;
  }, root);
}

/**
 * The refusal of a request that failed its schemas: 400 for what stands in the address and the headers or where the
 * body is missing, 422 for a body that is JSON with wrong content.
 */
export function refusalOf(route: Route, request: FastifyRequest): GatewayError {
  const language = languageOf(request.headers['accept-language']);
  const checked = (schema: z.ZodType | undefined, value: unknown, root: string) =>
    schema === undefined ? [] : violationsIn(schema, value, root, language);
  const outside = [
    ...checked(route.params, request.params, 'path'),
    ...checked(queryOf(route), request.query, 'query'),
    ...checked(route.headers, request.headers, 'header'),
  ];
  const inside = route.rawBody === undefined ? checked(route.body, request.body ?? undefined, '$') : [];
  const violations = [...outside, ...inside].slice(0, MOST_VIOLATIONS);
  if (outside.length > 0) return new GatewayError('invalid-parameters', { violations });
  const missing = request.body === undefined || request.body === null;
  return new GatewayError(missing ? 'malformed-json' : 'validation', { violations });
}

/**
 * Parses what a handler took raw (a webhook after its proof was checked): the value, or the refusal with every fault.
 *
 * @throws GatewayError malformed-json, validation
 */
export function parseJson<T>(schema: z.ZodType<T>, bytes: Uint8Array, acceptLanguage: string | undefined): T {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new GatewayError('malformed-json', { cause });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const violations = violationsIn(schema, value, '$', languageOf(acceptLanguage)).slice(0, MOST_VIOLATIONS);
  throw new GatewayError('validation', { violations });
}
