/** @module XML read as it streams: what a handler sees of it, in batches, with names that carry no prefix. */
import type { Readable } from 'node:stream';
import { SaxesParser } from 'saxes';
import { UnreadableFile } from './table.ts';

export interface XmlHandler {
  open(name: string, attributes: Readonly<Record<string, string>>): void;
  text(text: string): void;
  close(name: string): void;
}

/** Writers differ in whether and how they prefix the elements of a sheet. */
const local = (name: string): string => name.slice(name.indexOf(':') + 1);

/**
 * Parses the stream; yields the length of each piece of it after it was parsed, so that what a handler has collected can be taken.
 *
 * @throws UnreadableFile where it is no well-formed XML in UTF-8
 */
export async function* readXml(stream: Readable, handler: XmlHandler): AsyncGenerator<number> {
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw unreadable(error);
  });
  parser.on('opentag', ({ name, attributes }) => handler.open(local(name), attributes as Record<string, string>));
  parser.on('closetag', ({ name }) => handler.close(local(name)));
  parser.on('text', (text) => handler.text(text));
  parser.on('cdata', (text) => handler.text(text));
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const piece of stream) {
      parser.write(decoder.decode(piece as Buffer, { stream: true }));
      yield (piece as Buffer).length;
    }
    parser.write(decoder.decode());
    parser.close();
    yield 0;
  } catch (error) {
    throw error instanceof UnreadableFile ? error : unreadable(error);
  } finally {
    stream.destroy();
  }
}

const unreadable = (cause: unknown): UnreadableFile =>
  new UnreadableFile(
    'A part of this workbook is damaged. Open it and save it anew.',
    'Một phần của tệp bị hỏng. Hãy mở tệp và lưu lại.',
    cause,
  );

/** Reads a small part whole. */
export async function readWhole(stream: Readable, open: XmlHandler['open']): Promise<void> {
  for await (const _ of readXml(stream, { open, text() {}, close() {} }));
}
