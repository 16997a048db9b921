/** @module What a destination shows of a dossier that nobody told us: records of others, statuses, an appointment. Pure. */
import type { PortalView, ShownProgress } from '../capabilities/portal.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { EventCommand } from '../dossiers/commands.ts';
import { foldOf } from '../dossiers/folded.ts';
import { isOnlySeen } from '../dossiers/state.ts';
import type { ReportedStatus } from '../dossiers/status.ts';
import { type ForeignRecord, matchRecords } from '../sync/match.ts';
import { coded, type PlannedDossier, plan } from '../sync/plan.ts';
import type { Mode } from '../sync/policy.ts';
import type { Profile } from '../sync/profile.ts';
import { type SeenEvent, seenEvent, wordsOf } from '../sync/seen-event.ts';
import { SECOND } from '../units.ts';

/** A dossier with what its destination showed at the last look. Times are epoch milliseconds. */
export interface LookedAt extends PlannedDossier {
  readonly origin: string;
  readonly mode: Mode;
  readonly seenAt: number | null;
  readonly seenStatus: string | null;
  readonly seenAppointmentAt: number | null;
}

export interface Rules {
  readonly profile: Profile;
  readonly catalogue: Catalogue;
}

export interface Look {
  /** The records that are not of our writing. */
  readonly foreign: readonly ForeignRecord[];
  /** What of it goes into the timeline, with the destination as its source. */
  readonly news: readonly EventCommand[];
  /** It shows another status or appointment than at the last look. */
  readonly isMoved: boolean;
}

/**
 * What a view tells beyond what we know. While we send for a dossier that iGate keeps, what another writes there is no
 * news of the dossier: it is listed and somebody is told, and the timeline stays as its keepers tell it.
 */
export function look(dossier: LookedAt, view: PortalView, rules: Rules, now: number): Look {
  const foreign =
    view.progress === null ? [] : matchRecords(dossier, view.progress, rules.profile, rules.catalogue).foreign;
  const isMoved =
    dossier.seenAt !== null &&
    (dossier.seenStatus !== view.statusCode || dossier.seenAppointmentAt !== view.appointmentAt);
  const isKeptElsewhere = dossier.mode !== 'send' || dossier.origin !== 'igate';
  return { foreign, isMoved, news: isKeptElsewhere ? newsOf(dossier, view, foreign, rules, now) : [] };
}

function newsOf(
  dossier: LookedAt,
  view: PortalView,
  foreign: readonly ForeignRecord[],
  rules: Rules,
  now: number,
): EventCommand[] {
  const { profile } = rules;
  const told = (record: ShownProgress): EventCommand[] => {
    const status = statusOf(record.statusCode, profile);
    return status
      ? [statusSeen(dossier, profile, { ...status, at: record.at, id: idOf(record), body: wordsOf(record) })]
      : [];
  };
  const unknown = foreign.filter(({ sameAs }) => sameAs === null).map(({ record }) => record);
  const closing = closingRecord(dossier, view.progress ?? [], rules);
  const records = closing && !unknown.includes(closing) ? [...unknown, closing] : unknown;
  return [
    ...records.toSorted((a, b) => a.at - b.at).flatMap(told),
    ...standing(dossier, view, rules, now),
    ...appointment(dossier, view, rules, now),
  ];
}

/** A pause that was only seen goes on with the first record after it that is none, even one that we know from others. */
function closingRecord(
  dossier: LookedAt,
  progress: readonly ShownProgress[],
  { profile, catalogue }: Rules,
): ShownProgress | null {
  const seen = new Set(dossier.facts.filter(({ w }) => w === profile.destination).map(({ n }) => n));
  const open = foldOf(dossier, catalogue).pauses.find(({ openedBy }) => seen.has(openedBy));
  if (!open) return null;
  return (
    progress
      .filter(({ at, statusCode }) => at > open.from && statusOf(statusCode, profile)?.status !== 'paused')
      .toSorted((a, b) => a.at - b.at)[0] ?? null
  );
}

/** A status that stands there without a record that says it, since the last look or from before our first. */
function standing(dossier: LookedAt, view: PortalView, { profile, catalogue }: Rules, now: number): EventCommand[] {
  const { statusCode } = view;
  const status = statusOf(statusCode, profile);
  const newest = (view.progress ?? []).reduce<ShownProgress | null>(
    (latest, record) => (latest === null || record.at >= latest.at ? record : latest),
    null,
  );
  if (!status || newest?.statusCode === statusCode || dossier.seenStatus === statusCode) return [];
  const folded = foldOf(dossier, catalogue);
  const ours = coded(profile, catalogue, folded.status, folded.pauseReason, now).code;
  const wasShown = folded.shown.some(
    (shown) => coded(profile, catalogue, shown.status, shown.reason, shown.at).code === statusCode,
  );
  // At the first look an older status of ours is what the other writer has come to.
  if (statusCode === ours || (dossier.seenAt === null && wasShown)) return [];
  const at = Math.floor(now / SECOND) * SECOND;
  return [statusSeen(dossier, profile, { ...status, at, id: `status:${statusCode}:${dossier.headSeq}`, body: null })];
}

/** Another appointment than at the last look and than ours; it counts where nobody but the destination keeps the dossier. */
function appointment(dossier: LookedAt, view: PortalView, { profile, catalogue }: Rules, now: number): EventCommand[] {
  const { appointmentAt: shown } = view;
  if (shown === null || shown === dossier.seenAppointmentAt) return [];
  const known = { existsThere: true, sentSeqs: [], snapshotDigest: null };
  const { snapshot } = plan(dossier, known, profile, catalogue);
  const isKnown = (at: number | null | undefined): boolean =>
    at !== null && at !== undefined && Math.floor(at / SECOND) * SECOND === shown;
  if (isKnown(snapshot.appointmentAt) || isKnown(dossier.appointmentAt) || dossier.facts.some(({ a }) => isKnown(a)))
    return [];
  const counts = isOnlySeen(dossier.facts, profile.destination);
  return [
    seenEvent(dossier.code, profile.destination, {
      kind: 'appointment',
      status: null,
      reason: null,
      appointment: counts ? { at: shown, basis: 'ministry' } : null,
      at: Math.floor(now / SECOND) * SECOND,
      id: `appointment:${shown}:${dossier.headSeq}`,
      body: counts ? null : { appointmentAt: shown },
    }),
  ];
}

/** The status that a code of the destination stands for; null for one that no table knows. */
function statusOf(code: string, profile: Profile): { status: ReportedStatus; reason: string | null } | null {
  for (const [status, known] of Object.entries(profile.statusCodes))
    if (known === code) return { status: status as ReportedStatus, reason: null };
  for (const [reason, known] of Object.entries(profile.pauses))
    if (known.code === code) return { status: 'paused', reason };
  return null;
}

const idOf = ({ statusCode, at }: ShownProgress): string => `progress:${statusCode}:${at}`;

const statusSeen = (
  { code }: LookedAt,
  { destination }: Profile,
  status: Pick<SeenEvent, 'status' | 'reason' | 'at' | 'id' | 'body'>,
): EventCommand => seenEvent(code, destination, { kind: 'status', appointment: null, ...status });
