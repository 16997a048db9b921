/** @module What the platform says: the answers to calls and the notice, each with its checksum. */
import { type Answer, jsonAnswer } from '../simulator.ts';
import { CODE, checksum, FIELDS, type Message, type Request } from './messages.ts';
import type { Order, Transaction } from './orders.ts';

export interface Partner {
  readonly key: string;
  readonly secret: string;
}

/** The words of the platform to one partner. */
export function repliesTo({ key, secret }: Partner) {
  const signed = (message: Message): Message => ({
    ...message,
    MaXacThuc: checksum(FIELDS.notice, message, secret),
  });
  return {
    /** The answer to INIT: the useful part is JSON inside a text. */
    init: (code: string, message: object | string): Answer =>
      jsonAnswer(
        { error_code: code, message: typeof message === 'string' ? message : JSON.stringify(message) },
        200,
        code !== CODE.done,
      ),

    /** What a transaction is, in answer to a question or a refund. */
    told: (kind: Request, asked: Message, order: Order | undefined, code: string, words = ''): Answer =>
      jsonAnswer(
        signed({
          LoaiBanTin: kind,
          MaLoi: code,
          MoTaLoi: words,
          MaDoiTac: key,
          MaThamChieu: String(asked.MaThamChieu ?? ''),
          SoTien: order ? String(order.shown?.amount ?? order.amount) : '',
          MaTienTe: order ? 'VND' : '',
          MaGiaoDich: order?.shown?.id ?? '',
          MaNganHang: order?.shown?.bank ?? '',
          ThoiGianGD: order?.askedAt ?? String(asked.ThoiGianGD ?? ''),
          ThongTinGiaoDich: order?.information ?? '',
          TrangThaiGD: order?.status ?? '',
        }),
        200,
        code !== CODE.done,
      ),

    bill: (code: string, words: string, url = ''): Answer =>
      jsonAnswer({ MaLoi: code, MoTaLoi: words, UrlBienLai: url }, 200, code === CODE.absent),

    /** @param at `yyyyMMddHHmmss` on the platform's clock */
    notice: (
      order: Order,
      outcome: 'paid' | 'failed',
      transaction: Pick<Transaction, 'id' | 'amount' | 'bank'> | null,
      at: string,
    ): string =>
      JSON.stringify(
        signed({
          LoaiBanTin: 'confirm',
          MaLoi: outcome === 'paid' ? CODE.done : CODE.failed,
          MoTaLoi: outcome === 'paid' ? '' : 'Giao dịch không thành công',
          MaDoiTac: key,
          MaThamChieu: order.reference,
          SoTien: String(transaction?.amount ?? order.amount),
          MaTienTe: 'VND',
          MaGiaoDich: transaction?.id ?? '',
          MaNganHang: transaction?.bank ?? '',
          ThoiGianGD: at,
          ThongTinGiaoDich: order.information,
        }),
      ),
  };
}
