/** @module The first visible sheet of an XLSX workbook as a table, streamed: memory does not grow with the sheet. */

import { posix } from 'node:path';
import type { Readable } from 'node:stream';
import { type Archive, openArchive } from './archive.ts';
import { SharedStrings } from './shared-strings.ts';
import { type Cell, type Table, type TableRow, UnreadableFile } from './table.ts';
import { readWhole, readXml, type XmlHandler } from './xml.ts';

const WORKBOOK = 'xl/workbook.xml';

/** Opens the workbook in an open file, which stays its caller's to close; the table is to be closed too. */
export async function openXlsx(fd: number): Promise<Table & { close(): void }> {
  const archive = await openArchive(fd);
  const { relation, date1904 } = await firstSheet(archive);
  const { sheet, shared } = await partsOf(archive, relation);
  const strings = new SharedStrings();
  try {
    if (shared !== null && archive.has(shared)) await readStrings(await archive.open(shared), strings);
    const stream = await archive.open(sheet);
    const progress = { read: 0 };
    const size = Math.max(1, archive.sizeOf(sheet));
    return {
      date1904,
      rows: rowsOf(stream, strings, progress),
      fraction: () => Math.min(1, progress.read / size),
      close: () => {
        stream.destroy();
        strings.close();
      },
    };
  } catch (error) {
    strings.close();
    throw error;
  }
}

async function firstSheet(archive: Archive): Promise<{ relation: string; date1904: boolean }> {
  let relation: string | null = null;
  let date1904 = false;
  await readWhole(await archive.open(WORKBOOK), (name, attributes) => {
    if (name === 'workbookPr') date1904 = ['1', 'true'].includes(attributes.date1904 ?? '');
    if (name !== 'sheet' || relation !== null || (attributes.state ?? 'visible') !== 'visible') return;
    relation = Object.entries(attributes).find(([key]) => key.endsWith(':id'))?.[1] ?? null;
  });
  if (relation === null)
    throw new UnreadableFile('The workbook has no visible sheet.', 'Tệp không có trang tính nào đang hiển thị.');
  return { relation, date1904 };
}

/** Where the sheet and the shared strings lie. */
async function partsOf(archive: Archive, relation: string): Promise<{ sheet: string; shared: string | null }> {
  let sheet: string | null = null;
  let shared: string | null = null;
  await readWhole(await archive.open('xl/_rels/workbook.xml.rels'), (name, { Id, Type = '', Target = '' }) => {
    if (name !== 'Relationship') return;
    const part = Target.startsWith('/') ? Target.slice(1) : posix.join('xl', Target);
    if (Id === relation) sheet = part;
    if (Type.endsWith('/sharedStrings')) shared = part;
  });
  if (sheet === null)
    throw new UnreadableFile('The sheet of this workbook is missing.', 'Tệp thiếu nội dung của trang tính.');
  return { sheet, shared };
}

/** `<si><t>…</t></si>`, or runs `<r><t>…</t></r>` of one string; phonetic guides `<rPh>` are no text. */
async function readStrings(stream: Readable, strings: SharedStrings): Promise<void> {
  let text = '';
  let isText = false;
  let isGuide = false;
  const handler: XmlHandler = {
    open(name) {
      if (name === 'si') text = '';
      else if (name === 't') isText = true;
      else if (name === 'rPh') isGuide = true;
    },
    text(piece) {
      if (isText && !isGuide) text += piece;
    },
    close(name) {
      if (name === 't') isText = false;
      else if (name === 'rPh') isGuide = false;
      else if (name === 'si') strings.add(unescaped(text));
    },
  };
  for await (const _ of readXml(stream, handler));
}

/** Characters that XML cannot hold are written `_x000D_`. */
const unescaped = (text: string): string =>
  text.includes('_x')
    ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text;

/** `AB12` is column 27 (from 0). */
export function columnOf(reference: string): number {
  let column = 0;
  for (let i = 0; i < reference.length; i++) {
    const letter = reference.charCodeAt(i) - 64;
    if (letter < 1 || letter > 26) break;
    column = column * 26 + letter;
  }
  return column - 1;
}

/** More columns than a sheet may have. */
const MOST_COLUMNS = 16_384;

async function* rowsOf(stream: Readable, strings: SharedStrings, progress: { read: number }): AsyncGenerator<TableRow> {
  const sheet = new Sheet(strings);
  for await (const length of readXml(stream, sheet)) {
    progress.read += length;
    yield* sheet.take();
  }
}

/** Collects the rows of a sheet as its elements pass. */
class Sheet implements XmlHandler {
  readonly #strings: SharedStrings;
  #rows: TableRow[] = [];
  #row = 0;
  #cells: Cell[] = [];
  #column = -1;
  #type = 'n';
  #value = '';
  #isValue = false;
  #isGuide = false;

  constructor(strings: SharedStrings) {
    this.#strings = strings;
  }

  take(): TableRow[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    switch (name) {
      case 'row':
        this.#row = attributes.r === undefined ? this.#row + 1 : Number(attributes.r);
        this.#cells = [];
        this.#column = -1;
        break;
      case 'c':
        this.#column = attributes.r === undefined ? this.#column + 1 : columnOf(attributes.r);
        this.#type = attributes.t ?? 'n';
        this.#value = '';
        break;
      case 'v':
      case 't':
        this.#isValue = true;
        break;
      case 'rPh':
        this.#isGuide = true;
        break;
    }
  }

  text(text: string): void {
    if (this.#isValue && !this.#isGuide) this.#value += text;
  }

  close(name: string): void {
    switch (name) {
      case 'v':
      case 't':
        this.#isValue = false;
        break;
      case 'rPh':
        this.#isGuide = false;
        break;
      case 'c':
        if (this.#column >= 0 && this.#column < MOST_COLUMNS) {
          while (this.#cells.length < this.#column) this.#cells.push(null);
          this.#cells[this.#column] = this.#cell();
        }
        break;
      case 'row':
        if (this.#cells.some((cell) => cell !== null)) this.#rows.push({ row: this.#row, cells: this.#cells });
        break;
    }
  }

  #cell(): Cell {
    if (this.#value === '') return null;
    switch (this.#type) {
      case 's':
        return this.#strings.get(Number(this.#value));
      case 'n':
        return Number(this.#value);
      case 'b':
        return this.#value === '1';
      case 'e':
        // What a formula came to when it failed: `#N/A`.
        return this.#value;
      default:
        return unescaped(this.#value);
    }
  }
}
