/** @module The heads file: signed heads of the audit log, one a line, only ever appended to, outside the database. */
import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { HeadKeys, SignedHead } from './heads.ts';

/** Where it is: as the setting says, else in DATA_DIR. */
export const headsFile = (config: {
  readonly AUDIT_HEADS_FILE?: string | undefined;
  readonly DATA_DIR: string;
}): string => config.AUDIT_HEADS_FILE ?? join(config.DATA_DIR, 'audit-heads.jsonl');

/** Appends a line that is durable when the promise resolves; half a line that a crash left behind is ended first. */
export async function appendHead(path: string, line: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, 'a+', 0o644);
  try {
    const { size } = await file.stat();
    const { buffer } = size === 0 ? { buffer: Buffer.from('\n') } : await file.read(Buffer.alloc(1), 0, 1, size - 1);
    await file.appendFile(`${buffer[0] === 0x0a ? '' : '\n'}${line}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Where in the file a reading begins: so many bytes, and so many lines, after its beginning. */
export interface HeadsPlace {
  readonly bytes: number;
  readonly lines: number;
}

/** A line of the file. */
export interface HeadLine {
  /** Counted from 1. */
  readonly line: number;
  /** null where it was signed with no key of ours. */
  readonly head: SignedHead | null;
  /** Where the next line begins. */
  readonly next: HeadsPlace;
}

const BEGINNING: HeadsPlace = { bytes: 0, lines: 0 };

/** The heads in the order of the file, from a place on; half a line is passed over. Nothing where there is no file. */
export async function* readHeads(
  path: string,
  keys: HeadKeys,
  from: HeadsPlace = BEGINNING,
): AsyncGenerator<HeadLine, void> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (file === null) return;
  try {
    // A shorter file is not the one in which the place was found.
    let { bytes, lines } = from.bytes > (await file.stat()).size ? BEGINNING : from;
    for await (const text of linesOf(file.createReadStream({ start: bytes }))) {
      lines += 1;
      bytes += text.length;
      if (text.toString().trim() === '') continue;
      try {
        yield { line: lines, head: await keys.read(text.toString()), next: { bytes, lines } };
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
      }
    }
  } finally {
    await file.close();
  }
}

const NEWLINE = 0x0a;

/** Lines with their ends, so that their bytes can be counted. */
async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    rest = Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE, start)) {
      yield rest.subarray(start, end + 1);
      start = end + 1;
    }
    rest = rest.subarray(start);
  }
  if (rest.length > 0) yield rest;
}
