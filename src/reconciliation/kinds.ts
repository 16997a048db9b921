/** @module The differences that reconciliation names, and what is known of each kind: how grave, whose, whether we can mend it. */
import type { Bilingual } from '../errors.ts';

export const DIFFERENCE_KINDS = [
  'missing-at-portal',
  'missing-here',
  'pause-lost',
  'resume-lost',
  'status-stale',
  'order-broken',
  'appointment-differs',
  'channel-differs',
  'result-missing',
  'portal-only-progress',
  'duplicate-at-portal',
  'procedure-unknown',
  'agency-unknown',
  'alias-collision',
] as const;
export type DifferenceKind = (typeof DIFFERENCE_KINDS)[number];

export const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const;
export const OWNERS = ['gateway', 'portal', 'ministry', 'igate', 'other-writer'] as const;

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
};
