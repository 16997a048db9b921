/** @module Papers are made beside the event loop: a long one takes seconds, in which no call would be answered. */
import { Worker } from 'node:worker_threads';
import { Bulkhead } from '../connector/bulkhead.ts';
import { GatewayError } from '../errors.ts';
import type { Paper } from './paper.ts';

export interface Order {
  readonly paper: Paper;
  readonly file: 'pdf' | 'docx';
}

/** @throws GatewayError `overloaded` where too many wait, the signal's reason where the caller went, or what went wrong as the cause */
export type Print = (order: Order, signal?: AbortSignal) => Promise<Buffer>;

const THREAD = new URL('./press-thread.ts', import.meta.url);
const WAITING_AT_MOST = 8;
const RETRY_AFTER_SECONDS = 10;
/** A pack of 99 pages takes a third of it; what needs more fails by itself and takes nobody along. */
const MEMORY = { maxOldGenerationSizeMb: 768 };

/** One paper at a time, each in a thread of its own: what paper-making takes up is given back with its end. */
export class Press {
  readonly #room = new Bulkhead({ concurrency: 1, queue: WAITING_AT_MOST });
  readonly #closing = new AbortController();

  readonly print: Print = (order, signal) => {
    const closing = this.#closing.signal;
    const until = signal === undefined ? closing : AbortSignal.any([closing, signal]);
    return this.#room.run(
      () => printed(order, until),
      until,
      (why) => (why === 'left' ? until.reason : new GatewayError('overloaded', { retryAfter: RETRY_AFTER_SECONDS })),
    );
  };

  /** What is being made is left, what waits is not begun. */
  close(): void {
    this.#closing.abort(new GatewayError('overloaded', { retryAfter: RETRY_AFTER_SECONDS }));
  }
}

async function printed(order: Order, signal: AbortSignal): Promise<Buffer> {
  signal.throwIfAborted();
  const thread = new Worker(THREAD, { name: 'press', workerData: order, resourceLimits: MEMORY });
  const stop = (): void => void thread.terminate();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const { buffer, byteOffset, byteLength } = await new Promise<Uint8Array<ArrayBuffer>>((resolve, reject) => {
      let made: Uint8Array<ArrayBuffer> | undefined;
      thread.once('message', (paper) => {
        made = paper;
      });
      thread.once('error', reject);
      // Only then is its memory free for the next.
      thread.once('exit', (code) => (made ? resolve(made) : reject(new Error(`its thread ended with ${code}`))));
    });
    return Buffer.from(buffer, byteOffset, byteLength);
  } catch (cause) {
    signal.throwIfAborted();
    throw new Error(`A paper could not be made as ${order.file}`, { cause });
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
