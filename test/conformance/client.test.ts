/** @module A client generated from our document compiles, and drives every operation of the six connectors. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { plantExampleDeliveries } from '../../src/delivery/examples.ts';
import { plantDemoPayment } from '../../src/demo/payments.ts';
import { exampleCommands } from '../../src/dossiers/examples.ts';
import { plantExchangeExamples } from '../../src/exchange/examples.ts';
import { type Product, startProduct } from '../support/product.ts';
import { installedTools } from './tools.ts';

const ROOT = join(import.meta.dirname, '../..');
const CLIENT = join(import.meta.dirname, 'client');

let product: Product;
beforeAll(async () => {
  const generator = join(installedTools(), 'node_modules/openapi-typescript/bin/cli.js');
  const document = join(ROOT, 'openapi/gateway.yaml');
  execFileSync(process.execPath, [generator, document, '--output', join(CLIENT, 'gateway.ts')], { stdio: 'pipe' });
  product = await startProduct();
  const { appender, exchange, payments, deliveries } = product.deps;
  await appender.append({ commands: exampleCommands, raw: null });
  await plantExchangeExamples({ appender, exchanges: exchange.exchanges }, Date.now());
  await plantDemoPayment(payments);
  await plantExampleDeliveries(deliveries);
});
afterAll(() => product.stop());

it('compiles', () => {
  const compiler = join(ROOT, 'node_modules/.bin/tsc');
  const run = () => execFileSync(compiler, ['--noEmit', '--project', CLIENT], { encoding: 'utf8', stdio: 'pipe' });
  try {
    expect(run()).toBe('');
  } catch (error) {
    throw new Error((error as { stdout: string }).stdout);
  }
});

it('drives every operation of the six connectors', async () => {
  const file = pathToFileURL(join(CLIENT, 'igate.ts')).href;
  const { drive } = (await import(file)) as { drive(url: string, token: string): Promise<Record<string, unknown>> };
  expect(await drive(product.url, product.token)).toEqual({
    verified: 'confirmed',
    sex: 'male',
    number: 'confirmed',
    members: 4,
    enterprise: false,
    parcels: 1,
    catalogue: 3,
    exchanges: ['land-registry', 'land-registry', 'land-registry', 'land-registry', 'civil-status'],
    results: 0,
    records: 1,
    quote: 225_000,
    payments: ['pending', true, true, 'refunded'],
    price: 26_000,
    office: '634490',
    deliveries: ['vnpost', 'cancelled'],
  });
});
