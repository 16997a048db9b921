/** @module The commands of `lienthong evidence`: packs made, listed, and given out again. */
import type { Command } from 'commander';
import type { Given } from './operation.ts';
import { READER, whole } from './options.ts';

interface Chosen {
  readonly author: string;
  readonly output?: string;
}

async function ask(operation: string, { author, output }: Chosen, given: Given): Promise<void> {
  const { hand } = await import('./hands.ts');
  await hand({ subject: 'evidence', operation, author, given, ...(output !== undefined && { output }) });
}

const OUTPUT = ['--output <file>', 'where it goes; by its own name unless told'] as const;
const ANEW = ['--anew', 'make it again though nothing has changed', false] as const;
const anewOf = (anew: boolean): Given['query'] & object => (anew ? { anew: 'true' } : {});

/** Adds them to the program. */
export function addEvidence(program: Command): void {
  const evidence = program.command('evidence').description('packs that prove what differs, as ZIP files');

  evidence
    .command('incident')
    .description('the pack of an incident')
    .argument('<number>', 'such as SC-2026-0001')
    .option(...ANEW)
    .option(...OUTPUT)
    .option(...READER)
    .action((number: string, { anew, ...options }: Chosen & { anew: boolean }) =>
      ask('getIncidentEvidence', options, { params: { number }, query: anewOf(anew) }),
    );

  evidence
    .command('difference')
    .description('the pack of one difference by itself')
    .argument('<id>', 'its number', whole)
    .option(...ANEW)
    .option(...OUTPUT)
    .option(...READER)
    .action((id: number, { anew, ...options }: Chosen & { anew: boolean }) =>
      ask('getDifferenceEvidence', options, { params: { id }, query: anewOf(anew) }),
    );

  evidence
    .command('list')
    .description('packs that were made, newest first')
    .option('--incident <number>', 'only of this incident')
    .option('--difference <id>', 'only of this difference')
    .option('--after <cursor>', 'those after these, as the list before told')
    .option('--limit <n>', 'at most')
    .option(...READER)
    .action(({ author, incident, difference, after, limit }) =>
      ask('listEvidencePacks', { author }, { query: { incident, difference, cursor: after, limit } }),
    );

  evidence
    .command('again')
    .description('the very same file again')
    .argument('<pack>', 'its number, as `list` shows it', whole)
    .option(...OUTPUT)
    .option(...READER)
    .action((id: number, options: Chosen) => ask('getEvidencePackFile', options, { params: { id } }));

  evidence
    .command('key')
    .description('the public key that packs are verified with')
    .option('--output <file>', 'where it goes', 'lienthong-evidence-key.pem')
    .option(...READER)
    .action((options: Chosen) => ask('getEvidenceKey', options, {}));
}
