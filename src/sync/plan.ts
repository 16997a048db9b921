/** @module What a destination still needs of one dossier: history records in order, and the snapshot when it says something new. Pure. */
import { hash } from 'node:crypto';
import type { OwnableField, PortalProgress, PortalSnapshot } from '../capabilities/portal.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { type PortalRecord, portalAppointment } from '../deadlines/portal-count.ts';
import type { Folded, Shown } from '../dossiers/fold.ts';
import { foldOf } from '../dossiers/folded.ts';
import { paidOnline } from '../dossiers/paid.ts';
import type { DossierFields } from '../dossiers/shape.ts';
import type { Fact } from '../dossiers/state.ts';
import { pauseKind, type ShownStatus } from '../dossiers/status.ts';
import { SECOND } from '../units.ts';
import type { Profile } from './profile.ts';
import { type SupplementGroup, supplementGroups, supplementsOf } from './supplements.ts';

/** The dossier as the drain claims it. */
export interface PlannedDossier {
  readonly code: string;
  readonly procedureCode: string | null;
  readonly agencyCode: string | null;
  readonly facts: readonly Fact[];
  readonly submittedAt: number | null;
  readonly receivedAt: number | null;
  readonly appointmentAt: number | null;
  readonly fields: DossierFields;
  readonly headSeq: number;
  /** Seqs of entries that somebody else told the destination, as an import says: nothing there need match them. */
  readonly believedSeqs: readonly number[];
  /** What is ours to write; absent or null for everything. */
  readonly owns?: readonly OwnableField[] | null;
}

/** What the destination is known to have. */
export interface Known {
  readonly existsThere: boolean;
  readonly sentSeqs: readonly number[];
  readonly snapshotDigest: string | null;
}

export interface PlannedRecord {
  readonly seq: number;
  readonly record: PortalProgress;
}

export interface Plan {
  readonly records: readonly PlannedRecord[];
  /** Seqs that need no record of their own: without effect, or said already by an equal one. */
  readonly covered: readonly number[];
  readonly snapshot: PortalSnapshot;
  readonly snapshotDigest: string;
  /** Whether the snapshot says something new. */
  readonly snapshotChanged: boolean;
  /** Whether the records leave another status behind than the dossier has, so that the snapshot must follow them in any case. */
  readonly snapshotTrails: boolean;
  /** The dossier is late by the destination's formula whatever is sent (a second supplement). */
  readonly portalFormula: boolean;
}

/** Code and text by which the destination knows a status. */
export function coded(
  profile: Profile,
  catalogue: Catalogue,
  status: ShownStatus,
  reason: string | null,
  at: number,
): { code: string; text: string } {
  if (status !== 'paused') return { code: profile.statusCodes[status], text: STATUS_TEXT[status] };
  const name = catalogue.reasonName(reason ?? 'other', at);
  const { code, text } = profile.pauses[pauseKind(reason ?? 'other')];
  return { code, text: text.replace('{reason}', name) };
}

const STATUS_TEXT: Readonly<Record<Exclude<ShownStatus, 'paused'>, string>> = {
  submitted: 'Mới đăng ký',
  accepted: 'Được tiếp nhận',
  processing: 'Đang xử lý',
  rejected: 'Không được tiếp nhận',
  withdrawn: 'Công dân yêu cầu rút hồ sơ',
  stopped: 'Dừng giải quyết hồ sơ',
  completed: 'Đã xử lý xong',
  returned: 'Đã trả kết quả',
};

/** The wire's times have whole seconds: what the destination counts with is this. */
const onWire = (at: number): number => Math.floor(at / SECOND) * SECOND;

/** A status as the destination would show it had the entry been sent; null for entries that are no status. */
export function shownAs(fact: Fact, folded: Folded): { status: ShownStatus; reason: string | null } | null {
  if (fact.k !== 'status' || !fact.st) return null;
  const shown = folded.shown.find(({ seq }) => seq === fact.n);
  if (shown) return shown;
  return { status: fact.st === 'resumed' || fact.st === 'reopened' ? 'processing' : fact.st, reason: fact.r ?? null };
}

/** A destination tells records apart by what they say and when. */
export const progressKey = (statusCode: string, at: number): string => `${statusCode}@${onWire(at)}`;

/** What two equal entries say alike. */
const saying = (statusCode: string, at: number, reason: string | null): string =>
  `${progressKey(statusCode, at)}:${reason ?? ''}`;

/** Plans the next delivery of a dossier. */
export function plan(dossier: PlannedDossier, known: Known, profile: Profile, catalogue: Catalogue): Plan {
  const folded = foldOf(dossier, catalogue);
  const writesStatus = dossier.owns?.includes('status') ?? true;
  // What was seen there need not be sent there.
  const seen = new Set(seenSeqs(dossier, profile.destination));
  const sent = new Set([...known.sentSeqs, ...seen]);
  const supplements = supplementGroups(folded, sent);
  const bySeq = [...folded.shown].sort((a, b) => a.seq - b.seq);
  const said = new Set<string>();
  const there = new Map<string, PortalRecord>();
  const records: PlannedRecord[] = [];
  const covered: number[] = [];

  const record = (shown: Shown, status: ShownStatus, reason: string | null, implied: boolean): PortalProgress => {
    const { code, text } = coded(profile, catalogue, status, reason, shown.at);
    return { code: dossier.code, at: shown.at, statusCode: code, text: implied ? `${text} (suy ra)` : text, ...NOBODY };
  };
  const stands = (statusCode: string, at: number): void => {
    there.set(progressKey(statusCode, at), { code: Number(statusCode), at: onWire(at) });
  };

  // What was sent stands at the destination even if it has lost its effect since: its formula counts it.
  for (const fact of dossier.facts) {
    const shown = sent.has(fact.n) ? shownAs(fact, folded) : null;
    if (!shown) continue;
    const { code } = coded(profile, catalogue, shown.status, shown.reason, fact.t);
    stands(code, fact.t);
    if (folded.withoutEffect.has(fact.n)) said.add(saying(code, fact.t, shown.reason));
  }
  for (const shown of bySeq) {
    const made = record(shown, shown.status, shown.reason, false);
    const key = saying(made.statusCode, made.at, shown.reason);
    if (said.has(key) || (made.statusCode === profile.supplementCode && covers(supplements, shown.seq))) {
      covered.push(shown.seq);
      continue;
    }
    said.add(key);
    stands(made.statusCode, made.at);
    if (sent.has(shown.seq)) continue;
    for (const state of shown.implied) {
      if (profile.demands.some((demanded) => demanded === state))
        records.push({ seq: shown.seq, record: record(shown, state, null, true) });
    }
    records.push({ seq: shown.seq, record: { ...made, ...stepOf(dossier, shown.seq) } });
  }

  const standing = [...there.values()].sort((a, b) => a.at - b.at);
  const { code: statusCode } = coded(
    profile,
    catalogue,
    folded.status,
    folded.pauseReason,
    folded.pauses[0]?.from ?? 0,
  );
  const appointmentAt =
    dossier.appointmentAt === null
      ? null
      : portalAppointment(dossier.appointmentAt, standing, folded.endedAt, catalogue.calendar);
  const snapshot = snapshotOf(dossier, folded, catalogue, {
    statusCode,
    appointmentAt,
    // What was only seen there is told there by whoever wrote it.
    supplements: supplements.filter(({ seqs }) => !seqs.every((seq) => seen.has(seq))),
  });
  const snapshotDigest = digest(snapshot);
  const newest = standing.at(-1)?.code;
  const last = records.at(-1)?.record;
  const outOfOrder = last !== undefined && standing.some((other) => other.at > onWire(last.at));
  const leavesOther =
    (newest !== undefined && String(newest) !== statusCode) || (last !== undefined && last.statusCode !== statusCode);
  return {
    records: writesStatus ? records : [],
    covered,
    snapshot,
    snapshotDigest,
    snapshotChanged: snapshotDigest !== known.snapshotDigest,
    snapshotTrails: writesStatus && (outOfOrder || leavesOther),
    portalFormula: standing.filter(({ code }) => String(code) === profile.supplementCode).length > 1,
  };
}

/** The entries that nobody told: they were seen at the destination itself. */
export const seenSeqs = ({ facts }: Pick<PlannedDossier, 'facts'>, destination: string): number[] =>
  facts.filter(({ w }) => w === destination).map(({ n }) => n);

const NOBODY = { officer: '', title: '', department: '', startedAt: null, dueAt: null };

/** Whether the destination knows the supplement that this entry reports by another entry. */
const covers = (supplements: readonly SupplementGroup[], seq: number): boolean =>
  supplements.some(({ seqs, told }) => seqs.includes(seq) && told.openedBy !== seq);

function stepOf(dossier: PlannedDossier, seq: number): Partial<PortalProgress> {
  const fact = dossier.facts.find(({ n }) => n === seq);
  return fact ? { department: departmentOf(dossier, fact) } : {};
}

/** The department by which a record of ours is known there. */
export const departmentOf = (dossier: Pick<PlannedDossier, 'agencyCode'>, fact: Fact): string =>
  fact.s === 'igate' ? (dossier.agencyCode ?? '') : fact.s;

function snapshotOf(
  dossier: PlannedDossier,
  folded: Folded,
  catalogue: Catalogue,
  shown: { statusCode: string; appointmentAt: number | null; supplements: readonly SupplementGroup[] },
): PortalSnapshot {
  const procedure = catalogue.procedureAt(dossier.procedureCode, dossier.receivedAt);
  const code = dossier.procedureCode ?? '';
  const agency = dossier.fields.routing?.resolving ?? dossier.agencyCode ?? '';
  const paid = paidOnline(dossier.facts);
  const timeOf = (status: ShownStatus): number | null =>
    folded.shown.findLast((entry) => entry.status === status)?.at ?? null;
  return {
    code: dossier.code,
    owns: dossier.owns ?? null,
    procedure: procedure
      ? { code, name: procedure.name, sector: procedure.sector }
      : { code, name: `Thủ tục ${code}`, sector: { code: 'KHAC', name: 'Lĩnh vực khác' } },
    statusCode: shown.statusCode,
    submittedAt: dossier.submittedAt,
    receivedAt: dossier.receivedAt ?? dossier.submittedAt,
    appointmentAt: shown.appointmentAt,
    finishedAt: folded.endedAt,
    rejectedAt: folded.status === 'rejected' ? timeOf('rejected') : null,
    returnedAt: timeOf('returned'),
    agencyName: catalogue.agency(agency)?.name ?? catalogue.nearestAgency(agency)?.name ?? agency,
    fields: dossier.fields,
    ...(paid === null ? {} : { paidOnline: paid }),
    supplements: supplementsOf(dossier, shown.supplements, catalogue),
  };
}

/** Everything the snapshot says but the status, which the records carry. */
const digest = ({ statusCode, ...rest }: PortalSnapshot): string => hash('sha1', JSON.stringify(rest), 'base64url');
