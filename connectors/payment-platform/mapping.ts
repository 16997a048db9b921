/** @module Between payments in the gateway's terms and the platform's messages: pure, code tables included. */
import type {
  PaymentReport,
  PaymentRequest,
  RefundReport,
  RefundRequest,
  ReportedStatus,
} from '../../src/capabilities/payments.ts';
import { fromCompactTime, toCompactTime } from '../../src/connector/compact-time.ts';
import {
  DONE,
  type InitMessage,
  type Notice,
  type QuestionMessage,
  type RefundMessage,
  STATUS,
  type Transaction,
  VERSION,
} from './wire.ts';

const LONGEST_NAME = 250;
/** LoaiPhiLePhi: fee (phí) and charge (lệ phí). */
const FEE_KIND = { fee: '1', charge: '2' } as const;

/** What an installation is at the platform. */
export interface Partner {
  readonly PARTNER: string;
  readonly COLLECTION_KIND: string;
  readonly PAYER_PROVINCE: string;
}

export function toInit(request: PaymentRequest, partner: Partner): InitMessage {
  const { procedure, agency, account, payer, items } = request;
  const about = `Thanh toan ho so ${request.dossierCode}`;
  return {
    LoaiBanTin: 'INIT',
    PhienBan: VERSION,
    MaDoiTac: partner.PARTNER,
    MaThamChieu: request.reference,
    SoTien: String(request.amount),
    LoaiHinhThanhToan: 'PAY',
    MaKenhThanhToan: '1',
    MaThietBi: '1',
    NgonNgu: 'vi-VN',
    MaTienTe: 'VND',
    MaNganHang: request.bankCode ?? '',
    ThongTinGiaoDich: about,
    ThoiGianGD: toCompactTime(request.askedAt),
    Ip: payer.ip,
    ThongTinBienLai: {
      // The service's code is the procedure's with ".01".
      MaDichVu: `${procedure.code}.01`,
      MaDVC: `${procedure.code}.01`,
      TenDVC: procedure.name.slice(0, LONGEST_NAME),
      MaTTHC: procedure.code,
      TenTTHC: procedure.name.slice(0, LONGEST_NAME),
      MaDonVi: agency.code,
      TenDonVi: agency.name,
      MaHoSo: request.dossierCode,
      TKThuHuong: account.number,
      MaNHThuHuong: account.bankCode,
      TenTKThuHuong: account.holder,
      MaLoaiHinhThuPhat: partner.COLLECTION_KIND,
      NoiDungThanhToan: about,
      HoTenNguoiNop: payer.name,
      SoCMNDNguoiNop: payer.personalId ?? '',
      DiaChiNguoiNop: payer.address ?? '',
      // There are no districts since 2025-07-01.
      HuyenNguoiNop: '',
      TinhNguoiNop: partner.PAYER_PROVINCE,
      PhiLePhi: items.map(({ code, name, kind, amount }) => ({
        LoaiPhiLePhi: FEE_KIND[kind],
        MaPhiLePhi: code,
        TenPhiLePhi: name,
        SoTien: String(amount),
      })),
      DSKhoanNop: items.map(({ name, amount }) => ({ NoiDung: name, SoTien: String(amount) })),
    },
  };
}

/** The transaction is named by its reference and by the time with which it was first asked for. */
export const toQuestion = (
  kind: QuestionMessage['LoaiBanTin'],
  asked: Pick<PaymentRequest, 'reference' | 'askedAt'>,
  partner: Pick<Partner, 'PARTNER'>,
): QuestionMessage => ({
  LoaiBanTin: kind,
  PhienBan: VERSION,
  MaDoiTac: partner.PARTNER,
  MaThamChieu: asked.reference,
  ThoiGianGD: toCompactTime(asked.askedAt),
});

export const toRefund = (request: RefundRequest, partner: Pick<Partner, 'PARTNER'>): RefundMessage => ({
  LoaiBanTin: 'REFUND',
  PhienBan: VERSION,
  MaDoiTac: partner.PARTNER,
  MaThamChieu: request.reference,
  MaThamChieuGoc: request.paymentReference,
  MaGiaoDich: request.transactionId,
  SoTien: String(request.amount),
  LyDo: request.reason,
  ThoiGianGD: toCompactTime(request.askedAt),
});

const orNull = (text: string): string | null => (text === '' ? null : text);
const amountOf = (digits: string): number | null => (digits === '' ? null : Number(digits));

const common = (told: Transaction | Notice) => ({
  reference: told.MaThamChieu,
  transactionId: orNull(told.MaGiaoDich),
  at: fromCompactTime(told.ThoiGianGD),
  words: orNull(told.MoTaLoi),
});

/** What a status of the platform means; null for one that stands in no table. */
export const statusOf = (told: string): ReportedStatus | null =>
  Object.hasOwn(STATUS, told) ? STATUS[told as keyof typeof STATUS] : null;

/** Absent from the platform: what `MaLoi` says so is a setting. */
export const absent = (reference: string): PaymentReport => ({
  reference,
  status: 'absent',
  transactionId: null,
  amount: null,
  bankCode: null,
  at: null,
  words: null,
});

/** An answer tells the time of the question's transaction, not that of the payment. */
export const toReport = (told: Transaction, status: ReportedStatus): PaymentReport => ({
  ...common(told),
  status,
  amount: amountOf(told.SoTien),
  bankCode: orNull(told.MaNganHang),
  at: null,
});

/** The notice has no TrangThaiGD: its MaLoi says how it ended. */
export const noticeReport = (told: Notice): PaymentReport => ({
  ...common(told),
  status: DONE.has(told.MaLoi) ? 'paid' : 'failed',
  amount: amountOf(told.SoTien),
  bankCode: orNull(told.MaNganHang),
});

const REFUND_STATUS = { paid: 'refunded', waiting: 'waiting', unclear: 'waiting', failed: 'refused' } as const;

export const toRefundReport = (told: Transaction, status: Exclude<ReportedStatus, 'absent'>): RefundReport => ({
  ...common(told),
  status: REFUND_STATUS[status],
  at: null,
});
