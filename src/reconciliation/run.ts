/** @module Compares both sides of one day of receipt: our dossiers with a listing or an uploaded export, or each asked about by its code. */

import type { AgenciesOn } from '../agencies/directory.ts';
import type { PortalClient } from '../capabilities/portal.ts';
import type { Queryable } from '../db/queryable.ts';
import { parseDay, startOfDay } from '../deadlines/local-time.ts';
import { parseDossierCode } from '../dossiers/identifiers.ts';
import { PAUSE_WORDS, pauseKind } from '../dossiers/status.ts';
import { DAY } from '../units.ts';
import type { Finding, Rules, ToldRow } from './compare.ts';
import * as differences from './difference-store.ts';
import { findExport, type PortalExport, strangersAfter } from './export-store.ts';
import { findingsOf, glanceOf } from './look.ts';
import * as store from './ours-store.ts';
import type { DayResult, Run, RunScope } from './store.ts';

export interface RunDeps {
  readonly db: Queryable;
  /** null where the destination cannot be asked: only an export tells of it. */
  readonly portal: PortalClient | null;
  readonly rules: () => Rules;
  /** Milliseconds until a difference is looked at a second time. */
  readonly settleAfterMs: number;
  readonly now: () => number;
  /** Awaited before each question: the portal's quota, and its health. @throws when the run is to stop */
  readonly permit: () => Promise<void>;
}

/** A day's rows as JSON, so that they need not be kept as they are; null where the destination has no listing. */
export type Listing = string | null;

export interface ComparedDay {
  readonly way: NonNullable<Run['way']>;
  readonly result: DayResult;
}

/** One code at a time, what is at rest is left out: it ended, and nothing was delivered for so long. */
export const ACTIVE_FOR = 30 * DAY;

/** The destination's listing of a day; null where it has none, or an export stands for it. */
export async function listDay({ portal, permit }: RunDeps, run: Run, day: string): Promise<Listing> {
  if (portal === null || run.exportId !== null || run.way === 'by-code') return null;
  const pages: string[] = [];
  // What moved from one page to the next while they were asked for stands on both.
  const codes = new Set<string>();
  for (let page = 1; ; page++) {
    await permit();
    const found = await portal.list(day, day, page);
    if (found === null) return null;
    const rows = found.rows.filter(({ code }) => !codes.has(code) && codes.add(code));
    if (rows.length > 0) pages.push(JSON.stringify(rows).slice(1, -1));
    if (!found.more) return `[${pages.join(',')}]`;
  }
}

/** Compares a day and notes what differs, to be looked at again. */
export async function compareDay(deps: RunDeps, run: Run, day: string, listed: Listing): Promise<ComparedDay> {
  const agencies = deps.rules().catalogue.agencies.asOf(deps.now());
  const own = run.agencyCode === null ? null : agencies.codesUnder([run.agencyCode]);
  if (run.exportId !== null) return { way: 'export', result: await compareExported(deps, run, day, own) };
  if (deps.portal === null) throw new Error('the destination is not connected: only an uploaded export tells of it');
  if (listed === null) return { way: 'by-code', result: await askEach(deps, deps.portal, run, day, own) };
  return { way: 'listing', result: await compareListed(deps, run, day, { own, agencies, listed }) };
}

async function compareListed(
  deps: RunDeps,
  run: Run,
  day: string,
  { own, agencies, listed }: { own: readonly string[] | null; agencies: AgenciesOn; listed: string },
): Promise<DayResult> {
  const screened = await store.screenDay(deps.db, run, day, own, listed, screenOn(deps, day));
  const found = new Findings();
  const looked = await closely(deps, run, screened.rest, (rows) => {
    for (const { row, told } of rows) found.of(row, row.isMoving ? null : glanceOf(row, told, deps.rules()));
    return Promise.resolve();
  });
  const strange = screened.strangers.filter((row) => isInScope(row, run, agencies));
  const known = await store.knownCodes(
    deps.db,
    strange.map(({ code }) => code),
  );
  for (const row of strange) if (!known.has(row.code)) found.sightings.push(strangerOf(row, agencies));
  await note(deps, run, found.sightings, [...looked, ...strange.map(({ code }) => code)]);
  return {
    compared: screened.compared + strange.length,
    inStep: screened.inStep + found.inStep + known.size,
    moving: found.moving,
    unchecked: 0,
  };
}

async function compareExported(
  deps: RunDeps,
  run: Run,
  day: string,
  own: readonly string[] | null,
): Promise<DayResult> {
  const file = await exportOf(deps.db, run);
  const screened = await store.screenDay(deps.db, run, day, own, file.id, screenOn(deps, day));
  const found = new Findings();
  let moved = 0;
  const looked = await closely(deps, run, screened.rest, async (rows) => {
    // What the file shows of a dossier that has moved since, or had just moved, says nothing of what the portal shows of it.
    const since = await store.movedSince(
      deps.db,
      run.destination,
      rows.map(({ row }) => row.id),
      file.asOf - deps.settleAfterMs,
    );
    for (const { row, told } of rows) {
      const findings = row.isMoving ? null : glanceOf(row, told, deps.rules());
      if (findings !== null && findings.length > 0 && since.has(row.id)) moved++;
      else found.of(row, findings);
    }
  });
  await note(deps, run, found.sightings, looked);
  const { compared, inStep } = screened;
  return { compared: compared - moved, inStep: inStep + found.inStep, moving: found.moving, unchecked: moved };
}

/** Codes that are set beside ours at once. */
const CODES_AT_ONCE = 50_000;

/** What only the export has, in the order of the codes. @returns the last code that was looked at; null: it was the last of all */
export async function compareStrangers(
  deps: RunDeps,
  run: Run,
): Promise<{ readonly result: DayResult; readonly next: string | null }> {
  const file = await exportOf(deps.db, run);
  const agencies = deps.rules().catalogue.agencies.asOf(deps.now());
  const { strangers, last } = await strangersAfter(deps.db, file.id, run.codePosition ?? '', CODES_AT_ONCE);
  const [from, to] = [startOfDay(parseDay(run.from, 'from')), startOfDay(parseDay(run.to, 'to') + 1)];
  const mine = strangers.filter(
    (row) =>
      isInScope(row, run, agencies) && (row.receivedAt === null || (row.receivedAt >= from && row.receivedAt < to)),
  );
  const sightings = mine.map((row) => strangerOf(row, agencies));
  await note(
    deps,
    run,
    sightings,
    mine.map(({ code }) => code),
  );
  return { result: { compared: mine.length, inStep: 0, moving: 0, unchecked: 0 }, next: last };
}

async function exportOf(db: Queryable, { exportId }: Run): Promise<PortalExport> {
  const file = exportId === null ? null : await findExport(db, exportId);
  if (file === null) throw new Error('the uploaded export has had its time and was removed: upload it again');
  return file;
}

/** Each dossier is asked about by its code; of a run that leaves out what is at rest, those are counted as unchecked. */
async function askEach(
  deps: RunDeps,
  portal: PortalClient,
  run: Run,
  day: string,
  own: readonly string[] | null,
): Promise<DayResult> {
  const since = run.extent === 'active' ? run.requestedAt - ACTIVE_FOR : null;
  const ours = (await store.oursOfDay(deps.db, run, day, own, since)).filter(({ isHeld }) => !isHeld);
  const found = new Findings();
  for (const row of ours) {
    await deps.permit();
    found.of(row, row.isMoving ? null : findingsOf(row, await portal.read(row.code), deps.rules()));
  }
  await note(
    deps,
    run,
    found.sightings,
    ours.map(({ code }) => code),
  );
  const all = since === null ? ours.length : await store.countOfDay(deps.db, run, day, own);
  const { inStep, moving } = found;
  return { compared: ours.length, inStep, moving, unchecked: all - ours.length };
}

/** What a day's looks came to. */
class Findings {
  readonly sightings: differences.Sighting[] = [];
  inStep = 0;
  moving = 0;

  /** @param findings null: something of the dossier is on its way, which the sync brings */
  of(row: store.OurRow, findings: readonly Finding[] | null): void {
    if (findings === null) this.moving++;
    else if (findings.length === 0) this.inStep++;
    else this.sightings.push(...findings.map((finding) => sightingOf(row, finding)));
  }
}

const ROWS_AT_ONCE = 500;

interface Beside {
  readonly row: store.OurRow;
  readonly told: ToldRow | null;
}

/** Reads our dossiers in full, some at a time, each beside what the other side tells of it. @returns their codes */
async function closely(
  { db }: RunDeps,
  { destination }: Run,
  rest: store.Screened['rest'],
  look: (rows: readonly Beside[]) => Promise<void>,
): Promise<string[]> {
  const codes: string[] = [];
  for (let i = 0; i < rest.length; i += ROWS_AT_ONCE) {
    const told = new Map(rest.slice(i, i + ROWS_AT_ONCE).map((one) => [one.id, one.told]));
    const rows = await store.oursById(db, destination, [...told.keys()]);
    await look(rows.map((row) => ({ row, told: told.get(row.id)! })));
    for (const { code } of rows) codes.push(code);
  }
  return codes;
}

/** What the database needs to tell what is evidently in step: never less than the full comparison asks. */
function screenOn({ rules }: RunDeps, day: string): store.Screen {
  const { profile, catalogue } = rules();
  const on = startOfDay(parseDay(day, 'day'));
  const { procedures, agencies, pauseReasons } = catalogue.data;
  const reasons = [...PAUSE_WORDS, ...pauseReasons.map(({ code }) => code)];
  return {
    codes: profile.statusCodes,
    subtracted: [...new Set(reasons)].filter(
      (reason) => profile.pauses[pauseKind(reason)].code === profile.supplementCode,
    ),
    procedures: [...new Set(procedures.map(({ code }) => code))].filter((code) => catalogue.procedureAt(code, on)),
    agencies: agencies
      .flatMap(({ code, formerCodes = [] }) => [code, ...formerCodes.map((former) => former.code)])
      .filter((code) => catalogue.agency(code)),
  };
}

/** @param codes of everything that was looked at: what stood of it and was not seen is over, perhaps */
async function note(
  { db, now, settleAfterMs }: RunDeps,
  run: Run,
  sightings: readonly differences.Sighting[],
  codes: readonly string[],
): Promise<void> {
  if (sightings.length > 0)
    await differences.noteSightings(db, run, sightings, {
      state: 'found',
      now: now(),
      lookAt: now() + settleAfterMs,
    });
  if (codes.length > 0) await differences.lookAtUnseen(db, run.destination, codes, run.id, now());
}

function isInScope(
  row: { readonly code: string; readonly procedureCode: string | null },
  { agencyCode, procedureCode }: RunScope,
  agencies: AgenciesOn,
): boolean {
  if (procedureCode !== null && row.procedureCode !== procedureCode) return false;
  if (agencyCode === null) return true;
  const parsed = parseDossierCode(row.code);
  return parsed !== null && agencies.covers([agencyCode], agencies.standsFor(parsed.agency));
}

/** What one of our dossiers is noted with. */
export const sightingOf = (row: store.OurRow, { kind, ours, theirs }: Finding): differences.Sighting => ({
  kind,
  dossierCode: row.code,
  dossierId: row.id,
  agencies: row.agencies,
  headSeq: row.headSeq,
  ours,
  theirs,
  cause: row.blockedReason ?? row.lastError,
});

function strangerOf(told: store.Stranger, agencies: AgenciesOn): differences.Sighting {
  const { code } = told;
  const parsed = parseDossierCode(code);
  return {
    kind: 'missing-here',
    dossierCode: code,
    dossierId: null,
    agencies: parsed ? agencies.standsFor(parsed.agency) : [],
    headSeq: null,
    ours: null,
    theirs: { status: told.statusCode, appointmentAt: told.appointmentAt },
    cause: null,
  };
}
