/** @module The rules by which a connector is graded, each with its reason; a machine proves what a machine can. */
import type { Bilingual } from '../../errors.ts';
import type { Connector } from '../define.ts';
import * as bronze from './bronze.ts';
import { changedShapes } from './changed-shapes.ts';
import * as gold from './gold.ts';
import * as silver from './silver.ts';
import type { Subject } from './subject.ts';

export const GRADES = ['bronze', 'silver', 'gold', 'platinum'] as const;
export type Grade = (typeof GRADES)[number];

export interface Rule {
  readonly id: string;
  readonly grade: Grade;
  readonly title: Bilingual;
  /** Why a province should want it. */
  readonly why: Bilingual;
  /** Proves it: what was found wrong, nothing where it holds. Without it a person says so in the declaration. */
  readonly prove?: (subject: Subject) => Promise<readonly string[]>;
  /** Whether there is anything to prove; always unless told. */
  readonly applies?: (connector: Connector) => boolean;
}

const calls = (connector: Connector): boolean => connector.probe !== undefined || connector.portal !== undefined;
const logsIn = (connector: Connector): boolean => connector.credentials !== undefined;
const writes = ({ operations = [], exchange, payments, delivery }: Connector): boolean =>
  operations.some(({ effect }) => effect === 'write') ||
  [exchange, payments, delivery].some((slot) => slot !== undefined);
const tellsOfPeople = ({ operations = [], exchange, payments, delivery }: Connector): boolean =>
  [exchange, payments, delivery].some((provider) => provider !== undefined) ||
  operations.some(({ personalData }) => personalData !== false);
const receives = (connector: Connector): boolean => connector.webhook !== undefined;

/** Every rule, from the least to the most. */
export const RULES = [
  {
    id: 'declaration',
    grade: 'bronze',
    title: { vi: 'Khai báo đúng', en: 'The declaration holds' },
    why: {
      vi: 'Đường dẫn, quyền, nhật ký và tài liệu đều suy ra từ khai báo.',
      en: 'Route, scope, audit and documents derive from it.',
    },
    prove: bronze.declaration,
  },
  {
    id: 'files',
    grade: 'bronze',
    title: { vi: 'Đủ tệp như mọi kết nối khác', en: 'The same files as every other' },
    why: { vi: 'Đọc một kết nối là biết đọc mọi kết nối.', en: 'Who has read one can read all.' },
    prove: bronze.files,
  },
  {
    id: 'readme',
    grade: 'bronze',
    title: { vi: 'README nói hết điều cần biết', en: 'Its README says what must be known' },
    why: {
      vi: 'Người vận hành phải biết xin tài khoản ở đâu và làm gì khi hỏng.',
      en: 'An operator must know where access comes from and what to do when it fails.',
    },
    prove: bronze.readme,
  },
  {
    id: 'examples',
    grade: 'bronze',
    title: { vi: 'Mọi ví dụ chạy được', en: 'Every example works' },
    why: { vi: 'Bên gọi thử bằng ví dụ trước tiên.', en: 'It is what a caller tries first.' },
    prove: bronze.examples,
    applies: calls,
  },
  {
    id: 'health-call',
    grade: 'bronze',
    title: { vi: 'Lời gọi kiểm tra nói đúng', en: 'The health call tells the truth' },
    why: {
      vi: 'Chỉ nó mở lại một kết nối đã ngắt.',
      en: 'It alone closes an open breaker again.',
    },
    prove: bronze.healthCall,
    applies: (connector) => connector.probe !== undefined,
  },
  {
    id: 'outage',
    grade: 'silver',
    title: { vi: 'Hệ thống đích sập rồi tự trở lại', en: 'An outage is named, and ends by itself' },
    why: { vi: 'Không ai phải khởi động lại gì.', en: 'Nobody has to restart anything.' },
    prove: silver.outage,
    applies: calls,
  },
  {
    id: 'silence',
    grade: 'silver',
    title: { vi: 'Không trả lời thì dừng đúng hạn', en: 'Silence ends in time' },
    why: { vi: 'Một hệ thống treo không được treo cả cổng.', en: 'One that hangs must not hang the gateway.' },
    prove: silver.silence,
    applies: calls,
  },
  {
    id: 'broken-answers',
    grade: 'silver',
    title: { vi: 'Trả lời hỏng không thành kết quả', en: 'A broken answer is no result' },
    why: {
      vi: 'Trang HTML, JSON cụt hay 500 không bao giờ là dữ liệu.',
      en: 'A page, half a JSON or a 500 is never data.',
    },
    prove: silver.brokenAnswers,
    applies: calls,
  },
  {
    id: 'announced-ends',
    grade: 'silver',
    title: { vi: 'Tôn trọng bảo trì và hạn mức đã báo', en: 'Announced maintenance and quotas are heeded' },
    why: { vi: 'Gọi tiếp khi đã bị giới hạn thì bị khóa.', en: 'Who goes on calling is locked out.' },
    prove: silver.announcedEnds,
    applies: calls,
  },
  {
    id: 'one-log-in',
    grade: 'silver',
    title: { vi: 'Đăng nhập một lần cho mọi lời gọi', en: 'One log-in for all callers, renewed once' },
    why: { vi: 'Mã truy cập hết hạn không được làm hỏng lời gọi nào.', en: 'A token that ends must cost no call.' },
    prove: silver.oneLogIn,
    applies: logsIn,
  },
  {
    id: 'odd-pushes',
    grade: 'silver',
    title: { vi: 'Thông báo lạ không làm đổ cổng', en: 'An odd push breaks nothing' },
    why: {
      vi: 'Điều không đọc được phải được cách ly, không được mất.',
      en: 'What cannot be read is set aside, never lost.',
    },
    prove: silver.oddPushes,
    applies: receives,
  },
  {
    id: 'changed-shapes',
    grade: 'gold',
    title: { vi: 'Định dạng đổi thì báo rõ chỗ đổi', en: 'A changed shape is named, never believed' },
    why: {
      vi: 'Sai kiểu, thiếu trường, mã lạ phải dừng ngay tại đó.',
      en: 'Wrong types, missing members and unknown codes must stop right there.',
    },
    prove: changedShapes,
    applies: calls,
  },
  {
    id: 'unknown-outcome',
    grade: 'gold',
    title: { vi: 'Ghi mất trả lời thì hỏi trước khi gửi lại', en: 'A write that lost its answer is asked about' },
    why: { vi: 'Không thu tiền hai lần, không nộp hai hồ sơ.', en: 'Nothing is paid or handed in twice.' },
    prove: gold.unknownOutcome,
    applies: writes,
  },
  {
    id: 'deadline',
    grade: 'gold',
    title: { vi: 'Hạn của bên gọi đi tới tận cùng', en: "The caller's deadline is carried down" },
    why: { vi: 'Bên gọi đã bỏ thì không chờ hộ nữa.', en: 'Nobody waits for who has gone.' },
    prove: gold.deadline,
    applies: calls,
  },
  {
    id: 'no-personal-data',
    grade: 'gold',
    title: { vi: 'Lỗi không lộ dữ liệu cá nhân', en: 'Failures show nobody’s data' },
    why: { vi: 'Lỗi đi vào nhật ký và màn hình.', en: 'They go to logs and screens.' },
    prove: gold.noPersonalData,
    applies: tellsOfPeople,
  },
  {
    id: 'storm',
    grade: 'gold',
    title: { vi: 'Mọi lỗi cùng lúc, rồi tự lành', en: 'Every fault at once, then well again' },
    why: { vi: 'Lỗi thật không đến từng cái một.', en: 'Real faults do not come one by one.' },
    prove: gold.storm,
    applies: calls,
  },
  {
    id: 'limits-known',
    grade: 'gold',
    title: { vi: 'Biết hạn mức và bên đặt ra nó', en: 'Its limits and who sets them are known' },
    why: {
      vi: 'Hết hạn mức giữa ngày là dừng tiếp nhận.',
      en: 'A quota used up at noon stops the counter.',
    },
    prove: gold.limitsKnown,
    applies: calls,
  },
  {
    id: 'accepted',
    grade: 'platinum',
    title: { vi: 'Đã thử với hệ thống thử của bộ, ngành', en: "Tried against the ministry's own test system" },
    why: {
      vi: 'Bộ giả lập không thay được hệ thống thật.',
      en: 'No simulator replaces the real one.',
    },
  },
] as const satisfies readonly Rule[];

export type RuleId = (typeof RULES)[number]['id'];

/** What a declaration says of a rule: proved or vouched for, still owed, or of no use here and why. */
export type RuleState = 'done' | 'todo' | { readonly exempt: string };

/** Rules by their id; what a machine proves counts as done unless told, what a person vouches for as todo. */
export type Quality = Readonly<Partial<Record<RuleId, RuleState>>>;
