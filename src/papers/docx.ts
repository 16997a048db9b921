/** @module A paper as .docx, to be edited into an official letter. */
import type { FileChild, IParagraphOptions, IRunOptions } from 'docx';
import { imageSize } from 'image-size';
import {
  addresseeLines,
  type Block,
  capitals,
  dateLine,
  MOTTO,
  numberLine,
  type Paper,
  recipientLines,
  SIGNATORY,
  STATE_NAME,
  type Table,
} from './paper.ts';

type Docx = typeof import('docx');
/** A paragraph; a line that ends within it breaks there. */
type Text = (
  words: string,
  run?: Partial<IRunOptions>,
  more?: Partial<IParagraphOptions>,
) => InstanceType<Docx['Paragraph']>;

/** What official letters are written in (NĐ 30/2020/NĐ-CP, phụ lục I). */
const FONT = 'Times New Roman';
/** Half points. */
const SIZE = 26;
const SMALL = 22;
const CELL = 20;
/** Twentieths of a point. */
const MM = 56.7;
const MARGIN = { top: 20 * MM, bottom: 20 * MM, left: 30 * MM, right: 15 * MM };
const WIDTH = Math.round(210 * MM - MARGIN.left - MARGIN.right);
const WIDEST_IMAGE = 600;
const TALLEST_IMAGE = 420;

/** Loaded with the first paper: a process that makes none does not pay for it. */
let loading: Promise<Docx> | null = null;

export async function toDocx(paper: Paper): Promise<Buffer> {
  loading ??= import('docx');
  const docx = await loading;
  const text: Text = (words, run = {}, more = {}) =>
    new docx.Paragraph({
      children: words
        .split('\n')
        .map((part, i) => new docx.TextRun({ text: part, font: FONT, size: SIZE, ...(i > 0 && { break: 1 }), ...run })),
      ...more,
    });
  const { title, about, sender, blocks } = paper;
  const heading = { run: { font: FONT, size: SIZE, color: '000000' } };
  const document = new docx.Document({
    title: `${title}: ${about}`,
    creator: sender.name,
    styles: {
      default: {
        document: { run: { font: FONT, size: SIZE, language: { value: 'vi-VN' } } },
        heading1: heading,
        heading2: heading,
        heading3: heading,
      },
    },
    sections: [
      {
        properties: { page: { margin: MARGIN }, titlePage: true },
        // The number of a page stands over it, from the second on.
        headers: {
          first: new docx.Header({ children: [text('')] }),
          default: new docx.Header({
            children: [
              new docx.Paragraph({
                alignment: docx.AlignmentType.CENTER,
                children: [new docx.TextRun({ children: [docx.PageNumber.CURRENT], font: FONT, size: SIZE })],
              }),
            ],
          }),
        },
        children: [
          ...headOf(paper, docx, text),
          ...addresseeLines(paper).map((words, i) => text(words, {}, { indent: { left: i === 0 ? 567 : 1134 } })),
          ...blocks.flatMap((block) => childrenOf(block, docx, text)),
          ...endOf(paper, docx, text),
        ],
      },
    ],
  });
  return docx.Packer.toBuffer(document);
}

type Paragraph = InstanceType<Docx['Paragraph']>;

/** Cells side by side with no lines around them. */
function besides(docx: Docx, widths: readonly number[], cells: readonly Paragraph[][]): FileChild {
  const none = { style: docx.BorderStyle.NONE, size: 0, color: 'auto' };
  const borders = { top: none, bottom: none, left: none, right: none };
  return new docx.Table({
    columnWidths: [...widths],
    layout: docx.TableLayoutType.FIXED,
    width: { size: WIDTH, type: docx.WidthType.DXA },
    borders: { ...borders, insideHorizontal: none, insideVertical: none },
    rows: [
      new docx.TableRow({
        cantSplit: true,
        children: cells.map(
          (children, i) =>
            new docx.TableCell({
              children,
              width: { size: widths[i]!, type: docx.WidthType.DXA },
              margins: { left: 0, right: 0 },
              borders,
            }),
        ),
      }),
    ],
  });
}

const inShares = (shares: readonly number[]): number[] => {
  const sum = shares.reduce((a, b) => a + b, 0);
  return shares.map((share) => Math.floor((WIDTH * share) / sum));
};

/** Both columns of the head, and what the paper is. */
function headOf(paper: Paper, docx: Docx, text: Text): FileChild[] {
  const { sender, title, about } = paper;
  const centred = { alignment: docx.AlignmentType.CENTER };
  const bold = { bold: true };
  /** A rule as long as what is left between its margins. */
  const rule = (margin: number): Paragraph =>
    text(
      '',
      { size: 2 },
      {
        border: { top: { style: docx.BorderStyle.SINGLE, size: 6, color: '000000', space: 1 } },
        indent: { left: margin, right: margin },
        spacing: { before: 60, after: 0, line: 60, lineRule: docx.LineRuleType.EXACT },
      },
    );
  return [
    besides(docx, inShares([42, 58]), [
      [
        ...(sender.superior === undefined ? [] : [text(capitals(sender.superior), { size: 24 }, centred)]),
        text(capitals(sender.name), { ...bold, size: 24 }, centred),
        rule(1300),
        text(numberLine(paper), {}, { ...centred, spacing: { before: 120 } }),
      ],
      [
        text(STATE_NAME, { ...bold, size: 24 }, centred),
        text(MOTTO, bold, centred),
        rule(930),
        text(dateLine(paper), { italics: true }, { ...centred, spacing: { before: 120 } }),
      ],
    ]),
    text(title, { bold: true, size: 28 }, { ...centred, spacing: { before: 300 } }),
    text(about, bold, centred),
    rule(3600),
    text('', { size: 12 }),
  ];
}

/** Who gets it on the left; office and place of the signature on the right. */
function endOf(paper: Paper, docx: Docx, text: Text): FileChild[] {
  return [
    text(''),
    besides(docx, inShares([50, 50]), [
      [
        text('Nơi nhận:', { bold: true, italics: true, size: 24 }),
        ...recipientLines(paper).map((words) => text(words, { size: SMALL })),
      ],
      [
        text(capitals(paper.sender.signatory ?? SIGNATORY), { bold: true }, { alignment: docx.AlignmentType.CENTER }),
        // For the signature and the seal.
        ...Array.from({ length: 4 }, () => text('')),
      ],
    ]),
  ];
}

function childrenOf(block: Block, docx: Docx, text: Text): FileChild[] {
  switch (block.kind) {
    case 'heading': {
      const style = { 1: docx.HeadingLevel.HEADING_1, 2: docx.HeadingLevel.HEADING_2, 3: docx.HeadingLevel.HEADING_3 };
      const run = block.level === 3 ? { italics: true, size: 24 } : { bold: true };
      const spacing = { before: block.level === 3 ? 120 : 200, after: 80 };
      return [text(block.text, run, { heading: style[block.level], spacing, keepNext: true })];
    }
    case 'text':
      return [
        block.isSmall
          ? text(block.text, { size: SMALL, italics: true }, { spacing: { before: 80, after: 80 } })
          : text(block.text, {}, { spacing: { after: 80 }, alignment: docx.AlignmentType.JUSTIFIED }),
      ];
    case 'list':
      return block.items.map((item, n) => text(`${n + 1}. ${item}`, {}, { indent: { left: 284 } }));
    case 'facts':
      return block.rows.map(([name, value]) => text(`${name}: ${value}`, { size: 24 }));
    case 'table':
      return [tableOf(block, docx, text), text('', { size: 12 })];
    case 'image': {
      const { width, height } = imageSize(block.content);
      const scale = Math.min(1, WIDEST_IMAGE / width, TALLEST_IMAGE / height);
      const image = new docx.ImageRun({
        type: block.mediaType === 'image/png' ? 'png' : 'jpg',
        data: block.content,
        transformation: { width: Math.round(width * scale), height: Math.round(height * scale) },
      });
      const centred = { alignment: docx.AlignmentType.CENTER };
      return [
        new docx.Paragraph({ children: [image], keepNext: true, ...centred }),
        text(block.caption, { size: SMALL, italics: true }, centred),
      ];
    }
  }
}

function tableOf({ head, rows, shares = head.map(() => 1), figuresFrom = head.length }: Table, docx: Docx, text: Text) {
  const widths = inShares(shares);
  const { CENTER, LEFT, RIGHT } = docx.AlignmentType;
  const row = (cells: readonly string[], tableHeader = false): InstanceType<Docx['TableRow']> =>
    new docx.TableRow({
      tableHeader,
      cantSplit: cells.every((cell) => cell.length < 1_500),
      children: cells.map((words, column) => {
        const alignment = tableHeader ? CENTER : column >= figuresFrom ? RIGHT : LEFT;
        return new docx.TableCell({
          children: [text(words, { size: CELL, bold: tableHeader }, { alignment })],
          width: { size: widths[column]!, type: docx.WidthType.DXA },
          margins: { left: 70, right: 70, top: 20, bottom: 20 },
        });
      }),
    });
  return new docx.Table({
    columnWidths: widths,
    layout: docx.TableLayoutType.FIXED,
    width: { size: WIDTH, type: docx.WidthType.DXA },
    rows: [row(head, true), ...rows.map((cells) => row(cells))],
  });
}
