/** @module The commands of `lienthong reconcile`: both sides compared, and what differs decided about, from the command line. */
import { type Command, Option } from 'commander';
import { AUTHOR, DESTINATION, READER, REASON, whole } from './options.ts';
import type { ReconcileAct } from './reconcile.ts';

async function act(asked: ReconcileAct): Promise<void> {
  const { reconcileText } = await import('./reconcile.ts');
  process.stdout.write(await reconcileText(asked, process.env));
}

/** Adds them to the program. */
export function addReconcile(program: Command): void {
  const reconcile = program
    .command('reconcile')
    .description('compare both sides, and decide about what differs; the running worker does the work');

  reconcile
    .command('start')
    .description('start a run; it goes on when this command has ended')
    .option('--from <date>', 'date of receipt, YYYY-MM-DD, included; of an export where it begins')
    .option('--to <date>', 'date of receipt, YYYY-MM-DD, included; of an export where it ends')
    .requiredOption('--agency <code>', 'an agency with all that count for it')
    .option('--procedure <code>')
    .option(...DESTINATION)
    .option(
      '--export <file>',
      'a list exported from the portal (.csv, .xlsx, .ndjson) that covers the period and the agency',
    )
    .option('--as-of <time>', 'when the portal made it: 2026-04-01T08:00+07:00')
    .addOption(
      new Option('--extent <extent>', 'active: code by code, only what is open or was delivered in the last 30 days')
        .choices(['all', 'active'])
        .default('all'),
    )
    .option('--repair', 'send again what can be mended', false)
    .option('--dry-run', 'only report, also with --repair', false)
    .requiredOption(...AUTHOR)
    .action((options) => act({ act: 'start', ...options }));

  reconcile
    .command('show')
    .description('a run with its progress and what it found; without an id the newest runs')
    .argument('[run]')
    .action((run?: string) => act({ act: 'show', run: run ?? null }));

  reconcile
    .command('cancel')
    .description('stop a run; what it found stays')
    .argument('<run>')
    .requiredOption(...AUTHOR)
    .requiredOption(...REASON)
    .action((run: string, by) => act({ act: 'cancel', run, ...by }));

  reconcile
    .command('differences')
    .description('what differs, across runs or of one')
    .option('--run <run>')
    .option('--kind <kind>')
    .option('--state <state>')
    .option('--dossier <code>')
    .option('--after <id>', 'those after this one', whole, 0)
    .option('--limit <n>', 'at most', whole, 100)
    .action((options) => act({ act: 'differences', ...options }));

  reconcile
    .command('repair')
    .description('let differences be mended: by their ids, or all of a kind or cause')
    .argument('[ids...]')
    .option('--kind <kind>')
    .option('--cause <cause>', 'as the difference shows it')
    .option(...DESTINATION)
    .requiredOption(...AUTHOR)
    .requiredOption(...REASON)
    .action((ids: readonly string[], options) => act({ act: 'repair', ids: ids.map(whole), ...options }));

  reconcile
    .command('ignore')
    .description('let a difference be for a time')
    .argument('<id>', 'its number', whole)
    .requiredOption('--until <time>', '2026-12-31T17:00+07:00')
    .requiredOption(...AUTHOR)
    .requiredOption(...REASON)
    .action((id: number, options) => act({ act: 'ignore', id, ...options }));

  reconcile
    .command('unchecked')
    .description('what a run of active dossiers did not ask about')
    .argument('<run>')
    .option('--after <code>', 'those after this dossier')
    .option('--limit <n>', 'at most')
    .option(...READER)
    .action(async (id: string, { author, after, limit }) => {
      const { hand } = await import('./hands.ts');
      const given = { params: { id }, query: { cursor: after, limit } };
      await hand({ subject: 'unchecked', operation: 'listUnchecked', author, given });
    });
}
