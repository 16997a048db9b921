/** @module The table of errors is put together of several: none of them takes another's code. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { errors } from '../src/errors.ts';

const FOLDER = join(import.meta.dirname, '../src/errors');

it('each code stands in one table, and every table in the whole', async () => {
  const files = readdirSync(FOLDER).filter((file) => file !== 'declaration.ts');
  const tables = await Promise.all(files.map(async (file) => Object.values<object>(await import(join(FOLDER, file)))));
  const codes = tables.flat().flatMap((table) => Object.keys(table));
  expect(codes.toSorted()).toEqual(Object.keys(errors).toSorted());
});
