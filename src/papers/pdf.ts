/** @module A paper as PDF, with a font that has every Vietnamese letter embedded. */
import { fileURLToPath } from 'node:url';
import type { Content, TDocumentDefinitions } from 'pdfmake/interfaces.js';
import type { Block, Paper } from './paper.ts';

/** Loaded with the first paper: a process that makes none does not pay for it. */
let loading: Promise<typeof import('pdfmake')> | null = null;

async function load(): Promise<typeof import('pdfmake')> {
  const { default: pdfmake } = await import('pdfmake');
  const fonts = {
    normal: fileURLToPath(
      import.meta.resolve('@expo-google-fonts/be-vietnam-pro/400Regular/BeVietnamPro_400Regular.ttf'),
    ),
    bold: fileURLToPath(import.meta.resolve('@expo-google-fonts/be-vietnam-pro/700Bold/BeVietnamPro_700Bold.ttf')),
    italics: fileURLToPath(
      import.meta.resolve('@expo-google-fonts/be-vietnam-pro/400Regular_Italic/BeVietnamPro_400Regular_Italic.ttf'),
    ),
    bolditalics: fileURLToPath(
      import.meta.resolve('@expo-google-fonts/be-vietnam-pro/700Bold_Italic/BeVietnamPro_700Bold_Italic.ttf'),
    ),
  };
  pdfmake.setFonts({ BeVietnamPro: fonts });
  // A paper holds all that it shows: nothing is fetched, and of files only the fonts are read.
  const own = new Set(Object.values(fonts));
  pdfmake.setUrlAccessPolicy(() => false);
  pdfmake.setLocalAccessPolicy((path) => own.has(path));
  return pdfmake;
}

const MARGIN = 42;
/** Points between a page's margins. */
const WIDTH = { portrait: 595 - 2 * MARGIN, landscape: 842 - 2 * MARGIN };
const TALLEST_IMAGE = 330;

export async function toPdf(paper: Paper): Promise<Buffer> {
  loading ??= load();
  const pdfmake = await loading;
  return pdfmake.createPdf(definitionOf(paper)).getBuffer();
}

function definitionOf({ title, issuer, number, dated, blocks, isLandscape = false }: Paper): TDocumentDefinitions {
  const width = isLandscape ? WIDTH.landscape : WIDTH.portrait;
  return {
    pageSize: 'A4',
    pageOrientation: isLandscape ? 'landscape' : 'portrait',
    pageMargins: [MARGIN, MARGIN, MARGIN, MARGIN + 8],
    language: 'vi',
    info: { title, author: issuer, subject: number },
    defaultStyle: { font: 'BeVietnamPro', fontSize: 9.5, lineHeight: 1.25 },
    styles: {
      title: { fontSize: 15, bold: true, alignment: 'center', margin: [0, 14, 0, 10] },
      heading: { fontSize: 11, bold: true, margin: [0, 10, 0, 4] },
      small: { fontSize: 8, color: '#444444' },
      head: { bold: true, fontSize: 8.5, fillColor: '#eef1f6' },
    },
    footer: (page, pages) => ({
      text: `${number} · trang ${page}/${pages}`,
      style: 'small',
      alignment: 'center',
      margin: [0, 12, 0, 0],
    }),
    content: [
      {
        columns: [
          { width: '60%', stack: [{ text: issuer, bold: true }, { text: number }] },
          { width: '40%', text: dated, italics: true, alignment: 'right' },
        ],
      },
      { text: title, style: 'title' },
      ...blocks.map((block) => contentOf(block, width)),
    ],
  };
}

function contentOf(block: Block, width: number): Content {
  switch (block.kind) {
    case 'heading':
      return { text: block.text, style: 'heading', headlineLevel: 1 };
    case 'text':
      return { text: block.text, margin: [0, 0, 0, 4], ...(block.isSmall ? { style: 'small' } : {}) };
    case 'list':
      return { ol: [...block.items], margin: [0, 0, 0, 4] };
    case 'facts':
      return {
        layout: 'noBorders',
        table: {
          widths: ['32%', '68%'],
          body: block.rows.map(([name, value]) => [{ text: name, color: '#444444' }, breakable(value)]),
        },
        margin: [0, 0, 0, 4],
      };
    case 'table': {
      const shares = block.shares ?? block.head.map(() => 1);
      const sum = shares.reduce((a, b) => a + b, 0);
      // Each cell has 4 points of padding on either side, and its line.
      const free = width - block.head.length * 9;
      return {
        layout: {
          hLineColor: () => '#b8c0cc',
          vLineColor: () => '#b8c0cc',
          hLineWidth: () => 0.5,
          vLineWidth: () => 0.5,
        },
        table: {
          headerRows: 1,
          dontBreakRows: true,
          widths: shares.map((share) => (free * share) / sum),
          body: [
            block.head.map((text) => ({ text, style: 'head' })),
            ...block.rows.map((row) => row.map((text) => ({ text: breakable(text), fontSize: 8.5 }))),
          ],
        },
        margin: [0, 0, 0, 6],
      };
    }
    case 'image':
      return {
        stack: [
          {
            image: `data:${block.mediaType};base64,${block.content.toString('base64')}`,
            fit: [width, TALLEST_IMAGE],
            alignment: 'center',
          },
          { text: block.caption, style: 'small', alignment: 'center' },
        ],
        unbreakable: true,
        margin: [0, 4, 0, 8],
      };
  }
}

/** A digest or another long word may break where its cell ends. */
const breakable = (text: string): string => text.replace(/[^\s-]{26}(?=[^\s-])/g, '$&\u200B');
