/** @module The page on which a person pays: what a bank would show, with one button for each way it can end. */
import type { Answer } from '../simulator.ts';
import type { Order } from './orders.ts';

const BUTTONS = [
  ['pay', 'Thanh toán'],
  ['fail', 'Hủy giao dịch'],
  ['hang', 'Ngân hàng không trả lời'],
  ['debit-without-recording', 'Trừ tiền nhưng không ghi nhận'],
] as const;

/** What each button does; also the acts that the page takes. */
export const PAGE_ACTS: readonly string[] = BUTTONS.map(([act]) => act);

const STATE = { '1': 'Đã thanh toán', '2': 'Chờ thanh toán', '3': 'Đang xử lý', '4': 'Không thành công' } as const;

const html = (status: number, body: string): Answer => ({
  status,
  contentType: 'text/html; charset=utf-8',
  body: `<!DOCTYPE html>
<html lang="vi"><head><meta charset="utf-8"><title>Nền tảng thanh toán (mô phỏng)</title></head><body>
${body}
</body></html>
`,
});

/** The page of an order: no name and no number of the payer stands on it. */
export function pageOf(order: Order): Answer {
  const buttons = BUTTONS.map(([act, label]) => `<button name="act" value="${act}">${label}</button>`).join('\n');
  return html(
    200,
    `<h1>${STATE[order.status]}</h1>
<p>Hồ sơ ${order.dossier}: ${order.amount.toLocaleString('vi-VN')} đồng</p>
${order.status === '2' ? `<form method="post">${buttons}</form>` : ''}`,
  );
}

export const noPage = (): Answer => html(404, '<h1>Không có giao dịch này</h1>');
