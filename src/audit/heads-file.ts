/** @module The heads file: signed heads of the audit log, one a line, only ever appended to, outside the database. */
import { createReadStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
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

/** A line of the file. */
export interface HeadLine {
  /** Counted from 1. */
  readonly line: number;
  /** null where it was signed with no key of ours. */
  readonly head: SignedHead | null;
}

/** The heads in the order of the file; half a line is passed over. Nothing where there is no file. */
export async function* readHeads(path: string, keys: HeadKeys): AsyncGenerator<HeadLine, void> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (file === null) return;
  let line = 0;
  try {
    for await (const text of createInterface({ input: createReadStream('', { fd: file.fd, autoClose: false }) })) {
      line += 1;
      if (text.trim() === '') continue;
      try {
        yield { line, head: await keys.read(text) };
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
      }
    }
  } finally {
    await file.close();
  }
}
