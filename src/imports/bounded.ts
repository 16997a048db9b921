/** @module Bytes as they arrive, up to so many. */
import { GatewayError } from '../errors.ts';

/** @throws GatewayError `payload-too-large` once there are more */
export async function* bounded(bytes: AsyncIterable<Uint8Array>, atMost: number): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const piece of bytes) {
    size += piece.length;
    if (size > atMost) throw new GatewayError('payload-too-large', { extra: { limit: atMost } });
    yield piece;
  }
}
