/** @module The catalogues and the portal's profile that the project ships, without a database. */
import { readFileSync } from 'node:fs';
import { Catalogue, type CatalogueData } from '../../src/catalogue/catalogue.ts';
import { buildCalendar } from '../../src/deadlines/calendar.ts';
import { loadDaysOff } from '../../src/deadlines/days-off.ts';
import { type Profile, profileSchema } from '../../src/sync/profile.ts';

const shipped = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../../data/${name}.json`, import.meta.url), 'utf8'));

const data: CatalogueData = {
  procedures: shipped('procedures'),
  pauseReasons: shipped('pause-reasons'),
  purposes: shipped('purposes'),
  agencies: shipped('agencies'),
  calendar: buildCalendar({ daysOff: loadDaysOff() }),
};

export const catalogue = new Catalogue(data);

export const profile: Profile = profileSchema.parse(shipped('profiles/national-portal'));

/** The shipped catalogue with another rule for the pauses of the land procedure. */
export function catalogueWithPauses(pauses: CatalogueData['procedures'][number]['pauses']): Catalogue {
  return new Catalogue({
    ...data,
    procedures: data.procedures.map((version) =>
      version.code === LAND ? { ...version, pauses: { ...version.pauses, ...pauses } } : version,
    ),
  });
}

/** Fifteen working days; suspends for financial obligations and public posting. */
export const LAND = '1.005129';
