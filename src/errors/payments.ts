/** @module What the state of a payment does not allow. */
import { caller, callerLater } from './declaration.ts';

export const paymentErrors = {
  'payment-open': callerLater(
    409,
    'Đang có một giao dịch thanh toán chưa rõ kết quả',
    'A payment of these fees is not decided yet',
    'Không yêu cầu người nộp thanh toán lại; dùng trang thanh toán của giao dịch nêu ở paymentId, hoặc đợi kết quả.',
    'Do not ask the payer to pay again: use the page of the payment named in paymentId, or wait for its outcome.',
  ),
  'payment-made': caller(
    409,
    'Khoản phí đã được thanh toán',
    'The fee has been paid',
    'Xem giao dịch nêu ở paymentId; muốn thu lại thì hoàn tiền giao dịch đó trước.',
    'See the payment named in paymentId; to collect it anew, refund that one first.',
  ),
  'refund-impossible': caller(
    409,
    'Không thể hoàn tiền giao dịch này',
    'The payment cannot be refunded',
    'Đọc lại giao dịch: chỉ hoàn khoản tiền đã trừ và chưa hoàn, mỗi lần trọn một giao dịch.',
    'Read the payment again: only money that was debited and is not back is refunded, one whole transaction at a time.',
  ),
  'payment-account-unknown': caller(
    422,
    'Chưa khai báo tài khoản thụ hưởng',
    'The account to be credited is not known',
    'Báo quản trị khai báo tài khoản thụ hưởng của cơ quan (BENEFICIARY_ACCOUNTS_FILE).',
    'Ask the operator to state the agency’s account (BENEFICIARY_ACCOUNTS_FILE).',
  ),
} as const;
