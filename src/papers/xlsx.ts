/** @module Workbooks as they are written: row after row as it comes, so that a sheet of a million rows takes no more memory than one of ten. */
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { DAY, HOUR } from '../units.ts';
import type { Cell } from './csv.ts';

export type Rows = Iterable<readonly Cell[]> | AsyncIterable<readonly Cell[]>;

export interface Sheet {
  /** At most 25 letters, so that further sheets of the same can be numbered. */
  readonly name: string;
  readonly head: readonly string[];
  readonly rows: Rows;
  /** Of each column, in letters. */
  readonly widths: readonly number[];
}

/** A sheet whose rows are all there. */
export interface Table extends Sheet {
  readonly rows: readonly (readonly Cell[])[];
}

/** What a spreadsheet can show of one sheet, less its head; what is more goes on on another. */
const MOST_ROWS = 1_048_575;

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const FORMATS = 'http://schemas.openxmlformats.org';
const MAIN = `${FORMATS}/spreadsheetml/2006/main`;
const RELATIONS = `${FORMATS}/officeDocument/2006/relationships`;
const TYPES = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** Cells' formats by their place in the table of styles. */
const HEAD_STYLE = 1;
const TIME_STYLE = 2;

/**
 * The file as a stream, read no faster than it is taken; an error of the rows destroys it.
 *
 * @param mostRows for tests
 */
export function toXlsx(sheets: readonly Sheet[], mostRows = MOST_ROWS): Readable {
  const zip = new ZipFile();
  const file = zip.outputStream as Readable;
  const fail = (error: Error) => file.destroy(error);
  zip.on('error', fail);
  addAll(zip, file, sheets, mostRows).then(() => zip.end(), fail);
  return file;
}

async function addAll(zip: ZipFile, file: Readable, sheets: readonly Sheet[], mostRows: number): Promise<void> {
  const names: string[] = [];
  for (const sheet of sheets) {
    const rows = new Peeked(sheet.rows);
    try {
      for (let part = 1; part === 1 || !(await rows.isOver()); part++) {
        names.push(part === 1 ? sheet.name : `${sheet.name} (${part})`);
        const source = Readable.from(batched(partOf(sheet, rows, mostRows)), { objectMode: false });
        // Whoever takes the file may go before its end.
        file.once('close', () => source.destroy());
        zip.addReadStream(source, `xl/worksheets/sheet${names.length}.xml`, { compressionLevel: 3 });
        await finished(source);
      }
    } finally {
      await rows.end();
    }
  }
  for (const [name, content] of Object.entries(frameOf(names))) zip.addBuffer(Buffer.from(XML + content), name);
}

/** Rows of which it can be asked whether there are more. */
class Peeked {
  readonly #rows: AsyncIterator<readonly Cell[]> | Iterator<readonly Cell[]>;
  #next: IteratorResult<readonly Cell[]> | null = null;

  constructor(rows: Rows) {
    this.#rows = Symbol.asyncIterator in rows ? rows[Symbol.asyncIterator]() : rows[Symbol.iterator]();
  }

  async isOver(): Promise<boolean> {
    this.#next ??= await this.#rows.next();
    return this.#next.done === true;
  }

  /** Nobody asks any more. */
  async end(): Promise<void> {
    await this.#rows.return?.();
  }

  /** The next row; only where it is not over. */
  take(): readonly Cell[] {
    const { value } = this.#next!;
    this.#next = null;
    return value;
  }
}

async function* partOf({ head, widths }: Sheet, rows: Peeked, mostRows: number): AsyncGenerator<string> {
  const columns = widths.map((width, i) => `<col min="${i + 1}" max="${i + 1}" width="${width}" customWidth="1"/>`);
  yield `${XML}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>`;
  yield `<cols>${columns.join('')}</cols><sheetData>`;
  const letters = widths.map((_, i) => columnName(i));
  const rowOf = (n: number, cells: readonly Cell[], style = 0): string =>
    `<row r="${n}">${cells.map((cell, i) => cellOf(cell, `${letters[i]}${n}`, style)).join('')}</row>`;
  yield rowOf(1, head, HEAD_STYLE);
  for (let n = 0; n < mostRows && !(await rows.isOver()); n++) yield rowOf(n + 2, rows.take());
  yield '</sheetData></worksheet>';
}

function columnName(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : columnName(Math.floor(index / 26) - 1) + letter;
}

function cellOf(cell: Cell, place: string, style: number): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return `<c r="${place}"><v>${cell}</v></c>`;
  if (cell instanceof Date) return `<c r="${place}" s="${TIME_STYLE}"><v>${serialOf(cell.getTime())}</v></c>`;
  return `<c r="${place}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${escaped(cell)}</t></is></c>`;
}

/** The day and time of Viet Nam as spreadsheets count them: days since 30 December 1899. */
const serialOf = (ms: number): number => Math.round(((ms + 7 * HOUR) / DAY + 25_569) * 1e6) / 1e6;

/** What XML 1.0 has no way to say, or should not, is left out. */
const UNSAYABLE = /[^\P{Cc}\t\n\r]|[\ufffe\uffff]/gu;
const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replace(UNSAYABLE, '')
    .replace(/[&<>"]/g, (sign) => ESCAPES[sign]!);

const BATCH = 64 * 1024;

/** A stream of many small texts spends its time on being one. */
async function* batched(texts: AsyncIterable<string>): AsyncGenerator<Buffer> {
  let batch = '';
  for await (const text of texts) {
    batch += text;
    if (batch.length < BATCH) continue;
    yield Buffer.from(batch);
    batch = '';
  }
  yield Buffer.from(batch);
}

/** What stands around the sheets; written last, when it is known how many there are. */
function frameOf(names: readonly string[]): Readonly<Record<string, string>> {
  const each = (of: (name: string, n: number) => string): string =>
    names.map((name, i) => of(escaped(name), i + 1)).join('');
  const styles = names.length + 1;
  const part = (name: string, type: string): string =>
    `<Override PartName="/xl/${name}" ContentType="${TYPES}.${type}+xml"/>`;
  return {
    '[Content_Types].xml': `<Types xmlns="${FORMATS}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${part('workbook.xml', 'sheet.main')}${part('styles.xml', 'styles')}${each((_, n) => part(`worksheets/sheet${n}.xml`, 'worksheet'))}</Types>`,
    '_rels/.rels': `<Relationships xmlns="${FORMATS}/package/2006/relationships"><Relationship Id="rId1" Type="${RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheets>${each((name, n) => `<sheet name="${name}" sheetId="${n}" r:id="rId${n}"/>`)}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${FORMATS}/package/2006/relationships">${each((_, n) => `<Relationship Id="rId${n}" Type="${RELATIONS}/worksheet" Target="worksheets/sheet${n}.xml"/>`)}<Relationship Id="rId${styles}" Type="${RELATIONS}/styles" Target="styles.xml"/></Relationships>`,
    'xl/styles.xml': `<styleSheet xmlns="${MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="dd/mm/yyyy\\ hh:mm:ss"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Times New Roman"/></font><font><b/><sz val="11"/><name val="Times New Roman"/></font></fonts><fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FFEEF1F6"/></patternFill></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/><xf fontId="1" fillId="2" applyFont="1" applyFill="1" applyAlignment="1"><alignment vertical="center" wrapText="1"/></xf><xf numFmtId="164" applyNumberFormat="1"/></cellXfs></styleSheet>`,
  };
}
