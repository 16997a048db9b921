/** @module The clock as a service: a deadline computed without storing anything. */
import type { Catalogue } from '../catalogue/catalogue.ts';
import { deadlineAnswer } from '../dossiers/answers.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { answerOf, computation } from './computation.ts';

export function deadlineRoutes({ catalogue }: { readonly catalogue: () => Catalogue }): Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/deadlines/compute',
      id: 'computeDeadline',
      tag: 'deadlines',
      summary: { vi: 'Tính hạn giải quyết, kèm cách tính', en: 'Compute a deadline, explained step by step' },
      scope: 'deadlines.compute',
      body: computation,
      response: { 200: deadlineAnswer },
      errors: [],
      example: {
        body: {
          receivedAt: '2026-02-12T09:00:00+07:00',
          limit: { amount: 2.5, unit: 'working-day' },
          startRule: 'next-day',
          suspensions: [
            {
              from: '2026-02-23T17:00:00+07:00',
              to: '2026-02-26T07:00:00+07:00',
              reason: 'financial-obligation',
              effect: 'suspend',
            },
          ],
        },
      },
      handler: (call) => answerOf(call.body, catalogue().calendar, call.now, catalogue().wholeDays),
    }),
  ];
}
