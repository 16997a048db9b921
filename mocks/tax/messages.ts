/** @module The tax authority's two messages, as it writes them: notices as XML inside the JSON, vouchers as JSON. */
import { toCompact, VIETNAM_OFFSET } from '../times.ts';

/** One charge of a notice; texts as they will stand in the XML, so that a wrong one can be sent. */
export interface Line {
  readonly dossier: string;
  readonly taxCode: string;
  readonly notice: string;
  readonly date: string;
  readonly name: string;
  readonly amount: string;
}

export interface Envelope {
  readonly securityKey: string;
  readonly at: number;
  readonly isUpdating: boolean;
}

/** `dd-MM-yyyy` in Vietnam's time. */
export const toDashedDay = (at: number): string =>
  new Date(at + VIETNAM_OFFSET).toISOString().slice(0, 10).split('-').reverse().join('-');

/** A notice message: a ROW_LIST for each dossier, a LIST for each of its charges. */
export function noticeMessage(lines: readonly Line[], envelope: Envelope): object {
  const rows = [...Map.groupBy(lines, ({ dossier }) => dossier)].map(
    ([dossier, charges]) => `<ROW_LIST>${element('MA_HSO', dossier)}${charges.map(listOf).join('')}</ROW_LIST>`,
  );
  const xml = `<?xml version="1.0" encoding="utf-8"?><DATA><HEADER>${element('NGAY_GUI', toCompact(envelope.at))}</HEADER><BODY>${rows.join('')}</BODY></DATA>`;
  return enveloped('ThongBaoThue', envelope, { FileThongBaoThue: Buffer.from(xml).toString('base64') });
}

const listOf = ({ taxCode, notice, date, name, amount }: Line): string =>
  `<LIST>${element('MA_SO_THUE', taxCode)}${element('SO_QUYET_DINH', notice)}${element('NGAY_QUYET_DINH', date)}${element('TEN_TIEUMUC', name)}${element('SO_TIEN', amount)}</LIST>`;

const ESCAPES: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;' };
const element = (name: string, text: string): string =>
  `<${name}>${text.replace(/[<>&]/g, (sign) => ESCAPES[sign]!)}</${name}>`;

export interface Voucher {
  readonly dossier: string;
  readonly taxCode: string;
  readonly notice: string;
  readonly amount: number | string;
  readonly paidAt: string;
  readonly payer: { readonly name: string; readonly personalId: string; readonly address: string };
}

/** A voucher message: one payment of one dossier. */
export const voucherMessage = (
  { dossier, taxCode, notice, amount, paidAt, payer }: Voucher,
  envelope: Envelope,
): object =>
  enveloped('ChungTuThue', envelope, {
    MaHoSo: dossier,
    MaSoThue: taxCode,
    ThongTinThanhToan: {
      MaThongBaoThue: notice,
      SoTien: amount,
      NoiDungThanhToan: `Nộp nghĩa vụ tài chính theo thông báo ${notice}`,
      ThoiGianThanhToan: paidAt,
      TrangThaiThanhToan: 1,
    },
    UrlFileChungTu: '',
    SoCMTNguoiNopTien: payer.personalId,
    HoTenNguoiNopTien: payer.name,
    DiaChiNguoiNopTien: payer.address,
  });

const enveloped = (service: string, { securityKey, at, isUpdating }: Envelope, data: object): object => ({
  SecurityKey: securityKey,
  Service: service,
  Ngay: toCompact(at),
  IsUpdating: isUpdating ? '1' : '0',
  Data: data,
});
