/** @module One request and its whole answer over an undici pool, ended by its deadline or its caller; nothing of either outlives it. */
import type { Dispatcher, Pool } from 'undici';

export interface Exchanged {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export interface Exchange {
  readonly method: Dispatcher.HttpMethod;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Nothing came in time. */
export class DeadlinePassed extends Error {}
/** Whoever asked has gone. */
export class CallerGone extends Error {}

/** @throws DeadlinePassed, CallerGone, or the error of the connection */
export function exchange(pool: Pool, { timeoutMs, signal, ...request }: Exchange): Promise<Exchanged> {
  if (signal?.aborted) return Promise.reject(new CallerGone());
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | null = null;
    let ended: Error | null = null;
    let status = 0;
    let headers: Exchanged['headers'] = {};
    const parts: Buffer[] = [];
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', leave);
    };
    const end = (reason: Error): void => {
      ended = reason;
      settle();
      reject(reason);
      controller?.abort(reason);
    };
    const leave = (): void => end(new CallerGone());
    const timer = setTimeout(() => end(new DeadlinePassed()), timeoutMs);
    signal?.addEventListener('abort', leave, { once: true });
    // The handler itself, not pool.request: no stream is made of an answer that is read as a whole.
    pool.dispatch(
      { ...request, headersTimeout: 0, bodyTimeout: 0 },
      {
        onRequestStart(given) {
          controller = given;
          // Its end came while it waited for a connection.
          if (ended) given.abort(ended);
        },
        onResponseStart(_controller, code, given) {
          // 1xx announce an answer and are none.
          if (code < 200) return;
          status = code;
          headers = given;
        },
        onResponseData(_controller, part) {
          parts.push(part);
        },
        onResponseEnd() {
          settle();
          resolve({ status, headers, body: parts.length === 1 ? parts[0]! : Buffer.concat(parts) });
        },
        onResponseError(_controller, error) {
          settle();
          reject(error);
        },
      },
    );
  });
}
