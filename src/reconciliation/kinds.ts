/** @module The differences that reconciliation names, and what is known of each kind: how grave, whose, whether we can mend it. */
import type { Bilingual } from '../errors.ts';

/** Of dossiers, between us and a portal. */
export const PORTAL_KINDS = [
  'missing-at-portal',
  'missing-here',
  'pause-lost',
  'resume-lost',
  'status-stale',
  'order-broken',
  'appointment-differs',
  'channel-differs',
  'result-missing',
  'delivery-refused',
  'portal-only-progress',
  'duplicate-at-portal',
  'procedure-unknown',
  'agency-unknown',
  'alias-collision',
] as const;

/** Of payments, between what we recorded, the platform, the bank, the dossier, the portal and the receipt. */
const PAYMENT_KINDS = [
  'payment-settled-unknown-to-us',
  'payment-debited-failed',
  'payment-paid-twice',
  'payment-amount-differs',
  'payment-not-settled',
  'payment-refund-missing',
  'payment-dossier-not-told',
  'payment-portal-not-told',
  'payment-receipt-missing',
] as const;
export type PaymentKind = (typeof PAYMENT_KINDS)[number];

/** Of dossiers, between the systems that resolve their procedure and the one that they are with, or that says it is another procedure's. */
export const ROUTING_KINDS = ['sent-to-wrong-system', 'told-by-wrong-system', 'entered-under-wrong-procedure'] as const;
export type RoutingKind = (typeof ROUTING_KINDS)[number];

export const DIFFERENCE_KINDS = [...PORTAL_KINDS, ...PAYMENT_KINDS, ...ROUTING_KINDS] as const;
export type DifferenceKind = (typeof DIFFERENCE_KINDS)[number];

/** @param outcome of the match that is a difference */
export function paymentKindOf(outcome: string): PaymentKind {
  const kind = PAYMENT_KINDS.find((known) => known === `payment-${outcome}`);
  if (kind === undefined) throw new Error(`no kind of difference for the outcome ${outcome}`);
  return kind;
}

export const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const;
export const OWNERS = ['gateway', 'portal', 'ministry', 'igate', 'other-writer', 'payment-platform', 'bank'] as const;

export interface KindFacts {
  readonly title: Bilingual;
  readonly severity: (typeof SEVERITIES)[number];
  /** Who has to act where it cannot be mended here. */
  readonly owner: (typeof OWNERS)[number];
  /** How it is mended by itself: sent again through the sync, or taken over here; null where a person must decide. */
  readonly repair: 'resync' | 'adopt' | null;
}

const kind = (
  vi: string,
  en: string,
  severity: KindFacts['severity'],
  owner: KindFacts['owner'],
  repair: KindFacts['repair'],
): KindFacts => ({ title: { vi, en }, severity, owner, repair });

export const KINDS: Readonly<Record<DifferenceKind, KindFacts>> = {
  'missing-at-portal': kind('Hồ sơ chưa có trên Cổng', 'Missing at the portal', 'high', 'portal', 'resync'),
  'missing-here': kind('Hồ sơ chỉ có trên Cổng', 'Only at the portal', 'medium', 'igate', 'adopt'),
  'pause-lost': kind('Tạm dừng không có trên Cổng', 'A pause is not at the portal', 'critical', 'portal', 'resync'),
  'resume-lost': kind('Cổng vẫn hiện tạm dừng', 'The portal still shows a pause', 'high', 'portal', 'resync'),
  'status-stale': kind('Trạng thái trên Cổng đã cũ', 'The portal shows an older status', 'high', 'portal', 'resync'),
  'order-broken': kind(
    'Tiến độ trên Cổng sai thứ tự',
    'The portal took progress out of order',
    'medium',
    'portal',
    'resync',
  ),
  'appointment-differs': kind('Ngày hẹn trả khác nhau', 'The appointment differs', 'high', 'portal', 'resync'),
  'channel-differs': kind('Hình thức nộp khác nhau', 'The channel differs', 'medium', 'portal', 'resync'),
  'result-missing': kind('Thiếu kết quả trên Cổng', 'The result is not at the portal', 'medium', 'portal', 'resync'),
  'delivery-refused': kind(
    'Cổng không nhận dữ liệu hồ sơ',
    'The portal refuses what is to be told',
    'high',
    'portal',
    'resync',
  ),
  'portal-only-progress': kind('Cổng có tiến độ lạ', 'Progress that we never sent', 'medium', 'other-writer', null),
  'duplicate-at-portal': kind('Tiến độ bị lặp trên Cổng', 'Progress stands twice at the portal', 'low', 'portal', null),
  'procedure-unknown': kind(
    'Thủ tục không có trong danh mục',
    'The procedure is in no catalogue',
    'low',
    'igate',
    null,
  ),
  'agency-unknown': kind('Cơ quan không có trong danh mục', 'The agency is in no catalogue', 'low', 'igate', null),
  'alias-collision': kind(
    'Hai hồ sơ mang cùng một số',
    'Two dossiers carry the same number',
    'medium',
    'ministry',
    null,
  ),
  'payment-settled-unknown-to-us': kind(
    'Ngân hàng ghi có khoản không ai yêu cầu',
    'Settled, and nobody here asked for it',
    'high',
    'payment-platform',
    null,
  ),
  'payment-debited-failed': kind(
    'Đã trừ tiền mà giao dịch không thành công',
    'Debited, but the payment failed',
    'critical',
    'payment-platform',
    null,
  ),
  'payment-paid-twice': kind('Nộp hai lần cùng một khoản', 'Paid twice', 'high', 'gateway', null),
  'payment-amount-differs': kind('Số tiền không khớp', 'The amounts differ', 'high', 'payment-platform', null),
  'payment-not-settled': kind('Đã nộp mà chưa được ghi có', 'Paid and not settled in time', 'high', 'bank', null),
  'payment-refund-missing': kind('Chưa hoàn tiền', 'A refund is missing', 'high', 'payment-platform', null),
  'payment-dossier-not-told': kind(
    'Đã nộp tiền mà hồ sơ chưa biết',
    'Paid, and the dossier was not told',
    'high',
    'gateway',
    null,
  ),
  'payment-portal-not-told': kind(
    'Đã nộp tiền mà Cổng chưa hiện',
    'Paid, and the portal does not show it',
    'high',
    'gateway',
    null,
  ),
  'payment-receipt-missing': kind('Thiếu biên lai', 'The receipt is missing', 'medium', 'igate', null),
  'sent-to-wrong-system': kind(
    'Hồ sơ chuyển sai hệ thống',
    'Handed to a system that does not resolve its procedure',
    'high',
    'igate',
    null,
  ),
  'told-by-wrong-system': kind(
    'Hồ sơ đang ở sai hệ thống',
    'A system that does not resolve its procedure tells of it',
    'high',
    'ministry',
    null,
  ),
  'entered-under-wrong-procedure': kind(
    'Bộ, ngành báo hồ sơ nhập sai thủ tục',
    'A ministry says that it was entered under the wrong procedure',
    'high',
    'igate',
    null,
  ),
};

/** The kinds that a filter means; null where it names none. @returns none at all where they exclude each other */
export function kindsOf(filter: {
  readonly kind?: DifferenceKind | undefined;
  readonly owner?: KindFacts['owner'] | undefined;
}): readonly DifferenceKind[] | null {
  const { kind: wanted, owner } = filter;
  if (wanted === undefined && owner === undefined) return null;
  return DIFFERENCE_KINDS.filter(
    (known) => (wanted ?? known) === known && (owner ?? KINDS[known].owner) === KINDS[known].owner,
  );
}
