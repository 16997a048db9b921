/** @module The outcomes of the match in words: what each means, and what to do next. */
import type { Bilingual } from '../errors.ts';
import type { Outcome } from './match.ts';

interface Words {
  readonly title: Bilingual;
  readonly action: Bilingual;
}

const words = (vi: string, en: string, actionVi: string, actionEn: string): Words => ({
  title: { vi, en },
  action: { vi: actionVi, en: actionEn },
});
const nothing = (vi: string, en: string): Words => words(vi, en, 'Không cần làm gì.', 'Nothing needs to be done.');

export const OUTCOME_WORDS: Readonly<Record<Outcome, Words>> = {
  'settled-unknown-to-us': words(
    'Ngân hàng ghi có nhưng cổng không có yêu cầu thanh toán',
    'Settled, and nobody here asked for it',
    'Gửi mã tham chiếu cho nền tảng thanh toán để xác định người nộp và hồ sơ, rồi hoàn tiền hoặc ghi nhận.',
    'Send the reference to the platform to find payer and dossier, then refund or record it.',
  ),
  'debited-failed': words(
    'Đã trừ tiền, giao dịch không thành công',
    'Debited, but the payment failed',
    'Không yêu cầu nộp lại. Đề nghị nền tảng ghi nhận giao dịch, hoặc hoàn tiền cho người nộp.',
    'Do not ask to pay again. Have the platform record the payment, or refund the payer.',
  ),
  'paid-twice': words(
    'Nộp hai lần cho cùng khoản phí',
    'Paid twice',
    'Hoàn tiền giao dịch thừa (nêu transactionId).',
    'Refund the superfluous transaction (name its transactionId).',
  ),
  'amount-differs': words(
    'Số tiền giữa các bên không khớp',
    'The amounts differ',
    'Đối chiếu số tiền yêu cầu, số nền tảng trả lời và số ngân hàng ghi có; thu bổ sung hoặc hoàn phần thừa.',
    'Compare what was asked for, what the platform says and what was credited; collect the rest or refund the excess.',
  ),
  'not-settled': words(
    'Đã thanh toán nhưng quá T+2 chưa được ghi có',
    'Paid, but not settled after T+2',
    'Kiểm tra đã nộp đủ tệp đối soát chưa, rồi tra soát với nền tảng và ngân hàng theo mã giao dịch.',
    'See that every settlement file was handed over, then trace the transaction with platform and bank.',
  ),
  'refund-missing': words(
    'Đã yêu cầu hoàn tiền nhưng chưa thấy tiền về',
    'The refund has not arrived',
    'Tra soát hoàn tiền với nền tảng và ngân hàng theo mã hoàn tiền.',
    'Trace the refund with platform and bank by its reference.',
  ),
  'dossier-not-told': words(
    'Đã thanh toán nhưng hồ sơ chưa được ghi nhận',
    'Paid, but the dossier was not told',
    'Kiểm tra hồ sơ còn tồn tại và đúng mã; hệ thống ghi nhận lại khi hồ sơ nhận được.',
    'See that the dossier exists under this code; it is told again by itself.',
  ),
  'portal-not-told': words(
    'Đã thanh toán nhưng Cổng DVCQG chưa hiển thị',
    'Paid, but the portal does not show it',
    'Xem tình trạng đồng bộ của hồ sơ; đồng bộ lại nếu Cổng đã nhận mà không hiển thị.',
    'See the dossier’s sync; send it again where the portal took it and does not show it.',
  ),
  'receipt-missing': words(
    'Chưa có biên lai điện tử',
    'The receipt is missing',
    'Đề nghị đơn vị cung cấp biên lai phát hành; NĐ 254/2026: trong 3 ngày làm việc sau sự cố kỹ thuật.',
    'Ask the issuer for it; NĐ 254/2026: within three working days after a technical failure.',
  ),
  open: nothing('Chưa có kết quả', 'Not decided yet'),
  expected: nothing('Chậm trong thời hạn cho phép', 'A legitimate delay'),
  'not-paid': nothing('Không thanh toán', 'Not paid'),
  'given-back': nothing('Đã hoàn tiền', 'Given back'),
  matched: nothing('Khớp', 'Matched'),
};
