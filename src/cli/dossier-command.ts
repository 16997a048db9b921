/** @module The commands of `lienthong dossier`: what became of one, a wrong entry taken back, a dossier given up for another, one sent anew. */
import type { Command } from 'commander';
import type { Subject } from './hands.ts';
import type { Given } from './operation.ts';
import { AUTHOR, DESTINATION, READER, REASON, whole } from './options.ts';

async function ask(subject: Subject, operation: string, author: string, given: Given): Promise<void> {
  const { hand } = await import('./hands.ts');
  await hand({ subject, operation, author, given });
}

/** Adds them to the program. */
export function addDossier(program: Command): void {
  const dossier = program.command('dossier').description('what became of one dossier, and an operator’s corrections');

  for (const [name, operation, description] of [
    ['timeline', 'getTimeline', 'what became of it, each entry with its number'],
    ['sync', 'getSync', 'what each destination has of it'],
  ] as const)
    dossier
      .command(name)
      .description(description)
      .argument('<code>')
      .option(...READER)
      .action((code: string, { author }) => ask('dossiers', operation, author, { params: { code } }));

  dossier
    .command('void')
    .description('take a wrong entry back: it stays on the timeline, without effect')
    .argument('<code>')
    .argument('<seq>', 'the number of the entry in its timeline', whole)
    .option('--document <document>', 'the paper that says so')
    .requiredOption(...AUTHOR)
    .requiredOption(...REASON)
    .action((code: string, seq: number, { author, reason, document }) =>
      ask('corrections', 'voidEntry', author, { params: { code, seq }, body: { reason, document } }),
    );

  dossier
    .command('supersede')
    .description('close one in favour of another, which goes on with its entries and numbers')
    .argument('<code>', 'the wrong one')
    .requiredOption('--by <code>', 'the right one')
    .requiredOption(...AUTHOR)
    .requiredOption(...REASON)
    .action((code: string, { author, reason, by }) =>
      ask('corrections', 'supersedeDossier', author, { params: { code }, body: { by, reason } }),
    );

  dossier
    .command('resync')
    .description('ask what the destination has of it, and send what is missing')
    .argument('<code>')
    .option(...DESTINATION)
    .option('--from-seq <seq>', 'begin with this entry', whole)
    .requiredOption(...AUTHOR)
    .requiredOption(...REASON)
    .action((code: string, { author, reason, destination, fromSeq }) =>
      ask('destinations', 'resyncDossier', author, { params: { code }, body: { destination, fromSeq, reason } }),
    );
}
