/** @module The dossiers that the registry works on: each step is a record, listed by when it was written down. */
import { oneOf, optionalNumber, optionalText, optionalTime, requiredText } from '../act-input.ts';
import type { Entry } from '../journal.ts';
import { inventCompany, people } from '../people.ts';
import { between, seededRandom, seedOf } from '../random.ts';
import { type Act, ActRefused } from '../simulator.ts';
import { toSlashed } from '../times.ts';

/** TrangThai by what a person there does. */
const STATUS_OF = {
  open: '1',
  accept: '2',
  process: '3',
  supplement: '4',
  supplemented: '5',
  approve: '6',
  refuse: '7',
  return: '8',
  withdraw: '9',
} as const;
const PAY = 'pay-online';
const ACTS = [...(Object.keys(STATUS_OF) as (keyof typeof STATUS_OF)[]), PAY] as const;

/** HinhThucNop and KenhThanhToan. */
const CHANNEL = { online: '1', counter: '2', post: '3' } as const;
const PAID_VIA = { portal: '1', agency: '2' } as const;

const NOTES: Readonly<Record<string, string>> = {
  '4': 'Đề nghị sửa đổi, bổ sung hồ sơ',
  '7': 'Hồ sơ không hợp lệ',
  '9': 'Doanh nghiệp đề nghị rút hồ sơ',
};

/** What stays the same over the steps of a dossier; times in milliseconds. */
interface RegistryDossier {
  readonly code: string;
  readonly number: string;
  readonly procedure: string;
  readonly agency: string;
  readonly enterprise: { readonly code: string; readonly name: string };
  readonly submitter: { readonly name: string; readonly id: string; readonly phone: string };
  readonly channel: string;
  readonly amount: number;
  readonly paidVia: string;
  readonly status: string;
  /** When it came to be so. */
  readonly statusSince: number;
  readonly submittedAt: number;
  readonly acceptedAt: number | null;
  readonly appointmentAt: number | null;
}

/** One step, as a person there took it. */
export interface StepEntry extends Entry {
  readonly kind: 'step';
  readonly dossier: RegistryDossier;
  /** When the status came to be so, by the registry's clock. */
  readonly occurredAt: number;
  /** When it was written down, by the registry's clock. */
  readonly recordedAt: number;
  readonly note: string;
}

export class RegistryDossiers {
  #byCode = new Map<string, RegistryDossier>();
  #steps: StepEntry[] = [];

  put(step: StepEntry): void {
    this.#byCode.set(step.dossier.code, step.dossier);
    this.#steps.push(step);
  }

  /** The steps written down at `since` or later (by the registry's clock) that can be seen at `now`, oldest first. */
  since(since: number, now: number, visibleAfterMs: number): StepEntry[] {
    return this.#steps
      .filter(({ at, recordedAt }) => recordedAt >= since && at + visibleAfterMs <= now)
      .sort((a, b) => a.recordedAt - b.recordedAt);
  }

  /** What an act does; nothing is changed before it is put. */
  step(act: Act, now: number, onItsClock: (at: number) => number): StepEntry {
    const name = oneOf(requiredText(act, 'act'), 'act', ACTS);
    const code = requiredText(act, 'dossier');
    const at = optionalTime(act, 'at') ?? now;
    const known = this.#byCode.get(code);
    if (name === 'open' && known) throw new ActRefused(409, `${code} is with the registry already`);
    const before = known ?? opened(act, code, at);
    const status = name === PAY ? before.status : STATUS_OF[name];
    const statusSince = name === PAY ? before.statusSince : at;
    const paid = name === PAY ? { paidVia: paidViaOf(act) ?? PAID_VIA.portal } : {};
    const accepted =
      name === 'accept'
        ? { acceptedAt: at, appointmentAt: optionalTime(act, 'appointmentAt') ?? before.appointmentAt }
        : {};
    return {
      kind: 'step',
      at: now,
      dossier: { ...before, status, statusSince, ...paid, ...accepted },
      occurredAt: onItsClock(statusSince),
      recordedAt: onItsClock(now),
      note: optionalText(act, 'note') ?? NOTES[status] ?? '',
    };
  }

  reset(): void {
    this.#byCode = new Map();
    this.#steps = [];
  }
}

function opened(act: Act, code: string, at: number): RegistryDossier {
  const random = seededRandom(seedOf(code));
  const company = inventCompany(random);
  const representative = people.find(({ personalId }) => personalId === company.representative)!;
  const channel = oneOf(
    optionalText(act, 'channel') ?? 'online',
    'channel',
    Object.keys(CHANNEL) as (keyof typeof CHANNEL)[],
  );
  return {
    code,
    number: optionalText(act, 'number') ?? `DKKD-${between(random, 100_000, 999_999)}`,
    procedure: optionalText(act, 'procedureCode') ?? '2.001610',
    agency: optionalText(act, 'agencyCode') ?? code.split('-')[0]!,
    enterprise: { code: company.enterpriseCode, name: company.name },
    submitter: { name: representative.name, id: representative.personalId, phone: representative.phone },
    channel: CHANNEL[channel],
    amount: optionalNumber(act, 'amount') ?? 100_000,
    paidVia: paidViaOf(act) ?? '',
    status: STATUS_OF.open,
    statusSince: at,
    submittedAt: at,
    acceptedAt: null,
    appointmentAt: null,
  };
}

function paidViaOf(act: Act): string | null {
  const paidVia = optionalText(act, 'paidVia');
  return paidVia === null
    ? null
    : PAID_VIA[oneOf(paidVia, 'paidVia', Object.keys(PAID_VIA) as (keyof typeof PAID_VIA)[])];
}

/** A step as the listing writes it; every scalar is a text. */
export function recordOf(
  { dossier, occurredAt, recordedAt, note }: StepEntry,
  onItsClock: (at: number) => number,
): object {
  const time = (at: number | null): string => (at === null ? '' : toSlashed(onItsClock(at)));
  return {
    SoHoSo: dossier.number,
    MaHoSoMotCua: dossier.code,
    MaTTHC: dossier.procedure,
    MaCoQuan: dossier.agency,
    MaSoDoanhNghiep: dossier.enterprise.code,
    TenDoanhNghiep: dossier.enterprise.name,
    NguoiNop: { HoVaTen: dossier.submitter.name, SoGiayTo: dossier.submitter.id, DienThoai: dossier.submitter.phone },
    HinhThucNop: dossier.channel,
    ThanhToanTrucTuyen: dossier.paidVia === '' ? '0' : '1',
    KenhThanhToan: dossier.paidVia,
    SoTien: String(dossier.amount),
    TrangThai: dossier.status,
    NgayNop: time(dossier.submittedAt),
    NgayTiepNhan: time(dossier.acceptedAt),
    NgayHenTra: time(dossier.appointmentAt),
    ThoiDiemXuLy: toSlashed(occurredAt),
    ThoiDiemCapNhat: toSlashed(recordedAt),
    NguoiXuLy: 'Phòng Đăng ký kinh doanh',
    GhiChu: note,
  };
}
