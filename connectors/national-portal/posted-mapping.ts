/** @module From what an iGate posts to the portal to what the gateway keeps: pure. The way back is `mapping.ts`. */
import { hash } from 'node:crypto';
import {
  dossierCodeFault,
  type EventCommand,
  type ExpectedStatus,
  fromCompactTime,
  type KnownDossier,
  procedureFault,
  type RegisterCommand,
  type ReportedStatus,
  type ShimSender,
} from '../../src/connector/shim.ts';
import { rfc3339Of } from './mapping.ts';
import { fieldsOf, filled, type Names } from './posted-fields.ts';
import type { PostedDossier, PostedProgress } from './posted-wire.ts';

/** What a national code says, as iGate means it; its own words stand beside it. */
const STATUS: Readonly<Record<string, { readonly status: ReportedStatus; readonly reason: string | null }>> = {
  '1': { status: 'submitted', reason: null },
  '2': { status: 'accepted', reason: null },
  '3': { status: 'rejected', reason: null },
  '4': { status: 'processing', reason: null },
  '5': { status: 'paused', reason: 'supplement' },
  '6': { status: 'paused', reason: 'financial-obligation' },
  '7': { status: 'withdrawn', reason: null },
  '8': { status: 'stopped', reason: null },
  '9': { status: 'completed', reason: null },
  '10': { status: 'returned', reason: null },
};

/** What its registration says by its dates. */
const BY_REGISTRATION = new Set(['1', '2']);
/** Why a dossier cannot be kept under this name, whatever else is posted; null when it can. */
export function complaintOf({ MaHoSo, MaTTHC, NgayNopHoSo, NgayTiepNhan }: PostedDossier): string | null {
  const fault = dossierCodeFault(MaHoSo) ?? procedureFault(MaTTHC);
  if (fault) return `${MaHoSo}: ${fault.vi}`;
  if (NgayNopHoSo && NgayNopHoSo > NgayTiepNhan) return `${MaHoSo}: NgayNopHoSo sau NgayTiepNhan`;
  return null;
}

/** The registration that a post of a dossier is: what it says is set, what it leaves empty stays. */
export function toRegistration(
  post: PostedDossier,
  known: KnownDossier | null,
  sender: ShimSender,
  names: Names,
): RegisterCommand {
  return {
    type: 'register',
    source: 'igate',
    code: post.MaHoSo,
    mode: 'put',
    ifMatch: 'any',
    reason: 'iGate đăng lại hồ sơ',
    agencies: sender.agencies,
    author: sender.clientId,
    fields: fieldsOf(post, known, names),
  };
}

/** A date of return other than the one that iGate told last; the first is the slip's, and stands in the registration. */
export function toAppointment(post: PostedDossier, known: KnownDossier | null, sender: ShimSender, now: number) {
  const at = fromCompactTime(post.NgayHenTra);
  if (at === null || !known?.appointment || known.appointment.at === at) return null;
  return event(sender, {
    code: post.MaHoSo,
    eventId: `portal-post:NgayHenTra:${post.NgayHenTra}:${known.appointment.times}`,
    operation: 'appointment-changed',
    kind: 'appointment',
    occurredAt: now,
    appointment: { at, basis: 'ministry' },
  });
}

/** The status of a post, where iGate has not told it yet: a progress record with its time is to follow. */
export function toExpected(post: PostedDossier, known: KnownDossier | null, now: number): ExpectedStatus | null {
  const { TrangThaiHoSo: code } = post;
  if (BY_REGISTRATION.has(code) || (known?.told && codeOf(known.told) === code)) return null;
  const supplement = post.DanhSachHoSoBoSung?.at(-1);
  const told: Readonly<Record<string, string | undefined>> = {
    '3': post.NgayTuChoi,
    '5': supplement?.NgayBoSung,
    '9': post.NgayKetThucXuLy,
    '10': post.NgayTra,
  };
  return {
    dossierCode: post.MaHoSo,
    ...STATUS[code]!,
    occurredAt: fromCompactTime(told[code]) ?? now,
    text: (code === '5' ? supplement?.NoiDungBoSung : undefined) || post.GhiChu || null,
  };
}

/** The national code of what iGate told last. */
function codeOf({ status, reason }: NonNullable<KnownDossier['told']>): string | undefined {
  const shown = status === 'resumed' || status === 'reopened' ? 'processing' : status;
  return Object.keys(STATUS).find(
    (code) => STATUS[code]!.status === shown && (shown !== 'paused' || wordOf(STATUS[code]!.reason) === wordOf(reason)),
  );
}

/** The portal tells apart two kinds of pauses; all others are 4 there. */
const wordOf = (reason: string | null): string =>
  reason === null || reason.startsWith('supplement') ? 'supplement' : 'financial-obligation';

/** One step of the work; null for what the registration says by its dates. */
export function toStep(post: PostedProgress, sender: ShimSender, mayOpen: boolean): EventCommand | null {
  const { MaHoSo: code, TrangThai, ThoiDiemXuLy, NoiDungXuLy, NguoiXuLy, ChucDanh, PhongBanXuLy } = post;
  if (BY_REGISTRATION.has(TrangThai)) return null;
  const words = hash('sha1', JSON.stringify([NoiDungXuLy, NguoiXuLy, PhongBanXuLy]), 'base64url').slice(0, 8);
  const officer = filled({ name: NguoiXuLy, title: ChucDanh, department: PhongBanXuLy });
  const body = {
    ...(Object.keys(officer).length > 0 ? { officer } : {}),
    ...filled({
      reasonText: NoiDungXuLy,
      stepStartedAt: rfc3339Of(post.NgayBatDau),
      stepDueAt: rfc3339Of(post.NgayKetThucTheoQuyDinh),
    }),
  };
  return event(sender, {
    code,
    // Two steps of one second that say other things are two steps.
    eventId: `portal-post:${code}:${TrangThai}:${ThoiDiemXuLy}:${words}`,
    operation: 'status',
    kind: 'status',
    ...STATUS[TrangThai]!,
    occurredAt: fromCompactTime(ThoiDiemXuLy)!,
    body: Object.keys(body).length > 0 ? body : null,
    opens: mayOpen ? 'igate' : null,
  });
}

function event(
  sender: ShimSender,
  {
    code,
    ...said
  }: Pick<EventCommand, 'eventId' | 'operation' | 'kind' | 'occurredAt'> &
    Partial<EventCommand> & { readonly code: string },
): EventCommand {
  return {
    type: 'event',
    source: 'igate',
    ref: { code, alias: null },
    bodyDigest: null,
    status: null,
    reason: null,
    outcome: null,
    appointment: null,
    body: null,
    opens: null,
    known: null,
    onFault: 'refuse',
    agencies: sender.agencies,
    ...said,
  };
}
