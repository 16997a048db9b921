/** @module Between a dossier in the gateway's terms and the portal's record: pure, code tables included. */
import { isDeepStrictEqual } from 'node:util';
import type {
  DossierFields,
  OwnableField,
  PortalProgress,
  PortalRow,
  PortalSnapshot,
  PortalView,
} from '../../src/capabilities/portal.ts';
import { fromCompactTime, toCompactTime } from '../../src/connector/compact-time.ts';
import { APPLICANT, APPLICANT_BACK, CHANNEL, CHANNEL_BACK, PAID_ONLINE, yesNo } from './codes.ts';
import { isPublic } from './links.ts';
import { lay, POSTED } from './posted.ts';
import { type DossierRecord, type DossierView, LISTS, type ListedDossier, type ProgressRecord } from './wire.ts';

const OFFSET = 7 * 3_600_000;

/** The record that DongBoHoSoMC takes for a dossier that nobody else has written to. */
export const toRecord = (snapshot: PortalSnapshot): DossierRecord =>
  lay(ourRecord(snapshot), snapshot.fields.posted?.[POSTED]);

function ourRecord(snapshot: PortalSnapshot): DossierRecord {
  const { fields } = snapshot;
  const applicant = fields.applicant;
  const identity = applicant?.enterpriseCode ?? applicant?.personalId ?? '';
  // What the timeline knows of payments goes before what a registration said of its fees.
  const registered = fields.fees?.find((fee) => fee.paidVia)?.paidVia;
  const paid = snapshot.paidOnline ?? (registered === 'counter' ? null : registered);
  return {
    MaHoSo: snapshot.code,
    MaTTHC: snapshot.procedure.code,
    TenTTHC: snapshot.procedure.name,
    MaLinhVuc: snapshot.procedure.sector.code,
    TenLinhVuc: snapshot.procedure.sector.name,
    KenhThucHien: CHANNEL[fields.channel ?? 'counter'],
    ChuHoSo: applicant?.name ?? '',
    LoaiDoiTuong: APPLICANT[applicant?.kind ?? 'citizen'],
    SoGiayToChuHoSo: identity,
    DinhDanhCHS: identity === '' ? [] : [{ LoaiDinhDanh: applicant?.enterpriseCode ? '2' : '1', SoDinhDanh: identity }],
    SoDienThoai: applicant?.phone ?? '',
    Email: applicant?.email ?? '',
    TrichYeuHoSo: (fields.summary ?? '').slice(0, 1000),
    NgayNopHoSo: toCompactTime(snapshot.submittedAt),
    NgayTiepNhan: toCompactTime(snapshot.receivedAt),
    NgayHenTra: toCompactTime(snapshot.appointmentAt),
    TrangThaiHoSo: snapshot.statusCode,
    NgayKetThucXuLy: toCompactTime(snapshot.finishedAt),
    NgayTra: toCompactTime(snapshot.returnedAt),
    NgayTuChoi: toCompactTime(snapshot.rejectedAt),
    DonViXuLy: snapshot.agencyName,
    NoiNopHoSo: fields.channel === 'online' ? '1' : '',
    HoSoCoThanhPhanSoHoa: yesNo(fields.components?.some(({ digitised }) => digitised)),
    TaiKhoanDuocXacThucVoiVNeID: yesNo(applicant?.vneidVerified),
    ...(paid ? { DuocThanhToanTrucTuyen: PAID_ONLINE[paid] } : {}),
    TaiLieuNop: (fields.components ?? []).map((component) => ({
      TenTepDinhKem: component.name,
      MaThanhPhanHoSo: component.code ?? '',
      // An address inside the province's network opens nowhere else: only what the portal can fetch is sent.
      DuongDanTaiTepTin: isPublic(component.fileRef) ? component.fileRef! : '',
      DuocSoHoa: yesNo(component.digitised),
      DuocTaiSuDung: yesNo(component.reused),
      MaKetQuaThayThe: component.resultCode ?? '',
    })),
    DanhSachLePhi: (fields.fees ?? []).map((fee) => ({
      TenPhiLePhi: fee.name,
      MaPhiLePhi: fee.code,
      HinhThucThu: fee.paidVia ?? '',
      Gia: String(fee.amount),
      LoaiPhiLePhi: fee.kind === 'fee' ? '1' : '2',
    })),
    DanhSachGiayToKetQua: (fields.results ?? []).map((result) => ({
      TenGiayTo: result.name,
      MaGiayToKetQua: result.code ?? '',
      DuongDanTepTinKetQua: isPublic(result.fileRef) ? result.fileRef! : '',
    })),
    DanhSachHoSoBoSung: snapshot.supplements.map((supplement) => ({
      HoSoBoSungId: supplement.id,
      NguoiYeuCauBoSung: supplement.askedBy,
      NoiDungBoSung: supplement.content,
      NgayBoSung: toCompactTime(supplement.askedAt),
      NgayTiepNhanBoSung: toCompactTime(supplement.receivedAt),
      TrangThaiBoSung: supplement.receivedAt === null ? '0' : '1',
      NgayHenTraTruoc: toCompactTime(supplement.appointmentBefore),
      NgayHenTraMoi: toCompactTime(supplement.appointmentAfter),
    })),
    DSKetNoiCSDL: (fields.databasesUsed ?? []).map((code) => ({ MaCSDL: code })),
  };
}

/** The field of ours that each of the portal's tells; the code alone is nobody's to give away. */
const FIELD_OF: Readonly<Record<string, OwnableField>> = {
  TrangThaiHoSo: 'status',
  NgayKetThucXuLy: 'status',
  NgayTra: 'status',
  NgayTuChoi: 'status',
  NgayHenTra: 'appointment',
  DanhSachHoSoBoSung: 'supplements',
  MaTTHC: 'procedureCode',
  TenTTHC: 'procedureCode',
  MaLinhVuc: 'procedureCode',
  TenLinhVuc: 'procedureCode',
  DonViXuLy: 'agencyCode',
  KenhThucHien: 'channel',
  NoiNopHoSo: 'channel',
  ChuHoSo: 'applicant',
  LoaiDoiTuong: 'applicant',
  SoGiayToChuHoSo: 'applicant',
  DinhDanhCHS: 'applicant',
  SoDienThoai: 'applicant',
  Email: 'applicant',
  TaiKhoanDuocXacThucVoiVNeID: 'applicant',
  TrichYeuHoSo: 'summary',
  NgayNopHoSo: 'submittedAt',
  NgayTiepNhan: 'receivedAt',
  TaiLieuNop: 'components',
  HoSoCoThanhPhanSoHoa: 'components',
  DanhSachLePhi: 'fees',
  DuocThanhToanTrucTuyen: 'fees',
  DanhSachGiayToKetQua: 'results',
  DSKetNoiCSDL: 'databasesUsed',
};

/** Without these the portal takes no dossier at all. */
const REQUIRED = new Set([
  'MaHoSo',
  'MaTTHC',
  'TenTTHC',
  'MaLinhVuc',
  'TenLinhVuc',
  'KenhThucHien',
  'ChuHoSo',
  'LoaiDoiTuong',
  'NgayTiepNhan',
  'TrangThaiHoSo',
  'DonViXuLy',
]);

/** The record of a dossier that the portal does not have: what is ours, and what it can't be without. */
export const toNewRecord = (snapshot: PortalSnapshot): DossierRecord =>
  only(toRecord(snapshot), (name) => isOurs(name, snapshot.owns) || REQUIRED.has(name));

/** What the portal keeps with what is ours laid over it. */
export const toMerged = (kept: Readonly<Record<string, unknown>>, snapshot: PortalSnapshot): DossierRecord =>
  merge(
    kept,
    only(toRecord(snapshot), (name) => isOurs(name, snapshot.owns)),
  );

/** What a merged record says otherwise than what the portal keeps; an empty text or list is as good as none. */
export const changedNames = (kept: Readonly<Record<string, unknown>>, merged: DossierRecord): string[] =>
  Object.keys(merged).filter((name) => {
    const [now, before] = [merged[name], kept[name] ?? ''];
    return !(isDeepStrictEqual(now, before) || (now?.length === 0 && before === ''));
  });

/** The fields of ours among these. */
export const changedFields = (kept: Readonly<Record<string, unknown>>, merged: DossierRecord): OwnableField[] => [
  ...new Set(changedNames(kept, merged).flatMap((name) => FIELD_OF[name] ?? [])),
];

const isOurs = (name: string, owns: PortalSnapshot['owns']): boolean => {
  const field = FIELD_OF[name];
  return owns === null || name === 'MaHoSo' || (field !== undefined && owns.includes(field));
};

const only = (record: DossierRecord, isKept: (name: string) => boolean): DossierRecord =>
  Object.fromEntries(Object.entries(record).filter(([name]) => isKept(name)));

/**
 * What is ours laid over what the portal keeps: scalars that we know replace, lists keep every entry that others put
 * there – the portal is assumed to empty a list that an update leaves out.
 */
export function merge(kept: Readonly<Record<string, unknown>>, ours: DossierRecord): DossierRecord {
  const merged: Record<string, string | readonly Readonly<Record<string, string>>[]> = {};
  for (const [name, value] of Object.entries(kept)) {
    if (typeof value === 'string') merged[name] = value;
    else if (Array.isArray(value) && name in LISTS) merged[name] = value;
  }
  for (const [name, value] of Object.entries(ours)) {
    if (typeof value === 'string') {
      if (value !== '' || !(name in merged) || CLEARED_BY_US.has(name)) merged[name] = value;
    } else
      merged[name] = mergeList(
        LISTS[name] ?? [],
        (merged[name] ?? []) as readonly Readonly<Record<string, string>>[],
        value,
      );
  }
  return merged;
}

/** Fields that only the keeper of the status writes: empty is their true value after a reopening. */
const CLEARED_BY_US = new Set(['NgayKetThucXuLy', 'NgayTra', 'NgayTuChoi']);

function mergeList(
  keys: readonly string[],
  theirs: readonly Readonly<Record<string, string>>[],
  ours: readonly Readonly<Record<string, string>>[],
): readonly Readonly<Record<string, string>>[] {
  const keyOf = (item: Readonly<Record<string, string>>): string => keys.map((key) => item[key] ?? '').join('\u0000');
  const left = new Map(ours.map((item) => [keyOf(item), item]));
  const merged = theirs.map((item) => {
    const own = left.get(keyOf(item));
    if (!own) return item;
    left.delete(keyOf(item));
    return { ...item, ...Object.fromEntries(Object.entries(own).filter(([, value]) => value !== '')) };
  });
  return [...merged, ...left.values()];
}

export function toProgress(progress: PortalProgress): ProgressRecord {
  return {
    MaHoSo: progress.code,
    NguoiXuLy: progress.officer,
    ChucDanh: progress.title,
    ThoiDiemXuLy: toCompactTime(progress.at),
    PhongBanXuLy: progress.department,
    NoiDungXuLy: progress.text,
    TrangThai: progress.statusCode,
    NgayBatDau: toCompactTime(progress.startedAt),
    NgayKetThucTheoQuyDinh: toCompactTime(progress.dueAt),
  };
}

/** What the portal shows, in the gateway's terms. */
export function toView(view: DossierView): PortalView {
  const { DanhSachTienDo, ...kept } = view;
  return {
    statusCode: view.TrangThaiHoSo,
    appointmentAt: fromCompactTime(view.NgayHenTra),
    progress:
      DanhSachTienDo?.map((record) => ({
        at: fromCompactTime(record.ThoiDiemXuLy) ?? 0,
        statusCode: record.TrangThai,
        text: record.NoiDungXuLy ?? '',
        officer: record.NguoiXuLy ?? '',
        department: record.PhongBanXuLy ?? '',
      })) ?? null,
    isPaidOnline:
      view.DuocThanhToanTrucTuyen === PAID_ONLINE.portal || view.DuocThanhToanTrucTuyen === PAID_ONLINE.agency,
    results: (view.DanhSachGiayToKetQua ?? []).map(({ MaGiayToKetQua, TenGiayTo }) => ({
      code: MaGiayToKetQua || null,
      name: TenGiayTo ?? '',
    })),
    kept,
    fields: fieldsOf(view),
  };
}

/** A row of the listing, in the gateway's terms. */
export function toRow(row: ListedDossier): PortalRow {
  return {
    code: row.MaHoSo,
    statusCode: row.TrangThaiHoSo,
    appointmentAt: fromCompactTime(row.NgayHenTra),
    receivedAt: fromCompactTime(row.NgayTiepNhan),
    channel: CHANNEL_BACK[row.KenhThucHien ?? ''],
    procedureCode: row.MaTTHC || null,
  };
}

/** A time of the wire as RFC 3339; undefined for an empty or impossible one. */
export function rfc3339Of(text: string | null | undefined): string | undefined {
  const at = fromCompactTime(text);
  return at === null ? undefined : `${new Date(at + OFFSET).toISOString().slice(0, 19)}+07:00`;
}

function fieldsOf(view: DossierView): DossierFields {
  return {
    ...(view.MaTTHC ? { procedureCode: view.MaTTHC } : {}),
    channel: CHANNEL_BACK[view.KenhThucHien ?? ''],
    ...(view.ChuHoSo
      ? { applicant: { kind: APPLICANT_BACK[view.LoaiDoiTuong ?? '1'] ?? 'citizen', name: view.ChuHoSo } }
      : {}),
    submittedAt: rfc3339Of(view.NgayNopHoSo),
    receivedAt: rfc3339Of(view.NgayTiepNhan),
  };
}
