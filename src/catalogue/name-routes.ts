/** @module Names behind codes, for screens that show a few of each: agencies under any code they ever had, procedures by any version. */
import { z } from 'zod';
import { defineRoute, type Route } from '../http/route.ts';
import type { Catalogue } from './catalogue.ts';

const MOST = 200;
const codes = z
  .string()
  .max(20_000)
  .regex(/^[A-Za-z0-9._-]{1,60}(,[A-Za-z0-9._-]{1,60})*$/)
  .transform((text) => [...new Set(text.split(','))].slice(0, MOST))
  .optional()
  .meta({ description: `Codes with commas between, at most ${MOST}` });
const names = z.record(z.string(), z.string()).meta({ description: 'By code; a code that nobody knows is left out' });

export function nameRoutes({ catalogue }: { readonly catalogue: () => Catalogue }): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/catalogues/names',
      id: 'getNames',
      tag: 'catalogues',
      summary: { vi: 'Tên của các mã cơ quan, thủ tục', en: 'Names of agencies and procedures by their codes' },
      scope: 'catalogues.read',
      query: z.object({ agencies: codes, procedures: codes }),
      response: { 200: z.object({ agencies: names, procedures: names }) },
      errors: [],
      example: { query: { agencies: 'H15.50,H15.12', procedures: '1.005129' } },
      handler: ({ query, now }) => {
        const known = catalogue();
        const today = known.agencies.asOf(now);
        return {
          agencies: named(query.agencies, (code) => today.find(code)?.name),
          procedures: named(query.procedures, (code) => known.procedureName(code)),
        };
      },
    }),
  ];
}

const named = (asked: readonly string[] = [], nameOf: (code: string) => string | undefined): Record<string, string> =>
  Object.fromEntries(
    asked.flatMap((code) => {
      const name = nameOf(code);
      return name === undefined ? [] : [[code, name]];
    }),
  );
