/** @module Reading a request's body, with a bound. */
import type { IncomingMessage } from 'node:http';

const LONGEST_BODY = 64 * 1024 * 1024;

/** The body as text, or null when it is longer than 64 MiB; rejects when the caller goes away before its end. */
export function readBody(request: IncomingMessage): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= LONGEST_BODY) chunks.push(chunk);
    });
    request.on('end', () => resolve(length > LONGEST_BODY ? null : Buffer.concat(chunks, length).toString('utf8')));
    request.on('error', reject);
    request.on('close', () => {
      if (!request.complete) reject(new Error('the caller went away'));
    });
  });
}
