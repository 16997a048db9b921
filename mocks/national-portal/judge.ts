/** @module The portal's verdict on a dossier by the published note of decision 766: on time or late, and why. */
import type { WorkingCalendar } from '../calendar.ts';
import { MINUTE, parseCompact } from '../times.ts';
import type { KeptDossier, KeptProgress } from './dossiers.ts';

export interface Verdict {
  /** Null when there is neither an appointment nor a limit of the procedure to hold it to. */
  readonly onTime: boolean | null;
  /** When it ended by the note, in milliseconds. */
  readonly endAt: number;
  readonly appointmentAt: number | null;
  /** Whole working minutes of the one supplement that was taken off. */
  readonly subtractedMinutes: number;
}

/** Working milliseconds of a working day: eight hours. */
const WORKING_DAY = 8 * 60 * MINUTE;
const SUPPLEMENT = '5';
const NOT_ACCEPTED = '3';
const ENDS_OF_LESS_WEIGHT: ReadonlySet<string> = new Set([NOT_ACCEPTED, '7', '8']);
/** What shows that a dossier had been accepted before it was refused. */
const AFTER_ACCEPTANCE: ReadonlySet<string> = new Set(['2', '4', '5', '6', '9', '10']);

/**
 * Judges a dossier.
 *
 * The end is the time of 9, else of 10, else of the first 7, 8 or (after acceptance) 3; without progress of that kind,
 * what the dossier itself says. A single 5 and no end: the time of that 5. More than one 5: late. One 5 and an end: the
 * working time from the 5 to the next record is taken off. Repeats of a record count once: they changed nothing.
 * @param limitWorkingDays the procedure's limit, for a dossier without an appointment; null when it has none
 * @param asOf the last instant of the period, for a dossier that has not ended
 */
export function judge(
  dossier: KeptDossier,
  limitWorkingDays: number | null,
  calendar: WorkingCalendar,
  asOf: number,
): Verdict {
  const progress = dossier.progress.filter(({ repeats }) => !repeats).sort((a, b) => a.time - b.time);
  const supplements = progress.filter(({ status }) => status === SUPPLEMENT);
  const only = supplements.length === 1 ? supplements[0]! : null;
  const end = endOf(dossier, progress);
  const appointmentAt = timeOf(dossier, 'NgayHenTra');
  const endAt = end ?? only?.time ?? asOf;

  if (supplements.length > 1) return { onTime: false, endAt, appointmentAt, subtractedMinutes: 0 };
  const subtracted =
    end !== null && only !== null ? calendar.workingTime(only.time, timeAfter(progress, only) ?? end) : 0;
  return {
    onTime: isOnTime(dossier, endAt, appointmentAt, subtracted, limitWorkingDays, calendar),
    endAt,
    appointmentAt,
    subtractedMinutes: Math.floor(subtracted / MINUTE),
  };
}

function isOnTime(
  dossier: KeptDossier,
  endAt: number,
  appointmentAt: number | null,
  subtracted: number,
  limitWorkingDays: number | null,
  calendar: WorkingCalendar,
): boolean | null {
  if (appointmentAt !== null) return endAt <= calendar.addWorking(appointmentAt, subtracted);
  const startAt = timeOf(dossier, 'NgayTiepNhan');
  if (limitWorkingDays === null || startAt === null) return null;
  return calendar.workingTime(startAt, endAt) - subtracted <= limitWorkingDays * WORKING_DAY;
}

function endOf(dossier: KeptDossier, progress: readonly KeptProgress[]): number | null {
  const first = (status: string): number | undefined => progress.find((known) => known.status === status)?.time;
  const lesser = (): number | undefined =>
    progress.find(
      ({ status, time }) =>
        ENDS_OF_LESS_WEIGHT.has(status) &&
        (status !== NOT_ACCEPTED || progress.some((known) => AFTER_ACCEPTANCE.has(known.status) && known.time <= time)),
    )?.time;
  return (
    first('9') ??
    first('10') ??
    lesser() ??
    timeOf(dossier, 'NgayKetThucXuLy') ??
    timeOf(dossier, 'NgayTuChoi') ??
    timeOf(dossier, 'NgayTra')
  );
}

const timeAfter = (progress: readonly KeptProgress[], one: KeptProgress): number | undefined =>
  progress[progress.indexOf(one) + 1]?.time;

function timeOf(dossier: KeptDossier, field: string): number | null {
  const text = dossier.record[field];
  return typeof text === 'string' ? parseCompact(text) : null;
}
