/** @module Files of text as they stream: UTF-8 or a refusal, in pieces or in lines. */
import { UnreadableFile } from './table.ts';

/** Decodes the bytes. @throws UnreadableFile where they are no UTF-8 */
export async function* textOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (piece?: Uint8Array): string => {
    try {
      return decoder.decode(piece, { stream: piece !== undefined });
    } catch (cause) {
      throw new UnreadableFile(
        'This file is not in UTF-8. Save it as “CSV UTF-8”, or as .xlsx.',
        'Tệp không phải mã hóa UTF-8. Hãy lưu lại dạng “CSV UTF-8” hoặc .xlsx.',
        cause,
      );
    }
  };
  for await (const piece of bytes) yield decode(piece);
  yield decode();
}

/** A line, or null for one that is longer than anybody writes by intent. */
export interface Line {
  /** The first line is 1. */
  readonly row: number;
  readonly text: string | null;
}

/** The lines of a text, however it is cut into pieces. */
export async function* linesOf(pieces: AsyncIterable<string>, longest: number): AsyncGenerator<Line> {
  let row = 0;
  let rest = '';
  let isTooLong = false;
  const line = (text: string): Line => {
    row += 1;
    const tooLong = isTooLong || text.length > longest;
    isTooLong = false;
    return { row, text: tooLong ? null : text.replace(/\r$/, '') };
  };
  for await (const piece of pieces) {
    const parts = (rest + piece).split('\n');
    rest = parts.pop()!;
    for (const part of parts) yield line(part);
    if (rest.length > longest) {
      isTooLong = true;
      rest = '';
    }
  }
  if (rest !== '' || isTooLong) yield line(rest);
}
