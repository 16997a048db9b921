/** @module The file of a settled day: one line for each movement of money, and a last line with their number and sum (assumed). */
import { toCompact } from '../times.ts';
import type { Order, Orders, Transaction } from './orders.ts';

const HEAD = 'STT,LoaiGD,MaThamChieu,MaGiaoDich,SoTien,MaTienTe,MaNganHang,MaDonVi,ThoiGianGD,NgayQuyetToan';
/** LoaiGD. */
const KIND = { pay: 'TT', refund: 'HT' } as const;

/** A line without its number. */
export function lineOf(order: Pick<Order, 'reference' | 'unit'>, transaction: Transaction, date: string): string {
  const { id, kind, amount, bank, at } = transaction;
  return [KIND[kind], order.reference, id, amount, 'VND', bank, order.unit, toCompact(at), date].join(',');
}

/** What moved and stands on no day's file yet. */
export function* unsettled(orders: Orders): Generator<{ order: Order; transaction: Transaction }> {
  for (const order of orders.all())
    for (const transaction of order.transactions) if (transaction.settledOn === null) yield { order, transaction };
}

/** The whole file. */
export function fileOf(lines: readonly string[]): string {
  const sum = lines.reduce((total, line) => {
    const [kind, , , amount] = line.split(',');
    return total + (kind === KIND.refund ? -Number(amount) : Number(amount));
  }, 0);
  const numbered = lines.map((line, i) => `${i + 1},${line}`);
  return `${[HEAD, ...numbered, `TONG,${lines.length},,,${sum},VND,,,,`].join('\n')}\n`;
}
