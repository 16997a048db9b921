/** @module An agency's morning: what waits, what is due, what is late, what is paused and who holds it. */
import { z } from 'zod';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Queryable } from '../db/queryable.ts';
import { agencyCode } from '../dossiers/shape.ts';
import { fail } from '../errors.ts';
import { rfc3339 } from '../http/answer.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { HOLDERS } from './holder.ts';
import { openDossiersOf } from './report-store.ts';
import { readAlertRules } from './rules-store.ts';
import { type Listing, MorningSummary } from './summary.ts';
import { HOLDER_WORDS } from './words.ts';

export interface SummaryRouteDeps {
  readonly db: Queryable;
  readonly catalogue: () => Catalogue;
}

const words = z.object({ vi: z.string(), en: z.string() });
const listing = z.object({
  count: z.int(),
  items: z.array(
    z.object({
      dossierCode: z.string(),
      agencyCode: z.string().nullable(),
      procedureCode: z.string().nullable(),
      since: z.string().nullable(),
      appointmentAt: z.string().nullable(),
    }),
  ),
});
const paused = listing.extend({ reason: z.string(), name: words, holder: z.enum(HOLDERS), holderName: words });

const PAGE = 1_000;

export function summaryRoutes({ db, catalogue }: SummaryRouteDeps): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/agencies/:code/morning-summary',
      id: 'getMorningSummary',
      tag: 'alerts',
      summary: { vi: 'Việc trong ngày của cơ quan', en: 'What an agency finds in the morning' },
      scope: 'alerts.read',
      timeoutSeconds: 60,
      params: z.object({ code: agencyCode }),
      response: {
        200: z.object({
          agencyCode: z.string(),
          asOf: z.string(),
          awaitingAcceptance: listing,
          dueToday: listing,
          dueSoon: listing,
          overdueWithApology: listing,
          overdueWithoutApology: listing,
          paused: z.object({ count: z.int(), byReason: z.array(paused) }),
        }),
      },
      errors: ['forbidden-agency'],
      example: { params: { code: 'H15.58' } },
      handler: async (call) => {
        const { code } = call.params;
        const current = catalogue();
        const agencies = current.agencies.asOf(call.now);
        if (!agencies.covers(call.caller.agencies, agencies.standsFor(code))) fail('forbidden-agency');
        const summary = new MorningSummary(await readAlertRules(db), current, call.now);
        for (let after = 0; ; ) {
          call.signal.throwIfAborted();
          const page = await openDossiersOf(db, agencies.codesUnder([code]), after, PAGE);
          for (const dossier of page) summary.add(dossier);
          if (page.length < PAGE) break;
          after = page.at(-1)!.id;
        }
        const byReason = [...summary.pausedByReason.values()].sort((a, b) => b.count - a.count);
        return {
          agencyCode: code,
          asOf: rfc3339(call.now),
          awaitingAcceptance: shown(summary.awaitingAcceptance),
          dueToday: shown(summary.dueToday),
          dueSoon: shown(summary.dueSoon),
          overdueWithApology: shown(summary.overdueWithApology),
          overdueWithoutApology: shown(summary.overdueWithoutApology),
          paused: {
            count: byReason.reduce((total, { count }) => total + count, 0),
            byReason: byReason.map((found) => ({
              ...shown(found),
              reason: found.reason,
              name: {
                vi: current.reasonName(found.reason, call.now, 'vi'),
                en: current.reasonName(found.reason, call.now, 'en'),
              },
              holder: found.holder,
              holderName: HOLDER_WORDS[found.holder],
            })),
          },
        };
      },
    }),
  ];
}

function shown({ count, items }: Listing): z.input<typeof listing> {
  return {
    count,
    items: items.map((item) => ({
      ...item,
      since: rfc3339(item.since),
      appointmentAt: rfc3339(item.appointmentAt),
    })),
  };
}
