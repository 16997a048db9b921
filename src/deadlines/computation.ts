/** @module A deadline asked for from outside: what `POST /v1/deadlines/compute` and `lienthong deadline` take, and one answer for both. */
import { z } from 'zod';
import type { WholeDays } from '../catalogue/catalogue.ts';
import { processingTime, startRule } from '../catalogue/shapes.ts';
import { type deadlineAnswer, toDeadlineAnswer } from '../dossiers/answers.ts';
import { instant, pauseReason } from '../dossiers/shape.ts';
import { GatewayError } from '../errors.ts';
import type { Calendar } from './calendar.ts';
import { DeadlineInputError } from './input-error.ts';
import type { DeadlineInput } from './types.ts';

const suspension = z
  .strictObject({
    from: instant,
    to: instant.nullable(),
    reason: pauseReason,
    effect: z.enum(['suspend', 'restart', 'none']),
  })
  .check((ctx) => {
    const { from, to } = ctx.value;
    if (to === null || Date.parse(to) >= Date.parse(from)) return;
    const params = { vi: 'Tạm dừng kết thúc trước khi bắt đầu.', en: 'The pause ends before it begins.' };
    ctx.issues.push({ code: 'custom', params, path: ['to'], input: to });
  });

/** Times are RFC 3339 with an offset; `limit: null` is a procedure without a time limit. */
export const computation = z.strictObject({
  receivedAt: instant,
  limit: processingTime.nullable(),
  startRule: startRule.default('next-day'),
  suspensions: z.array(suspension).max(200).default([]),
  slip: instant.nullish(),
});

/**
 * The deadline with its explanation; without a limit and a slip it says why there is none.
 *
 * @param now epoch ms, until which an open suspension counts
 * @param wholeDays how this installation ends whole days
 * @throws GatewayError `validation` for what the calendar cannot count, at its path
 */
export function answerOf(
  asked: z.output<typeof computation>,
  calendar: Calendar,
  now: number,
  wholeDays: WholeDays = {},
): z.input<typeof deadlineAnswer> {
  const { receivedAt, suspensions, slip, ...rest } = asked;
  const input: DeadlineInput = {
    ...wholeDays,
    ...rest,
    receivedAt: Date.parse(receivedAt),
    suspensions: suspensions.map((pause) => ({
      ...pause,
      from: Date.parse(pause.from),
      to: pause.to === null ? null : Date.parse(pause.to),
    })),
    original: slip ? { at: Date.parse(slip), basis: 'slip' } : null,
    now,
  };
  try {
    return toDeadlineAnswer(input, calendar);
  } catch (error) {
    if (!(error instanceof DeadlineInputError)) throw error;
    const path = `$.${error.path.replace(/^original\.at$/, 'slip').replace(/^calendar$/, 'limit')}`;
    const message = `Không tính được trên lịch làm việc. / ${error.message}`;
    throw new GatewayError('validation', { violations: [{ path, message }], cause: error });
  }
}
