/** @module The commands of `lienthong quarantine`: what could not be applied, tried again or discarded. */
import type { Command } from 'commander';
import { CommandFault } from './fault.ts';
import type { Given } from './operation.ts';
import { AUTHOR, READER, REASON, whole } from './options.ts';

async function ask(operation: string, author: string, given: Given): Promise<void> {
  const { hand } = await import('./hands.ts');
  await hand({ subject: 'quarantine', operation, author, given });
}

/** Adds them to the program. */
export function addQuarantine(program: Command): void {
  const quarantine = program.command('quarantine').description('what could not be applied, and what to do about it');

  quarantine
    .command('list')
    .description('what waits, why, and what to do')
    .option('--cause <reason>', 'only this reason, such as unknown-dossier')
    .option('--after <id>', 'those after this one')
    .option('--limit <n>', 'at most')
    .option(...READER)
    .action(({ author, cause, after, limit }) =>
      ask('listQuarantine', author, { query: { cause, cursor: after, limit } }),
    );

  quarantine
    .command('causes')
    .description('how many wait for each reason, since when, and what to do')
    .option(...READER)
    .action(({ author }) => ask('countQuarantine', author, {}));

  quarantine
    .command('retry')
    .description('try one again, or all of one reason')
    .argument('[id]', 'the number of one', whole)
    .option('--cause <reason>', 'all of this reason')
    .option('--source <name>', 'with --cause: only what this system told')
    .requiredOption(...AUTHOR)
    .requiredOption(...REASON)
    .action((id: number | undefined, { author, reason, cause, source }) => {
      if ((id === undefined) === (cause === undefined))
        throw new CommandFault('Nêu số, hoặc --cause. / Name <id>, or --cause.');
      return id === undefined
        ? ask('retryQuarantine', author, { body: { cause, source, reason } })
        : ask('retryQuarantined', author, { params: { id }, body: { reason } });
    });

  quarantine
    .command('discard')
    .description('leave one out for good; its original is kept')
    .argument('<id>', 'its number', whole)
    .requiredOption(...AUTHOR)
    .requiredOption(...REASON)
    .action((id: number, { author, reason }) =>
      ask('discardQuarantined', author, { params: { id }, body: { reason } }),
    );
}
