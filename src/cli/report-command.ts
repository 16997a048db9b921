/** @module The commands of `lienthong report`: reconciliation of a run or a period, as the API reports it. */
import { type Command, Option } from 'commander';
import { CommandFault } from './fault.ts';
import { DESTINATION, READER } from './options.ts';

const FORMATS = ['json', 'csv', 'xlsx', 'pdf'] as const;
const TABLES = ['differences', 'groups'] as const;

interface Options {
  readonly run?: string;
  readonly from?: string;
  readonly to?: string;
  readonly agency?: string;
  readonly destination: string;
  readonly by: string;
  readonly format: (typeof FORMATS)[number];
  readonly table: (typeof TABLES)[number];
  readonly output?: string;
  readonly author: string;
}

async function report(options: Options): Promise<void> {
  const { run, from, to, agency, destination, by, format, table, output, author } = options;
  if ((run === undefined) === (from === undefined || to === undefined))
    throw new CommandFault('Nêu --run, hoặc --from và --to. / Name --run, or --from and --to.');
  const { hand } = await import('./hands.ts');
  const suffix = format === 'json' ? '' : `${format[0]!.toUpperCase()}${format.slice(1)}`;
  await hand({
    subject: 'reports',
    author,
    ...(output !== undefined && { output }),
    ...(run === undefined
      ? { operation: 'reportReconciliation', given: { query: { from, to, agency, destination, by, format, table } } }
      : {
          operation: `getReconciliationReport${suffix}`,
          given: { params: { id: run }, query: format === 'csv' ? { by, table } : { by } },
        }),
  });
}

/** Adds them to the program. */
export function addReport(program: Command): void {
  program
    .command('report')
    .description('figures, as JSON or as a file')
    .command('reconciliation')
    .description('what was compared, what differs, what was repaired: of a run, or of any period of a year at most')
    .option('--run <run>', 'of this run')
    .option('--from <date>', 'YYYY-MM-DD, included')
    .option('--to <date>', 'YYYY-MM-DD, included')
    .option('--agency <code>', 'with --from and --to: only this agency with all that count for it')
    .option(...DESTINATION)
    .option('--by <what>', 'what it is broken down by: receiving, resolving or procedure', 'receiving')
    .addOption(new Option('--format <format>').choices(FORMATS).default('json'))
    .addOption(
      new Option('--table <table>', 'of a CSV: every difference, or the breakdown')
        .choices(TABLES)
        .default('differences'),
    )
    .option('--output <file>', 'where a file goes; by its own name unless told')
    .option(...READER)
    .action(report);
}
