/** @module Writing an answer to the socket: whole, slow, cut off or garbled, as the fault plane wants it. */
import type { ServerResponse } from 'node:http';
import type { Disturbance } from './faults.ts';
import type { Answer } from './simulator.ts';

const JSON_TYPE = 'application/json; charset=utf-8';
const SLOW_STEPS_PER_SECOND = 10;

export interface Manner {
  readonly disturbance: Disturbance;
  /** Bytes a second; null: at once. */
  readonly bytesPerSecond: number | null;
  /** What the `Date` header says, in milliseconds; null: the truth. */
  readonly date: number | null;
}

/** Sends an answer in the given manner. */
export function deliver(
  response: ServerResponse,
  answer: Answer,
  manner: Manner,
  headers: Record<string, string> = {},
): void {
  if (manner.disturbance === 'lost') {
    response.destroy();
    return;
  }
  const text = manner.disturbance === 'malformed' ? garbled(answer.body) : answer.body;
  const bytes = Buffer.from(text);
  if (manner.date !== null) response.setHeader('date', new Date(manner.date).toUTCString());
  response.writeHead(answer.status, {
    ...headers,
    'content-type': answer.contentType ?? JSON_TYPE,
    'content-length': bytes.length,
  });
  if (manner.disturbance === 'truncated') {
    response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy());
  } else if (manner.bytesPerSecond === null) {
    response.end(bytes);
  } else {
    drip(response, bytes, manner.bytesPerSecond);
  }
}

/** Looks like the answer and is no JSON any more, whatever the answer was. */
const garbled = (body: string): string => `${body.slice(0, Math.max(1, body.length - 1))},,`;

function drip(response: ServerResponse, bytes: Buffer, bytesPerSecond: number): void {
  const step = Math.max(1, Math.round(bytesPerSecond / SLOW_STEPS_PER_SECOND));
  const pause = (step / bytesPerSecond) * 1000;
  let sent = 0;
  const next = (): void => {
    if (response.destroyed) return;
    const end = Math.min(bytes.length, sent + step);
    response.write(bytes.subarray(sent, end));
    sent = end;
    if (sent >= bytes.length) response.end();
    else setTimeout(next, pause);
  };
  next();
}
