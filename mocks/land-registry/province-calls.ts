/** @module The calls that the province makes to VBDLIS: what each must hold, and what it does to the file. */
import { z } from 'zod';
import { parseVbdlis } from '../times.ts';
import type { FileEntry, LandFile, LandFiles, LandStatus } from './files.ts';

/** What is wrong with a call, as the reply's `status.code` and `status.message`. */
export interface Complaint {
  readonly code: 'DU_LIEU_SAI' | 'KHONG_TIM_THAY' | 'DA_TON_TAI';
  readonly message: string;
}

const text = z.string().trim().min(1);
const time = z.string().refine((value) => parseVbdlis(value) !== null, 'không phải là thời gian UTC');
const papers = z.array(
  z.object({
    TenGiayTo: text,
    KieuFile: z.string().nullish(),
    LinkFile: z.string().nullish(),
    SoBanSao: z.int().min(0),
    SoBanChinh: z.int().min(0),
  }),
);

/** The bodies; members that are not named here are let pass, as the real one does. */
const BODIES = {
  TiepNhanHoSo: z.object({
    SoBienNhan: text,
    MaHoSoMotCua: text,
    TinhId: z.int().positive(),
    XaId: z.int().positive(),
    NgayTiepNhan: time,
    NgayHenTra: time.nullish(),
    ThongTinNguoiNopDon: z.object({ HoTen: text, SoChungMinh: z.string().nullish() }),
    ThongTinQuyTrinh: z.object({ MaQuyTrinh: text, TenQuyTrinh: text }),
    ThongTinThuaDat: z.array(z.object({ SoThuTuThua: text, SoHieuBanDo: text })).nullish(),
    DanhSachGiayToDinhKem: papers.nullish(),
  }),
  CapNhatTrangThaiBoSungHoSo: z.object({
    SoBienNhan: text,
    NgayHenTraMoi: time.nullish(),
    GhiChu: z.string().nullish(),
    DanhSachGiayToBoSung: papers.nullish(),
  }),
  CapNhatKetQuaTraHoSo: z.object({ SoBienNhan: text, NgayTra: time }),
  PhanHoiHoSoSaiKetQua: z.object({ SoBienNhan: text, NoiDung: text, DanhSachGiayToDinhKem: papers.nullish() }),
} as const;
type Service = keyof typeof BODIES;

/** What a call makes of the file, and which of its members say when it happened. */
const STATUS_AFTER: Readonly<Record<Service, LandStatus>> = {
  TiepNhanHoSo: 'TN',
  CapNhatTrangThaiBoSungHoSo: 'DXL',
  CapNhatKetQuaTraHoSo: 'DTKQ',
  PhanHoiHoSoSaiKetQua: 'DXL',
};

export const isProvinceCall = (service: string): service is Service => Object.hasOwn(BODIES, service);

/** Checks a call and says what it makes of the file. */
export function readProvinceCall(
  service: Service,
  body: unknown,
  sent: string,
  files: LandFiles,
): Omit<FileEntry, 'at'> | Complaint {
  const parsed = BODIES[service].safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { code: 'DU_LIEU_SAI', message: `${issue?.path.join('.') || 'Nội dung'}: ${issue?.message}` };
  }
  const record: Readonly<Record<string, unknown>> & { readonly SoBienNhan: string } = parsed.data;
  const file = fileAfter(service, record, files);
  if ('code' in file) return file;
  const repeats = files.knowsCall(file.receipt, service, sent);
  return {
    kind: 'file',
    // A repeat is answered as the first was and changes nothing that happened since.
    file: repeats ? (files.ofReceipt(file.receipt) ?? file) : file,
    call: {
      service,
      status: STATUS_AFTER[service],
      occurredAt: timeOf(record, 'NgayTiepNhan') ?? timeOf(record, 'NgayTra'),
      appointmentAt: timeOf(record, 'NgayHenTra') ?? timeOf(record, 'NgayHenTraMoi'),
      effect: !repeats,
      body: sent,
    },
  };
}

function fileAfter(
  service: Service,
  record: Readonly<Record<string, unknown>> & { readonly SoBienNhan: string },
  files: LandFiles,
): LandFile | Complaint {
  const { SoBienNhan: receipt } = record;
  const known = files.ofReceipt(receipt);
  if (service !== 'TiepNhanHoSo') {
    return known
      ? { ...known, status: STATUS_AFTER[service], waiting: [] }
      : { code: 'KHONG_TIM_THAY', message: `Không tìm thấy hồ sơ ${receipt}` };
  }
  const dossier = record.MaHoSoMotCua as string;
  if (known && known.dossier !== dossier)
    return { code: 'DA_TON_TAI', message: `Số biên nhận ${receipt} thuộc hồ sơ khác` };
  return known ?? { receipt, dossier, status: 'TN', waiting: [] };
}

function timeOf(record: Readonly<Record<string, unknown>>, name: string): number | null {
  const value = record[name];
  return typeof value === 'string' ? parseVbdlis(value) : null;
}
