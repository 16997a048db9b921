/** @module Every example of the OpenAPI document, sent as it stands, succeeds. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startPlanted } from '../support/planted.ts';
import type { Product } from '../support/product.ts';

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly example?: string | number | boolean;
}

interface Operation {
  readonly security?: readonly object[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly example?: unknown }>> };
}

let product: Product;

beforeAll(async () => {
  product = await startPlanted();
});
afterAll(() => product.stop());

function requestOf(path: string, method: string, operation: Operation): [string, RequestInit] {
  const url = new URL(product.url + path);
  const headers: Record<string, string> = { authorization: `Bearer ${product.token}` };
  let pathname = path;
  for (const { name, in: place, example } of operation.parameters ?? []) {
    if (example === undefined) continue;
    if (place === 'path') pathname = pathname.replace(`{${name}}`, encodeURIComponent(example));
    else if (place === 'query') url.searchParams.set(name, String(example));
    else headers[name] = String(example);
  }
  url.pathname = pathname;
  const [type, part] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  if (part?.example === undefined) return [url.href, { method, headers }];
  const body = type === 'application/json' ? JSON.stringify(part.example) : String(part.example);
  return [url.href, { method, headers: { ...headers, 'content-type': type! }, body }];
}

it('works as it stands, for every operation that asks for a token', async () => {
  const document = (await (await fetch(`${product.url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, Operation>>;
  };
  const failed: string[] = [];
  let tried = 0;
  for (const [path, operations] of Object.entries(document.paths)) {
    // A ministry's push needs a proof that no document can hold.
    if (path.startsWith('/v1/webhooks/')) continue;
    for (const [method, operation] of Object.entries(operations)) {
      const answer = await fetch(...requestOf(path, method.toUpperCase(), operation));
      tried++;
      if (!answer.ok) failed.push(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    }
  }
  expect(failed).toEqual([]);
  expect(tried).toBeGreaterThan(25);
});
