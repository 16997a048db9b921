/** @module What a destination still needs of one dossier: history records in order, and the snapshot when it says something new. Pure. */
import { createHash } from 'node:crypto';
import type { PortalProgress, PortalSnapshot, Supplement } from '../capabilities/portal.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { type PortalRecord, portalAppointment } from '../deadlines/portal-count.ts';
import type { Folded, Shown } from '../dossiers/fold.ts';
import { foldOf } from '../dossiers/folded.ts';
import type { DossierFields } from '../dossiers/shape.ts';
import type { Fact } from '../dossiers/state.ts';
import { pauseKind, type ShownStatus } from '../dossiers/status.ts';
import { SECOND } from '../units.ts';
import type { Profile } from './profile.ts';

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

/** Plans the next delivery of a dossier. */
export function plan(dossier: PlannedDossier, known: Known, profile: Profile, catalogue: Catalogue): Plan {
  const folded = foldOf(dossier, catalogue);
  const sent = new Set(known.sentSeqs);
  const bySeq = [...folded.shown].sort((a, b) => a.seq - b.seq);
  const said = new Set<string>();
  const there: PortalRecord[] = [];
  const records: PlannedRecord[] = [];
  const covered: number[] = [];

  const record = (shown: Shown, status: ShownStatus, reason: string | null, implied: boolean): PortalProgress => {
    const { code, text } = coded(profile, catalogue, status, reason, shown.at);
    return { code: dossier.code, at: shown.at, statusCode: code, text: implied ? `${text} (suy ra)` : text, ...NOBODY };
  };

  // What was sent and has lost its effect since stands at the destination all the same: its formula counts it.
  for (const fact of dossier.facts) {
    if (
      !sent.has(fact.n) ||
      fact.k !== 'status' ||
      !fact.st ||
      fact.st === 'reopened' ||
      folded.shown.some(({ seq }) => seq === fact.n)
    )
      continue;
    const status = fact.st === 'resumed' ? 'processing' : fact.st;
    there.push({ code: Number(coded(profile, catalogue, status, fact.r ?? null, fact.t).code), at: onWire(fact.t) });
  }
  for (const shown of bySeq) {
    const made = record(shown, shown.status, shown.reason, false);
    const key = `${made.statusCode}@${onWire(made.at)}:${shown.reason ?? ''}`;
    if (said.has(key) || (made.statusCode === profile.supplementCode && repeatsOpenSupplement(shown, folded))) {
      covered.push(shown.seq);
      continue;
    }
    said.add(key);
    there.push({ code: Number(made.statusCode), at: onWire(made.at) });
    if (sent.has(shown.seq)) continue;
    for (const state of shown.implied) {
      if (profile.demands.some((demanded) => demanded === state))
        records.push({ seq: shown.seq, record: record(shown, state, null, true) });
    }
    records.push({ seq: shown.seq, record: { ...made, ...stepOf(dossier, shown.seq) } });
  }

  there.sort((a, b) => a.at - b.at);
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
      : portalAppointment(dossier.appointmentAt, there, folded.endedAt, catalogue.calendar);
  const snapshot = snapshotOf(dossier, folded, catalogue, { statusCode, appointmentAt });
  const snapshotDigest = digest(snapshot);
  const newest = there.at(-1)?.code;
  const last = records.at(-1)?.record;
  const outOfOrder = last !== undefined && there.some((other) => other.at > onWire(last.at));
  const leavesOther =
    (newest !== undefined && String(newest) !== statusCode) || (last !== undefined && last.statusCode !== statusCode);
  return {
    records,
    covered,
    snapshot,
    snapshotDigest,
    snapshotChanged: snapshotDigest !== known.snapshotDigest,
    snapshotTrails: outOfOrder || leavesOther,
    portalFormula: there.filter(({ code }) => String(code) === profile.supplementCode).length > 1,
  };
}

const NOBODY = { officer: '', title: '', department: '', startedAt: null, dueAt: null };

/** A supplement that a second track reports while another track's is open is the same supplement: a second code would make the dossier late. */
function repeatsOpenSupplement(shown: Shown, folded: Folded): boolean {
  const own = folded.intervals.find(({ openedBy }) => openedBy === shown.seq);
  return folded.intervals.some(
    (other) =>
      other !== own &&
      pauseKind(other.reason) === 'supplement' &&
      (other.from < shown.at || (other.from === shown.at && other.openedBy < shown.seq)) &&
      (other.to === null || other.to > shown.at),
  );
}

function stepOf(dossier: PlannedDossier, seq: number): Partial<PortalProgress> {
  const fact = dossier.facts.find(({ n }) => n === seq);
  return fact ? { department: fact.s === 'igate' ? (dossier.agencyCode ?? '') : fact.s } : {};
}

function snapshotOf(
  dossier: PlannedDossier,
  folded: Folded,
  catalogue: Catalogue,
  shown: { statusCode: string; appointmentAt: number | null },
): PortalSnapshot {
  const procedure = catalogue.procedureAt(dossier.procedureCode, dossier.receivedAt);
  const code = dossier.procedureCode ?? '';
  const agency = dossier.fields.routing?.resolving ?? dossier.agencyCode ?? '';
  const timeOf = (status: ShownStatus): number | null =>
    folded.shown.findLast((entry) => entry.status === status)?.at ?? null;
  return {
    code: dossier.code,
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
    supplements: supplementsOf(dossier, folded, catalogue),
  };
}

/** A supplement record for each time the citizen was asked; the dates around it as they stood, in full. */
function supplementsOf(dossier: PlannedDossier, folded: Folded, catalogue: Catalogue): Supplement[] {
  const dates = dossier.facts.filter((fact) => fact.a !== undefined);
  return folded.intervals
    .filter(
      (interval) =>
        pauseKind(interval.reason) === 'supplement' &&
        !repeatsOpenSupplement(
          { seq: interval.openedBy, at: interval.from, status: 'paused', reason: interval.reason, implied: [] },
          folded,
        ),
    )
    .map((interval) => ({
      id: `${dossier.code}-BS${interval.openedBy}`,
      askedBy: interval.source,
      content: catalogue.reasonName(interval.reason, interval.from),
      askedAt: interval.from,
      receivedAt: interval.to,
      appointmentBefore: dates.findLast((fact) => fact.n < (interval.closedBy ?? Number.POSITIVE_INFINITY))?.a ?? null,
      appointmentAfter:
        interval.closedBy === null
          ? null
          : (dates.find((fact) => fact.n >= interval.closedBy!)?.a ?? dossier.appointmentAt),
    }));
}

/** Everything the snapshot says but the status, which the records carry. */
const digest = ({ statusCode, ...rest }: PortalSnapshot): string =>
  createHash('sha1').update(JSON.stringify(rest)).digest('base64url');
