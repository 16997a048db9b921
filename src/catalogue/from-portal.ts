/** @module Procedures that only the portal knows are taken over by name, so that a dossier shows more than a code. */
import type { CatalogueSource } from '../capabilities/catalogue.ts';
import type { Queryable } from '../db/queryable.ts';
import { nationalProcedure } from '../dossiers/identifiers.ts';
import type { Log } from '../log.ts';
import { Rounds } from '../rounds.ts';
import { DAY, MINUTE } from '../units.ts';
import { procedure } from './shapes.ts';

/** Before anything of today's portal: a name stands for every dossier. */
const SINCE = '2000-01-01';

/**
 * Adds the portal's procedures that stand in no version here, without a limit and marked with where they come from.
 * What the province keeps is never touched.
 *
 * @returns how many were added
 */
export async function takePortalProcedures(
  db: Queryable,
  portal: Pick<CatalogueSource, 'listProcedures'>,
): Promise<number> {
  const listed = (await portal.listProcedures?.()) ?? [];
  const versions = new Map<string, unknown>();
  for (const { code, name, sector } of listed) {
    const national = nationalProcedure(code);
    const version = procedure.safeParse({
      code: national,
      name,
      sector: sector ?? { code: '', name: '' },
      limit: null,
      startRule: 'next-day',
      mayEnd: [],
      pauses: {},
      pauseNeedsDocument: false,
      source: 'national-portal',
      effectiveFrom: SINCE,
      effectiveTo: null,
    });
    // A code that no dossier could name is of no use here.
    if (version.success) versions.set(version.data.code, version.data);
  }
  const { rowCount } = await db.query(
    `insert into procedure (code, effective_from, effective_to, body)
     select r->>'code', (r->>'effectiveFrom')::date, null, r from json_array_elements($1::json) as r
     where not exists (select from procedure p where substring(p.code from '^\\d\\.\\d{6}') = r->>'code')
     on conflict do nothing`,
    [JSON.stringify([...versions.values()])],
  );
  return rowCount ?? 0;
}

const FIRST_AFTER = 15 * MINUTE;
const EVERY = 1 * DAY;

export interface PortalCatalogueDeps {
  readonly db: Queryable;
  readonly portal: Pick<CatalogueSource, 'listProcedures'>;
  readonly isOpen: () => boolean;
  readonly log: Log;
}

/** Asks the portal for its catalogue some time after the start, then once a day. */
export const portalCatalogue = ({ db, portal, isOpen, log }: PortalCatalogueDeps): Rounds =>
  new Rounds({
    everyMs: EVERY,
    firstAfterMs: FIRST_AFTER,
    round: async () => {
      if (!isOpen()) return;
      const added = await takePortalProcedures(db, portal);
      if (added > 0)
        log.info({ added }, 'procedures were taken over from the portal by name; their limits are to be imported');
    },
    failed: (error) =>
      log.warn({ err: error }, 'the portal’s procedures could not be read; it is tried again tomorrow'),
  });
