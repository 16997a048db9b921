/** @module A list that the portal exported, handed over from a file. */
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { CommandFault } from './fault.ts';
import { type Asked, handText } from './hands.ts';

interface Taken {
  readonly id: number;
  readonly rows: number;
  readonly unread: number;
  readonly tells: readonly string[];
}

/**
 * Hands it over, and says on the side what of it could be read.
 *
 * @returns its number
 * @throws CommandFault where the file cannot be opened, GatewayError where it is no such list
 */
export async function uploaded(path: string, asked: (body: Readable, fileName: string) => Asked): Promise<number> {
  const handle = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw new CommandFault(`Không mở được tệp ${path} (${error.code}). / The file could not be opened.`);
  });
  try {
    const taken = JSON.parse(await handText(asked(handle.createReadStream(), basename(path)), process.env)) as Taken;
    const { id, rows, unread, tells } = taken;
    process.stderr.write(
      `Danh sách số ${id}: ${rows} hồ sơ, ${unread} dòng không đọc được hết; so: ${tells.join(', ')}\n`,
    );
    return id;
  } finally {
    await handle.close();
  }
}
