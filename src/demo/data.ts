/** @module The demo's dossiers: a working day of a province, invented from a seed, the same whenever that day asks. */
import type { Agency } from '../agencies/agency.ts';
import { Directory } from '../agencies/directory.ts';
import type { ProcedureVersion } from '../catalogue/catalogue.ts';
import type { Calendar } from '../deadlines/calendar.ts';
import { dayOf, isoDate } from '../deadlines/local-time.ts';
import type { DossierFields } from '../dossiers/shape.ts';
import { PAUSE_REASONS } from '../dossiers/status.ts';
import { type DemoEvent, eventsOf } from './events.ts';
import { inventFields, isLand, LAND_AGENCY } from './fields.ts';
import { pick, type Random } from './random.ts';
import { type Story, stories } from './stories.ts';
import { type Frame, frameOf, todayOf } from './times.ts';

export interface DemoDossier {
  readonly code: string;
  readonly fields: DossierFields;
  /** What follows the registration, in the order of time: that it was submitted and accepted stands in the fields. */
  readonly events: readonly DemoEvent[];
}

export interface DemoOptions {
  /** Epoch ms; all of one local day give the same data. */
  readonly now: number;
  readonly calendar: Calendar;
  /** Seeded: the data is this generator's and the day's. */
  readonly random: Random;
  readonly procedures: readonly ProcedureVersion[];
  readonly agencies: readonly Agency[];
}

/** Out of the way of the numbers that someone who tries the demo thinks of. */
const FIRST_SEQUENCE = 9001;
const SLIP_SHARE = 0.7;
const DEPARTMENT_SHARE = 0.25;
/** Half of all dossiers come online. */
const CHANNELS = ['online', 'online', 'online', 'counter', 'counter', 'post'] as const;

/**
 * More than 300 dossiers in every status and paused for every reason, handed in within the last 30 working days; every
 * event lies before today and in office hours, and has effect.
 */
export function demoDossiers({ now, calendar, random, procedures, agencies }: DemoOptions): DemoDossier[] {
  const today = todayOf(now, calendar);
  const present = new Directory(agencies).asOf(now);
  const communes = agencies.filter((agency) => agency.level === 'commune' && present.exists(agency));
  const landOffice = agencies.find(({ code }) => code === LAND_AGENCY);
  const used = new Map<string, number>();
  /** The next code of an agency's day. */
  const nextCode = (agency: Agency, at: number): string => {
    const series = `${agency.code}-${isoDate(dayOf(at)).slice(2).replaceAll('-', '')}`;
    const sequence = (used.get(series) ?? FIRST_SEQUENCE - 1) + 1;
    used.set(series, sequence);
    return `${series}-${sequence}`;
  };

  return stories(PAUSE_REASONS).map((story) => {
    const frame = frameOf(story, procedures, today, calendar, random);
    const isAtDepartment = landOffice && isLand(frame.procedure) && random() < DEPARTMENT_SHARE;
    const agency = isAtDepartment ? landOffice : pick(random, communes);
    return dossierOf(story, frame, agency, nextCode(agency, frame.submittedAt), { calendar, random });
  });
}

function dossierOf(
  story: Story,
  frame: Frame,
  agency: Agency,
  code: string,
  { calendar, random }: Pick<DemoOptions, 'calendar' | 'random'>,
): DemoDossier {
  // Only what came online waits to be accepted, or can be refused before it is.
  const isUnreceived = story.ends === 'submitted' || story.ends === 'rejected';
  const channel = isUnreceived ? 'online' : pick(random, CHANNELS);
  const submittedAt = channel === 'online' ? frame.submittedAt : frame.receivedAt;
  const receipt = {
    submittedAt,
    receivedAt: isUnreceived ? null : frame.receivedAt,
    channel,
    slipAt: !isUnreceived && random() < SLIP_SHARE ? frame.dueAt : null,
  };
  return {
    code,
    fields: inventFields(random, frame.procedure, agency, receipt, code.slice(code.indexOf('-') + 1)),
    events: eventsOf(story, frame, code, calendar, random),
  };
}
