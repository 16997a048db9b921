/** @module The Postman collection: all operations, each of its requests works as it stands. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { PostmanCollection, PostmanRequest } from '../../scripts/postman.ts';
import { exampleCommands } from '../../src/dossiers/examples.ts';
import { type Product, startProduct } from '../support/product.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const collection = JSON.parse(read('docs/samples/postman-collection.json')) as PostmanCollection;
const requests = collection.item.flatMap(({ item }) => item);

let product: Product;
beforeAll(async () => {
  product = await startProduct();
  await product.deps.appender.append({ commands: exampleCommands, raw: null });
});
afterAll(() => product.stop());

it('has every operation of the document, in folders that say what they are about', () => {
  const { paths } = parse(read('openapi/gateway.yaml'), { maxAliasCount: -1 }) as { paths: Record<string, object> };
  const operations = Object.values(paths).flatMap((methods) => Object.values(methods) as { operationId: string }[]);
  const named = requests.map(({ name }) => name.split(':')[0]);
  expect(named.toSorted()).toEqual(operations.map(({ operationId }) => operationId).toSorted());
  for (const { description, item } of collection.item) {
    expect(description).toBeDefined();
    expect(item.length).toBeGreaterThan(0);
  }
});

/** As Postman would send it, its variables filled in. */
function send({ request: { method, header, url, body } }: PostmanRequest): Promise<Response> {
  const values = new Map(url.variable.map(({ key, value }) => [`:${key}`, encodeURIComponent(value)]));
  const path = url.path.map((segment) => values.get(segment) ?? segment).join('/');
  const query = new URLSearchParams();
  for (const { key, value, disabled } of url.query) if (!disabled) query.append(key, value);
  const sent = header.filter(({ disabled }) => !disabled).map(({ key, value }): [string, string] => [key, value]);
  return fetch(`${product.url}/${path}${query.size === 0 ? '' : `?${query}`}`, {
    method,
    headers: [...sent, ['authorization', `Bearer ${product.token}`]],
    ...(body === undefined ? {} : { body: (body as { raw: string }).raw }),
  });
}

it('each reading works as it stands, and so does a write with all its headers', async () => {
  const tried = requests.filter(
    ({ request: { method, url } }) => method === 'GET' && (url.variable.length === 0 || url.path[1] === 'dossiers'),
  );
  const writes = ['verifyCitizen', 'putDossier', 'patchDossier', 'computeDeadline', 'quoteFees'];
  const others = requests.filter(({ name }) => writes.includes(name.split(':')[0]!));
  const failed: string[] = [];
  for (const request of [...tried, ...others]) {
    const answer = await send(request);
    if (!answer.ok) failed.push(`${request.name}: ${answer.status} ${await answer.text()}`);
  }
  expect(failed).toEqual([]);
  expect(tried.length).toBeGreaterThan(20);
  expect(others).toHaveLength(writes.length);
});
