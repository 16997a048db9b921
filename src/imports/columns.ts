/** @module The columns of a spreadsheet of open dossiers: by which names each is known, and what of a line it tells. */
import { plain } from './words.ts';

export type ColumnKind =
  | 'text'
  | 'personal-number'
  | 'phone'
  | 'day'
  | 'start'
  | 'close'
  | 'status'
  | 'channel'
  | 'applicant-kind'
  | 'sex'
  | 'origin'
  | 'outcome'
  | 'pause-reason'
  | 'list';

export interface Column {
  /** The English name, and the key by which a row is read. */
  readonly name: string;
  /** Where what it tells stands in a line: faults there are faults of this column. */
  readonly path: string;
  readonly kind: ColumnKind;
  readonly isRequired?: true;
  /** The Vietnamese name, then what else it is called. */
  readonly vi: readonly [string, ...string[]];
}

/** In the order in which the documents list them. */
export const COLUMNS: readonly Column[] = [
  { name: 'code', path: 'dossier.code', kind: 'text', isRequired: true, vi: ['Mã hồ sơ', 'Số hồ sơ'] },
  {
    name: 'procedureCode',
    path: 'dossier.procedureCode',
    kind: 'text',
    isRequired: true,
    vi: ['Mã thủ tục', 'Mã TTHC', 'Mã thủ tục hành chính'],
  },
  {
    name: 'agencyCode',
    path: 'dossier.agencyCode',
    kind: 'text',
    isRequired: true,
    vi: ['Mã cơ quan', 'Mã đơn vị', 'Mã cơ quan tiếp nhận'],
  },
  {
    name: 'channel',
    path: 'dossier.channel',
    kind: 'channel',
    isRequired: true,
    vi: ['Hình thức nộp', 'Kênh thực hiện', 'Hình thức tiếp nhận'],
  },
  {
    name: 'applicantName',
    path: 'dossier.applicant.name',
    kind: 'text',
    isRequired: true,
    vi: ['Chủ hồ sơ', 'Tên chủ hồ sơ', 'Họ và tên'],
  },
  {
    name: 'applicantKind',
    path: 'dossier.applicant.kind',
    kind: 'applicant-kind',
    vi: ['Loại chủ hồ sơ', 'Đối tượng'],
  },
  {
    name: 'personalId',
    path: 'dossier.applicant.personalId',
    kind: 'personal-number',
    vi: ['Số định danh', 'Số định danh cá nhân', 'Số CCCD', 'CCCD', 'CMND/CCCD'],
  },
  {
    name: 'enterpriseCode',
    path: 'dossier.applicant.enterpriseCode',
    kind: 'text',
    vi: ['Mã số thuế', 'Mã số doanh nghiệp', 'MST'],
  },
  { name: 'birthDate', path: 'dossier.applicant.birthDate', kind: 'day', vi: ['Ngày sinh'] },
  { name: 'sex', path: 'dossier.applicant.sex', kind: 'sex', vi: ['Giới tính'] },
  { name: 'phone', path: 'dossier.applicant.phone', kind: 'phone', vi: ['Số điện thoại', 'Điện thoại'] },
  { name: 'email', path: 'dossier.applicant.email', kind: 'text', vi: ['Thư điện tử', 'Email'] },
  { name: 'address', path: 'dossier.applicant.address', kind: 'text', vi: ['Địa chỉ'] },
  { name: 'summary', path: 'dossier.summary', kind: 'text', vi: ['Trích yếu', 'Trích yếu hồ sơ', 'Nội dung'] },
  { name: 'submittedAt', path: 'dossier.submittedAt', kind: 'start', vi: ['Ngày nộp', 'Thời điểm nộp'] },
  {
    name: 'receivedAt',
    path: 'dossier.receivedAt',
    kind: 'start',
    vi: ['Ngày tiếp nhận', 'Thời điểm tiếp nhận'],
  },
  {
    name: 'appointmentAt',
    path: 'dossier.appointment.at',
    kind: 'close',
    vi: ['Ngày hẹn trả', 'Ngày hẹn trả kết quả'],
  },
  {
    name: 'slipNumber',
    path: 'dossier.appointment.documentRef',
    kind: 'text',
    vi: ['Số giấy hẹn', 'Số giấy tiếp nhận'],
  },
  {
    name: 'resolvingAgency',
    path: 'dossier.routing.resolving',
    kind: 'text',
    vi: ['Cơ quan giải quyết', 'Mã cơ quan giải quyết'],
  },
  {
    name: 'returningAgency',
    path: 'dossier.routing.returning',
    kind: 'text',
    vi: ['Cơ quan trả kết quả', 'Mã cơ quan trả kết quả'],
  },
  { name: 'aliases', path: 'dossier.aliases', kind: 'list', vi: ['Số biên nhận', 'Mã tham chiếu'] },
  { name: 'origin', path: 'dossier.origin', kind: 'origin', vi: ['Nguồn hồ sơ', 'Nguồn'] },
  { name: 'status', path: 'events[0].status', kind: 'status', vi: ['Trạng thái', 'Tình trạng', 'Trạng thái hồ sơ'] },
  {
    name: 'statusAt',
    path: 'events[0].occurredAt',
    kind: 'start',
    vi: ['Thời điểm trạng thái', 'Ngày trạng thái', 'Ngày cập nhật trạng thái'],
  },
  { name: 'pauseReason', path: 'events[0].pauseReason', kind: 'pause-reason', vi: ['Lý do tạm dừng'] },
  { name: 'reasonText', path: 'events[0].reasonText', kind: 'text', vi: ['Lý do', 'Ghi chú trạng thái'] },
  { name: 'outcome', path: 'events[0].outcome', kind: 'outcome', vi: ['Kết quả giải quyết'] },
  { name: 'portalStatus', path: 'baseline.status', kind: 'status', vi: ['Trạng thái trên Cổng'] },
  { name: 'portalAppointmentAt', path: 'baseline.appointmentAt', kind: 'close', vi: ['Ngày hẹn trả trên Cổng'] },
  { name: 'portalAsOf', path: 'baseline.asOf', kind: 'start', vi: ['Ngày đối chiếu với Cổng', 'Ngày đối chiếu'] },
];

/** Spaces, marks and capitals make no difference: `Ngày hẹn trả`, `NGAYHENTRA`. */
const keyOf = (name: string): string => plain(name).replaceAll(' ', '');

const BY_NAME: ReadonlyMap<string, Column> = new Map(
  COLUMNS.flatMap((column) => [column.name, ...column.vi].map((name) => [keyOf(name), column] as const)),
);

/** One column of a file. */
export interface PlacedColumn extends Column {
  readonly index: number;
  /** As its header has it. */
  readonly header: string;
}

export interface Header {
  readonly columns: readonly PlacedColumn[];
  /** Headers that no column is known by. */
  readonly ignored: readonly string[];
  /** Vietnamese names of required columns that are not there. */
  readonly missing: readonly string[];
  /** Headers of columns that stand twice. */
  readonly repeated: readonly string[];
}

/** Reads the row that names the columns. */
export function headerOf(cells: readonly unknown[]): Header {
  const columns: PlacedColumn[] = [];
  const ignored: string[] = [];
  const repeated: string[] = [];
  for (const [index, cell] of cells.entries()) {
    const header = typeof cell === 'string' ? cell.trim().slice(0, 100) : '';
    if (header === '') continue;
    const column = BY_NAME.get(keyOf(header));
    if (column === undefined) ignored.push(header);
    else if (columns.some(({ name }) => name === column.name)) repeated.push(header);
    else columns.push({ ...column, index, header });
  }
  const missing = COLUMNS.filter(({ isRequired, name }) => isRequired && !columns.some((each) => each.name === name));
  return { columns, ignored, missing: missing.map(({ vi }) => vi[0]), repeated };
}
