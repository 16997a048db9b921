/** @module The period and agency that a report is asked for. */
import { z } from 'zod';
import type { AgenciesOn } from '../agencies/directory.ts';
import { agencyCode, day } from '../dossiers/shape.ts';
import { fail } from '../errors.ts';
import type { Caller } from '../http/auth.ts';
import { DAY } from '../units.ts';
import type { Period } from './report-store.ts';

/** Dates in Viet Nam, both included. */
export const periodQuery = z.object({ from: day, to: day, agency: agencyCode.optional() });

const LONGEST = 366 * DAY;

/** @throws GatewayError invalid-parameters where the days are out of order or more than a year */
export function periodOf(query: z.output<typeof periodQuery>, caller: Caller, agencies: AgenciesOn): Period {
  const from = Date.parse(`${query.from}T00:00:00+07:00`);
  const until = Date.parse(`${query.to}T00:00:00+07:00`) + DAY;
  if (until <= from || until - from > LONGEST)
    fail('invalid-parameters', {
      violations: [{ path: 'query.to', message: 'từ ngày đến ngày, không quá một năm / from–to, a year at most' }],
    });
  return {
    from,
    until,
    agency: query.agency ? agencies.codesUnder([query.agency]) : null,
    own: agencies.codesUnder(caller.agencies),
  };
}

/** Dossiers read at once. */
export const PAGE = 200;

/** The list in parts of a page. */
export function* pagesOf<T>(items: readonly T[]): Generator<T[]> {
  for (let from = 0; from < items.length; from += PAGE) yield items.slice(from, from + PAGE);
}
