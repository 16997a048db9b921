/** @module A client generated from our document compiles, and drives every operation of the six connectors and what is read about them. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { plantExampleDeliveries } from '../../src/delivery/examples.ts';
import { plantDemoPayment } from '../../src/demo/payments.ts';
import { exampleCommands } from '../../src/dossiers/examples.ts';
import { plantExchangeExamples } from '../../src/exchange/examples.ts';
import { type Product, startProduct } from '../support/product.ts';
import { type Document, exampleCalls } from './example-calls.ts';
import { installedTools } from './tools.ts';

const ROOT = join(import.meta.dirname, '../..');
const CLIENT = join(import.meta.dirname, 'client');
const FILE = join(ROOT, 'openapi/gateway.yaml');
const document = parse(readFileSync(FILE, 'utf8')) as Document;

/** What connectors offer, and what their operators ask; a ministry's push is no call of an iGate's. */
const OF_CONNECTORS: ReadonlySet<string> = new Set(['lookup', 'exchange', 'payments', 'delivery', 'connectors']);

interface Driven {
  readonly outcomes: Readonly<Record<string, unknown>>;
  readonly called: ReadonlySet<string>;
}

let product: Product;
beforeAll(async () => {
  const generator = join(installedTools(), 'node_modules/openapi-typescript/bin/cli.js');
  execFileSync(process.execPath, [generator, FILE, '--output', join(CLIENT, 'gateway.ts')], { stdio: 'pipe' });
  writeFileSync(join(CLIENT, 'examples.ts'), exampleCalls(document));
  product = await startProduct();
  const { appender, exchange, payments, deliveries } = product.deps;
  await appender.append({ commands: exampleCommands, raw: null });
  await plantExchangeExamples({ appender, exchanges: exchange.exchanges }, Date.now());
  await plantDemoPayment(payments);
  await plantExampleDeliveries(deliveries);
});
afterAll(() => product.stop());

it('compiles, and so does every example of the document as a call of it', () => {
  const compiler = join(ROOT, 'node_modules/.bin/tsc');
  const run = () => execFileSync(compiler, ['--noEmit', '--project', CLIENT], { encoding: 'utf8', stdio: 'pipe' });
  try {
    expect(run()).toBe('');
  } catch (error) {
    throw new Error((error as { stdout: string }).stdout);
  }
});

describe('drives every operation of the six connectors', () => {
  let driven: Driven;
  beforeAll(async () => {
    const file = pathToFileURL(join(CLIENT, 'igate.ts')).href;
    const { drive } = (await import(file)) as { drive(url: string, token: string): Promise<Driven> };
    driven = await drive(product.url, product.token);
  });

  it('and each gives what it is asked for', () => {
    expect(driven.outcomes).toEqual({
      verified: 'confirmed',
      sex: 'male',
      number: 'confirmed',
      members: 4,
      enterprise: false,
      parcels: 1,
      catalogue: 3,
      records: 1,
      handed: ['civil-status', 'submitted'],
      listed: [true],
      exchanges: ['land-registry', 'land-registry', 'land-registry', 'land-registry', 'civil-status'],
      results: 0,
      quote: 225_000,
      payments: ['pending', true, true, 'refunded'],
      listedPayments: true,
      settled: [1, true, true],
      differences: 2,
      report: 'Mã cơ quan,Cơ quan,Kết quả,Diễn giải,Số giao dịch,Số tiền (đồng)',
      price: 26_000,
      office: '634490',
      deliveries: ['vnpost', 'registered', 'cancelled'],
      listedDeliveries: true,
      connectors: 9,
      land: true,
      broken: 0,
      windows: true,
      deleted: 204,
      status: 'text/html; charset=utf-8',
    });
  });

  it('with none left out: a new one fails here until the client calls it', () => {
    const offered = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.entries(operations)
        .filter(([, { tags }]) => tags.some((tag) => OF_CONNECTORS.has(tag)))
        .map(([method]) => `${method.toUpperCase()} ${path}`),
    );
    expect(offered.length).toBeGreaterThan(30);
    expect(offered.filter((operation) => !driven.called.has(operation))).toEqual([]);
  });
});
