/** @module Reads the catalogues from the database, and fills an empty one with what the project ships. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Queryable } from '../db/queryable.ts';
import { buildCalendar, type DayOff } from '../deadlines/calendar.ts';
import { loadDaysOff } from '../deadlines/days-off.ts';
import { agencyCode, limit, procedureCode } from '../dossiers/shape.ts';
import { type Profile, profileSchema } from '../sync/profile.ts';
import { type Agency, Catalogue, type PauseReason, type ProcedureVersion } from './catalogue.ts';

const effect = z.enum(['suspend', 'restart', 'none']);
const date = z.iso.date();
const rule = z.strictObject({ effect, legalBasis: z.string().nullable() });

const procedure = z.strictObject({
  code: procedureCode,
  name: z.string(),
  sector: z.strictObject({ code: z.string(), name: z.string() }),
  limit: limit.nullable(),
  startRule: z.union([z.enum(['next-day', 'instant']), z.strictObject({ cutoff: z.string().regex(/^\d{2}:\d{2}$/) })]),
  mayEnd: z.array(z.string()),
  pauses: z.record(z.string(), rule),
  pauseNeedsDocument: z.boolean(),
  effectiveFrom: date,
  effectiveTo: date.nullable(),
});

const pauseReason = z.strictObject({
  code: z.string(),
  name: z.strictObject({ vi: z.string(), en: z.string() }),
  effect,
  legalBasis: z.string().nullable(),
  effectiveFrom: date,
  effectiveTo: date.nullable(),
});

const agency = z.strictObject({
  code: agencyCode,
  name: z.string(),
  parentCode: agencyCode.nullable(),
  level: z.string(),
});

const shipped = async <T>(name: string, schema: z.ZodType<T>): Promise<T> =>
  schema.parse(JSON.parse(await readFile(new URL(`../../data/${name}.json`, import.meta.url), 'utf8')));

/** Fills catalogues that are empty; what an operator has put there is never touched. */
export async function seedCatalogues(db: Queryable): Promise<void> {
  const { rows } = await db.query<{ empty: boolean }>(
    'select not exists (select from procedure) and not exists (select from agency) and not exists (select from profile) as empty',
  );
  if (!rows[0]!.empty) return;
  const [procedures, reasons, agencies, profile] = await Promise.all([
    shipped('procedures', z.array(procedure)),
    shipped('pause-reasons', z.array(pauseReason)),
    shipped('agencies', z.array(agency)),
    shipped('profiles/national-portal', profileSchema),
  ]);
  await db.query(
    `insert into agency (code, name, parent_code, level)
     select code, name, "parentCode", level from json_to_recordset($1::json) as r (code text, name text, "parentCode" text, level text) on conflict do nothing`,
    [JSON.stringify(agencies)],
  );
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

/** Everything a process works with, read at once. */
export async function loadCatalogue(db: Queryable): Promise<Catalogue> {
  const [procedures, reasons, agencies, days] = await Promise.all([
    db.query<{ body: ProcedureVersion }>('select body from procedure order by code, effective_from'),
    db.query<{ body: PauseReason }>('select body from pause_reason order by code, effective_from'),
    db.query<Agency>('select code, name, parent_code as "parentCode", level from agency order by code'),
    db.query<DayOff & { forDate: string | null; name: string | null }>(
      'select date, kind, for_date as "forDate", name, confidence from day_off order by date',
    ),
  ]);
  return new Catalogue({
    procedures: procedures.rows.map(({ body }) => body),
    pauseReasons: reasons.rows.map(({ body }) => body),
    agencies: agencies.rows,
    calendar: buildCalendar({
      daysOff: days.rows.map(({ date: day, kind, forDate, name, confidence }) => ({
        date: day,
        kind,
        confidence,
        ...(forDate ? { forDate } : {}),
        ...(name ? { name } : {}),
      })),
    }),
  });
}

export async function loadProfiles(db: Queryable): Promise<Profile[]> {
  const { rows } = await db.query<{ body: unknown }>('select body from profile order by destination, version');
  return rows.map(({ body }) => profileSchema.parse(body));
}
