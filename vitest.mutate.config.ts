/** @module What `npm run mutate` runs against each mutant: the tests that compute, without a database. */
import { defineConfig } from 'vitest/config';
import { SECOND } from './src/units.ts';

const computing = ['calendar', 'compute', 'explain', 'portal-count', 'properties', 'misuse', 'attribution'];

export default defineConfig({
  test: {
    include: [
      ...computing.map((name) => `test/deadlines/${name}.test.ts`),
      ...['lifecycle', 'match', 'fees'].map((name) => `test/payments/${name}.test.ts`),
    ],
    testTimeout: 30 * SECOND,
  },
});
