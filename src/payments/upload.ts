/** @module A body taken in whole before it is worked on: how long the work takes is not how long the sender has to send. */
import { fail } from '../errors.ts';
import { openScratch, type Scratch } from '../spreadsheet/scratch.ts';

const PIECE = 256 * 1024;

/**
 * Spools the body to a scratch file and hands it to the work in pieces; the file is gone when the work ends.
 * @throws GatewayError payload-too-large, also for a body whose length nobody stated
 */
export async function spooled<T>(
  body: AsyncIterable<Buffer>,
  limit: number,
  work: (file: AsyncIterable<Uint8Array>) => Promise<T>,
): Promise<T> {
  const scratch = openScratch();
  try {
    let length = 0;
    for await (const bytes of body) {
      length += bytes.length;
      if (length > limit) fail('payload-too-large', { extra: { limit } });
      scratch.write(bytes);
    }
    return await work(pieces(scratch));
  } finally {
    scratch.close();
  }
}

async function* pieces(scratch: Scratch): AsyncGenerator<Uint8Array> {
  for (let position = 0; ; ) {
    const piece = Buffer.allocUnsafe(PIECE);
    const read = scratch.read(piece, position);
    if (read === 0) return;
    position += read;
    yield piece.subarray(0, read);
  }
}
