/** @module What differs between a dossier as we hold it and as a destination shows it. Pure. */
import type { OwnableField, PortalRow, PortalView, ShownProgress } from '../capabilities/portal.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { foldOf } from '../dossiers/folded.ts';
import { type Fact, isOnlySeen } from '../dossiers/state.ts';
import { matchRecords } from '../sync/match.ts';
import { coded, type PlannedDossier, plan, progressKey, shownAs } from '../sync/plan.ts';
import type { PolicySubject } from '../sync/policy.ts';
import type { Profile } from '../sync/profile.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../units.ts';
import { isKept, strangersOf } from './claims.ts';
import type { DifferenceKind } from './kinds.ts';

/** What one side shows, as far as it bears on the difference; times are epoch milliseconds. No personal data. */
export type Side = Readonly<Record<string, string | number | boolean | null>>;

export interface Finding {
  readonly kind: DifferenceKind;
  readonly ours: Side | null;
  readonly theirs: Side | null;
  /** The timeline has all of it, as claims of another writer: once a person has ended the difference it is none that is new. */
  readonly isKept?: boolean;
}

/** A dossier of ours with what its destination is known to have taken. */
export interface OurDossier extends PlannedDossier {
  readonly status: string;
  readonly sentSeqs: readonly number[];
  /** Codes of ours that another dossier carries, too. */
  readonly collidingAliases: readonly string[];
}

export interface Rules {
  readonly profile: Profile;
  readonly catalogue: Catalogue;
  /** What of a dossier is ours to write there (null: everything); absent where everything is. */
  readonly owns?: (subject: PolicySubject) => readonly OwnableField[] | null;
}

export type Precision = 'second' | 'minute' | 'day';

/** What the other side tells at a glance; what it cannot tell is null, and no difference. */
export interface ToldRow {
  readonly statusCode: string | null;
  readonly appointmentAt: number | null;
  /** How exactly it tells the appointment; null where it does not at all. */
  readonly appointmentTo: Precision | null;
  readonly channel: string | null | undefined;
}

/** A listing of the portal tells everything to the second. */
export const toldByPortal = (row: Pick<PortalRow, 'statusCode' | 'appointmentAt' | 'channel'>): ToldRow => ({
  statusCode: row.statusCode,
  appointmentAt: row.appointmentAt,
  appointmentTo: 'second',
  channel: row.channel,
});

/** A row of a listing or of an export tells status, dates and channel; its history can only be asked about. */
export function compareRow(ours: OurDossier, theirs: ToldRow, rules: Rules): Finding[] {
  if (isOnlySeen(ours.facts, rules.profile.destination)) return unknowns(ours, rules);
  const known = { existsThere: true, sentSeqs: ours.sentSeqs, snapshotDigest: null };
  const { snapshot } = plan(ours, known, rules.profile, rules.catalogue);
  return [...ofOurs(standing(ours, snapshot, theirs, rules), ours.owns), ...unknowns(ours, rules)];
}

/** The whole view: what a row tells, and the history where this destination tells it. */
export function compareView(ours: OurDossier, theirs: PortalView, rules: Rules): Finding[] {
  const { profile, catalogue } = rules;
  const { progress } = theirs;
  if (isOnlySeen(ours.facts, profile.destination)) return unknowns(ours, rules);
  const matched = progress === null ? null : matchRecords(ours, progress, profile, catalogue);
  const sentSeqs = matched?.there ?? ours.sentSeqs;
  const { snapshot, records } = plan(ours, { existsThere: true, sentSeqs, snapshotDigest: null }, profile, catalogue);
  const found = standing(ours, snapshot, toldByPortal({ ...theirs, channel: theirs.fields.channel }), rules);
  const named = new Set(found.map(({ kind }) => kind));
  const add = (kind: DifferenceKind, our: Side | null, their: Side | null, isKeptHere = false): void => {
    if (named.has(kind)) return;
    named.add(kind);
    found.push({ kind, ours: our, theirs: their, ...(isKeptHere && { isKept: true }) });
  };
  if (progress !== null && matched !== null) {
    for (const { seq, record } of records)
      add(lost(ours.facts.find(({ n }) => n === seq)), { status: record.statusCode, occurredAt: record.at }, null);
    const strangers = strangersOf(ours, matched, profile);
    // What is new of it, before what the timeline has already.
    const stranger = strangers.find((record) => !isKept(ours, record)) ?? strangers[0];
    if (stranger) {
      const { statusCode: status, at: occurredAt } = stranger;
      add('portal-only-progress', null, { status, occurredAt, count: strangers.length }, isKept(ours, stranger));
    }
    const twice = repeated(ours, progress, rules);
    if (twice) add('duplicate-at-portal', null, { status: twice.statusCode, occurredAt: twice.at });
    // All of ours is there, but the destination went by the order of arrival: an older step stands for the newest.
    const stale = found.findIndex(({ kind }) => kind === 'status-stale');
    const isDisordered = progress.some(({ at }, i) => i > 0 && at < progress[i - 1]!.at);
    if (stale >= 0 && records.length === 0 && isDisordered) found[stale] = { ...found[stale]!, kind: 'order-broken' };
  }
  const there = new Set(theirs.results.map(resultKey));
  const missing = (snapshot.fields.results ?? []).filter((result) => !there.has(resultKey(result)));
  if (missing.length > 0) add('result-missing', { results: missing.length }, { results: theirs.results.length });
  return [...ofOurs(found, ours.owns), ...unknowns(ours, rules)];
}

/** Differences that are no concern of ours where the field is not ours to write. */
const FIELD_OF_KIND: Readonly<Partial<Record<DifferenceKind, OwnableField>>> = {
  'pause-lost': 'status',
  'resume-lost': 'status',
  'status-stale': 'status',
  'order-broken': 'status',
  'appointment-differs': 'appointment',
  'channel-differs': 'channel',
  'result-missing': 'results',
  // Where the status is others' to write, they write it by right.
  'portal-only-progress': 'status',
  'duplicate-at-portal': 'status',
};

/** What differs of that which is ours to write there. @param owns null or absent: everything */
export const ofOurs = (found: readonly Finding[], owns: OurDossier['owns']): Finding[] =>
  found.filter(({ kind }) => {
    const field = FIELD_OF_KIND[kind];
    return !owns || field === undefined || owns.includes(field);
  });

/** By what a destination knows a result again, whoever put it there. */
const resultKey = ({ code, name }: { code?: string | null | undefined; name: string }): string =>
  `${code ?? ''}\u0000${name}`;

/** A record that stands there more often than there are steps of ours that say it: two reasons may have one code. */
function repeated(ours: OurDossier, progress: readonly ShownProgress[], rules: Rules): ShownProgress | null {
  const times = Map.groupBy(progress, ({ at, statusCode }) => progressKey(statusCode, at));
  for (const [key, records] of times)
    if (records.length > 1 && records.length > stepsSaying(ours, key, rules)) return records[1]!;
  return null;
}

function stepsSaying(ours: OurDossier, key: string, { profile, catalogue }: Rules): number {
  const folded = foldOf(ours, catalogue);
  const reasons = new Set<string | null>();
  for (const fact of ours.facts) {
    const shown = shownAs(fact, folded);
    if (shown === null) continue;
    const { code } = coded(profile, catalogue, shown.status, shown.reason, fact.t);
    if (progressKey(code, fact.t) === key) reasons.add(shown.reason);
  }
  const implied = folded.shown.filter(({ at, implied: states }) =>
    profile.demands.some((state) => states.includes(state) && progressKey(profile.statusCodes[state], at) === key),
  );
  return reasons.size + implied.length;
}

/** An instant as exactly as the other side tells it, in the time of Viet Nam. */
const PRECISE: Readonly<Record<Precision, (at: number) => number>> = {
  second: (at) => Math.floor(at / SECOND),
  minute: (at) => Math.floor(at / MINUTE),
  day: (at) => Math.floor((at + 7 * HOUR) / DAY),
};

function isSameTime(ours: number, theirs: number | null, to: Precision): boolean {
  return theirs !== null && PRECISE[to](ours) === PRECISE[to](theirs);
}

/** What both a row and a view tell. */
function standing(
  ours: OurDossier,
  snapshot: ReturnType<typeof plan>['snapshot'],
  theirs: ToldRow,
  { profile }: Rules,
): Finding[] {
  const found: Finding[] = [];
  if (theirs.statusCode !== null && theirs.statusCode !== snapshot.statusCode) {
    const pauses = new Set(Object.values(profile.pauses).map(({ code }) => code));
    const ownCode = profile.statusCodes.processing;
    const isPauseThere = pauses.has(theirs.statusCode) && theirs.statusCode !== ownCode;
    const kind = ours.status === 'paused' ? 'pause-lost' : isPauseThere ? 'resume-lost' : 'status-stale';
    found.push({ kind, ours: { status: snapshot.statusCode }, theirs: { status: theirs.statusCode } });
  }
  const appointment = snapshot.appointmentAt === null ? null : Math.floor(snapshot.appointmentAt / SECOND) * SECOND;
  const { appointmentTo } = theirs;
  if (appointment !== null && appointmentTo !== null && !isSameTime(appointment, theirs.appointmentAt, appointmentTo))
    found.push({
      kind: 'appointment-differs',
      ours: { appointmentAt: appointment },
      theirs: { appointmentAt: theirs.appointmentAt },
    });
  const { channel } = snapshot.fields;
  if (channel && theirs.channel && channel !== theirs.channel)
    found.push({ kind: 'channel-differs', ours: { channel }, theirs: { channel: theirs.channel } });
  return found;
}

/** What is wrong on our side alone. */
function unknowns(ours: OurDossier, { catalogue }: Rules): Finding[] {
  const found: Finding[] = [];
  const { procedureCode, agencyCode } = ours;
  if (procedureCode && catalogue.procedureAt(procedureCode, ours.receivedAt) === null)
    found.push({ kind: 'procedure-unknown', ours: { procedureCode }, theirs: null });
  if (agencyCode && !catalogue.agency(agencyCode))
    found.push({ kind: 'agency-unknown', ours: { agencyCode }, theirs: null });
  const [alias] = ours.collidingAliases;
  if (alias !== undefined) found.push({ kind: 'alias-collision', ours: { alias }, theirs: null });
  return found;
}

/** What a record that is not there was about. */
function lost(fact: Fact | undefined): DifferenceKind {
  if (fact?.st === 'paused') return 'pause-lost';
  return fact?.st === 'resumed' ? 'resume-lost' : 'status-stale';
}
