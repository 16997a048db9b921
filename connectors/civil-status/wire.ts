/** @module What the electronic civil status system takes and tells, as seen in public source code of one-gate systems; withdrawal and look-up are assumed. */
import { z } from 'zod';

const text = z.string().nullish();
const scalar = z.union([z.string(), z.number()]).transform((value) => String(value).trim());

/** LTKS birth, LTKT death, LTKH marriage. */
export type Module = 'LTKS' | 'LTKT' | 'LTKH';

export const loginReply = z.looseObject({ token: z.string().min(1), refreshToken: text });

/** An address: codes of province and commune, the rest in words. */
export interface DiaChi {
  readonly maTinh: string;
  readonly maXa: string;
  readonly dcChiTiet: string;
}

/** A paper with its file; `huyGiayTo` 1 says that earlier ones of its kind no longer count. */
export interface FileDinhKem {
  readonly id: number;
  readonly loaiGiayTo: number;
  readonly tenGiayTo: string;
  readonly tenTepDinhKem: string;
  readonly huyGiayTo: 0 | 1;
  readonly duLieuTepDinhKem: string;
}

/** A form: `nks*` the child, `me*` and `cha*` the parents, `nkt*` the deceased, `chong*` and `vo*` the spouses, `nyc*` who asks. */
export type HoTich = Readonly<Record<string, string | number | DiaChi | null>>;

export interface DongBoHoSo {
  readonly maDonVi: string;
  readonly maTinh: string;
  readonly module: Module;
  readonly maHoSoLT: string | null;
  readonly maHoSoMCDT: string;
  /** yyyyMMddHHmmss */
  readonly ngayTiepNhan: string;
  /** The form as JSON text. */
  readonly data: string;
  readonly fileDinhKem: readonly FileDinhKem[];
}

/** `status` "1" done. */
export const pushReply = z.looseObject({
  status: scalar,
  statusDescription: text,
  errorCode: text,
  errorDescription: text,
});

/** What was registered; the paper itself in base64 under a name of its own by matter. */
export const result = z.looseObject({
  soDangKy: scalar.nullish(),
  quyenSo: text,
  ngayDangKy: text,
  giayKhaiSinh: text,
  giayKhaiTu: text,
  giayKetHon: text,
});
export type Result = z.output<typeof result>;

/** One step of a dossier; one whose record cannot be told has `errors` and no status. */
const step = z.looseObject({
  maHoSoMCDT: scalar,
  errors: z.union([z.string(), z.array(z.unknown()), z.looseObject({})]).nullish(),
  trangThai: scalar.nullish(),
  thoiGianThucHien: text,
  ghiChu: text,
  ketQuaXuLy: result.nullish().catch(null),
  nguoiXuLy: text,
  chucDanh: text,
  phongBanXuLy: text,
  noiDungXuLy: text,
  hanBoSungHoSo: text,
});
export type Step = z.output<typeof step>;

/** A question about dossiers of one matter. */
export interface LayKetQua {
  readonly maDinhDanhHoSo: readonly string[];
  readonly maTinh: string;
  readonly module: Module;
}

/** A withdrawal (assumed). */
export interface RutHoSo {
  readonly maHoSoMCDT: string;
  readonly lyDo: string;
}

/** A question for an entry of the books (assumed): KS birth, KT death, KH marriage. */
export interface TraCuuHoTich {
  readonly loaiViec: 'KS' | 'KT' | 'KH';
  readonly soDinhDanh?: string;
  readonly soDangKy?: string;
  readonly quyenSo?: string;
}

/** `status` 1 done. A step of an odd shape spoils its own dossier only, so that each is read by itself. */
export const pollReply = z.looseObject({
  status: scalar,
  statusDescription: text,
  value: z.array(z.unknown()).nullish(),
});
export const pollStep = step;

/** An entry of the books. */
export const entries = z.looseObject({
  status: scalar,
  statusDescription: text,
  value: z
    .array(
      z.looseObject({
        loaiViec: z.enum(['KS', 'KT', 'KH']),
        soDangKy: scalar.nullish(),
        quyenSo: text,
        ngayDangKy: text,
        noiDangKy: text,
        soDinhDanh: text,
        nksHoTen: text,
        nksNgaySinh: text,
        meHoTen: text,
        chaHoTen: text,
        nktHoTen: text,
        nktNgayChet: text,
        nktSoGiayTo: text,
        chongHoTen: text,
        chongSoGiayTo: text,
        voHoTen: text,
        voSoGiayTo: text,
      }),
    )
    .nullish(),
});
export type EntryRecord = NonNullable<z.output<typeof entries>['value']>[number];
