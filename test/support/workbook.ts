/** @module Workbooks as Excel and others write them, streamed, so that a test may have a million rows. */
import { PassThrough, Readable } from 'node:stream';
import { ZipFile } from 'yazl';

export type WrittenCell = string | number | null;

export interface WorkbookOptions {
  /** As Excel does it; else texts stand in their cells, as many programs write them. */
  readonly sharedStrings?: boolean;
  readonly date1904?: boolean;
  /** A hidden sheet before the one that people see. */
  readonly hiddenFirst?: boolean;
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

function columnName(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : columnName(Math.floor(index / 26) - 1) + letter;
}

/** The bytes of a workbook with these rows on its sheet; what is null leaves no cell. */
export function workbook(
  rows: Iterable<readonly WrittenCell[]>,
  { sharedStrings = true, date1904 = false, hiddenFirst = false }: WorkbookOptions = {},
): Readable {
  const strings = new Map<string, number>();
  const indexOf = (text: string): number => {
    let index = strings.get(text);
    if (index === undefined) {
      index = strings.size;
      strings.set(text, index);
    }
    return index;
  };
  const cell = (value: string | number, reference: string): string => {
    if (typeof value === 'number') return `<c r="${reference}"><v>${value}</v></c>`;
    if (sharedStrings) return `<c r="${reference}" t="s"><v>${indexOf(value)}</v></c>`;
    return `<c r="${reference}" t="inlineStr"><is><t xml:space="preserve">${escaped(value)}</t></is></c>`;
  };
  function* sheet(): Generator<string> {
    yield `${HEAD}<worksheet xmlns="${MAIN}"><sheetData>`;
    let number = 0;
    for (const cells of rows) {
      number += 1;
      const written = cells.map((value, i) => (value === null ? '' : cell(value, `${columnName(i)}${number}`)));
      yield `<row r="${number}">${written.join('')}</row>`;
    }
    yield '</sheetData></worksheet>';
  }
  // Known only when the sheet has been written; Excel too puts them after it.
  function* table(): Generator<string> {
    yield `${HEAD}<sst xmlns="${MAIN}" count="${strings.size}" uniqueCount="${strings.size}">`;
    for (const text of strings.keys()) yield `<si><t xml:space="preserve">${escaped(text)}</t></si>`;
    yield '</sst>';
  }
  const hidden = hiddenFirst ? '<sheet name="Ẩn" sheetId="9" state="hidden" r:id="rId9"/>' : '';
  const parts: [string, () => Iterable<string>][] = [
    [
      'xl/workbook.xml',
      () => [
        `${HEAD}<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><workbookPr date1904="${date1904 ? 1 : 0}"/>`,
        `<sheets>${hidden}<sheet name="Hồ sơ" sheetId="1" r:id="rId1"/></sheets></workbook>`,
      ],
    ],
    [
      'xl/_rels/workbook.xml.rels',
      () => [
        `${HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`,
        `<Relationship Id="rId1" Type="${RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>`,
        `<Relationship Id="rId2" Type="${RELATIONS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
      ],
    ],
    ['xl/worksheets/sheet1.xml', sheet],
    ...(sharedStrings ? ([['xl/sharedStrings.xml', table]] as [string, () => Iterable<string>][]) : []),
  ];
  const zip = new ZipFile();
  for (const [name, content] of parts)
    zip.addReadStreamLazy(name, { compressionLevel: 1 }, (done) => done(null, Readable.from(batched(content()))));
  zip.end();
  return zip.outputStream.pipe(new PassThrough());
}

const BATCH = 64 * 1024;

/** A stream of many small texts spends its time on being one. */
function* batched(texts: Iterable<string>): Generator<Buffer> {
  let batch = '';
  for (const text of texts) {
    batch += text;
    if (batch.length < BATCH) continue;
    yield Buffer.from(batch);
    batch = '';
  }
  if (batch !== '') yield Buffer.from(batch);
}

export async function bytesOf(stream: Readable): Promise<Buffer> {
  return Buffer.concat(await stream.toArray());
}
