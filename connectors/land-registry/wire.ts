/**
 * @module What VBDLIS (the land registry) sends to a province, as seen in public source code of one-gate systems.
 *
 * Lenient where lenience loses nothing: members we do not know are let pass, numbers may be written as text, a remark of
 * an odd shape is left out. What decides the status – receipt number, times, codes – must be readable.
 */
import { z } from 'zod';
import { type Moment, readTime } from './times.ts';

const scalar = z.union([z.string(), z.number()]).transform((value) => String(value).trim());

const receiptNumber = scalar.refine((text) => text.length > 0 && text.length <= 100, {
  params: { vi: 'thiếu số biên nhận', en: 'the receipt number is missing' },
});

/** A remark, an officer's code and the like. */
const remark = scalar
  .transform((text) => text.slice(0, 2000))
  .nullish()
  .catch(null);

/** A code that decides something: absent is allowed, another shape is not. */
const code = scalar.nullish();

const flag = z
  .union([z.boolean(), scalar])
  .nullish()
  .transform((value) => (typeof value === 'string' ? /^(true|1)$/i.test(value) : value === true))
  .catch(false);

/** A time that may be absent; what is there must be readable. */
const time = z
  .unknown()
  .optional()
  .transform((value, ctx): Moment | null => {
    const moment = readTime(value);
    if (moment !== 'unreadable') return moment;
    ctx.addIssue({ code: 'custom', params: { vi: 'không đọc được thời gian', en: 'the time can not be read' } });
    return z.NEVER;
  });

const requiredTime = time.transform((moment, ctx): Moment => {
  if (moment !== null) return moment;
  ctx.addIssue({ code: 'custom', params: { vi: 'thiếu thời gian', en: 'the time is missing' } });
  return z.NEVER;
});

/** A time on which nothing depends. */
const incidentalTime = time.catch(null);

/** How every message names its dossier. */
const named = { SoBienNhan: receiptNumber, MaHoSoMotCua: remark };

/** A dossier passed on to the next officer. */
export const ChuyenHoSo = z.looseObject({
  ...named,
  MaCanBoChuyen: remark,
  MaCanBoNhan: remark,
  MaTrangThai: remark,
  NoiDungXuLy: remark,
  NgayChuyen: requiredTime,
  HanXuLy: incidentalTime,
});

/** A document for which the dossier waits. */
const waitingDocument = z.looseObject({
  vanBanPhatSinhId: remark,
  loaiVanBanPhatSinh: code,
  ngayVanBan: incidentalTime,
  CreatedDate: incidentalTime,
  duongDanFile: remark,
  tenFile: remark,
});
export type WaitingDocument = z.output<typeof waitingDocument>;

const waitingDocuments = z.array(waitingDocument).nullish();

/** A supplement asked for, or a dossier paused. */
export const YeuCauBoSungHoSo = z.looseObject({
  ...named,
  NgayChoBoSung: requiredTime,
  MaCanBoXuLy: remark,
  LaTamDung: flag,
  GhiChu: remark,
  // The list is seen with a small first letter, unlike everything around it; a release that mends this must not lose the reason.
  danhSachVanBanChoBoSung: waitingDocuments,
  DanhSachVanBanChoBoSung: waitingDocuments,
});

/** What was waited for has come. */
export const NhanBoSungHoSo = z.looseObject({
  ...named,
  NgayNhanBoSung: requiredTime,
  NgayHenTraMoi: time,
  GhiChu: remark,
});

/** The tax office's notice is there: the citizen has to pay. */
export const GuiKetQuaThue = z.looseObject({
  ...named,
  NguoiXuLy: remark,
  NgayCoKetQuaThue: requiredTime,
  DanhSachThongBaoThue: z
    .array(z.looseObject({ SoThongBao: remark, NgayThongBao: incidentalTime }))
    .nullish()
    .catch(null),
});

/** The end of the work, with or without a result. */
export const KetThucHoSo = z.looseObject({
  ...named,
  NgayKetThuc: requiredTime,
  TrangThaiKetThuc: scalar,
  GhiChu: remark,
  DanhSachGiayToKetQua: z
    .array(z.looseObject({ TenGiayTo: remark, LinkFile: remark }))
    .nullish()
    .catch(null),
});

/** A dossier that the land office took in for the one-stop shop. */
export const TiepNhanHoSoChoMotCua = z.looseObject({
  ...named,
  MaCanBoTiepNhan: remark,
  NgayTiepNhan: requiredTime,
  NgayHenTra: time,
  GhiChu: remark,
});

/** The one-stop shop is asked to correct the dossier's data. */
export const YeuCauCapNhatHoSo = z.looseObject({
  ...named,
  MaCanBoXuLy: remark,
  NgayYeuCau: time,
  NoiDungYeuCau: remark,
  GhiChu: remark,
});

/** The dossier was entered under the wrong procedure. */
export const ThongBaoNhapSaiThuTuc = z.looseObject({
  ...named,
  MaCanBoXuLy: remark,
  NgayThongBao: time,
  GhiChu: remark,
});

/** The operations that VBDLIS calls, as their names stand in the path. */
export const messages = {
  ChuyenHoSo,
  YeuCauBoSungHoSo,
  NhanBoSungHoSo,
  GuiKetQuaThue,
  KetThucHoSo,
  TiepNhanHoSoChoMotCua,
  YeuCauCapNhatHoSo,
  ThongBaoNhapSaiThuTuc,
};
export type Operation = keyof typeof messages;
export const OPERATIONS = Object.keys(messages);

/** Any of them, as the document shows the body. */
export const message = z.union(Object.values(messages));

/** Its answer, always with HTTP 200 when the message is safe here. */
export const reply = z.object({ Result: z.int(), Message: z.string() });
