/** @module What `npm run test:faults` runs: the crash, outage, chaos and acceptance runs that take minutes each, one at a time. */
import { defineConfig } from 'vitest/config';
import { MINUTE } from './src/units.ts';
import everyday from './vitest.config.ts';

export default defineConfig({
  test: {
    ...everyday.test,
    include: ['test/{faults,flows}/**/*.long.ts'],
    maxWorkers: 1,
    testTimeout: 45 * MINUTE,
    hookTimeout: 5 * MINUTE,
  },
});
