/** @module A file of this machine, handed over to an operation as it is read. */
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { CommandFault } from './fault.ts';

/** @throws CommandFault where it cannot be opened */
export async function withFile<T>(path: string, use: (body: Readable, fileName: string) => Promise<T>): Promise<T> {
  const handle = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw new CommandFault(`Không mở được tệp ${path} (${error.code}). / The file could not be opened.`);
  });
  try {
    return await use(handle.createReadStream(), basename(path));
  } finally {
    await handle.close();
  }
}
