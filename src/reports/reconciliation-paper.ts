/** @module A reconciliation report as a paper in Vietnamese. Pure. */
import type { Paper, Sender } from '../papers/paper.ts';
import type { ReconciliationReport } from './reconciliation-report.ts';
import { BREAKDOWN_WORDS, factsOf, tablesOf } from './reconciliation-tables.ts';

const HEADINGS = ['II. Theo loại sai lệch', 'III. Còn tồn, theo nơi chịu trách nhiệm và số ngày', 'IV. Theo'] as const;

/** @param destinationName as it is called in Vietnamese */
export function paperOf(report: ReconciliationReport, sender: Sender, destinationName: string, madeAt: number): Paper {
  const tables = tablesOf(report);
  const about = `Kết quả đối soát với ${destinationName} từ ngày ${dateOf(report.from)} đến ngày ${dateOf(report.to)}`;
  return {
    sender,
    title: 'BÁO CÁO',
    about,
    number: null,
    madeAt,
    isLandscape: true,
    blocks: [
      { kind: 'heading', level: 1, text: 'I. Số liệu chung' },
      {
        kind: 'table',
        head: ['Số liệu', 'Giá trị', 'Số liệu', 'Giá trị'],
        shares: [4, 1, 4, 1],
        rows: besides(factsOf(report).slice(2)),
      },
      ...tables.flatMap(({ head, widths, rows }, i) => [
        {
          kind: 'heading',
          level: 1,
          text: i === 2 ? `${HEADINGS[i]} ${BREAKDOWN_WORDS[report.by].toLowerCase()}` : HEADINGS[i]!,
        } as const,
        {
          kind: 'table',
          head,
          shares: widths,
          figuresFrom: head.findIndex((_, column) => rows.length > 0 && typeof rows[0]![column] === 'number'),
          rows: rows.map((row) => row.map((cell) => String(cell ?? ''))),
        } as const,
      ]),
      {
        kind: 'text',
        isSmall: true,
        text: 'Trễ thành đúng hạn: hồ sơ đúng hạn theo quy định mà Cổng sẽ tính là trễ nếu không được báo tạm dừng và ngày hẹn mới; nay Cổng đã có. Đúng hạn thành trễ: hồ sơ trễ theo quy định mà công thức của Cổng sẽ tính là đúng hạn; nay Cổng đã có ngày hẹn đúng. Chưa sửa được kết luận: thuộc một trong hai trường hợp trên nhưng Cổng chưa hiển thị đúng. Trễ do công thức: bổ sung từ hai lần, Cổng luôn tính là trễ. Danh sách từng sai lệch có trong báo cáo dạng XLSX, CSV.',
      },
    ],
    addressees: [],
    recipients: ['Lưu: VT'],
  };
}

/** In two columns, the first half on the left. */
function besides(facts: ReturnType<typeof factsOf>): string[][] {
  const half = Math.ceil(facts.length / 2);
  return facts
    .slice(0, half)
    .map((left, i) => [...left, ...(facts[half + i] ?? ['', ''])].map((cell) => String(cell ?? '')));
}

const dateOf = (iso: string): string => iso.split('-').reverse().join('/');
