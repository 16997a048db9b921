/** @module What the tax authority pushes: notices as XML inside the JSON, vouchers as JSON, as seen in public source code of one-gate systems. The reply is ours. */
import { z } from 'zod';

const scalar = z.union([z.string(), z.number()]).transform((value) => String(value).trim());
const text = scalar.nullish();

/** A payment: seen as an object of its own, and as members of the voucher itself. */
const payment = {
  MaThongBaoThue: text,
  /** A number or its text: a row whose amount can't be read is named, never 0. */
  SoTien: z.unknown().optional(),
  NoiDungThanhToan: text,
  ThoiGianThanhToan: z.unknown().optional(),
  TrangThaiThanhToan: scalar.nullish(),
};

const voucher = z.looseObject({
  MaHoSo: scalar,
  MaSoThue: text,
  ThongTinThanhToan: z.looseObject(payment).nullish(),
  ...payment,
  UrlFileChungTu: text,
  SoCMTNguoiNopTien: text,
  HoTenNguoiNopTien: text,
});
export type Voucher = z.output<typeof voucher>;

const envelope = {
  SecurityKey: z.string(),
  Service: text,
  Ngay: text,
  IsUpdating: z.union([z.boolean(), scalar]).nullish(),
};

export const noticeMessage = z.looseObject({
  ...envelope,
  Data: z.looseObject({ FileThongBaoThue: z.string().min(1) }),
});
export const voucherMessage = z.looseObject({
  ...envelope,
  Data: z.union([voucher, z.array(voucher).min(1).max(1000)]),
});

/** Any of them, as the document shows the body. */
export const message = z.union([noticeMessage, voucherMessage]);

/** Elements of the notice's XML that may stand several times: a ROW_LIST for each dossier, a LIST for each of its charges. */
export const LISTS = ['ROW_LIST', 'LIST'];

const element = z.string().nullish();

/** `/DATA/BODY/ROW_LIST`; every text is read row by row, so that a bad one spoils its own dossier only. */
export const notices = z.looseObject({
  DATA: z.looseObject({
    BODY: z.looseObject({
      ROW_LIST: z.array(z.unknown()).min(1).max(1000),
    }),
  }),
});
export const row = z.looseObject({
  MA_HSO: z.string().trim().min(1),
  LIST: z
    .array(
      z.looseObject({
        MA_SO_THUE: element,
        SO_QUYET_DINH: z.string().trim().min(1),
        NGAY_QUYET_DINH: z.string(),
        TEN_TIEUMUC: element,
        SO_TIEN: z.string(),
      }),
    )
    .min(1),
});
export type Row = z.output<typeof row>;

/** Our answer, row by row: 200 all taken, 207 some, 422 none. */
export const reply = z.object({
  error_code: z.string(),
  message: z.string(),
  data: z.array(z.object({ MA_HSO: z.string().nullable(), error_code: z.string(), message: z.string() })),
});
export type Reply = z.output<typeof reply>;
