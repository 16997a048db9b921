/**
 * @module Invents the dossiers of a province's quarter so that the figures of its published report come out, to the unit.
 *
 * Deadlines are counted here with the simulators' calendar, which is written apart from the gateway's: ends lie half a
 * working day before them, or more than a whole one after, so that no rounding to a close decides a verdict.
 */
import { officialCalendar, type WorkingCalendar } from '../../mocks/calendar.ts';
import { seededRandom } from '../../mocks/random.ts';
import { DAY, HOUR, MINUTE, VIETNAM_OFFSET } from '../../mocks/times.ts';

/** How many dossiers of each kind there are. */
export interface Quota {
  readonly earlierResolvedOnTime: number;
  readonly earlierResolvedLate: number;
  readonly earlierOpen: number;
  readonly resolvedOnTime: number;
  readonly resolvedLate: number;
  readonly openOnTime: number;
  readonly openLate: number;
  readonly online: number;
  readonly digitised: number;
}

export interface StoryEvent {
  readonly status: 'processing' | 'paused' | 'resumed' | 'completed';
  readonly pauseReason?: string;
  readonly at: number;
}

/** An invented dossier; times are epoch ms. */
export interface StoryDossier {
  readonly code: string;
  readonly procedureCode: string;
  readonly agencyCode: string;
  readonly channel: 'online' | 'counter' | 'post';
  readonly isDigitised: boolean;
  readonly receivedAt: number;
  readonly events: readonly StoryEvent[];
  /** The appointment before any pause moved it. */
  readonly originalDue: number;
  readonly endAt: number | null;
  /** Late at the portal whatever is sent: a second supplement. */
  readonly isPortalFormula: boolean;
}

export interface Period {
  /** `YYYY-MM-DD`, both included. */
  readonly from: string;
  readonly to: string;
}

/**
 * Procedures of the shipped catalogue with whole working days. Land ones may wait for money and postings, and their
 * supplements suspend; after a supplement of the others the time begins anew.
 */
const PROCEDURES = [
  { code: '1.004193', days: 8, isLand: true },
  { code: '2.000880', days: 7, isLand: true },
  { code: '1.004227', days: 10, isLand: true },
  { code: '1.004873', days: 3, isLand: false },
  { code: '1.001612', days: 3, isLand: false },
  { code: '2.001610', days: 3, isLand: false },
] as const;
type Procedure = (typeof PROCEDURES)[number];

const WORKING_DAY = 8 * HOUR;
const COMMUNES = 10;
const PAUSED_SHARE = 0.25;
const SUPPLEMENT = 'supplement-appraisal';
/** Nothing excludes its time: the appointment stays. */
const CONSULTATION = 'consultation';
const SUSPENDING = ['tax-determination', 'citizen-payment', 'public-posting'] as const;
/** Of the dossiers that are paused for a supplement, those that are asked twice. */
const ASKED_TWICE = 0.02;

interface Span {
  readonly from: number;
  readonly until: number;
}

/** Every dossier of a quarter, in no particular order; the same for the same seed. */
export function* story(quota: Quota, period: Period, seed: number): Generator<StoryDossier> {
  const make = maker(period, seed, quota);
  const { quarter, before } = make;
  for (let n = 0; n < quota.earlierResolvedOnTime; n++) yield make.resolved(before, quarter, false);
  for (let n = 0; n < quota.earlierResolvedLate; n++) yield make.resolved(before, quarter, true);
  for (let n = 0; n < quota.earlierOpen; n++) yield make.open(before, n % 2 === 0);
  for (let n = 0; n < quota.resolvedOnTime; n++) yield make.resolved(quarter, quarter, false);
  for (let n = 0; n < quota.resolvedLate; n++) yield make.resolved(quarter, quarter, true);
  for (let n = 0; n < quota.openOnTime; n++) yield make.open(quarter, false);
  for (let n = 0; n < quota.openLate; n++) yield make.open(quarter, true);
}

function maker(period: Period, seed: number, quota: Quota) {
  const calendar = officialCalendar();
  const random = seededRandom(seed);
  const start = Date.parse(`${period.from}T00:00:00+07:00`);
  const end = Date.parse(`${period.to}T00:00:00+07:00`) + DAY;
  const quarter: Span = { from: start, until: end };
  const before: Span = { from: start - 30 * DAY, until: start };
  const between = (low: number, high: number): number => low + random() * (high - low);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  let made = 0;
  let ofQuarter = 0;

  const skeleton = (receivedAt: number, procedure: Procedure) => {
    const serial = made++;
    const isOfQuarter = receivedAt >= start;
    const nth = isOfQuarter ? ofQuarter++ : 0;
    const commune = 50 + (serial % COMMUNES);
    const day = new Date(receivedAt + VIETNAM_OFFSET).toISOString().slice(2, 10).replaceAll('-', '');
    return {
      code: `H15.${commune}-${day}-${String(serial).padStart(6, '0')}`,
      procedureCode: procedure.code,
      agencyCode: `H15.${commune}`,
      channel: isOfQuarter && nth < quota.online ? ('online' as const) : pick(['counter', 'post'] as const),
      isDigitised: isOfQuarter && nth < quota.digitised,
      receivedAt,
      originalDue: dueOf(calendar, receivedAt, procedure.days),
    };
  };

  /** A minute of office time on a working day within the span. */
  const officeTime = (span: Span): number =>
    calendar.addWorking(wholeMinute(between(span.from, span.until - 4 * DAY)), MINUTE * Math.ceil(between(1, 239)));

  /** A dossier that ends in `ends`, on time or late. */
  const resolved = (received: Span, ends: Span, isLate: boolean): StoryDossier => {
    for (;;) {
      const procedure = pick(PROCEDURES);
      const receivedAt = officeTime(received);
      const due = dueOf(calendar, receivedAt, procedure.days);
      const course =
        random() < PAUSED_SHARE ? paused(calendar, random, receivedAt, procedure, due) : plain(receivedAt, due);
      const endAt = isLate
        ? calendar.addWorking(course.due, WORKING_DAY * between(1.1, 5))
        : calendar.addWorking(
            course.last,
            between(0.1, 0.9) * Math.max(0, calendar.workingTime(course.last, course.due) - WORKING_DAY / 2),
          );
      const ended = wholeMinute(endAt);
      if (ended < ends.from + HOUR || ended >= ends.until - HOUR || ended <= course.last) continue;
      return {
        ...skeleton(receivedAt, procedure),
        events: [...course.events, { status: 'completed', at: ended }],
        endAt: ended,
        isPortalFormula: course.isPortalFormula && !isLate,
      };
    }
  };

  /** A dossier that is open when the quarter ends; overdue by then or not. */
  const open = (received: Span, isLate: boolean): StoryDossier => {
    for (;;) {
      const procedure = pick(PROCEDURES);
      const receivedAt = officeTime(received);
      const due = dueOf(calendar, receivedAt, procedure.days);
      if (!isLate && procedure.isLand && due < end) {
        // Paused before it fell due, and paused still: its clock stands.
        const at = wholeMinute(
          calendar.addWorking(receivedAt, between(0.2, 0.7) * calendar.workingTime(receivedAt, due)),
        );
        const events: StoryEvent[] = [
          { status: 'processing', at: receivedAt + 5 * MINUTE },
          { status: 'paused', pauseReason: pick(SUSPENDING), at },
        ];
        return { ...skeleton(receivedAt, procedure), events, endAt: null, isPortalFormula: false };
      }
      if (isLate ? due > end - DAY : due <= end) continue;
      const { events } = plain(receivedAt, due);
      return { ...skeleton(receivedAt, procedure), events, endAt: null, isPortalFormula: false };
    }
  };
  return { quarter, before, resolved, open };
}

interface Course {
  readonly events: readonly StoryEvent[];
  /** The last event's time. */
  readonly last: number;
  readonly due: number;
  readonly isPortalFormula: boolean;
}

function plain(receivedAt: number, due: number): Course {
  const at = receivedAt + 5 * MINUTE;
  return { events: [{ status: 'processing', at }], last: at, due, isPortalFormula: false };
}

function paused(
  calendar: WorkingCalendar,
  random: () => number,
  receivedAt: number,
  { days, isLand }: Procedure,
  due: number,
): Course {
  const reasons = isLand ? [...SUSPENDING, CONSULTATION, SUPPLEMENT] : [CONSULTATION, SUPPLEMENT];
  const reason = reasons[Math.floor(random() * reasons.length)]!;
  const working = calendar.workingTime(receivedAt, due);
  const after = (at: number, time: number): number => wholeMinute(calendar.addWorking(at, time));
  const from = after(receivedAt, (0.2 + random() * 0.3) * working);
  const started: StoryEvent = { status: 'processing', at: receivedAt + 5 * MINUTE };
  const pause = (at: number, until: number): StoryEvent[] => [
    { status: 'paused', pauseReason: reason, at },
    { status: 'resumed', at: until },
  ];
  if (reason === CONSULTATION) {
    const to = after(from, Math.min(2 * HOUR, 0.2 * working));
    return { events: [started, ...pause(from, to)], last: to, due, isPortalFormula: false };
  }
  const to = after(from, WORKING_DAY * (1 + random() * 6));
  const isTwice = reason === SUPPLEMENT && random() < ASKED_TWICE;
  const again = after(to, 2 * HOUR);
  const last = isTwice ? after(again, 4 * HOUR) : to;
  const events = [started, ...pause(from, to), ...(isTwice ? pause(again, last) : [])];
  const waited = calendar.workingTime(from, to) + (isTwice ? calendar.workingTime(again, last) : 0);
  const moved = reason === SUPPLEMENT && !isLand ? dueOf(calendar, last, days) : calendar.addWorking(due, waited);
  return { events, last, due: moved, isPortalFormula: isTwice };
}

const wholeMinute = (at: number): number => Math.floor(at / MINUTE) * MINUTE;

/** The close of the last of so many working days, the day of receipt not counted. */
function dueOf(calendar: WorkingCalendar, receivedAt: number, days: number): number {
  const nextDay = Math.floor((receivedAt + VIETNAM_OFFSET) / DAY) * DAY + DAY - VIETNAM_OFFSET;
  return calendar.addWorking(nextDay, days * WORKING_DAY);
}
