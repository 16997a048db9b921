/** @module The commands of `lienthong reconcile`: both sides compared, and what differs decided about, from the command line. */
import { type Command, Option } from 'commander';
import type { Asked } from './hands.ts';
import type { Given } from './operation.ts';
import { AUTHOR, DESTINATION, instant, READER, REASON, whole } from './options.ts';

const asked = (operation: string, author: string, given: Given): Asked => ({
  subject: 'reconciliation',
  operation,
  author,
  given,
});

async function ask(operation: string, author: string, given: Given): Promise<void> {
  const { hand } = await import('./hands.ts');
  await hand(asked(operation, author, given));
}

interface StartOptions {
  readonly from?: string;
  readonly to?: string;
  readonly agency: string;
  readonly procedure?: string;
  readonly destination: string;
  readonly export?: string;
  readonly asOf?: string;
  readonly extent: string;
  readonly repair: boolean;
  readonly dryRun: boolean;
  readonly author: string;
}

async function start({ author, agency, procedure, export: file, asOf, ...rest }: StartOptions): Promise<void> {
  const { from, to, destination, ...how } = rest;
  const scope = { destination, from, to, agencyCode: agency, procedureCode: procedure };
  if (file === undefined) return ask('startReconciliation', author, { body: { ...scope, ...how } });
  const { uploaded } = await import('./portal-export.ts');
  const exportId = await uploaded(file, (body, fileName) =>
    asked('postPortalExport', author, { query: { ...scope, asOf, fileName }, body }),
  );
  await ask('startReconciliation', author, { body: { ...scope, ...how, exportId } });
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
    .option('--as-of <time>', 'when the portal made it: 2026-04-01T08:00+07:00', instant)
    .addOption(
      new Option('--extent <extent>', 'active: code by code, only what is open or was delivered in the last 30 days')
        .choices(['all', 'active'])
        .default('all'),
    )
    .option('--repair', 'send again what can be mended', false)
    .option('--dry-run', 'only report, also with --repair', false)
    .requiredOption(...AUTHOR)
    .action(start);

  reconcile
    .command('show')
    .description('a run with its progress and what it found; without an id the newest runs')
    .argument('[run]')
    .option(...READER)
    .action((id: string | undefined, { author }) =>
      id === undefined ? ask('listReconciliations', author, {}) : ask('getReconciliation', author, { params: { id } }),
    );

  reconcile
    .command('cancel')
    .description('stop a run; what it found stays')
    .argument('<run>')
    .requiredOption(...AUTHOR)
    .requiredOption(...REASON)
    .action((id: string, { author, reason }) =>
      ask('cancelReconciliation', author, { params: { id }, body: { reason } }),
    );

  reconcile
    .command('unchecked')
    .description('what a run of active dossiers did not ask about')
    .argument('<run>')
    .option('--after <code>', 'those after this dossier')
    .option('--limit <n>', 'at most')
    .option(...READER)
    .action((id: string, { author, after, limit }) =>
      ask('listUnchecked', author, { params: { id }, query: { cursor: after, limit } }),
    );

  reconcile
    .command('differences')
    .description('what differs, across runs or of one')
    .option('--run <run>')
    .option('--kind <kind>')
    .option('--state <state>')
    .option('--dossier <code>')
    .option('--owner <owner>', 'without --run: who has to act')
    .option('--agency <code>', 'without --run: only of this agency with all that count for it')
    .option('--older-than <minutes>', 'without --run: first seen longer ago')
    .option('--after <id>', 'those after this one')
    .option('--limit <n>', 'at most')
    .option(...READER)
    .action(({ author, run, kind, state, dossier, owner, agency, olderThan, after, limit }) => {
      const query = { kind, state, dossier, owner, agency, olderThanMinutes: olderThan, cursor: after, limit };
      return run === undefined
        ? ask('listDifferences', author, { query })
        : ask('listReconciliationDifferences', author, { params: { id: run }, query });
    });

  reconcile
    .command('counts')
    .description('how many differences stand, by kind and state')
    .option('--agency <code>', 'only of this agency with all that count for it')
    .option(...READER)
    .action(({ author, agency }) => ask('countDifferences', author, { query: { agency } }));

  reconcile
    .command('repair')
    .description('let differences be mended: one by its id, many, or all of a kind or cause')
    .argument('[ids...]')
    .option('--kind <kind>')
    .option('--cause <cause>', 'as the difference shows it')
    .option(...DESTINATION)
    .requiredOption(...AUTHOR)
    .requiredOption(...REASON)
    .action((given: readonly string[], { author, reason, destination, kind, cause }) => {
      const ids = given.map(whole);
      // One is answered as a whole, and refused where it is for people.
      if (ids.length === 1 && kind === undefined && cause === undefined)
        return ask('repairDifference', author, { params: { id: ids[0] }, body: { reason } });
      const body = { destination, kind, cause, reason, ids: ids.length === 0 ? undefined : ids };
      return ask('repairDifferences', author, { body });
    });

  reconcile
    .command('ignore')
    .description('let a difference be for a time')
    .argument('<id>', 'its number', whole)
    .requiredOption('--until <time>', '2026-12-31T17:00+07:00', instant)
    .requiredOption(...AUTHOR)
    .requiredOption(...REASON)
    .action((id: number, { author, reason, until }) =>
      ask('ignoreDifference', author, { params: { id }, body: { reason, until } }),
    );
}
