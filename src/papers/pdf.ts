/** @module A paper as PDF, with a font that has every Vietnamese letter embedded. */
import { fileURLToPath } from 'node:url';
import type { Content, Margins, TableCell, TDocumentDefinitions } from 'pdfmake/interfaces.js';
import {
  addresseeLines,
  type Block,
  capitals,
  dateLine,
  type Heading,
  MOTTO,
  numberLine,
  type Paper,
  recipientLines,
  SIGNATORY,
  STATE_NAME,
  type Table,
} from './paper.ts';

/** Loaded with the first paper: a process that makes none does not pay for it. */
let loading: Promise<typeof import('pdfmake')> | null = null;

async function load(): Promise<typeof import('pdfmake')> {
  const { default: pdfmake } = await import('pdfmake');
  // Of the measures of Times New Roman, which official papers are written in and nobody may hand on.
  const fonts = {
    normal: fileURLToPath(import.meta.resolve('@expo-google-fonts/tinos/400Regular/Tinos_400Regular.ttf')),
    bold: fileURLToPath(import.meta.resolve('@expo-google-fonts/tinos/700Bold/Tinos_700Bold.ttf')),
    italics: fileURLToPath(
      import.meta.resolve('@expo-google-fonts/tinos/400Regular_Italic/Tinos_400Regular_Italic.ttf'),
    ),
    bolditalics: fileURLToPath(import.meta.resolve('@expo-google-fonts/tinos/700Bold_Italic/Tinos_700Bold_Italic.ttf')),
  };
  pdfmake.setFonts({ Tinos: fonts });
  // A paper holds all that it shows: nothing is fetched, and of files only the fonts are read.
  const own = new Set(Object.values(fonts));
  pdfmake.setUrlAccessPolicy(() => false);
  pdfmake.setLocalAccessPolicy((path) => own.has(path));
  return pdfmake;
}

const MM = 72 / 25.4;
/** Left, top, right, bottom, as the decree has them; of a page that lies, less. */
const MARGINS = {
  portrait: [30 * MM, 20 * MM, 15 * MM, 20 * MM],
  landscape: [20 * MM, 20 * MM, 15 * MM, 15 * MM],
} as const;
const A4 = { portrait: 210 * MM, landscape: 297 * MM } as const;
const BODY = 13;
const CELL = 10;
const TALLEST_IMAGE = 330;
const RULE = '#333333';

export async function toPdf(paper: Paper): Promise<Buffer> {
  loading ??= load();
  const pdfmake = await loading;
  return pdfmake.createPdf(definitionOf(paper)).getBuffer();
}

function definitionOf(paper: Paper): TDocumentDefinitions {
  const { sender, number, title, about, blocks, isLandscape = false } = paper;
  const pageOrientation = isLandscape ? 'landscape' : 'portrait';
  const margins = MARGINS[pageOrientation];
  const width = A4[pageOrientation] - margins[0] - margins[2];
  return {
    pageSize: 'A4',
    pageOrientation,
    pageMargins: [...margins] as Margins,
    language: 'vi',
    info: { title: `${title}: ${about}`, author: sender.name, ...(number !== null && { subject: number }) },
    defaultStyle: { font: 'Tinos', fontSize: BODY, lineHeight: 1.15 },
    // The number of a page stands over it, from the second on.
    header: (page) => ({ text: page === 1 ? '' : String(page), alignment: 'center', margin: [0, 10 * MM, 0, 0] }),
    footer: (page, pages) => ({
      text: `${number === null ? '' : `${number} – `}trang ${page}/${pages}`,
      fontSize: 8,
      alignment: 'right',
      margin: [0, 4 * MM, margins[2], 0],
    }),
    content: [
      ...headOf(paper),
      ...addresseeLines(paper).map((text, i) => line(text, { margin: [i === 0 ? 28 : 56, i === 0 ? 4 : 0, 0, 2] })),
      ...groupsOf(blocks).map((group) => groupContent(group, width)),
      endOf(paper),
    ],
  };
}

const line = (text: string, more: object = {}): Content => ({ text, ...more });

/** A rule under a line, as long as it is told to be. */
const rule = (width: number): Content => ({
  canvas: [{ type: 'line', x1: 0, y1: 0, x2: width, y2: 0, lineWidth: 0.7 }],
  alignment: 'center',
  margin: [0, 1, 0, 0],
});

/** Both columns of the head, and what the paper is. */
function headOf(paper: Paper): Content[] {
  const { sender, title, about } = paper;
  const centred = { alignment: 'center' } as const;
  return [
    {
      columns: [
        {
          width: '44%',
          stack: [
            ...(sender.superior === undefined ? [] : [line(capitals(sender.superior), { ...centred, fontSize: 12 })]),
            line(capitals(sender.name), { ...centred, fontSize: 12, bold: true }),
            rule(60),
            line(numberLine(paper), { ...centred, margin: [0, 6, 0, 0] }),
          ],
        },
        {
          width: '56%',
          stack: [
            line(STATE_NAME, { ...centred, fontSize: 12, bold: true }),
            line(MOTTO, { ...centred, bold: true }),
            rule(158),
            line(dateLine(paper), { ...centred, italics: true, margin: [0, 6, 0, 0] }),
          ],
        },
      ],
      columnGap: 6,
    },
    line(title, { ...centred, bold: true, fontSize: 14, margin: [0, 16, 0, 0] }),
    line(about, { ...centred, bold: true, margin: [20, 0, 20, 0] }),
    { ...(rule(90) as object), margin: [0, 1, 0, 10] } as Content,
  ];
}

/** Who gets it on the left; office and place of the signature on the right. */
function endOf(paper: Paper): Content {
  return {
    columns: [
      {
        width: '50%',
        stack: [
          line('Nơi nhận:', { bold: true, italics: true, fontSize: 12 }),
          ...recipientLines(paper).map((text) => line(text, { fontSize: 11 })),
        ],
      },
      {
        width: '50%',
        stack: [line(capitals(paper.sender.signatory ?? SIGNATORY), { bold: true, alignment: 'center' })],
        // For the signature and the seal.
        margin: [0, 0, 0, 90],
      },
    ],
    unbreakable: true,
    margin: [0, 14, 0, 0],
  };
}

/** Headings with what they head. */
function groupsOf(blocks: readonly Block[]): Block[][] {
  const groups: Block[][] = [];
  let isOpen = false;
  for (const block of blocks) {
    if (isOpen) groups.at(-1)!.push(block);
    else groups.push([block]);
    isOpen = block.kind === 'heading';
  }
  return groups;
}

/** What is so short is not torn from what heads it. */
const SHORT_ROWS = 10;

/** A heading never stands alone at the foot of a page: it is part of a table's head, and is torn from nothing else that is short. */
function groupContent(group: readonly Block[], width: number): Content {
  const last = group.at(-1)!;
  const heading = group.at(-2);
  if (last.kind === 'table' && heading?.kind === 'heading') {
    const before = group.slice(0, -2).map((block) => contentOf(block, width));
    return { stack: [...before, tableContent(last, width, heading)] };
  }
  const isLong =
    (last.kind === 'facts' && last.rows.length > SHORT_ROWS) || (last.kind === 'list' && last.items.length > 3);
  return { stack: group.map((block) => contentOf(block, width)), unbreakable: group.length > 1 && !isLong };
}

const HEADINGS = {
  1: { fontSize: BODY, bold: true, margin: [0, 10, 0, 4] },
  2: { fontSize: BODY, bold: true, margin: [0, 8, 0, 3] },
  3: { fontSize: 12, italics: true, margin: [0, 5, 0, 3] },
} as const;

const styleOf = ({ level }: Heading): object => ({ ...HEADINGS[level], margin: [...HEADINGS[level].margin] });

function contentOf(block: Block, width: number): Content {
  switch (block.kind) {
    case 'heading':
      return { text: block.text, ...styleOf(block) };
    case 'text':
      return block.isSmall
        ? { text: block.text, fontSize: 10.5, italics: true, margin: [0, 4, 0, 4] }
        : { text: block.text, alignment: 'justify', margin: [0, 0, 0, 5] };
    case 'list':
      return { ol: [...block.items], margin: [0, 0, 0, 4] };
    case 'facts':
      return {
        layout: 'noBorders',
        table: {
          widths: ['34%', '66%'],
          body: block.rows.map(([name, value]) => [name, breakable(value)]),
        },
        fontSize: 12,
        margin: [0, 0, 0, 4],
      };
    case 'table':
      return tableContent(block, width, null);
    case 'image':
      return {
        stack: [
          {
            image: `data:${block.mediaType};base64,${Buffer.from(block.content).toString('base64')}`,
            fit: [width, TALLEST_IMAGE],
            alignment: 'center',
          },
          { text: block.caption, fontSize: 11, italics: true, alignment: 'center' },
        ],
        unbreakable: true,
        margin: [0, 4, 0, 8],
      };
  }
}

/** A table; what heads it stands over it on every page that it goes on on. */
function tableContent(table: Table, width: number, heading: Heading | null): Content {
  const { head, rows, shares = head.map(() => 1), figuresFrom = head.length } = table;
  const sum = shares.reduce((a, b) => a + b, 0);
  // Each cell has 4 points of padding on either side, and its line.
  const free = width - head.length * 8.6;
  const alignmentOf = (column: number) => (column >= figuresFrom ? 'right' : 'left');
  const border = [false, false, false, true];
  const over =
    heading === null
      ? []
      : [
          [
            { text: heading.text, ...styleOf(heading), colSpan: head.length, border },
            ...head.slice(1).map(() => ({ text: '', border })),
          ],
        ];
  return {
    layout: {
      hLineColor: () => RULE,
      vLineColor: () => RULE,
      // Nothing stands over what heads it.
      hLineWidth: (row) => (row < over.length ? 0 : 0.5),
      vLineWidth: () => 0.5,
    },
    table: {
      headerRows: over.length + 1,
      keepWithHeaderRows: 1,
      // What fills a page by itself has to be torn.
      dontBreakRows: rows.every((row) => row.every((cell) => cell.length < 1_500)),
      widths: shares.map((share) => (free * share) / sum),
      body: [
        ...over,
        head.map((text) => ({ text, bold: true, fontSize: CELL, alignment: 'center' as const })),
        ...rows.map((row) =>
          row.map((text, column) => ({ text: breakable(text), fontSize: CELL, alignment: alignmentOf(column) })),
        ),
      ] as TableCell[][],
    },
    margin: [0, 0, 0, 6],
  };
}

/** A digest or another long word may break where its cell ends. */
const breakable = (text: string): string => text.replace(/[^\s-]{22}(?=[^\s-])/g, '$&\u200B');
