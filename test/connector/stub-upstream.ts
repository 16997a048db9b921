/** @module An outside system over real HTTP that answers what a test tells it, and a connector that calls it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { type Connector, type ConnectorDeclaration, defineConnector } from '../../src/connector/define.ts';

export interface StubAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface StubUpstream {
  readonly url: string;
  readonly asked: { url: string; body: unknown }[];
  /** The trace that each call belonged to. */
  readonly traces: (string | undefined)[];
  answer: StubAnswer;
  close(): Promise<void>;
}

export async function stubUpstream(): Promise<StubUpstream> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      stub.asked.push({ url: request.url!, body: body === '' ? null : JSON.parse(body) });
      stub.traces.push(request.headers.traceparent as string | undefined);
      const { status, headers, body: text } = stub.answer;
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const stub: StubUpstream = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    traces: [],
    answer: { status: 200, body: '{}' },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return stub;
}

export const stubSettings = z.object({ BASE_URL: z.url().optional(), KEY: z.string().default('k') });
export type StubSettings = z.output<typeof stubSettings>;

/** A connector of no consequence, with what the test adds. */
export function stubConnector(name: string, more: Partial<ConnectorDeclaration<typeof stubSettings>> = {}): Connector {
  return defineConnector({
    name,
    title: { vi: `Hệ thống ${name}`, en: `System ${name}` },
    capabilities: ['lookup'],
    wire: { version: '1', confidence: 'ours', note: { vi: 'Của ta', en: 'Ours' } },
    settings: stubSettings,
    baseUrl: ({ BASE_URL }) => BASE_URL ?? null,
    timeoutMs: 500,
    connections: 2,
    ...more,
  });
}
