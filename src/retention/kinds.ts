/** @module The one table of what is kept for a time: its name, how long, and how it is removed. What is not in it is kept. */
import { purgeIssuerRecords } from '../access/issuer-records.ts';
import { purgeAssertions } from '../access/issuer-store.ts';
import { purgeRevocations } from '../access/revocations.ts';
import { removeLists } from '../catalogue/sides/list-store.ts';
import type { Config } from '../config.ts';
import { purgeBrokenAnswers } from '../connector/broken-answer-store.ts';
import { purgeSessions } from '../console/session-store.ts';
import type { Queryable } from '../db/queryable.ts';
import type { Bilingual } from '../errors.ts';
import { removeWitnessed } from '../evidence/witness-store.ts';
import { purgeExchanges } from '../exchange/list-store.ts';
import { removeOldest } from '../feed/store.ts';
import { purgeExpired } from '../http/idempotency-store.ts';
import { removeExports } from '../reconciliation/export-store.ts';
import { DAY } from '../units.ts';
import { removeClosedQuarantine, removeImports, removeOldestOf } from './store.ts';

type DaysSetting = Extract<keyof Config, `${string}_KEPT_DAYS`>;

export interface Kind {
  readonly name: string;
  readonly words: Bilingual;
  /** The setting that says how many days; null where each has an end of its own. */
  readonly setting: DaysSetting | null;
  /** Removes up to a page of what is older. @returns how many; a page where there may be more */
  readonly remove: (db: Queryable, before: number, page: number) => Promise<number>;
}

export const KINDS: readonly Kind[] = [
  {
    name: 'raw-messages',
    words: { vi: 'bản tin gốc nhận được và gửi đi', en: 'messages as they came in and went out' },
    setting: 'RAW_MESSAGES_KEPT_DAYS',
    remove: (db, before, page) => removeOldestOf(db, 'exchange_log', before, page),
  },
  {
    name: 'delivery-attempts',
    words: { vi: 'các lần gửi lên Cổng', en: 'attempts of deliveries to destinations' },
    setting: 'DELIVERY_ATTEMPTS_KEPT_DAYS',
    remove: (db, before, page) => removeOldestOf(db, 'delivery_attempt', before, page),
  },
  {
    name: 'changes',
    words: { vi: 'dòng thay đổi cho bên nhận', en: 'the change feed' },
    setting: 'CHANGES_KEPT_DAYS',
    remove: removeOldest,
  },
  {
    name: 'exchanges',
    words: {
      vi: 'nội dung đã chuyển cho hệ thống của bộ, sau khi kết thúc',
      en: 'what was handed to ministries, after its end',
    },
    setting: 'EXCHANGES_KEPT_DAYS',
    remove: purgeExchanges,
  },
  {
    name: 'evidence-exchanges',
    words: {
      vi: 'trao đổi với Cổng về hồ sơ từng có sai lệch',
      en: 'what was said to destinations about dossiers that differed',
    },
    setting: 'EVIDENCE_EXCHANGES_KEPT_DAYS',
    remove: removeWitnessed,
  },
  {
    name: 'imports',
    words: { vi: 'các lần nhập tệp và lỗi từng dòng', en: 'imports and their faults' },
    setting: 'IMPORTS_KEPT_DAYS',
    remove: removeImports,
  },
  {
    name: 'portal-exports',
    words: { vi: 'danh sách kết xuất từ Cổng đã tải lên', en: 'uploaded exports of a portal' },
    setting: 'PORTAL_EXPORTS_KEPT_DAYS',
    remove: removeExports,
  },
  {
    name: 'catalogue-lists',
    words: {
      vi: 'danh mục của các bên đã tải lên, khi có bản mới hơn',
      en: 'uploaded lists of a side that a newer one has replaced',
    },
    setting: 'CATALOGUE_LISTS_KEPT_DAYS',
    remove: removeLists,
  },
  {
    name: 'quarantine',
    words: { vi: 'bản tin chờ xử lý đã đóng', en: 'quarantined messages that were closed' },
    setting: 'QUARANTINE_KEPT_DAYS',
    remove: removeClosedQuarantine,
  },
  {
    name: 'broken-answers',
    words: { vi: 'câu trả lời sai hợp đồng của hệ thống ngoài', en: 'answers of upstreams that broke their contract' },
    setting: 'BROKEN_ANSWERS_KEPT_DAYS',
    remove: purgeBrokenAnswers,
  },
  {
    name: 'idempotency-keys',
    words: { vi: 'khóa chống gửi trùng và câu trả lời đã giữ', en: 'idempotency keys and the answers kept for them' },
    setting: null,
    remove: purgeExpired,
  },
  {
    name: 'client-assertions',
    words: { vi: 'chứng thực đã dùng của ứng dụng', en: 'assertions that clients have used' },
    setting: null,
    remove: purgeAssertions,
  },
  {
    name: 'revocations',
    words: { vi: 'mã truy cập bị thu hồi, sau khi hết hạn', en: 'revocations of tokens that have expired' },
    setting: null,
    remove: purgeRevocations,
  },
  {
    name: 'log-ins',
    words: { vi: 'lần đăng nhập dở dang', en: 'log-ins that were begun' },
    setting: null,
    remove: purgeIssuerRecords,
  },
  {
    name: 'sessions',
    words: { vi: 'phiên làm việc đã hết của trang quản trị', en: 'sessions of the console that are over' },
    setting: null,
    remove: purgeSessions,
  },
];

export type KeptDays = Pick<Config, DaysSetting>;

/** What is older is removed. @param now epoch milliseconds */
export const endOf = ({ setting }: Kind, days: KeptDays, now: number): number =>
  setting === null ? now : now - days[setting] * DAY;
