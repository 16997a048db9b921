/** @module From a dossier to what VBDLIS is sent, and from its answers about parcels to ours; pure. */
import type { z } from 'zod';
import type { ActDetails, ContentOf, Paper, Submission } from '../../src/capabilities/exchange.ts';
import type { Parcel } from './operations.ts';
import type * as wire from './province-wire.ts';
import { instantOf, readTime } from './times.ts';

type LandSubmission = Omit<Submission, 'content'> & { readonly content: ContentOf<'land'> };

/** The number under which the land office knows a dossier. */
export const receiptOf = ({ content, dossier }: LandSubmission): string => content.receiptNumber ?? dossier.code;

/** GetThongTinHoSo of one dossier. */
export const receiptQuestion = (receipt: string): { readonly SoBienNhan: string } => ({ SoBienNhan: receipt });

const utc = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

export function toTiepNhanHoSo(
  submission: LandSubmission,
  process: { readonly code: string; readonly name: string },
): wire.TiepNhanHoSo {
  const { dossier, content, papers } = submission;
  const applicant = dossier.fields.submitter ?? dossier.fields.applicant;
  return {
    SoBienNhan: receiptOf(submission),
    MaHoSoMotCua: dossier.code,
    TinhId: Number(content.provinceCode),
    XaId: Number(content.communeCode),
    NgayTiepNhan: utc(dossier.receivedAt),
    NgayHenTra: dossier.appointmentAt === null ? null : utc(dossier.appointmentAt),
    DiaChiTaiSan: content.assetAddress ?? null,
    ThongTinNguoiNopDon: {
      HoTen: applicant?.name ?? '',
      SoChungMinh: applicant?.personalId ?? null,
      DiaChiChiTiet: applicant?.address ?? null,
      SoDienThoai: applicant?.phone ?? null,
      Email: dossier.fields.applicant?.email ?? null,
    },
    ThongTinQuyTrinh: { MaQuyTrinh: process.code, TenQuyTrinh: process.name },
    ThongTinThuaDat: content.parcels.map((parcel) => ({
      SoThuTuThua: parcel.number,
      SoHieuBanDo: parcel.mapSheet,
      DienTich: parcel.area == null ? null : String(parcel.area),
      DiaChiChiTiet: parcel.address ?? null,
    })),
    DanhSachGiayToDinhKem: papers.map(toPaper),
  };
}

export const toSupplement = (receipt: string, details: ActDetails['supplement']): wire.CapNhatTrangThaiBoSungHoSo => ({
  SoBienNhan: receipt,
  NgayHenTraMoi: details.newAppointmentAt === null ? null : utc(details.newAppointmentAt),
  GhiChu: details.note ?? '',
  DanhSachGiayToBoSung: details.papers.map(toPaper),
});

export const toHandOver = (receipt: string, { at }: ActDetails['hand-over']): wire.CapNhatKetQuaTraHoSo => ({
  SoBienNhan: receipt,
  NgayTra: utc(at),
});

export const toWrongResult = (receipt: string, details: ActDetails['wrong-result']): wire.PhanHoiHoSoSaiKetQua => ({
  SoBienNhan: receipt,
  NoiDung: details.reason,
  DanhSachGiayToDinhKem: details.papers.map(toPaper),
});

function toPaper({ name, originals, copies, file }: Paper): wire.PaperRecord {
  const hasData = file != null && 'data' in file;
  return {
    TenGiayTo: name,
    KieuFile: file == null ? null : (/\.([a-z0-9]{1,5})$/i.exec(file.name)?.[1]?.toLowerCase() ?? null),
    LinkFile: file != null && 'link' in file ? file.link : null,
    SoBanSao: copies,
    SoBanChinh: originals,
    TapTin: hasData ? { name: file.name, data: file.data } : null,
  };
}

/**
 * Whether a dossier's state there shows that an act was done. After a supplement nothing is waited for any more; a result that
 * was handed over or called wrong has left its earlier state.
 */
export function shows(act: 'supplement' | 'hand-over' | 'wrong-result', data: wire.DossierData): boolean {
  switch (act) {
    case 'supplement':
      return (data.danhSachVanBanChoBoSung ?? []).length === 0 && !WAITING.has(data.MaTrangThai);
    case 'hand-over':
      return data.MaTrangThai === HANDED_OVER;
    case 'wrong-result':
      return !ENDED.has(data.MaTrangThai);
  }
}

/** MaTrangThai of GetDanhMucTrangThai (assumed): waiting for a supplement, paused; ended with and without result, handed over. */
const WAITING: ReadonlySet<string> = new Set(['CBS', 'TD']);
const HANDED_OVER = 'DTKQ';
const ENDED: ReadonlySet<string> = new Set(['KT', 'TC', HANDED_OVER]);

/** LoaiChu (assumed): who holds a right to the land. */
const OWNER_KIND: Readonly<Record<string, Parcel['owners'][number]['kind']>> = {
  '1': 'person',
  '2': 'household',
  '3': 'organisation',
};
const LASTING = /^lâu dài$/i;

export function toParcel(record: wire.ParcelRecord): Parcel {
  const certificate = record.GiayChungNhan;
  return {
    provinceCode: record.TinhId.padStart(2, '0'),
    communeCode: record.XaId.padStart(5, '0'),
    mapSheet: record.SoHieuBanDo,
    number: record.SoThuTuThua,
    area: record.DienTich,
    address: record.DiaChiChiTiet ?? null,
    uses: (record.DanhSachMucDichSuDung ?? []).map((use) => ({
      code: use.MaLoaiDat,
      name: use.TenLoaiDat ?? null,
      area: use.DienTich ?? null,
      until: LASTING.test(use.ThoiHanSuDung ?? '') ? null : dayOf(use.ThoiHanSuDung),
      lasting: LASTING.test(use.ThoiHanSuDung ?? ''),
    })),
    certificate: certificate
      ? { number: certificate.SoPhatHanhGCN, entry: certificate.SoVaoSo ?? null, issuedOn: dayOf(certificate.NgayCap) }
      : null,
    owners: (record.DanhSachChuSuDung ?? []).map((owner) => ({
      name: owner.HoTen,
      number: owner.SoGiayTo ?? null,
      kind: OWNER_KIND[owner.LoaiChu ?? ''] ?? null,
    })),
    restrictions: (record.HanChe ?? []).map(({ LoaiHanChe, NoiDung }) => ({ code: LoaiHanChe, text: NoiDung ?? null })),
  };
}

/** The day in Viet Nam of a time as VBDLIS writes it; null where it can't be read: nothing is decided by it. */
function dayOf(text: string | null | undefined): string | null {
  const moment = readTime(text);
  if (moment === null || moment === 'unreadable') return null;
  return new Date(instantOf(moment, 'utc') + 7 * 3_600_000).toISOString().slice(0, 10);
}

/** A parcel by its place, or by the number of its certificate. */
export const toParcelQuestion = (
  asked: string | { provinceCode: string; communeCode: string; mapSheet: string; number: string },
): wire.TraCuuThuaDat =>
  typeof asked === 'string'
    ? { SoPhatHanhGCN: asked }
    : {
        TinhId: Number(asked.provinceCode),
        XaId: Number(asked.communeCode),
        SoHieuBanDo: asked.mapSheet,
        SoThuTuThua: asked.number,
      };

/** A row of a catalogue; `of` is an officer's office, or the procedure (TTHC) that a process is for. */
export interface CatalogueRow {
  readonly code: string;
  readonly name: string;
  readonly of: string | null;
}

export const officersOf = (rows: z.output<typeof wire.officers>): CatalogueRow[] =>
  rows.map(({ MaCanBo, HoTen, MaDonVi }) => ({ code: MaCanBo, name: HoTen, of: MaDonVi ?? null }));

export const processesOf = (rows: z.output<typeof wire.procedures>): CatalogueRow[] =>
  rows.map(({ MaThuTuc, TenThuTuc, MaTTHC }) => ({ code: MaThuTuc, name: TenThuTuc, of: MaTTHC ?? null }));

export const statusesOf = (rows: z.output<typeof wire.statuses>): CatalogueRow[] =>
  rows.map(({ MaTrangThai, TenTrangThai }) => ({ code: MaTrangThai, name: TenTrangThai, of: null }));

/** The registry's process for a procedure, compared by the national part of its code (`1.005129`). */
export function processFor(procedureCode: string, processes: readonly CatalogueRow[]): CatalogueRow | null {
  const national = (code: string): string => /^\d\.\d{6}/.exec(code)?.[0] ?? code;
  return processes.find((row) => row.of !== null && national(row.of) === national(procedureCode)) ?? null;
}
