/** @module A list that the portal exported, handed over from a file. */
import type { Readable } from 'node:stream';
import { withFile } from './file.ts';
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
  const answer = await withFile(path, (body, fileName) => handText(asked(body, fileName), process.env));
  const { id, rows, unread, tells } = JSON.parse(answer) as Taken;
  process.stderr.write(
    `Danh sách số ${id}: ${rows} hồ sơ, ${unread} dòng không đọc được hết; so: ${tells.join(', ')}\n`,
  );
  return id;
}
