/** @module The identity of a request: W3C trace context in and out, and the caller's own request id echoed. */
import { randomFillSync } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** The trace a request belongs to. */
export interface Trace {
  /** 32 hexadecimal digits, the caller's when it sent a valid `traceparent`. */
  readonly traceId: string;
  /** 16 hexadecimal digits: this gateway's own span. */
  readonly spanId: string;
  /** Whether the caller records this trace. */
  readonly sampled: boolean;
}

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(?:-|$)/;
const REQUEST_ID = /^[\w.:/+=-]{1,128}$/;

// Random bytes are drawn 4 KiB at a time: a system call per request is the dearest part of an id.
const pool = Buffer.alloc(4096);
let used = pool.length;

/** Random lower-case hexadecimal digits for that many bytes. */
export function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += bytes;
  return pool.toString('hex', used - bytes, used);
}

/** The trace named by a `traceparent` header, or a new one (https://www.w3.org/TR/trace-context/). */
export function traceOf(traceparent: string | undefined): Trace {
  const match = traceparent === undefined ? null : TRACEPARENT.exec(traceparent);
  return {
    traceId: match?.[1] ?? randomHex(16),
    spanId: randomHex(8),
    sampled: match !== null && (Number.parseInt(match[2]!, 16) & 1) === 1,
  };
}

/** The `traceparent` to send on, with this gateway's span as the parent. */
export function traceparentOf(trace: Trace): string {
  return `00-${trace.traceId}-${trace.spanId}-${trace.sampled ? '01' : '00'}`;
}

/** The caller's `X-Request-Id` where it is harmless to echo, else nothing. */
export function requestIdOf(request: IncomingMessage): string | undefined {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : undefined;
}
