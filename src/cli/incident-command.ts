/** @module The commands of `lienthong incident`: a case about what cannot be mended here, its addressees, what was said and shown. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Command, Option } from 'commander';
import { CommandFault } from './fault.ts';
import type { Given } from './operation.ts';
import { AUTHOR, collected, instant, READER, REASON, whole } from './options.ts';

async function ask(operation: string, author: string, given: Given): Promise<void> {
  const { hand } = await import('./hands.ts');
  await hand({ subject: 'incidents', operation, author, given });
}

const NUMBER = ['<number>', 'such as SC-2026-0001'] as const;

/** Adds them to the program. */
export function addIncident(program: Command): void {
  const incident = program
    .command('incident')
    .description('cases towards those who must mend what cannot be mended here');

  incident
    .command('open')
    .description('open one about differences: by their ids, or all of a kind or cause')
    .argument('[differences...]')
    .option('--kind <kind>')
    .option('--cause <cause>', 'as the difference shows it')
    .option('--title <title>', 'the kind’s own unless told')
    .option(
      '--party <party>',
      'whom it is addressed to, may be repeated; everybody in INCIDENT_PARTIES_FILE unless told',
      collected,
    )
    .option('--step <words>', 'what the officer did, in order; may be repeated', collected)
    .requiredOption(...AUTHOR)
    .requiredOption(...REASON)
    .action((ids: readonly string[], { author, party: parties, step: steps, ...rest }) => {
      const differences = ids.length === 0 ? undefined : ids.map(whole);
      return ask('openIncident', author, { body: { differences, parties, steps, ...rest } });
    });

  incident
    .command('list')
    .description('newest first')
    .addOption(new Option('--state <state>').choices(['open', 'closed']))
    .option('--late', 'only with an answer that is overdue')
    .option('--difference <id>', 'only about this difference')
    .option('--after <cursor>', 'those after these, as the list before told')
    .option('--limit <n>', 'at most')
    .option(...READER)
    .action(({ author, state, late, difference, after, limit }) =>
      ask('listIncidents', author, {
        query: { state, difference, cursor: after, limit, late: late ? 'true' : undefined },
      }),
    );

  incident
    .command('counts')
    .description('how many are open, and whose answers are due or overdue')
    .option(...READER)
    .action(({ author }) => ask('countIncidents', author, {}));

  incident
    .command('show')
    .description('its parties with their clocks, what was said, what is attached')
    .argument(...NUMBER)
    .option(...READER)
    .action((number: string, { author }) => ask('getIncident', author, { params: { number } }));

  incident
    .command('step')
    .description('note what the officer did; it goes into the evidence')
    .argument(...NUMBER)
    .argument('<words>')
    .option('--at <time>', 'when; now unless told: 2026-03-20T09:00+07:00', instant)
    .requiredOption(...AUTHOR)
    .action((number: string, words: string, { author, at }) =>
      ask('noteIncidentMessage', author, { params: { number }, body: { kind: 'step', words, at } }),
    );

  for (const [kind, description] of [
    ['sent', 'note that a party was told: its clock begins to run'],
    ['answered', 'note that a party has answered: its clock stops'],
  ] as const)
    incident
      .command(kind)
      .description(description)
      .argument(...NUMBER)
      .argument('<party>', 'as the incident names it')
      .argument('<words>', 'what was said')
      .option('--channel <channel>', 'document, email, phone, system or other')
      .option('--reference <reference>', 'number of the letter, or of the ticket there')
      .option('--at <time>', 'when; now unless told: 2026-03-20T09:00+07:00', instant)
      .requiredOption(...AUTHOR)
      .action((number: string, party: string, words: string, { author, ...rest }) =>
        ask('noteIncidentMessage', author, { params: { number }, body: { kind, party, words, ...rest } }),
      );

  incident
    .command('attach')
    .description('attach an image of a screen (PNG, JPEG) or a paper (PDF)')
    .argument(...NUMBER)
    .argument('<file>')
    .option('--taken-at <time>', 'when the screen showed it: 2026-03-20T09:00+07:00', instant)
    .requiredOption(...AUTHOR)
    .action(async (number: string, file: string, { author, takenAt }) => {
      const body = await readFile(file).catch((error: NodeJS.ErrnoException) => {
        throw new CommandFault(`Không mở được tệp ${file} (${error.code}). / The file could not be opened.`);
      });
      await ask('attachToIncident', author, { params: { number }, query: { fileName: basename(file), takenAt }, body });
    });

  incident
    .command('close')
    .description('close it, and the differences that were left to people')
    .argument(...NUMBER)
    .requiredOption(...AUTHOR)
    .requiredOption(...REASON)
    .action((number: string, { author, reason }) =>
      ask('closeIncident', author, { params: { number }, body: { reason } }),
    );
}
