/** @module Compares both sides of one day of receipt: our dossiers with a listing, or each asked about by its code. */

import type { AgenciesOn } from '../agencies/directory.ts';
import type { PortalClient, PortalRow } from '../capabilities/portal.ts';
import type { Queryable } from '../db/queryable.ts';
import { parseDossierCode } from '../dossiers/identifiers.ts';
import { compareRow, type Finding, type Rules } from './compare.ts';
import * as differences from './difference-store.ts';
import { findingsOf } from './look.ts';
import * as store from './store.ts';

export interface RunDeps {
  readonly db: Queryable;
  readonly portal: PortalClient;
  readonly rules: () => Rules;
  /** Milliseconds until a difference is looked at a second time. */
  readonly settleAfterMs: number;
  readonly now: () => number;
  /** Awaited before each question: the portal's quota, and its health. @throws when the run is to stop */
  readonly permit: () => Promise<void>;
}

export interface ComparedDay {
  readonly way: 'listing' | 'by-code';
  readonly result: store.DayResult;
}

/** Compares a day and notes what differs, to be looked at again. */
export async function compareDay(deps: RunDeps, run: store.Run, day: string): Promise<ComparedDay> {
  const agencies = deps.rules().catalogue.agencies.asOf(deps.now());
  const own = run.agencyCode === null ? null : agencies.codesUnder([run.agencyCode]);
  const ours = new Map((await store.oursOfDay(deps.db, run, day, own)).map((row) => [row.code, row]));
  const listed = run.way === 'by-code' ? null : await listDay(deps, day);
  const sightings: differences.Sighting[] = [];
  const sums = { compared: 0, inStep: 0, moving: 0, unchecked: 0 };
  const note = (row: store.OurRow, findings: readonly Finding[]): void => {
    if (row.isMoving) sums.moving++;
    else if (findings.length === 0) sums.inStep++;
    else sightings.push(...findings.map((finding) => sightingOf(row, finding)));
  };

  if (listed === null) {
    for (const row of ours.values()) {
      if (row.isHeld) continue;
      await deps.permit();
      sums.compared++;
      note(row, findingsOf(row, await deps.portal.read(row.code), deps.rules()));
    }
  } else {
    for (const row of ours.values()) {
      if (row.isHeld) continue;
      sums.compared++;
      const theirs = listed.get(row.code);
      const missing: Finding = { kind: 'missing-at-portal', ours: { status: row.status }, theirs: null };
      note(row, theirs ? compareRow(row, theirs, deps.rules()) : [missing]);
    }
    const strange = [...listed.values()].filter((row) => !ours.has(row.code) && isInScope(row, run, agencies));
    const known = await store.knownCodes(
      deps.db,
      strange.map(({ code }) => code),
    );
    for (const row of strange) {
      sums.compared++;
      if (known.has(row.code)) sums.inStep++;
      else sightings.push(strangerOf(row, agencies));
    }
  }
  if (sightings.length > 0)
    await differences.noteSightings(deps.db, run, sightings, {
      state: 'found',
      now: deps.now(),
      lookAt: deps.now() + deps.settleAfterMs,
    });
  const codes = [...new Set([...ours.keys(), ...(listed?.keys() ?? [])])];
  await differences.lookAtUnseen(deps.db, run.destination, codes, run.id, deps.now());
  return { way: listed === null ? 'by-code' : 'listing', result: sums };
}

/** The portal's listing of a day by code; null where it has none. */
async function listDay({ portal, permit }: RunDeps, day: string): Promise<Map<string, PortalRow> | null> {
  const rows = new Map<string, PortalRow>();
  for (let page = 1; ; page++) {
    await permit();
    const found = await portal.list(day, day, page);
    if (found === null) return null;
    for (const row of found.rows) rows.set(row.code, row);
    if (!found.more) return rows;
  }
}

function isInScope(row: PortalRow, { agencyCode, procedureCode }: store.RunScope, agencies: AgenciesOn): boolean {
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

function strangerOf(row: PortalRow, agencies: AgenciesOn): differences.Sighting {
  const parsed = parseDossierCode(row.code);
  return {
    kind: 'missing-here',
    dossierCode: row.code,
    dossierId: null,
    agencies: parsed ? agencies.standsFor(parsed.agency) : [],
    headSeq: null,
    ours: null,
    theirs: { status: row.statusCode, appointmentAt: row.appointmentAt },
    cause: null,
  };
}
