/** @module What `npm test` runs, and how. */
import { defineConfig } from 'vitest/config';
import { SECOND } from './src/units.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'connectors/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/bench/**'],
    globalSetup: 'test/global-setup.ts',
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30 * SECOND,
    hookTimeout: 60 * SECOND,
    restoreMocks: true,
    unstubEnvs: true,
    expect: { requireAssertions: true },
    // The report is what .ci/run counts.
    reporters: process.env.CI ? ['default', './test/support/no-skips.ts', 'json'] : ['default'],
    outputFile: { json: 'reports/vitest.json' },
  },
});
