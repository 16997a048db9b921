/** @module The clock as a service: a deadline computed without storing anything, and the working calendar of a year. */
import { z } from 'zod';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { deadlineAnswer, toDeadlineAnswer } from '../dossiers/answers.ts';
import { instant, limit, pauseReason } from '../dossiers/shape.ts';
import { GatewayError } from '../errors.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { DeadlineInputError } from './input-error.ts';
import type { DeadlineInput } from './types.ts';

const suspension = z.strictObject({
  from: instant,
  to: instant.nullable(),
  reason: pauseReason,
  effect: z.enum(['suspend', 'restart', 'none']),
});
const compute = z.strictObject({
  receivedAt: instant,
  limit,
  startRule: z
    .union([z.enum(['next-day', 'instant']), z.strictObject({ cutoff: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/) })])
    .default('next-day'),
  suspensions: z.array(suspension).max(200).default([]),
  slip: instant.nullish(),
});

/** Runs the clock; an input it cannot count is a violation at its path. */
function counted<T>(count: () => T): T {
  try {
    return count();
  } catch (error) {
    if (error instanceof DeadlineInputError)
      throw new GatewayError('validation', {
        violations: [{ path: `$.${error.path}`, message: error.message }],
        cause: error,
      });
    throw error;
  }
}

export function deadlineRoutes({ catalogue }: { readonly catalogue: () => Catalogue }): Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/deadlines/compute',
      id: 'computeDeadline',
      tag: 'deadlines',
      summary: { vi: 'Tính hạn giải quyết, kèm cách tính', en: 'Compute a deadline, explained step by step' },
      scope: 'deadlines.compute',
      body: compute,
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
      handler: (call) => {
        const { receivedAt, suspensions, slip, ...rest } = call.body;
        const input: DeadlineInput = {
          ...rest,
          receivedAt: Date.parse(receivedAt),
          suspensions: suspensions.map((pause) => ({
            ...pause,
            from: Date.parse(pause.from),
            to: pause.to === null ? null : Date.parse(pause.to),
          })),
          original: slip ? { at: Date.parse(slip), basis: 'slip' } : null,
          now: call.now,
        };
        return counted(() => toDeadlineAnswer(input, catalogue()));
      },
    }),
  ];
}
