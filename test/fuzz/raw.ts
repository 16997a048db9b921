/** @module Bytes that are no HTTP, and clients that are too slow, on bare sockets. */
import { connect } from 'node:net';
import fc from 'fast-check';

/** What a connection came to: the first status line, if any, and whether the gateway ended it. */
export interface RawAnswer {
  readonly status: number | null;
  readonly ended: boolean;
}

const HEAD = 'POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';

/** Malformations that are known to have broken servers. */
export const MALFORMED: readonly string[] = [
  '\r\n\r\n\r\n',
  'GET\r\n\r\n',
  'GET / HTTP/9.9\r\nHost: x\r\n\r\n',
  'GET / HTTP/1.1\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n',
  'GET http://[::1 HTTP/1.1\r\nHost: x\r\n\r\n',
  'GET /%zz%00 HTTP/1.1\r\nHost: x\r\n\r\n',
  `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
  `GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(100_000)}\r\n\r\n`,
  `GET / HTTP/1.1\r\nHost: x\r\n${'X: y\r\n'.repeat(5_000)}\r\n`,
  'GET / HTTP/1.1\r\nHost: x\r\nX\u0000Y: z\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: x\r\n X: folded\r\n\r\n',
  `${HEAD}Content-Length: 5\r\nContent-Length: 6\r\n\r\n{"a":1}`,
  `${HEAD}Content-Length: -1\r\n\r\n{}`,
  `${HEAD}Content-Length: 9999999999999999999999\r\n\r\n{}`,
  `${HEAD}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}`,
  `${HEAD}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
  `${HEAD}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`,
  `${HEAD}Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n`,
  `${HEAD}Expect: 200-maybe\r\nContent-Length: 2\r\n\r\n{}`,
  'CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n',
  'TRACE / HTTP/1.1\r\nHost: x\r\n\r\n',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
  '\u0016\u0003\u0001\u0002\u0000\u0001\u0000',
];

/** Any bytes, and good requests with some of their bytes changed. */
export const bytes: fc.Arbitrary<Buffer> = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 400 }).map((array) => Buffer.from(array)),
  fc
    .tuple(
      fc.constantFrom(
        `${HEAD}Content-Length: 13\r\n\r\n{"events":[]}`,
        ...MALFORMED.map((text) => text.slice(0, 2_000)),
      ),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }),
    )
    .map(([text, changes]) => {
      const changed = Buffer.from(text, 'latin1');
      for (const [place, byte] of changes) changed[place % changed.length] = byte;
      return changed;
    }),
);

/** Sends bytes and closes its half; the gateway has to answer or end within the time. */
export function sendRaw(url: string, sent: Uint8Array | string, withinMs: number): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    let read = '';
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    const finish = (ended: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ status: Number(/^HTTP\/1\.[01] (\d{3})/.exec(read)?.[1] ?? Number.NaN) || null, ended });
    };
    const timer = setTimeout(() => finish(false), withinMs);
    socket.on('data', (data) => {
      read += data.toString('latin1');
    });
    socket.on('error', () => finish(true));
    socket.on('end', () => finish(true));
    socket.on('connect', () => socket.end(typeof sent === 'string' ? Buffer.from(sent, 'latin1') : sent));
  });
}
