/** @module A paper as .docx, to be edited into an official letter. */
import type { FileChild, IRunOptions } from 'docx';
import { imageSize } from 'image-size';
import type { Block, Paper } from './paper.ts';

/** What official letters are written in (NĐ 30/2020/NĐ-CP, phụ lục I). */
const FONT = 'Times New Roman';
/** Half points. */
const SIZE = 26;
const SMALL = 20;
const WIDEST_IMAGE = 600;
const TALLEST_IMAGE = 420;

/** Loaded with the first paper: a process that makes none does not pay for it. */
let loading: Promise<typeof import('docx')> | null = null;

export async function toDocx(paper: Paper): Promise<Buffer> {
  loading ??= import('docx');
  const docx = await loading;
  const text = (words: string, run: Partial<IRunOptions> = {}, more: object = {}): FileChild =>
    new docx.Paragraph({ children: [new docx.TextRun({ text: words, font: FONT, size: SIZE, ...run })], ...more });
  const { title, issuer, number, dated, blocks } = paper;
  const document = new docx.Document({
    title,
    creator: issuer,
    styles: { default: { document: { run: { font: FONT, size: SIZE, language: { value: 'vi-VN' } } } } },
    sections: [
      {
        properties: { page: { margin: { top: 1134, bottom: 1134, left: 1701, right: 1134 } } },
        children: [
          text(issuer, { bold: true }),
          text(number),
          text(dated, { italics: true }, { alignment: docx.AlignmentType.RIGHT }),
          text(
            title,
            { bold: true, size: SIZE + 4 },
            {
              alignment: docx.AlignmentType.CENTER,
              spacing: { before: 240, after: 240 },
            },
          ),
          ...blocks.flatMap((block) => childrenOf(block, docx, text)),
        ],
      },
    ],
  });
  return docx.Packer.toBuffer(document);
}

type Text = (words: string, run?: Partial<IRunOptions>, more?: object) => FileChild;

function childrenOf(block: Block, docx: typeof import('docx'), text: Text): FileChild[] {
  switch (block.kind) {
    case 'heading':
      return [
        text(block.text, { bold: true }, { heading: docx.HeadingLevel.HEADING_2, spacing: { before: 200, after: 80 } }),
      ];
    case 'text':
      return [text(block.text, block.isSmall ? { size: SMALL } : {}, { spacing: { after: 80 } })];
    case 'list':
      return block.items.map((item, n) => text(`${n + 1}. ${item}`, {}, { indent: { left: 284 } }));
    case 'facts':
      return block.rows.map(([name, value]) => text(`${name}: ${value}`));
    case 'table': {
      const cell = (words: string, bold: boolean): InstanceType<typeof docx.TableCell> =>
        new docx.TableCell({ children: [text(words, { size: SMALL, bold }) as InstanceType<typeof docx.Paragraph>] });
      const row = (cells: readonly string[], tableHeader = false): InstanceType<typeof docx.TableRow> =>
        new docx.TableRow({ tableHeader, children: cells.map((words) => cell(words, tableHeader)) });
      return [
        new docx.Table({
          width: { size: 100, type: docx.WidthType.PERCENTAGE },
          rows: [row(block.head, true), ...block.rows.map((cells) => row(cells))],
        }),
        text(''),
      ];
    }
    case 'image': {
      const { width, height } = imageSize(block.content);
      const scale = Math.min(1, WIDEST_IMAGE / width, TALLEST_IMAGE / height);
      const image = new docx.ImageRun({
        type: block.mediaType === 'image/png' ? 'png' : 'jpg',
        data: block.content,
        transformation: { width: Math.round(width * scale), height: Math.round(height * scale) },
      });
      return [new docx.Paragraph({ children: [image] }), text(block.caption, { size: SMALL, italics: true })];
    }
  }
}
