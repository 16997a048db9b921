/** @module Reads the catalogues from the database, and fills an empty one with what the project ships. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { agencyShape } from '../agencies/agency.ts';
import { putAgencies, readAgencies } from '../agencies/store.ts';
import type { Queryable } from '../db/queryable.ts';
import { buildCalendar, type DayOff } from '../deadlines/calendar.ts';
import { loadDaysOff } from '../deadlines/days-off.ts';
import { type Profile, profileSchema } from '../sync/profile.ts';
import { Catalogue, type PauseReason, type ProcedureVersion, type Purpose, type WholeDays } from './catalogue.ts';
import { pauseReason, procedure, purpose } from './shapes.ts';

const shipped = async <T>(name: string, schema: z.ZodType<T>): Promise<T> =>
  schema.parse(JSON.parse(await readFile(new URL(`../../data/${name}.json`, import.meta.url), 'utf8')));

/** Fills catalogues that are empty; what an operator has put there is never touched. */
export async function seedCatalogues(db: Queryable): Promise<void> {
  await seedPurposes(db);
  const { rows } = await db.query<{ empty: boolean }>(
    'select not exists (select from procedure) and not exists (select from agency) and not exists (select from profile) as empty',
  );
  if (!rows[0]!.empty) return;
  const [procedures, reasons, agencies, profile] = await Promise.all([
    shipped('procedures', z.array(procedure)),
    shipped('pause-reasons', z.array(pauseReason)),
    shipped('agencies', z.array(agencyShape)),
    shipped('profiles/national-portal', profileSchema),
  ]);
  await putAgencies(db, agencies);
  for (const [table, versions] of [
    ['procedure', procedures],
    ['pause_reason', reasons],
  ] as const) {
    await db.query(
      `insert into ${table} (code, effective_from, effective_to, body)
       select r->>'code', (r->>'effectiveFrom')::date, (r->>'effectiveTo')::date, r from json_array_elements($1::json) as r on conflict do nothing`,
      [JSON.stringify(versions)],
    );
  }
  await db.query(
    `insert into day_off (date, kind, for_date, name, source, confidence)
     select date, kind, "forDate", name, source, confidence
     from json_to_recordset($1::json) as r (date date, kind text, "forDate" date, name text, source text, confidence text) on conflict do nothing`,
    [JSON.stringify(loadDaysOff())],
  );
  await db.query(
    'insert into profile (destination, version, effective_from, body) values ($1, $2, $3, $4) on conflict do nothing',
    [profile.destination, profile.version, profile.effectiveFrom, JSON.stringify(profile)],
  );
}

/** Apart from the others: they came later, into databases that had those. */
async function seedPurposes(db: Queryable): Promise<void> {
  await db.query(
    `insert into purpose (code, effective_from, effective_to, body)
     select r->>'code', (r->>'effectiveFrom')::date, (r->>'effectiveTo')::date, r from json_array_elements($1::json) as r
     where not exists (select from purpose) on conflict do nothing`,
    [JSON.stringify(await shipped('purposes', z.array(purpose)))],
  );
}

export async function readPurposes(db: Queryable): Promise<Purpose[]> {
  const { rows } = await db.query<{ body: Purpose }>('select body from purpose order by code, effective_from');
  return rows.map(({ body }) => body);
}

/** Days off and swapped working days of one year, or of all years, in order. */
export async function readDaysOff(db: Queryable, year?: number): Promise<DayOff[]> {
  const { rows } = await db.query<DayOff & { forDate: string | null; name: string | null; source: string | null }>(
    `select date, kind, for_date as "forDate", name, source, confidence from day_off
     where $1::int is null or date between make_date($1, 1, 1) and make_date($1, 12, 31) order by date`,
    [year ?? null],
  );
  return rows.map(({ date, kind, forDate, name, source, confidence }) => ({
    date,
    kind,
    confidence,
    ...(forDate ? { forDate } : {}),
    ...(name ? { name } : {}),
    ...(source ? { source } : {}),
  }));
}

/** Raised by every statement that changes a catalogue. */
export async function catalogueVersion(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ version: number }>('select version from catalogue_version');
  return rows[0]!.version;
}

/** Everything a process works with. A change made while it is read is read again, for the version is asked first. */
export async function loadCatalogue(db: Queryable, wholeDays: WholeDays = {}): Promise<Catalogue> {
  const version = await catalogueVersion(db);
  const [procedures, reasons, purposes, agencies, daysOff] = await Promise.all([
    db.query<{ body: ProcedureVersion }>('select body from procedure order by code, effective_from'),
    db.query<{ body: PauseReason }>('select body from pause_reason order by code, effective_from'),
    readPurposes(db),
    readAgencies(db),
    readDaysOff(db),
  ]);
  return new Catalogue({
    wholeDays,
    procedures: procedures.rows.map(({ body }) => body),
    pauseReasons: reasons.rows.map(({ body }) => body),
    purposes,
    agencies,
    calendar: buildCalendar({ daysOff }),
    daysOff,
    version,
  });
}

export async function loadProfiles(db: Queryable): Promise<Profile[]> {
  const { rows } = await db.query<{ body: unknown }>('select body from profile order by destination, version');
  return rows.map(({ body }) => profileSchema.parse(body));
}
