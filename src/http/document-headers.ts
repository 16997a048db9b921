/** @module Headers of answers, as the OpenAPI document tells them. */
import type { JsonSchema } from './json-schema.ts';
import type { Route } from './route.ts';

export const HEADERS: Readonly<Record<string, JsonSchema>> = {
  RateLimit: {
    description:
      'What is left of the limit and the seconds until its window begins anew (draft-ietf-httpapi-ratelimit-headers); only where the client has a limit.',
    schema: { type: 'string', maxLength: 100 },
    example: '"client";r=5999;t=60',
  },
  'RateLimit-Policy': {
    description: 'The limit: so many calls (q) within so many seconds (w); only where the client has one.',
    schema: { type: 'string', maxLength: 100 },
    example: '"client";q=6000;w=60',
  },
  'Retry-After': {
    description: 'Seconds after which a repeat makes sense.',
    schema: { type: 'integer', format: 'int32', minimum: 0, maximum: 2_147_483_647 },
    example: 5,
  },
};

/** An answer with the headers that it may carry beside its own. */
export function withHeaders(route: Route, answers: JsonSchema): JsonSchema {
  const limited = route.scope === 'public' ? [] : ['RateLimit', 'RateLimit-Policy'];
  return Object.fromEntries(
    Object.entries(answers as Record<string, JsonSchema>).map(([status, answer]) => {
      const names = [
        ...(status.startsWith('5') ? [] : limited),
        ...(status === '429' || status === '503' ? ['Retry-After'] : []),
      ];
      const headers = Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
      return [status, names.length === 0 ? answer : { ...answer, headers }];
    }),
  );
}
