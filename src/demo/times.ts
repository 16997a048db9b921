/** @module When a story can have happened: a receipt within the last working days whose deadline falls where the story wants it. */
import type { ProcedureVersion } from '../catalogue/catalogue.ts';
import type { Calendar } from '../deadlines/calendar.ts';
import { computeDeadline } from '../deadlines/compute.ts';
import { dayOf } from '../deadlines/local-time.ts';
import { MINUTE } from '../units.ts';
import { isLand } from './fields.ts';
import { between, pick, type Random } from './random.ts';
import type { Due, Story } from './stories.ts';

/** How far back the demo goes. */
const WORKING_DAYS = 30;
const HOUR_OF_WORK = 60;
const DAY_OF_WORK = 480;

/** A day of offices: the demo's events lie before its morning, its deadlines are seen from it. */
export interface Today {
  readonly day: number;
  readonly tomorrow: number;
  /** The latest moment of an event, a little before the last close of offices. */
  readonly last: number;
}

/** The day on which offices are next open (or `now`'s own), whatever the time of day: a demo started at noon and one at night agree. */
export function todayOf(now: number, calendar: Calendar): Today {
  const day = calendar.addWorkingDays(dayOf(now), 0);
  const last = calendar.closeOfDay(calendar.addWorkingDays(day, -1)) - 10 * MINUTE;
  return { day, tomorrow: calendar.addWorkingDays(day, 1), last };
}

/** A story's frame. Epoch ms, in office hours. */
export interface Frame {
  readonly procedure: ProcedureVersion;
  readonly submittedAt: number;
  readonly receivedAt: number;
  /** The appointment that the slip states. */
  readonly dueAt: number;
  /** The last event of the work; a returned dossier was handed over after it. */
  readonly lastAt: number;
}

const TRIES = 5_000;

/** A procedure and moments that fit the story. */
export function frameOf(
  story: Story,
  procedures: readonly ProcedureVersion[],
  today: Today,
  calendar: Calendar,
  random: Random,
): Frame {
  const fitting = procedures.filter(
    (procedure) =>
      procedure.limit !== null && (story.sector === 'any' || (story.sector === 'land') === isLand(procedure)),
  );
  for (let tries = 0; tries < TRIES; tries++) {
    const frame = tryFrame(story, pick(random, fitting), today, calendar, random);
    if (frame) return frame;
  }
  throw new Error(`no time in the last ${WORKING_DAYS} working days fits the story ${JSON.stringify(story)}`);
}

function tryFrame(
  story: Story,
  procedure: ProcedureVersion,
  today: Today,
  calendar: Calendar,
  random: Random,
): Frame | null {
  const isFresh = story.ends === 'submitted' || story.ends === 'accepted';
  const daysAgo = between(random, 1, isFresh ? 2 : WORKING_DAYS - 1);
  const submittedAt = minuteOfDay(calendar.addWorkingDays(today.day, -daysAgo), calendar, random);
  // An online dossier is accepted within eight hours of work.
  const receivedAt = inOffice(submittedAt, between(random, 20, 6 * HOUR_OF_WORK), calendar);
  const dueAt = computeDeadline(
    {
      receivedAt,
      limit: procedure.limit,
      startRule: procedure.startRule,
      suspensions: [],
      now: receivedAt,
    },
    calendar,
  ).appointmentAt!;
  const lastAt = lastOf(story, { receivedAt, dueAt }, today, calendar, random);
  return lastAt === null ? null : { procedure, submittedAt, receivedAt, dueAt, lastAt };
}

/** The story's last moment; null where it does not fit between the receipt and now. */
function lastOf(
  story: Story,
  { receivedAt, dueAt }: { receivedAt: number; dueAt: number },
  today: Today,
  calendar: Calendar,
  random: Random,
): number | null {
  const untilNow = calendar.workingMinutesBetween(receivedAt, today.last);
  const budget = calendar.workingMinutesBetween(receivedAt, dueAt);
  // A pause's events want room between them.
  const least = story.pauses.length > 0 ? DAY_OF_WORK : HOUR_OF_WORK;
  if (story.ends === 'submitted' || story.ends === 'accepted' || story.ends === 'rejected')
    return untilNow >= 0 && dueOf(dueAt, today) === 'later' ? receivedAt : null;
  if (story.ends === 'processing' || story.ends === 'paused') {
    if (dueOf(dueAt, today) !== story.due || untilNow < least) return null;
    return inOffice(receivedAt, between(random, Math.ceil(Math.max(least, untilNow * 0.6)), untilNow), calendar);
  }
  const used =
    story.due === 'overdue'
      ? budget + between(random, HOUR_OF_WORK, 3 * DAY_OF_WORK)
      : Math.floor(budget * (0.4 + 0.55 * random()));
  const toReturn = DAY_OF_WORK;
  return used >= least && used + toReturn <= untilNow ? inOffice(receivedAt, used, calendar) : null;
}

const dueOf = (dueAt: number, { day, tomorrow }: Today): Due => {
  const due = dayOf(dueAt);
  return due < day ? 'overdue' : due === day ? 'today' : due === tomorrow ? 'tomorrow' : 'later';
};

/** A whole minute of a day's office hours, never its last hour. */
function minuteOfDay(day: number, calendar: Calendar, random: Random): number {
  return inOffice(calendar.openOfDay(day), between(random, 5, calendar.dayMinutes - HOUR_OF_WORK), calendar);
}

/** So many minutes of work later; the close of a session is the opening of the next. */
export function inOffice(from: number, minutes: number, calendar: Calendar): number {
  return calendar.openAtOrAfter(calendar.addWorkingMinutes(from, minutes));
}
