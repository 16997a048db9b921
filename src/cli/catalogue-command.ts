/** @module The commands of `lienthong catalogue`: a file imported into ours, and what other sides' catalogues say differently. */
import type { Command } from 'commander';
import type { Given } from './operation.ts';
import { AUTHOR, instant, READER, REASON, whole } from './options.ts';

async function ask(operation: string, author: string, given: Given): Promise<void> {
  const { hand } = await import('./hands.ts');
  await hand({ subject: 'catalogues', operation, author, given });
}

const AFTER = ['--after <id>', 'those after this one'] as const;
const LIMIT = ['--limit <n>', 'at most'] as const;

/** Adds them to the program. */
export function addCatalogue(program: Command): void {
  const catalogue = program
    .command('catalogue')
    .description('the catalogues of procedures, pause reasons and agencies, and what other sides have otherwise');

  catalogue
    .command('import')
    .description('import a CSV or JSON file; with a bad row nothing is written')
    .argument('<catalogue>', 'procedures, pause-reasons, purposes or agencies')
    .argument('<file>')
    .option('--skip-bad', 'write the good rows and leave the bad ones out', false)
    .option('--reason <reason>', 'why agencies are changed; kept with the change')
    .action(async (kind: string, file: string, options: { skipBad: boolean; reason?: string }) => {
      const { importText } = await import('./catalogue.ts');
      process.stdout.write(await importText(kind, file, { env: process.env, ...options }));
    });

  catalogue
    .command('look')
    .description(
      'let the worker compare with every side now, beside the daily time, and look for dossiers with a wrong system',
    )
    .option('--side <name>', 'only this side; dossiers: only these')
    .requiredOption(...AUTHOR)
    .action(({ author, side }) =>
      ask('postCatalogueLook', author, { body: { sides: side === undefined ? undefined : [side] } }),
    );

  catalogue
    .command('summary')
    .description('how much differs with each side, since when, how it is known, and what nobody tells')
    .option(...READER)
    .action(({ author }) => ask('getCatalogueSummary', author, {}));

  catalogue
    .command('differences')
    .description('what differs: procedures, names, sectors, limits, fees, agencies')
    .option('--side <name>')
    .option('--state <state>', 'open, ignored or ended; without it what stands')
    .option('--code <code>', 'of a procedure or an agency')
    .option(...AFTER)
    .option(...LIMIT)
    .option(...READER)
    .action(({ author, side, state, code, after, limit }) =>
      ask('listCatalogueDifferences', author, { query: { side, state, code, cursor: after, limit } }),
    );

  catalogue
    .command('misrouted')
    .description('dossiers that are with a system that does not resolve their procedure')
    .option('--system <name>', 'the system that they are with')
    .option(...AFTER)
    .option(...LIMIT)
    .option(...READER)
    .action(({ author, system, after, limit }) =>
      ask('listMisroutedDossiers', author, { query: { system, cursor: after, limit } }),
    );

  catalogue
    .command('ignore')
    .description('let a difference be for a time')
    .argument('<id>', 'its number', whole)
    .requiredOption('--until <time>', '2026-12-31T17:00+07:00', instant)
    .requiredOption(...AUTHOR)
    .requiredOption(...REASON)
    .action((id: number, { author, reason, until }) =>
      ask('ignoreCatalogueDifference', author, { params: { id }, body: { reason, until } }),
    );

  catalogue
    .command('upload')
    .description(
      "take a side's own list of procedures or agencies (.csv, .xlsx, .ndjson), where the side cannot be asked",
    )
    .argument('<side>', 'the name of a connector, or another')
    .argument('<kind>', 'procedures or agencies')
    .argument('<file>')
    .requiredOption('--as-of <time>', "when the side's catalogue was so: 2026-04-01T08:00+07:00", instant)
    .option(
      '--covers <extent>',
      'all: every procedure of the province; own: all that the side resolves; listed: no more than it has',
      'listed',
    )
    .requiredOption(...AUTHOR)
    .action(async (side: string, kind: string, path: string, { author, asOf, covers }) => {
      const { withFile } = await import('./file.ts');
      await withFile(path, (body, fileName) =>
        ask('postCatalogueList', author, { query: { side, kind, covers, asOf, fileName }, body }),
      );
    });
}
