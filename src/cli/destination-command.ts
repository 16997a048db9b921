/** @module The commands of `lienthong destination`: what a system gets, what it refuses, and an operator's word about it. */
import type { Command } from 'commander';
import { CommandFault } from './fault.ts';
import type { Given } from './operation.ts';
import { AUTHOR, DESTINATION, READER, REASON } from './options.ts';

interface Chosen {
  readonly destination: string;
  readonly author: string;
  readonly reason?: string;
}

async function ask(
  operation: string,
  { destination, author, reason }: Chosen,
  more: Pick<Given, 'query' | 'body'> = {},
): Promise<void> {
  const { hand } = await import('./hands.ts');
  const body = reason === undefined ? {} : { body: { reason, ...more.body } };
  const subject = operation.endsWith('Repairs') ? 'reconciliation' : 'destinations';
  await hand({ subject, operation, author, given: { params: { name: destination }, ...more, ...body } });
}

/** Adds them to the program. */
export function addDestination(program: Command): void {
  const destination = program
    .command('destination')
    .description('what a system is sent, what it refuses, pause and resume');
  const command = (name: string, description: string): Command =>
    destination
      .command(name)
      .description(description)
      .option(...DESTINATION);
  const decision = (name: string, description: string): Command =>
    command(name, description)
      .requiredOption(...AUTHOR)
      .requiredOption(...REASON);

  destination
    .command('list')
    .description('every system with how far behind it is, and whether it is paused')
    .option(...READER)
    .action(async ({ author }: { author: string }) => {
      const { hand } = await import('./hands.ts');
      await hand({ subject: 'destinations', operation: 'listDestinations', author, given: {} });
    });

  command('blocked', 'what it refuses: its words, how many dossiers each keeps back, and what to do')
    .option(...READER)
    .action((options) => ask('listBlocked', options));

  decision('retry', 'let blocked dossiers try again: one, all of one cause, or all')
    .argument('[dossier]', 'the code of one')
    .option('--cause <words>', 'all that are refused with these very words, as `blocked` shows them')
    .option('--all', 'all of them', false)
    .action((dossier: string | undefined, options: Chosen & { cause?: string; all: boolean }) => {
      const { cause, all } = options;
      if ([dossier, cause, all || undefined].filter((one) => one !== undefined).length !== 1)
        throw new CommandFault('Nêu một trong: <dossier>, --cause, --all. / Name one of <dossier>, --cause, --all.');
      return ask('retryBlocked', options, { body: { dossier, cause } });
    });

  command('out-of-step', 'dossiers that it does not show as they are, longest first')
    .option('--status <status>', 'only those with this status, such as paused')
    .option('--state <state>', 'those that the figure of this name in `list` counts')
    .option('--limit <n>', 'at most')
    .option(...READER)
    .action((options: Chosen & { status?: string; state?: string; limit?: string }) => {
      const { status, state, limit } = options;
      return ask('listOutOfStep', options, { query: { status, state, limit } });
    });

  command('silent', 'accepted entries that are neither delivered nor with anybody who was told: there must be none')
    .option(...READER)
    .action((options) => ask('listSilent', options));

  decision('pause', 'send nothing to it until it is resumed; everything is taken all the while').action((options) =>
    ask('pauseDestination', options),
  );
  decision('resume', 'send to it again, at once').action((options) => ask('resumeDestination', options));
  decision('stop-repairs', 'mend no difference at it until they are resumed; what differs goes on being named').action(
    (options) => ask('stopRepairs', options),
  );
  decision('resume-repairs', 'let differences at it be mended again').action((options) =>
    ask('resumeRepairs', options),
  );
}
