/** @module A vitest reporter that fails the run, naming them, when tests were skipped. */
import type { Reporter, TestModule } from 'vitest/node';

export default class NoSkips implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const skipped = modules.flatMap((module) =>
      [...module.children.allTests('skipped')].map((test) => `${module.relativeModuleId}: ${test.fullName}`),
    );
    if (skipped.length === 0) return;
    console.error(`\nSkipped tests fail a run in CI:\n${skipped.map((name) => `  ${name}`).join('\n')}`);
    process.exitCode = 1;
  }
}
