/** @module A side's list of procedures or agencies as somebody uploads it: CSV, XLSX or NDJSON, its columns known by their headers. */
import type { ListedAgency, ListedFee, ListedProcedure } from '../../capabilities/catalogue.ts';
import { type Headers, openNamedTable } from '../../imports/named-table.ts';
import { type Cell, UnreadableFile } from '../../spreadsheet/table.ts';
import { parseLimit } from '../written.ts';

export const LIST_KINDS = ['procedures', 'agencies'] as const;
export type ListKind = (typeof LIST_KINDS)[number];

const PROCEDURE_COLUMNS = ['code', 'name', 'sectorCode', 'sectorName', 'limit', 'feeCode', 'fee'] as const;
type ProcedureColumn = (typeof PROCEDURE_COLUMNS)[number];
const PROCEDURE_HEADERS: Headers<ProcedureColumn> = {
  code: ['Mã TTHC', 'Mã thủ tục', 'Mã thủ tục hành chính', 'code'],
  name: ['Tên TTHC', 'Tên thủ tục', 'Tên thủ tục hành chính', 'name'],
  sectorCode: ['Mã lĩnh vực', 'sectorCode'],
  sectorName: ['Lĩnh vực', 'Tên lĩnh vực', 'sectorName'],
  limit: ['Thời hạn giải quyết', 'Thời gian giải quyết', 'Thời hạn', 'limit'],
  feeCode: ['Mã phí, lệ phí', 'Mã phí lệ phí', 'Mã phí', 'feeCode'],
  fee: ['Mức thu', 'Phí, lệ phí', 'Số tiền', 'Mức phí, lệ phí', 'fee'],
};

type AgencyColumn = 'code' | 'name' | 'parentCode';
const AGENCY_HEADERS: Headers<AgencyColumn> = {
  code: ['Mã cơ quan', 'Mã đơn vị', 'Mã định danh', 'code'],
  name: ['Tên cơ quan', 'Tên đơn vị', 'name'],
  parentCode: ['Mã cơ quan cấp trên', 'Mã cơ quan cha', 'Mã đơn vị cấp trên', 'Cơ quan cấp trên', 'parentCode'],
};

export interface ListFault {
  /** As a person counts the lines of the file. */
  readonly row: number;
  readonly column: string;
}

/** What a file says. */
export interface ReadList {
  readonly rows: readonly ListedProcedure[] | readonly ListedAgency[];
  /** The columns it has. */
  readonly tells: readonly string[];
  readonly ignoredColumns: readonly string[];
  /** Cells that could not be read, the first of them by name; what they should say counts as not told. */
  readonly faults: readonly ListFault[];
  readonly unread: number;
}

/** More procedures or agencies than there are in the whole country. */
const MOST_ROWS = 50_000;
const FAULTS_KEPT = 100;
const LONGEST = 1_000;

/** @throws UnreadableFile where the file is none, has no header, or is far too long */
export async function readList(kind: ListKind, bytes: AsyncIterable<Uint8Array>): Promise<ReadList> {
  return kind === 'procedures' ? readProcedures(bytes) : readAgencies(bytes);
}

async function readProcedures(bytes: AsyncIterable<Uint8Array>): Promise<ReadList> {
  const byCode = new Map<string, ListedProcedure>();
  const read = await rowsOf(bytes, PROCEDURE_HEADERS, 'Mã TTHC', ({ text, cell, fault }) => {
    const code = text('code');
    const unread: string[] = [];
    const reading = <T>(column: 'limit' | 'fee', parse: (found: Cell) => T | null): T | null => {
      const found = cell(column);
      if (found === null || found === '') return null;
      const value = parse(found);
      if (value !== null) return value;
      unread.push(`${column} ${String(found).slice(0, 100)}`);
      fault(column);
      return null;
    };
    const amount = reading('fee', moneyOf);
    const fee: ListedFee[] = amount === null ? [] : [{ code: text('feeCode') || null, amount }];
    const limit = reading('limit', limitOf);
    const known = byCode.get(code);
    // A procedure with several fees stands in several lines: the first tells all else of it.
    if (known)
      byCode.set(code, {
        ...known,
        fees: fee.length === 0 ? known.fees : [...(known.fees ?? []), ...fee],
        unread: [...known.unread, ...unread],
      });
    else
      byCode.set(code, {
        code,
        name: text('name') || null,
        sector: text('sectorCode') === '' ? null : { code: text('sectorCode'), name: text('sectorName') },
        limit,
        fees: fee.length === 0 ? null : fee,
        unread,
      });
    return byCode.size;
  });
  return { ...read, rows: [...byCode.values()] };
}

async function readAgencies(bytes: AsyncIterable<Uint8Array>): Promise<ReadList> {
  const byCode = new Map<string, ListedAgency>();
  const read = await rowsOf(bytes, AGENCY_HEADERS, 'Mã cơ quan', ({ text }) => {
    const code = text('code');
    if (!byCode.has(code))
      byCode.set(code, { code, name: text('name') || null, parentCode: text('parentCode') || null });
    return byCode.size;
  });
  return { ...read, rows: [...byCode.values()] };
}

interface RowCells<Column extends string> {
  /** Trimmed; empty where the column or the cell is. */
  text(column: Column): string;
  cell(column: Column): Cell;
  /** Notes that the cell could not be read. */
  fault(column: Column): void;
}

async function rowsOf<Column extends string>(
  bytes: AsyncIterable<Uint8Array>,
  known: Headers<Column | 'code'>,
  wanted: string,
  take: (row: RowCells<Column | 'code'>) => number,
): Promise<Omit<ReadList, 'rows'>> {
  const table = await openNamedTable<Column | 'code'>(bytes, {
    known: [known],
    isHeader: (columns) => columns.has('code' as Column | 'code'),
    noHeader: {
      en: `No row names a column "${wanted}" (or "code").`,
      vi: `Không thấy dòng tiêu đề có cột ${wanted} (hoặc code).`,
    },
  });
  const { columns, ignored } = table.header;
  const faults: ListFault[] = [];
  let unread = 0;
  try {
    for await (const { row, cells } of table.rows) {
      const cell = (column: Column | 'code'): Cell => {
        const found = cells[columns.get(column) ?? -1] ?? null;
        return typeof found === 'string' ? found.trim() : found;
      };
      const text = (column: Column | 'code'): string => String(cell(column) ?? '').slice(0, LONGEST);
      const fault = (column: string): void => {
        unread += 1;
        if (faults.length < FAULTS_KEPT) faults.push({ row, column });
      };
      if (text('code') === '') fault('code');
      else if (take({ text, cell, fault }) > MOST_ROWS)
        throw new UnreadableFile(
          `The file has more than ${MOST_ROWS} rows.`,
          `Tệp có hơn ${MOST_ROWS} dòng: không phải danh mục.`,
        );
    }
  } finally {
    table.close();
  }
  return { tells: [...columns.keys()], ignoredColumns: ignored, faults, unread };
}

/** As ministries publish it: `15 ngày làm việc kể từ ngày nhận đủ hồ sơ hợp lệ`. A number alone tells no unit. */
const limitOf = (cell: Cell) =>
  typeof cell === 'string' ? parseLimit(cell.replace(/[,;.(]?\s*(kể từ|tính từ)\s.*$/iu, '')) : null;

const NOTHING = /^(không|không thu|không thu phí|miễn phí|không có)$/i;

/** Whole đồng, as offices write them: `50000`, `50.000`, `50.000 đồng`, `Không`. */
function moneyOf(cell: Cell): number | null {
  if (typeof cell === 'number') return Number.isSafeInteger(cell) && cell >= 0 ? cell : null;
  const text = String(cell).normalize('NFC').trim();
  if (NOTHING.test(text)) return 0;
  const written = /^(\d{1,3}(?:[.,]\d{3})*|\d{1,12})\s*(đồng|đ|vnđ|vnd)?$/i.exec(text);
  return written ? Number(written[1]!.replace(/[.,]/g, '')) : null;
}
