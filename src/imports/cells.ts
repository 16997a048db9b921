/** @module A row of a spreadsheet read as a line of an import: words, times and numbers become what the API takes. */
import type { Cell } from '../spreadsheet/table.ts';
import { COLUMNS, type Column, type ColumnKind, type Header, type PlacedColumn } from './columns.ts';
import type { Candidate, LineFault } from './line.ts';
import { dayOfCell, timeOf } from './times.ts';
import {
  APPLICANT_WORDS,
  CHANNEL_WORDS,
  ORIGIN_WORDS,
  OUTCOME_WORDS,
  PAUSE_REASON_WORDS,
  plain,
  SEX_WORDS,
  STATUS_WORDS,
  type ToldStatus,
} from './words.ts';

export interface CellRules {
  readonly header: Header;
  readonly date1904: boolean;
  /** When the file was sent, RFC 3339. */
  readonly sentAt: string;
  /** Pause reasons by their names in the catalogue, as `plain` writes them. */
  readonly pauseReasons: ReadonlyMap<string, string>;
}

/** What columns tell, by their names. */
type Told = Readonly<Record<string, unknown>>;

/** Reads the cells of a row; what cannot be read is a fault of its column. */
export function candidateOf(row: number, cells: readonly Cell[], rules: CellRules): Candidate {
  const told: Record<string, unknown> = {};
  const faults: LineFault[] = [];
  for (const column of rules.header.columns) {
    const cell = cells[column.index] ?? null;
    if (cell === null || cell === '') continue;
    const value = read(cell, column.kind, rules);
    if (value !== null) told[column.name] = value;
    else faults.push({ path: column.path, column: column.header, message: EXPECTED[column.kind] ?? 'không đọc được' });
  }
  if (faults.length === 0) faults.push(...contradictions(told, rules.header.columns));
  return { row, value: lineOf(told, rules.sentAt), faults };
}

const TIME = 'không đọc được thời gian: ghi như 05/03/2026 08:30';

const EXPECTED: Readonly<Partial<Record<ColumnKind, string>>> = {
  day: 'không đọc được ngày: ghi như 05/03/2026',
  start: TIME,
  close: TIME,
  status: 'trạng thái không có trong danh mục (ví dụ: Đang xử lý, hoặc mã 4)',
  channel: 'hình thức nộp phải là Trực tiếp, Trực tuyến hoặc Bưu chính',
  'applicant-kind': 'loại chủ hồ sơ phải là Công dân, Doanh nghiệp, Hộ kinh doanh, Cơ quan nhà nước hoặc Tổ chức',
  sex: 'giới tính phải là Nam hoặc Nữ',
  origin: 'nguồn hồ sơ phải là Một cửa, Cổng, Bộ hoặc Điều phối',
  outcome: 'kết quả phải là Đồng ý, Từ chối, Không đủ điều kiện hoặc Trả hồ sơ',
  'pause-reason': 'lý do tạm dừng không có trong danh mục',
};

const textOf = (cell: Cell): string => String(cell).trim();

/** What a cell tells; null where it cannot be read as its column asks. */
function read(cell: NonNullable<Cell>, kind: ColumnKind, { date1904, pauseReasons }: CellRules): unknown {
  const word = (known: ReadonlyMap<string, unknown>): unknown => known.get(plain(textOf(cell))) ?? null;
  switch (kind) {
    case 'text':
      return textOf(cell);
    // A spreadsheet drops the zeros with which these begin.
    case 'personal-number':
      return /^\d{11}$/.test(textOf(cell)) ? `0${textOf(cell)}` : textOf(cell);
    case 'phone':
      return /^[1-9]\d{8}$/.test(textOf(cell)) ? `0${textOf(cell)}` : textOf(cell);
    case 'day':
      return dayOfCell(cell, date1904);
    case 'start':
    case 'close':
      return timeOf(cell, kind, date1904);
    case 'status':
      return word(STATUS_WORDS);
    case 'channel':
      return word(CHANNEL_WORDS);
    case 'applicant-kind':
      return word(APPLICANT_WORDS);
    case 'sex':
      return word(SEX_WORDS);
    case 'origin':
      return word(ORIGIN_WORDS);
    case 'outcome':
      return word(OUTCOME_WORDS);
    case 'pause-reason':
      return pauseReasons.get(plain(textOf(cell))) ?? word(PAUSE_REASON_WORDS);
    case 'list':
      return textOf(cell)
        .split(/[;\n]+/)
        .map((part) => part.trim())
        .filter((part) => part !== '');
  }
}

/** An absent column leaves out what it would tell. */
function lineOf(told: Told, sentAt: string): object {
  const { applicantName, applicantKind, personalId, enterpriseCode, birthDate, sex, phone, email, address } = told;
  const { appointmentAt, slipNumber, resolvingAgency, returningAgency, agencyCode } = told;
  const { code, procedureCode, channel, summary, submittedAt, receivedAt, aliases, origin } = told;
  const isRouted = resolvingAgency !== undefined || returningAgency !== undefined;
  const kind = applicantKind ?? (enterpriseCode === undefined ? 'citizen' : 'enterprise');
  return {
    dossier: present({
      code,
      procedureCode,
      agencyCode,
      channel,
      applicant: present({
        kind,
        name: applicantName,
        personalId,
        enterpriseCode,
        birthDate,
        sex,
        phone,
        email,
        address,
      }),
      summary,
      submittedAt,
      receivedAt,
      appointment:
        appointmentAt === undefined
          ? undefined
          : present({ at: appointmentAt, basis: 'slip', documentRef: slipNumber }),
      routing: isRouted
        ? present({ receiving: agencyCode, resolving: resolvingAgency ?? agencyCode, returning: returningAgency })
        : undefined,
      aliases,
      origin,
    }),
    events: eventsOf(told),
    ...baselineOf(told, sentAt),
  };
}

const present = (members: Told): Told =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));

/** That it was submitted and accepted follows from its times; what the status column tells beyond is an event. */
function eventsOf(told: Told): object[] {
  const shown = told.status as ToldStatus | undefined;
  if (shown === undefined || shown.status === 'submitted' || shown.status === 'accepted') return [];
  const { status } = shown;
  // A dossier whose work has begun and nothing more is known of: since it was received.
  const occurredAt = told.statusAt ?? (status === 'processing' ? told.receivedAt : undefined);
  return [
    present({
      eventId: `import:${told.code}:${status}:${occurredAt}`,
      status,
      pauseReason: status === 'paused' ? (told.pauseReason ?? shown.pauseReason) : undefined,
      occurredAt,
      reasonText: told.reasonText,
      outcome: told.outcome,
    }),
  ];
}

/** What the portal shows; without a day, when the file was sent. */
function baselineOf(told: Told, sentAt: string): object {
  const { portalStatus, portalAppointmentAt, portalAsOf = sentAt } = told;
  if (portalStatus === undefined) return {};
  const { status, pauseReason } = portalStatus as ToldStatus;
  return { baseline: present({ status, pauseReason, appointmentAt: portalAppointmentAt, asOf: portalAsOf }) };
}

/** Statuses that a dossier can have without having been received. */
const BEFORE_RECEIPT: ReadonlySet<string> = new Set(['submitted', 'rejected', 'withdrawn']);

/** What the columns say together and cannot both be. */
function contradictions(told: Told, columns: readonly PlacedColumn[]): LineFault[] {
  const shown = told.status as ToldStatus | undefined;
  if (shown === undefined || BEFORE_RECEIPT.has(shown.status) || told.receivedAt !== undefined) return [];
  const path = 'dossier.receivedAt';
  return [{ path, column: columnAt(columns, path), message: 'hồ sơ đã được tiếp nhận mà thiếu ngày tiếp nhận' }];
}

/** The header of the column that tells what stands at a path of a line, or its usual name where the file lacks it. */
export function columnAt(columns: readonly PlacedColumn[], path: string): string | null {
  // A file without columns is read by those who know its paths.
  if (columns.length === 0) return null;
  const tells = (column: Column): boolean => path === column.path || path.startsWith(`${column.path}[`);
  return columns.find(tells)?.header ?? COLUMNS.find(tells)?.vi[0] ?? null;
}
