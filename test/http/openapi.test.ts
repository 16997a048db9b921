/** @module The OpenAPI document says what the operations do. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, testApp } from './test-app.ts';

type Operation = { parameters: Record<string, unknown>[]; responses: Record<string, { description: string }> } & Record<
  string,
  unknown
>;
let gateway: TestApp;
let document: {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: Record<string, unknown>;
};

beforeAll(async () => {
  gateway = await testApp();
  document = (await gateway.app.inject('/openapi.json')).json();
});
afterAll(() => gateway.app.close());

test('it is OpenAPI 3.1 and lists exactly the declared operations', () => {
  expect(document.openapi).toBe('3.1.0');
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((m) => `${m} ${path}`),
  );
  expect(operations.toSorted()).toEqual([
    'get /v1/broken',
    'get /v1/parcels/{code}',
    'post /v1/slow',
    'post /v1/webhooks/{connector}/{operation}/{code}',
    'put /v1/parcels/{code}',
  ]);
});

test('parameters and examples stand at the operation', () => {
  const { get, put } = document.paths['/v1/parcels/{code}']!;
  expect(get!.parameters).toContainEqual({
    name: 'code',
    in: 'path',
    required: true,
    description: 'The code of what the path names: a dossier, an agency or a procedure.',
    schema: { type: 'string' },
    example: 'T-001',
  });
  expect(get!.parameters.map((parameter) => parameter.name)).toEqual([
    'code',
    'limit',
    'X-Purpose',
    'X-Dossier',
    'X-Officer',
  ]);
  expect(put!.requestBody).toMatchObject({ content: { 'application/json': { example: { code: 'T-001', area: 3 } } } });
});

test('every error that an operation may answer is documented with its code', () => {
  const { put } = document.paths['/v1/parcels/{code}']!;
  expect(put!.responses['409']!.description).toContain('`conflict`');
  expect(Object.keys(put!.responses)).toEqual([
    '200',
    '201',
    '400',
    '401',
    '403',
    '409',
    '413',
    '414',
    '415',
    '422',
    '429',
    '500',
    '503',
  ]);
  expect(put!.security).toEqual([{ oauth2: ['parcels.write'] }]);
});

test('every reference points to something', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, target]) => target);
  expect(new Set(references)).toContain('#/components/schemas/Problem');
  for (const target of new Set(references)) {
    const [root, components, kind, name] = target!.split('/');
    expect([root, components]).toEqual(['#', 'components']);
    expect(document.components[kind!]).toHaveProperty([name!]);
  }
});
