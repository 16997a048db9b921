/** @module The working calendar of a year: read as JSON or iCalendar, tried out, and changed by an operator. */
import type pg from 'pg';
import { z } from 'zod';
import { Catalogue } from '../catalogue/catalogue.ts';
import type { KeptCatalogue } from '../catalogue/keep.ts';
import { readDaysOff } from '../catalogue/store.ts';
import type { Appender } from '../dossiers/append.ts';
import { fail, GatewayError } from '../errors.ts';
import { rfc3339 } from '../http/answer.ts';
import { ifMatch } from '../http/if-match.ts';
import { languageOf } from '../http/language.ts';
import { defineRoute, jsonOrFile, type Route } from '../http/route.ts';
import type { Placement } from '../sync/heads.ts';
import { buildCalendar, type DayOff } from './calendar.ts';
import { endOfDifference, replaceYear } from './calendar-store.ts';
import {
  calendarAnswer,
  calendarYear,
  dayInput,
  faultsOf,
  tagOf,
  toCalendarAnswer,
  toDaysOff,
} from './calendar-year.ts';
import { toICalendar } from './icalendar.ts';
import { type Moved, movedAppointments, recompute } from './recompute.ts';

export interface CalendarRouteDeps {
  readonly db: pg.Pool;
  readonly appender: Pick<Appender, 'append'>;
  readonly kept: Pick<KeptCatalogue, 'catalogue' | 'reload'>;
  /** Destinations that are to hear of what moves. */
  readonly placement: Placement;
  readonly now: () => number;
}

const params = z.object({ year: calendarYear });
const ICALENDAR = 'text/calendar';
const EXAMPLES = 20;

const edit = z.strictObject({
  days: z.array(dayInput).max(120),
  reason: z.string().min(3).max(1000),
  dryRun: z.boolean().default(false),
});

const changeAnswer = z.object({
  dryRun: z.boolean(),
  changeId: z.int().nullable().meta({ description: 'null for a trial, or where the year already stood so' }),
  moved: z.int().nullable().meta({ description: 'Open dossiers whose appointment moves; null: still being counted' }),
  examples: z
    .array(z.object({ dossierCode: z.string(), from: z.string().nullable(), to: z.string() }))
    .meta({ description: `The first ${EXAMPLES} of them that the caller may see` }),
  calendar: calendarAnswer,
});

export function calendarRoutes({ db, appender, kept, placement, now }: CalendarRouteDeps): Route[] {
  /** What would move if the year were so: nothing is written. */
  const tryOut = async (
    year: number,
    former: readonly DayOff[],
    days: readonly DayOff[],
    examples: Examples,
  ): Promise<number> => {
    const receivedBefore = endOfDifference(former, days);
    if (receivedBefore === null) return 0;
    const others = (await readDaysOff(db)).filter(({ date }) => !date.startsWith(`${year}-`));
    const daysOff = [...others, ...days];
    const candidate = new Catalogue({ ...kept.catalogue().data, daysOff, calendar: buildCalendar({ daysOff }) });
    let total = 0;
    for await (const moved of movedAppointments(db, candidate, receivedBefore, now())) {
      total += moved.length;
      examples.add(moved);
    }
    return total;
  };

  return [
    defineRoute({
      method: 'GET',
      path: '/v1/calendar/:year',
      id: 'getCalendar',
      tag: 'deadlines',
      summary: { vi: 'Lịch làm việc của một năm', en: 'The working calendar of a year' },
      description: {
        vi: 'Ngày nghỉ và ngày làm bù; năm chưa có thông báo chính thức là tạm tính. Dạng iCalendar: Accept: text/calendar hoặc ?format=ics.',
        en: 'Days off and swapped days; a year without a published notice is provisional. As iCalendar: Accept: text/calendar or ?format=ics.',
      },
      scope: 'calendar.read',
      params,
      query: z.object({ format: z.enum(['json', 'ics']).optional() }),
      response: { 200: jsonOrFile(calendarAnswer, ICALENDAR) },
      errors: [],
      example: { params: { year: '2026' } },
      handler: async (call) => {
        const { year } = call.params;
        const days = await readDaysOff(db, year);
        const answer = toCalendarAnswer(year, days);
        const { accept } = call.rawHeaders;
        call.header('vary', 'accept');
        if ((call.query.format ?? (accept?.includes(ICALENDAR) ? 'ics' : 'json')) === 'json') {
          call.header('etag', tagOf(days));
          return answer;
        }
        call.header('content-type', `${ICALENDAR}; charset=utf-8`);
        return toICalendar(answer, call.now);
      },
    }),
    defineRoute({
      method: 'PUT',
      path: '/v1/calendar/:year',
      id: 'putCalendar',
      tag: 'deadlines',
      summary: { vi: 'Sửa lịch làm việc của một năm', en: 'Change the working calendar of a year' },
      description: {
        vi: 'Thay toàn bộ danh sách của năm rồi tính lại hạn của hồ sơ đang giải quyết. dryRun: chỉ cho biết hạn nào sẽ đổi. If-Match với ETag đã đọc ngăn ghi đè thay đổi của người khác.',
        en: 'Replaces the list of the year and counts the deadlines of open dossiers again. dryRun only says which would move. If-Match with the ETag read keeps others’ changes from being overwritten.',
      },
      scope: 'calendar.write',
      audit: 'write',
      timeoutSeconds: 300,
      params,
      headers: ifMatch,
      body: edit,
      response: { 200: changeAnswer },
      errors: ['precondition-failed', 'database-unavailable'],
      example: {
        params: { year: '2028' },
        headers: { 'if-match': '*' },
        body: {
          days: [{ date: '2028-01-26', kind: 'off', name: 'Tết Nguyên đán', confidence: 'provisional' }],
          reason: 'Dự kiến lịch nghỉ Tết 2028',
          dryRun: true,
        },
      },
      handler: async (call) => {
        const { year } = call.params;
        const { dryRun, reason } = call.body;
        refuseFaults(year, call.body.days, call.rawHeaders['accept-language']);
        const days = toDaysOff(call.body.days);
        const examples = new Examples((codes) =>
          kept.catalogue().agencies.asOf(call.now).covers(call.caller.agencies, codes),
        );
        const answered = (changeId: number | null, moved: number | null) => {
          call.audited({ details: { year, reason, dryRun, changeId, moved } });
          call.header('etag', tagOf(dryRun ? former : days));
          return { dryRun, changeId, moved, examples: examples.items, calendar: toCalendarAnswer(year, days) };
        };

        let former: readonly DayOff[] = [];
        const check = (found: readonly DayOff[]): void => {
          former = found;
          refuseForeignTag(call.headers['if-match'], found);
        };
        if (dryRun) {
          check(await readDaysOff(db, year));
          return answered(null, await tryOut(year, former, days, examples));
        }
        const { caller, access } = call;
        const change = await replaceYear(db, {
          year,
          days,
          author: caller.clientId,
          officer: access.officer,
          reason,
          check,
        });
        if (change === null) return answered(null, 0);
        try {
          await kept.reload();
          const deps = { db, appender, catalogue: kept.catalogue, ...placement, now };
          return answered(change.changeId, await recompute(deps, change.recomputation, (moved) => examples.add(moved)));
        } catch (error) {
          // The change stands; the worker counts again until it is done.
          call.log.warn({ err: error, changeId: change.changeId }, 'deadlines are counted again in the background');
          return answered(change.changeId, null);
        }
      },
    }),
  ];
}

/** The first moved dossiers that a caller may see. */
class Examples {
  readonly items: { dossierCode: string; from: string | null; to: string }[] = [];
  readonly #maySee: (agencies: readonly string[]) => boolean;

  constructor(maySee: (agencies: readonly string[]) => boolean) {
    this.#maySee = maySee;
  }

  add(moved: readonly Moved[]): void {
    for (const { dossier, previous, next } of moved) {
      if (this.items.length === EXAMPLES) return;
      if (this.#maySee(dossier.agencies))
        this.items.push({ dossierCode: dossier.code, from: rfc3339(previous), to: rfc3339(next) });
    }
  }
}

function refuseFaults(
  year: number,
  days: readonly z.output<typeof dayInput>[],
  acceptLanguage: string | string[] | undefined,
): void {
  const language = languageOf(typeof acceptLanguage === 'string' ? acceptLanguage : undefined);
  const violations = faultsOf(year, days).map((fault) => ({
    path: `$.days[${fault.index}].date`,
    message: fault[language],
  }));
  if (violations.length > 0) throw new GatewayError('validation', { violations });
}

function refuseForeignTag(ifMatch: string | undefined, former: readonly DayOff[]): void {
  if (ifMatch === undefined || ifMatch.trim() === '*') return;
  const tags = ifMatch.split(',').map((tag) => tag.trim());
  if (!tags.includes(tagOf(former)))
    fail('precondition-failed', {
      detail: 'The calendar of the year has changed since it was read.',
      detailVi: 'Lịch của năm này đã được thay đổi từ khi được đọc.',
    });
}
