#!/usr/bin/env node
/** @module The commands of `lienthong`. */
import { Command, InvalidArgumentError } from 'commander';
import { ConfigError } from './config.ts';

const program = new Command('lienthong').description('The integration gateway of a province.');

program
  .command('start')
  .description('run everything on this machine, the outside systems simulated, and print what to try')
  .option('--fresh', 'begin anew: everything in DATA_DIR is removed', false)
  .action(async ({ fresh }: { fresh: boolean }) => {
    const { startDemo } = await import('./demo/start.ts');
    await startDemo(process.env, { fresh });
  });

program
  .command('serve')
  .description('run the gateway, the worker or both against DATABASE_URL')
  .option('--role <role>', 'all, gateway or worker', (role: string) => {
    if (!['all', 'gateway', 'worker'].includes(role)) throw new InvalidArgumentError('all, gateway or worker');
    return role;
  })
  .action(async ({ role }: { role?: string }) => {
    const { serveFromEnvironment } = await import('./serve.ts');
    await serveFromEnvironment({ ...process.env, ...(role ? { ROLE: role } : {}) });
  });

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(
    `${error instanceof ConfigError || !(error instanceof Error) ? String(error instanceof Error ? error.message : error) : (error.stack ?? error.message)}\n`,
  );
  process.exit(1);
}
