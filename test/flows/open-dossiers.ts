/** @module A province's open dossiers as its spreadsheet has them: half under old agency codes, some rows bad, the same for every run. */
import type { WrittenCell } from '../support/workbook.ts';

/** Agencies of the shipped catalogue that received them: their code now, and the one of the older scheme. */
export const AGENCIES = [
  ['H15.12', '000.00.12.H15'],
  ['H15.50', '000.00.50.H15'],
  // Merged into H15.50 on 2025-07-01.
  ['H15.30.01', '000.01.30.H15'],
  ['H15.30.02', '000.02.30.H15'],
  ...[51, 52, 53, 54, 55, 56, 57, 58, 59].map((n) => [`H15.${n}`, `000.00.${n}.H15`] as const),
] as const;

/** Those whose dossiers count for H15.50. */
export const MERGED = ['H15.50', 'H15.30.01', 'H15.30.02'];

const HEADER = [
  ...['Mã hồ sơ', 'Mã thủ tục', 'Mã cơ quan', 'Hình thức nộp', 'Chủ hồ sơ', 'Số định danh', 'Ngày tiếp nhận'],
  ...['Ngày hẹn trả', 'Trạng thái', 'Thời điểm trạng thái', 'Lý do tạm dừng', 'Trạng thái trên Cổng'],
];

export interface OpenDossier {
  readonly code: string;
  /** The agency's code now, whatever the row says. */
  readonly agency: string;
  readonly isOld: boolean;
  readonly isBad: boolean;
  readonly cells: readonly WrittenCell[];
}

/** What a clerk does to a row: each makes it one that cannot be taken. */
const SLIPS: readonly ((cells: WrittenCell[]) => void)[] = [
  (cells) => (cells[0] = 'H15-1'),
  (cells) => (cells[4] = null),
  (cells) => (cells[6] = '31/02/2026'),
  (cells) => (cells[8] = 'Chờ sếp ký'),
  (cells) => (cells[2] = 'H16.01'),
];
const EVERY_BAD = 100;

/** The dossier of a row, counted from 0. */
export function openDossier(n: number): OpenDossier {
  const [agency, old] = AGENCIES[Math.floor(n / 2) % AGENCIES.length]!;
  const isOld = n % 2 === 1;
  const own = isOld ? old : agency;
  const code = `${own}-2603${String(2 + (n % 9)).padStart(2, '0')}-${String(n).padStart(6, '0')}`;
  const isPaused = n % 5 === 0;
  const cells: WrittenCell[] = [
    code,
    '1.005129',
    own,
    n % 3 === 0 ? 'Trực tuyến' : 'Trực tiếp',
    `Nguyễn Văn ${String.fromCharCode(65 + (n % 26))}`,
    66_090_000_000 + n,
    `${2 + (n % 9)}/03/2026 08:30`,
    '31/03/2026',
    isPaused ? 'Tạm dừng' : 'Đang xử lý',
    isPaused ? '12/03/2026 09:00' : null,
    isPaused ? 'Nghĩa vụ tài chính' : null,
    isPaused ? '6' : 'Đang xử lý',
  ];
  const isBad = n % EVERY_BAD === EVERY_BAD - 1;
  if (isBad) SLIPS[Math.floor(n / EVERY_BAD) % SLIPS.length]!(cells);
  return { code, agency, isOld, isBad, cells };
}

/** The rows of the sheet, its header first. */
export function* sheetOf(dossiers: number): Generator<readonly WrittenCell[]> {
  yield HEADER;
  for (let n = 0; n < dossiers; n += 1) yield openDossier(n).cells;
}
