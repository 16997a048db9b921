/** @module What the match finds amiss becomes differences, with their life: found, confirmed by a later match, over when it is seen no more. */
import type { Queryable } from '../db/queryable.ts';
import type { Log } from '../log.ts';
import { noteSightings, type Sighting } from '../reconciliation/difference-store.ts';
import { type PaymentKind, paymentKindOf } from '../reconciliation/kinds.ts';
import { Rounds } from '../rounds.ts';
import { DAY, HOUR, MINUTE } from '../units.ts';
import { isDifference } from './match.ts';
import { type Matched, matchedOf, type ReportDeps } from './report.ts';

/** What these differences stand under, as a destination's do under its name. */
export const PAYMENTS = 'payments';

export interface PaymentDifferencesOptions extends ReportDeps {
  /** Codes of every agency, and what counts for one. */
  readonly agencies: () => { readonly all: readonly string[]; standsFor(code: string): readonly string[] };
  readonly log: Log;
}

const EVERY = HOUR;
const FIRST_AFTER = 2 * MINUTE;
/** Older ones were matched for a year, and whoever had to act was told. */
const BACK = 366 * DAY;
const AT_ONCE = 1_000;

export function paymentDifferences(options: PaymentDifferencesOptions): Rounds {
  return new Rounds({
    everyMs: EVERY,
    firstAfterMs: FIRST_AFTER,
    round: () => noteDifferences(options),
    failed: (error) => options.log.warn({ err: error }, 'payments could not be matched; they are with the next round'),
  });
}

/** Matches every payment of a year, notes what differs, and ends what differs no more. */
export async function noteDifferences(options: PaymentDifferencesOptions): Promise<void> {
  const { db, now } = options;
  const { all, standsFor } = options.agencies();
  const began = now();
  const period = { from: began - BACK, to: began + DAY, own: all, agency: null };
  // A dossier may have several payments amiss in one way: they are one difference, with all their references.
  const found = new Map<string, Sighting>();
  for await (const one of matchedOf(options, period, null))
    for (const outcome of one.outcomes) {
      if (!isDifference(outcome)) continue;
      const sighting = sightingOf(one, paymentKindOf(outcome), standsFor);
      const key = `${sighting.kind} ${sighting.dossierCode}`;
      found.set(key, together(found.get(key), sighting));
    }
  const sightings = [...found.values()];
  for (let i = 0; i < sightings.length; i += AT_ONCE)
    await noteSightings(db, { id: null, destination: PAYMENTS }, sightings.slice(i, i + AT_ONCE), {
      state: 'found',
      now: began,
      lookAt: began + EVERY,
    });
  await settleMatched(db, began);
}

function sightingOf(one: Matched, kind: PaymentKind, standsFor: (code: string) => readonly string[]): Sighting {
  return {
    kind,
    dossierCode: one.dossierCode ?? one.reference ?? '',
    dossierId: null,
    agencies: one.agencyCode === null ? [] : standsFor(one.agencyCode),
    headSeq: null,
    ours: { references: one.reference, amount: one.amount, state: one.recorded?.state ?? null },
    theirs: {
      asked: one.asked?.status ?? null,
      settled: one.settled?.amount ?? null,
      paidAt: one.paidAt,
    },
    cause: null,
  };
}

function together(before: Sighting | undefined, next: Sighting): Sighting {
  if (before === undefined) return next;
  const references = [before.ours?.references, next.ours?.references].filter(Boolean).join(', ');
  const amount = Number(before.ours?.amount ?? 0) + Number(next.ours?.amount ?? 0);
  return { ...next, ours: { ...next.ours, references, amount } };
}

/** What an earlier match had found and this one, too, is confirmed; what this one did not find is over. */
async function settleMatched(db: Queryable, began: number): Promise<void> {
  const at = 'to_timestamp($2::float8 / 1000)';
  await db.query(
    `update difference set state = 'confirmed', confirmed_at = ${at}, look_at = null, first_seen_at = coalesce(seen_anew_at, first_seen_at),
       seen_anew_at = null, repaired_at = null, told = 0
     where destination = $1 and (state = 'found' or seen_anew_at is not null) and coalesce(seen_anew_at, first_seen_at) < ${at} and last_seen_at >= ${at}`,
    [PAYMENTS, began],
  );
  // What was over and was seen once more alone stays over.
  await db.query(
    `update difference set seen_anew_at = null, look_at = null
     where destination = $1 and seen_anew_at is not null and last_seen_at < ${at}`,
    [PAYMENTS, began],
  );
  await db.query(
    `update difference set state = 'repaired', repaired_at = ${at}, look_at = null
     where destination = $1 and state in ('found', 'confirmed', 'evidence', 'ignored') and last_seen_at < ${at}`,
    [PAYMENTS, began],
  );
}
