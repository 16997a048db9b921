/** @module A deadline told step by step, so that a person can check it with a calendar in hand. */

import { HOUR, MINUTE } from '../units.ts';
import type { Calendar } from './calendar.ts';
import {
  documentInForce,
  isSuspending,
  lastRestart,
  lawfulStanding,
  measureOf,
  type Standing,
  standingInForce,
} from './compute.ts';
import { isCalendarTime, isWholeDays, lastDayOf, uncountedDay } from './count.ts';
import { dayOf, paperDate, paperTime, parseDay, weekdayOf } from './local-time.ts';
import { endOf, unite, workingMsOf } from './suspended.ts';
import type { Deadline, DeadlineInput, Limit, Step, Suspension } from './types.ts';
import { basisWords, decidedWords, differenceWords, reasonWords, unitWords, weekdayWords } from './words.ts';

type Line = Omit<Step, 'n'>;

/**
 * The steps of a deadline that `computeDeadline` gave for the same input and calendar: receipt, start rule, each day
 * skipped and why, the date before any pause, each pause, the result, and the portal's count beside it.
 */
export function explain(input: DeadlineInput, deadline: Deadline, calendar: Calendar): Step[] {
  const lines = [
    receivedLine(input),
    ...countLines(input, deadline, calendar),
    ...pauseLines(input, deadline, calendar),
    ...documentLines(input),
    ...movedLines(input, calendar),
    resultLine(deadline),
    ...provisionalLines(input, deadline, calendar),
    ...besideLines(deadline),
  ];
  return lines.map((line, index) => ({ n: index + 1, ...line }));
}

function receivedLine({ receivedAt }: DeadlineInput): Line {
  const at = paperTime(receivedAt);
  const weekday = weekdayWords(weekdayOf(dayOf(receivedAt)));
  return { vi: `Tiếp nhận hồ sơ lúc ${at} (${weekday.vi}).`, en: `Received at ${at} (${weekday.en}).` };
}

function countLines(input: DeadlineInput, deadline: Deadline, calendar: Calendar): Line[] {
  const lines: Line[] = [];
  if (input.limit !== null) {
    const restartedAt = lastRestart(input);
    if (restartedAt !== null) {
      lines.push({
        vi: `Thời hạn tính lại từ đầu, từ ${paperTime(restartedAt)} (đủ hồ sơ).`,
        en: `The limit is counted anew from ${paperTime(restartedAt)} (full dossier).`,
      });
    }
    const base = lawfulStanding({ ...input, receivedAt: restartedAt ?? input.receivedAt, suspensions: [] }, calendar)!;
    lines.push(startLine(input, input.limit, restartedAt ?? input.receivedAt, base.startsAt, calendar));
    lines.push(...countedDayLines(input, input.limit, restartedAt ?? input.receivedAt, base, calendar));
    const words = unitWords(input.limit);
    const by = decidedWords(input.decided ?? null);
    const due = paperTime(base.baseAt);
    lines.push({
      vi: `Thời hạn ${words.vi}${by.vi}: hết hạn lúc ${due}.`,
      en: `Limit of ${words.en}${by.en}: ends at ${due}.`,
    });
  }
  if (input.original) {
    const at = paperTime(input.original.at);
    lines.push({
      vi: `Giấy hẹn ghi ${at}: đây là ngày hẹn gốc.`,
      en: `The slip says ${at}: this is the original appointment.`,
    });
  }
  if (input.limit === null && deadline.absentBecause !== null) {
    lines.push({
      vi: 'Không có thời hạn giải quyết và không có giấy hẹn: không xác định được ngày hẹn.',
      en: 'There is neither a limit nor a slip: no appointment can be told.',
    });
  }
  return lines;
}

function startLine(
  { startRule }: DeadlineInput,
  limit: Limit,
  from: number,
  startsAt: number,
  calendar: Calendar,
): Line {
  const start = paperTime(startsAt);
  const exact = limit.unit === 'hour' || limit.unit === 'working-hour';
  if (typeof startRule !== 'string') {
    const isLate = uncountedDay(from, startRule, calendar) !== dayOf(from);
    return isLate
      ? {
          vi: `Nhận sau ${startRule.cutoff}: coi như nhận vào ngày làm việc tiếp theo; bắt đầu tính từ ${start}.`,
          en: `Received after ${startRule.cutoff}: counts as received on the next working day; counted from ${start}.`,
        }
      : {
          vi: `Nhận không sau ${startRule.cutoff}: tính theo ngày nhận; bắt đầu tính từ ${start}.`,
          en: `Received no later than ${startRule.cutoff}: the day of receipt stands; counted from ${start}.`,
        };
  }
  if (limit.amount === 0) {
    return { vi: `Trả kết quả trong ngày; tính từ ${start}.`, en: `A same-day procedure; counted from ${start}.` };
  }
  if (exact || startRule === 'instant') {
    return {
      vi: `Tính từ thời điểm nhận: ${start}.`,
      en: `Counted from the moment of receipt: ${start}.`,
    };
  }
  return {
    vi: `Không tính ngày đầu tiên (Bộ luật Dân sự 2015, Điều 147); bắt đầu tính từ ${start}.`,
    en: `The first day is not counted (Civil Code 2015, art. 147); counted from ${start}.`,
  };
}

/** Working time: each day passed over on the way. Calendar time: the days off that the last day gives way to. */
function countedDayLines(
  { startRule }: DeadlineInput,
  limit: Limit,
  from: number,
  { startsAt, baseAt }: Standing,
  calendar: Calendar,
): Line[] {
  const uncounted = uncountedDay(from, startRule, calendar);
  if (!isCalendarTime(limit)) return calendarLines(dayOf(from), dayOf(baseAt), uncounted, NOT_COUNTED, calendar);
  const last = limit.unit === 'hour' ? dayOf(startsAt + limit.amount * HOUR) : lastDayOf(uncounted, limit);
  return calendarLines(last, dayOf(baseAt) - 1, dayOf(baseAt), GIVES_WAY, calendar);
}

const NOT_COUNTED: Line = { vi: 'không tính', en: 'not counted' };
const GIVES_WAY: Line = { vi: 'hạn chuyển sang ngày làm việc tiếp theo', en: 'gives way to the next working day' };

/**
 * Days not worked, with what follows from it, and swapped days after `uncounted`, in order; neighbouring days with one
 * reason share a line.
 */
function calendarLines(from: number, to: number, uncounted: number, effect: Line, calendar: Calendar): Line[] {
  const groups: { first: number; last: number; why: Line }[] = [];
  for (let day = from; day <= to; day += 1) {
    const why = skippedWords(day, effect, calendar) ?? (day > uncounted ? workedWords(day, calendar) : null);
    if (why === null) continue;
    const group = groups.at(-1);
    if (group && group.last === day - 1 && group.why.en === why.en) group.last = day;
    else groups.push({ first: day, last: day, why });
  }
  return groups.map(({ first, last, why }) => {
    const days = first === last ? paperDate(first) : `${paperDate(first)} – ${paperDate(last)}`;
    return { vi: `${days}: ${why.vi}.`, en: `${days}: ${why.en}.` };
  });
}

function workedWords(day: number, calendar: Calendar): Line | null {
  const worked = calendar.explainWorked(day);
  if (worked === null) return null;
  if (worked.forDate === undefined) return { vi: 'ngày làm bù, có tính', en: 'worked by decision, counted' };
  const instead = paperDate(parseDay(worked.forDate, 'forDate'));
  return { vi: `ngày làm bù cho ${instead}, có tính`, en: `worked in place of ${instead}, counted` };
}

function skippedWords(day: number, effect: Line, calendar: Calendar): Line | null {
  const skipped = calendar.explainSkipped(day);
  if (skipped === null) return null;
  if (skipped.kind === 'weekend') return { vi: `nghỉ cuối tuần, ${effect.vi}`, en: `weekend, ${effect.en}` };
  const name = skipped.name ?? 'ngày nghỉ';
  const related = skipped.relatedDate === null ? '' : paperDate(parseDay(skipped.relatedDate, 'relatedDate'));
  const planned = skipped.provisional ? { vi: ' (dự kiến)', en: ' (expected)' } : { vi: '', en: '' };
  return {
    vi: `${name}${related && ` (${related})`}${planned.vi}, ${effect.vi}`,
    en: `day off, ${name}${related && ` (for ${related})`}${planned.en}, ${effect.en}`,
  };
}

function pauseLines(input: DeadlineInput, deadline: Deadline, calendar: Calendar): Line[] {
  const lines = input.suspensions.map((pause, n) => pauseLine(pause, deadline.ledger.suspensions[n]!.workingMinutes));
  const suspending = input.suspensions.filter((pause) => isSuspending(pause, input.limit));
  const apart = suspending.reduce((sum, pause) => sum + endOf(pause, input.now) - pause.from, 0);
  const spans = unite(suspending, input.receivedAt, input.now, () => true);
  const together = spans.reduce((sum, { from, to }) => sum + to - from, 0);
  if (together < apart) {
    const minutes = Math.trunc(workingMsOf(spans, calendar) / MINUTE);
    lines.push({
      vi: `Các lần tạm dừng trùng nhau hoặc trước khi tiếp nhận chỉ tính một lần phần còn lại: ${minutes} phút làm việc.`,
      en: `What overlaps or lies before receipt is counted only once or not at all: ${minutes} working minutes remain.`,
    });
  }
  return lines;
}

function pauseLine(pause: Suspension, workingMinutes: number): Line {
  const reason = reasonWords(pause.reason);
  const from = paperTime(pause.from);
  const to = pause.to === null ? { vi: 'nay (chưa kết thúc)', en: 'now (still open)' } : same(paperTime(pause.to));
  const length = { vi: `${workingMinutes} phút làm việc`, en: `${workingMinutes} working minutes` };
  const effect = {
    suspend: { vi: 'không tính vào thời hạn', en: 'not counted' },
    restart: { vi: 'sau đó tính lại từ đầu', en: 'after it the limit is counted anew' },
    none: { vi: 'vẫn tính vào thời hạn (không có căn cứ để trừ)', en: 'counted (nothing in law excludes it)' },
  }[pause.effect];
  return {
    vi: `Tạm dừng (${reason.vi}) từ ${from} đến ${to.vi}: ${length.vi}, ${effect.vi}.`,
    en: `Paused (${reason.en}) from ${from} to ${to.en}: ${length.en}, ${effect.en}.`,
  };
}

function documentLines(input: DeadlineInput): Line[] {
  const document = documentInForce(input);
  if (document === null) return [];
  const basis = basisWords(document.basis);
  const from = paperTime(document.from);
  const at = paperTime(document.at);
  return [
    {
      vi: `Ngày hẹn mới theo ${basis.vi} lúc ${from}: ${at}; đã gồm các lần tạm dừng kết thúc trước đó.`,
      en: `New date by ${basis.en} of ${from}: ${at}; it contains the pauses that ended before it.`,
    },
  ];
}

function movedLines(input: DeadlineInput, calendar: Calendar): Line[] {
  const standing = standingInForce(input, lawfulStanding(input, calendar), calendar);
  if (standing === null || standing.movedMs === 0) return [];
  const isCalendar = measureOf(input) === 'calendar-time';
  const minutes = Math.trunc(standing.movedMs / MINUTE);
  const rounded = input.roundToClose !== false && (input.limit === null || isWholeDays(input.limit, input.startRule));
  const before = dayOf(standing.baseAt);
  const appointed = dayOf(standing.appointmentAt);
  return [
    {
      vi: `Lùi ngày hẹn ${minutes} phút ${isCalendar ? 'theo lịch' : 'làm việc'}${rounded ? ', làm tròn đến hết giờ làm việc' : ''}.`,
      en: `Moved by ${minutes} ${isCalendar ? 'calendar' : 'working'} minutes${rounded ? ', rounded up to the close of offices' : ''}.`,
    },
    ...(isCalendar
      ? calendarLines(dayOf(standing.baseAt + standing.movedMs), appointed - 1, appointed, GIVES_WAY, calendar)
      : calendarLines(before + 1, appointed, before, NOT_COUNTED, calendar)),
  ];
}

function resultLine({ appointmentAt, basis }: Deadline): Line {
  if (appointmentAt === null) return { vi: 'Ngày hẹn trả: chưa xác định.', en: 'Appointment: none.' };
  const words = basisWords(basis);
  const at = paperTime(appointmentAt);
  return { vi: `Ngày hẹn trả kết quả: ${at} (${words.vi}).`, en: `Appointment: ${at} (${words.en}).` };
}

function provisionalLines(input: DeadlineInput, deadline: Deadline, calendar: Calendar): Line[] {
  const lines: Line[] = [];
  if (input.suspensions.some((pause) => pause.to === null && pause.effect !== 'none')) {
    lines.push({
      vi: 'Tạm tính: hồ sơ đang tạm dừng, ngày hẹn còn thay đổi.',
      en: 'Provisional: the dossier is paused, the date will still move.',
    });
  }
  const { appointmentAt } = deadline;
  const inRange = appointmentAt !== null && appointmentAt >= input.receivedAt;
  if (inRange && calendar.isProvisionalBetween(input.receivedAt, appointmentAt)) {
    lines.push({
      vi: 'Tạm tính: lịch nghỉ của năm liên quan chưa có thông báo chính thức.',
      en: 'Provisional: the days off of a year concerned are not published yet.',
    });
  }
  return lines;
}

function besideLines(deadline: Deadline): Line[] {
  const lines: Line[] = [];
  if (deadline.difference !== null && deadline.ours !== null) {
    const ours = paperTime(deadline.ours);
    const words = differenceWords(deadline.difference.name);
    lines.push({
      vi: `Tính theo luật: ${ours} (${words.vi}).`,
      en: `The law's own count: ${ours} (${words.en}).`,
    });
  }
  const { appointmentAt, formulaLate, difference } = deadline.byPortal;
  if (appointmentAt !== null && (difference !== null || formulaLate)) {
    const at = paperTime(appointmentAt);
    const words = differenceWords(formulaLate ? 'supplement-repeated' : difference!.name);
    lines.push({
      vi: `Cổng Dịch vụ công quốc gia tính từ ngày hẹn gốc: ${at} (${words.vi}).`,
      en: `The portal counts, from the original appointment: ${at} (${words.en}).`,
    });
  }
  return lines;
}

function same(text: string): Line {
  return { vi: text, en: text };
}
