/** @module Compares both sides of one day of receipt: our dossiers with a listing or an uploaded export, or each asked about by its code. */
import type { Seal } from '../access/seal.ts';
import type { AgenciesOn } from '../agencies/directory.ts';
import type { PortalClient, PortalView } from '../capabilities/portal.ts';
import { UpstreamError } from '../connector/upstream-error.ts';
import type { Queryable } from '../db/queryable.ts';
import { parseDay, startOfDay } from '../deadlines/local-time.ts';
import { parseDossierCode } from '../dossiers/identifiers.ts';
import { PAUSE_WORDS, pauseKind } from '../dossiers/status.ts';
import { DAY } from '../units.ts';
import { isStruggle } from './asking.ts';
import type { Finding, Rules, ToldRow } from './compare.ts';
import type { Listed, Listing, Pages } from './day-listing.ts';
import * as differences from './difference-store.ts';
import { findExport, type PortalExport, strangersAfter } from './export-store.ts';
import { findingsOf, glanceOf } from './findings.ts';
import * as store from './ours-store.ts';
import type { Run, RunScope } from './store.ts';
import { type Belonging, type DayResult, GroupSums } from './sums.ts';
import { noteUnchecked } from './unchecked-store.ts';

export interface RunDeps extends Pages {
  readonly db: Queryable;
  readonly seal: Seal;
  /** null where the destination cannot be asked: only an export tells of it. */
  readonly portal: PortalClient | null;
  readonly rules: () => Rules;
  /** Milliseconds until a difference is looked at a second time. */
  readonly settleAfterMs: number;
  readonly now: () => number;
  /** Dossiers that are asked about by code before it is noted how far the run has come. */
  readonly codesAtOnce: number;
}

export interface ComparedDay {
  readonly way: NonNullable<Run['way']>;
  readonly result: DayResult;
  /** The code after which the day goes on; null where all of it was compared. */
  readonly next: string | null;
}

/** One code at a time, what is at rest is left out: it ended, and nothing was delivered for so long. */
export const ACTIVE_FOR = 30 * DAY;

/** Whether a run knows the other side by its listing, as far as is known yet. */
export const isListed = ({ exportId, way }: Run): boolean => exportId === null && way !== 'by-code';

/** Compares a day and notes what differs, to be looked at again. */
export async function compareDay(deps: RunDeps, run: Run, day: string, listed: Listing): Promise<ComparedDay> {
  const agencies = deps.rules().catalogue.agencies.asOf(deps.now());
  const own = ownCodes(run, agencies);
  if (run.exportId !== null) return { way: 'export', result: await compareExported(deps, run, day, own), next: null };
  if (deps.portal === null) throw new Error('the destination is not connected: only an uploaded export tells of it');
  if (listed === null) return { way: 'by-code', ...(await askEach(deps, deps.portal, run, day, own)) };
  return { way: 'listing', result: await compareListed(deps, run, day, { own, agencies, listed }), next: null };
}

async function compareListed(
  deps: RunDeps,
  run: Run,
  day: string,
  { own, agencies, listed }: { own: readonly string[] | null; agencies: AgenciesOn; listed: Listed },
): Promise<DayResult> {
  const screened = await store.screenDay(deps.db, run, day, own, listed, screenOn(deps, day));
  const found = new Findings(deps.seal);
  found.groups.countLines(screened.belonging);
  const looked = await closely(deps, run, screened.rest, (rows) => {
    for (const { row, told } of rows) found.of(row, row.isMoving ? null : glanceOf(row, told, deps.rules()));
    return Promise.resolve();
  });
  const strange = screened.strangers.filter((row) => isInScope(row, run, agencies));
  const known = await store.knownCodes(
    deps.db,
    strange.map(({ code }) => code),
  );
  const named = codesOf(run, deps.rules(), agencies);
  for (const row of strange) {
    if (!known.has(row.code)) found.sightings.push(strangerOf(row, named));
    found.groups.count(strangerOfWhom(row), { compared: 1, inStep: known.has(row.code) ? 1 : 0 });
  }
  await note(deps, run, found.sightings, [...looked, ...strange.map(({ code }) => code)]);
  return {
    compared: screened.compared + strange.length,
    inStep: screened.inStep + found.inStep + known.size,
    moving: found.moving,
    unchecked: 0,
    groups: found.groups,
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
  const found = new Findings(deps.seal);
  found.groups.countLines(screened.belonging);
  const moved: string[] = [];
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
      if (findings !== null && findings.length > 0 && since.has(row.id)) {
        moved.push(row.code);
        found.groups.count(row, { compared: -1, inStep: -1 });
      } else found.of(row, findings);
    }
  });
  await note(deps, run, found.sightings, looked);
  await noteUnchecked(deps.db, run.id, moved, 'moved');
  const { compared, inStep } = screened;
  return {
    compared: compared - moved.length,
    inStep: inStep + found.inStep,
    moving: found.moving,
    // Each was noted by its name.
    unchecked: 0,
    groups: found.groups,
  };
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
  const named = codesOf(run, deps.rules(), agencies);
  const sightings = mine.map((row) => strangerOf(row, named));
  await note(
    deps,
    run,
    sightings,
    mine.map(({ code }) => code),
  );
  const groups = new GroupSums();
  for (const row of mine) groups.count(strangerOfWhom(row), { compared: 1 });
  return { result: { compared: mine.length, inStep: 0, moving: 0, unchecked: 0, groups }, next: last };
}

async function exportOf(db: Queryable, { exportId }: Run): Promise<PortalExport> {
  const file = exportId === null ? null : await findExport(db, exportId);
  if (file === null) throw new Error('the uploaded export has had its time and was removed: upload it again');
  return file;
}

/** Codes whose dossiers a run is about; null: all, those of agencies that nobody knows among them. */
const ownCodes = ({ agencyCode }: RunScope, agencies: AgenciesOn): readonly string[] | null =>
  agencyCode === null || agencies.coversAll([agencyCode]) ? null : agencies.codesUnder([agencyCode]);

/** How many dossiers a run that asks code by code has to ask about in all: what it takes is told by it. */
export async function toAskOf({ db, rules, now }: RunDeps, run: Run, day: string): Promise<number> {
  const agencies = rules().catalogue.agencies.asOf(now());
  const own = ownCodes(run, agencies);
  const since = run.extent === 'active' ? run.requestedAt - ACTIVE_FOR : null;
  return run.compared + (await store.countToAsk(db, run, day, own, since));
}

/** Questions under way at once. */
const ASKED_AT_ONCE = 8;

/** The next dossiers of a day are asked about by their codes; of a run that leaves out what is at rest, those are counted as unchecked. */
async function askEach(
  deps: RunDeps,
  portal: PortalClient,
  run: Run,
  day: string,
  own: readonly string[] | null,
): Promise<{ result: DayResult; next: string | null }> {
  const { db, codesAtOnce } = deps;
  const since = run.extent === 'active' ? run.requestedAt - ACTIVE_FOR : null;
  const page = { after: run.dayCode ?? '', limit: codesAtOnce };
  const rows = await store.oursOfDay(db, run, day, own, since, page);
  const found = new Findings(deps.seal);
  const unreadable: string[] = [];
  let asked = 0;
  let fault: unknown = null;
  while (asked < rows.length && fault === null) {
    const some = rows.slice(asked, asked + ASKED_AT_ONCE);
    const views = await Promise.allSettled(some.map((row) => viewOf(deps, portal, row)));
    for (const [i, row] of some.entries()) {
      const view = views[i]!;
      if (view.status === 'rejected') {
        fault = view.reason;
        break;
      }
      asked++;
      if (view.value === 'unreadable') {
        unreadable.push(row.code);
        continue;
      }
      found.groups.count(row, { compared: 1, inStep: 1 });
      found.of(row, view.value === 'moving' ? null : findingsOf(row, view.value, deps.rules()));
    }
  }
  // What one fault of the destination interrupts is not asked about again.
  if (fault !== null && (asked === 0 || !(fault instanceof UpstreamError))) throw fault;
  const codes = rows.slice(0, asked).map(({ code }) => code);
  await note(deps, run, found.sightings, codes);
  await noteUnchecked(db, run.id, unreadable, 'unreadable');
  const isLast = asked === rows.length && rows.length < codesAtOnce;
  const atRest = isLast && since !== null ? await store.countAtRest(db, run, day, own, since) : 0;
  const { inStep, moving } = found;
  return {
    result: { compared: asked - unreadable.length, inStep, moving, unchecked: atRest, groups: found.groups },
    next: isLast ? null : (codes.at(-1) ?? run.dayCode),
  };
}

/** What is on its way is the sync's to bring: it is not asked about. */
async function viewOf(
  { ask }: RunDeps,
  portal: PortalClient,
  row: store.OurRow,
): Promise<PortalView | null | 'moving' | 'unreadable'> {
  if (row.isMoving) return 'moving';
  try {
    return await ask(() => portal.read(row.code));
  } catch (error) {
    if (error instanceof UpstreamError && !isStruggle(error)) return 'unreadable';
    throw error;
  }
}

/** What a day's looks came to. */
class Findings {
  readonly #seal: Seal;
  readonly sightings: differences.Sighting[] = [];
  /** By agency and procedure: what is compared counts as in step until a look tells otherwise. */
  readonly groups = new GroupSums();
  inStep = 0;
  moving = 0;

  constructor(seal: Seal) {
    this.#seal = seal;
  }

  /** @param findings null: something of the dossier is on its way, which the sync brings */
  of(row: store.OurRow, findings: readonly Finding[] | null): void {
    if (findings?.length !== 0) this.groups.count(row, { inStep: -1, moving: findings === null ? 1 : 0 });
    if (findings === null) this.moving++;
    else if (findings.length === 0) this.inStep++;
    else this.sightings.push(...findings.map((finding) => sightingOf(row, finding, this.#seal)));
  }
}

/** What only the other side has counts for the agency that its number names. */
const strangerOfWhom = ({ code, procedureCode }: Pick<store.Stranger, 'code' | 'procedureCode'>): Belonging => ({
  agencyCode: parseDossierCode(code)?.agency ?? null,
  procedureCode,
});

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
  // A number of no form that we know names no agency: it is for those who answer for all.
  if (parsed === null) return agencies.coversAll([agencyCode]);
  return agencies.covers([agencyCode], agencies.standsFor(parsed.agency));
}

/** Tells for whom a dossier counts that only the other side has, by its code. */
function codesOf({ agencyCode }: RunScope, { catalogue }: Rules, agencies: AgenciesOn): (code: string) => string[] {
  const all = catalogue.data.agencies
    .filter((one) => agencies.parentOf(one) === null)
    .map((one) => agencies.codeOf(one));
  return (code) => {
    const parsed = parseDossierCode(code);
    if (parsed !== null) return agencies.standsFor(parsed.agency);
    return agencyCode === null ? all : [agencyCode];
  };
}

/** What one of our dossiers is noted with. */
export const sightingOf = (row: store.OurRow, finding: Finding, seal: Seal): differences.Sighting => ({
  ...finding,
  dossierCode: row.code,
  dossierId: row.id,
  agencies: row.agencies,
  headSeq: row.headSeq,
  cause: differences.sealedCause(row.blockedReason ?? row.lastError, seal),
});

function strangerOf(told: store.Stranger, agenciesOf: (code: string) => string[]): differences.Sighting {
  const { code } = told;
  return {
    kind: 'missing-here',
    dossierCode: code,
    dossierId: null,
    agencies: agenciesOf(code),
    headSeq: null,
    ours: null,
    theirs: { status: told.statusCode, appointmentAt: told.appointmentAt },
    cause: null,
  };
}
