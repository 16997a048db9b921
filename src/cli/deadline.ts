/** @module `lienthong deadline`: a deadline as `POST /v1/deadlines/compute` answers it, from what stands on the command line. */
import { parseLimit, startRuleOf } from '../catalogue/written.ts';
import { buildCalendar } from '../deadlines/calendar.ts';
import { answerOf, computation } from '../deadlines/computation.ts';
import { GatewayError } from '../errors.ts';
import { violationsIn } from '../http/violations.ts';
import { daysOffInUse } from './calendar.ts';
import type { Environment } from './database.ts';
import { CommandFault } from './fault.ts';

export interface DeadlineOptions {
  readonly received: string;
  /** `2.5wd`, `20d`, `4wh`, `48h`, `1m`, or `none`. */
  readonly limit: string;
  /** `next-day`, `instant`, or a cutoff such as `15:00`. */
  readonly rule: string;
  /** `FROM/TO:REASON[:EFFECT]`; an empty TO is still open, the effect is `suspend` unless told. */
  readonly suspend: readonly string[];
  readonly slip?: string;
  readonly offline: boolean;
  /** Only the steps, in Vietnamese, instead of the JSON answer. */
  readonly explain: boolean;
}

const SUSPENSION = /^(?<from>[^/]+)\/(?<to>[^/]*?):(?<reason>[a-z][a-z-]+)(?::(?<effect>[a-z]+))?$/;

/**
 * The text of the answer.
 *
 * @throws GatewayError `validation` with every fault, CommandFault for what cannot be read at all
 */
export async function deadlineText(options: DeadlineOptions, env: Environment, now: number): Promise<string> {
  const asked = {
    receivedAt: withSeconds(options.received),
    limit: limitOf(options.limit),
    startRule: startRuleOf(options.rule),
    suspensions: options.suspend.map(suspensionOf),
    ...(options.slip === undefined ? {} : { slip: withSeconds(options.slip) }),
  };
  const violations = violationsIn(computation, asked, '$', 'vi');
  if (violations.length > 0) throw new GatewayError('validation', { violations });
  const calendar = buildCalendar({ daysOff: await daysOffInUse(env, options.offline) });
  const answer = answerOf(computation.parse(asked), calendar, now);
  if (options.explain) return answer.steps.map(({ n, vi }) => `${n}. ${vi}\n`).join('');
  return `${JSON.stringify(answer, null, 2)}\n`;
}

/** People leave the seconds out, RFC 3339 does not. */
const withSeconds = (time: string): string => time.replace(/(T\d{2}:\d{2})(?=[+Zz-])/, '$1:00');

function limitOf(text: string): ReturnType<typeof parseLimit> {
  if (text === 'none') return null;
  const limit = parseLimit(text);
  if (limit === null)
    throw new CommandFault(
      `Không đọc được thời hạn "${text}": viết như 2.5wd (ngày làm việc), 20d, 4wh, 48h, 1m hoặc none.`,
    );
  return limit;
}

function suspensionOf(text: string): { from: string; to: string | null; reason: string; effect: string } {
  const { from, to, reason, effect } = SUSPENSION.exec(text)?.groups ?? {};
  if (from === undefined || to === undefined || reason === undefined)
    throw new CommandFault(
      `Không đọc được lần tạm dừng "${text}": viết như 2026-02-23T17:00+07:00/2026-02-26T07:00+07:00:financial-obligation (bỏ trống giờ kết thúc nếu còn tạm dừng; thêm :restart nếu tính lại từ đầu).`,
    );
  return { from: withSeconds(from), to: to === '' ? null : withSeconds(to), reason, effect: effect ?? 'suspend' };
}
