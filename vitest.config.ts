/** @module What `npm test` runs, and how. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { SECOND } from './src/units.ts';
import LongFirst from './test/support/long-first.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'connectors/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/bench/**'],
    globalSetup: 'test/global-setup.ts',
    pool: 'forks',
    // One more than the cores of the smallest machine: a test waits for PostgreSQL, and for what it started, half of its time.
    maxWorkers: 3,
    sequence: { sequencer: LongFirst },
    // Each test file is a process, and many start others: what one has compiled, the next need not.
    env: { NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') },
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
