/** @module Sends requests that fast-check makes from the OpenAPI document, and gathers what was not answered as the document promises. */
import fc from 'fast-check';
import { Judge } from './judge.ts';
import { type ApiDocument, operationsOf } from './operations.ts';
import { type FuzzRequest, requestOf, type Tokens } from './requests.ts';

export interface FuzzOptions {
  readonly url: string;
  readonly tokens: Tokens;
  readonly requests: number;
  readonly seed: number;
  /** Told of progress. */
  readonly say?: (line: string) => void;
}

export interface Finding {
  readonly fault: string;
  readonly times: number;
  /** The first request that showed it. */
  readonly request: string;
}

export interface FuzzResult {
  readonly requests: number;
  /** How many answers had each status. */
  readonly statuses: Readonly<Record<number, number>>;
  /** Operations of which nothing was taken. */
  readonly neverTaken: readonly string[];
  readonly findings: readonly Finding[];
}

const AT_ONCE = 16;
const PIECE = 2_000;

export async function fuzz({ url, tokens, requests, seed, say = () => {} }: FuzzOptions): Promise<FuzzResult> {
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as ApiDocument;
  const judge = new Judge(document);
  const operations = operationsOf(document);
  const any = fc.oneof(...operations.map((operation) => requestOf(operation, tokens, judge.requests(operation))));
  const statuses: Record<number, number> = {};
  const taken = new Set<string>();
  const findings = new Map<string, { fault: string; times: number; request: string }>();
  const found = (request: FuzzRequest, fault: string): void => {
    const key = `${request.operation.method} ${request.operation.path}: ${fault}`;
    const known = findings.get(key);
    if (known) known.times++;
    else findings.set(key, { fault: key, times: 1, request: shown(request) });
  };
  const send = async (request: FuzzRequest): Promise<void> => {
    const { method, headers, body, operation } = request;
    let answer: Response;
    try {
      answer = await fetch(url + request.url, {
        method,
        headers,
        ...(body === null ? {} : { body: body as string }),
        redirect: 'manual',
      });
      const text = await answer.text();
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
      if (answer.ok) taken.add(operation.id);
      for (const fault of judge.faults(request, { status: answer.status, headers: answer.headers, text }))
        found(request, fault);
    } catch (error) {
      // What is too large is refused before it is read, and whoever still writes may hear of nothing but the end.
      if (isTooLarge(body)) return;
      found(request, `no answer: ${error instanceof Error ? `${error.message} ${String(error.cause ?? '')}` : error}`);
    }
  };
  for (let done = 0; done < requests; ) {
    const piece = Math.min(PIECE, requests - done);
    const made = fc.sample(any, { numRuns: piece, seed: seed + done }).values();
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (const request of made) await send(request);
      }),
    );
    done += piece;
    say(`${done} of ${requests}: ${findings.size} findings`);
  }
  return {
    requests,
    statuses,
    neverTaken: operations.map(({ id }) => id).filter((id) => !taken.has(id)),
    findings: [...findings.values()],
  };
}

const LARGEST_BODY = 1024 * 1024;
const isTooLarge = (body: FuzzRequest['body']): boolean => body !== null && Buffer.byteLength(body) > LARGEST_BODY;

/** A request as a person repeats it; its token is left out. */
function shown({ method, url, headers, body, wrong }: FuzzRequest): string {
  const { authorization: _, ...rest } = headers;
  return `${method} ${url} ${JSON.stringify(rest)} ${body ?? ''} (${wrong ?? 'as allowed'})`.slice(0, 2_000);
}
