/** @module A running gateway as a replay sees it: its public API, its database, the simulated portal. */
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { Pool } from 'undici';
import { SECOND } from '../../src/units.ts';

export interface Target {
  readonly gateway: string;
  readonly simulators: string;
  readonly token: string;
  readonly database: pg.Pool;
}

/** The API over keep-alive connections. */
export class Api {
  readonly #pool: Pool;
  readonly #token: string;

  constructor({ gateway, token }: Target, connections: number) {
    this.#pool = new Pool(gateway, { connections });
    this.#token = token;
  }

  /** @throws for an answer that is no success */
  async call<T>(method: 'GET' | 'PUT' | 'POST', path: string, body?: object): Promise<T> {
    return (await this.#request<T>(method, path, body)).answer;
  }

  /** Every item of a list, page after page. */
  async *items<T>(path: string): AsyncGenerator<T> {
    for (let next: string | null = path; next !== null; ) {
      const page: { answer: { items: T[] }; next: string | null } = await this.#request('GET', next);
      yield* page.answer.items;
      next = page.next;
    }
  }

  /** What the gateway has no room for now is sent again when it asks for it. */
  async #request<T>(
    method: 'GET' | 'PUT' | 'POST',
    path: string,
    body?: object,
  ): Promise<{ answer: T; next: string | null }> {
    for (;;) {
      const {
        statusCode,
        headers,
        body: answer,
      } = await this.#pool.request({
        method,
        path,
        headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
        body: body === undefined ? null : JSON.stringify(body),
      });
      const text = await answer.text();
      if (statusCode === 503) {
        await sleep(Number(headers['retry-after'] ?? 1) * SECOND);
        continue;
      }
      if (statusCode >= 300) throw new Error(`${method} ${path}: ${statusCode} ${text}`);
      const next = /<([^>]+)>; rel="next"/.exec(String(headers.link ?? ''))?.[1] ?? null;
      return { answer: JSON.parse(text) as T, next };
    }
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }
}

/** Runs `work` over the items, so many at once, in their order. */
export async function inLanes<T>(items: Iterable<T>, lanes: number, work: (item: T) => Promise<void>): Promise<void> {
  const iterator = items[Symbol.iterator]();
  const lane = async (): Promise<void> => {
    for (let next = iterator.next(); !next.done; next = iterator.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
