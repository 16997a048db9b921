/** @module What of a dossier names a person: it stands in the database sealed, and a person is found by a keyed hash. */
import type { Seal } from '../access/seal.ts';
import { sealedMembers } from '../access/sealed-json.ts';
import type { DossierFields } from './shape.ts';
import type { DossierState, NewEntry } from './state.ts';

/** Members of a dossier's fields that name nobody; whatever is not listed is sealed. */
export const OPEN_IN_FIELDS: ReadonlySet<string> = new Set([
  'procedureCode',
  'agencyCode',
  'channel',
  'serviceCode',
  'aliases',
  'origin',
  'submittedAt',
  'receivedAt',
  'routing',
  'appointment',
  'limitOverride',
  'fastTrack',
  'components',
  'fees',
  'databasesUsed',
  'unverified',
] satisfies (keyof DossierFields)[]);

/** The same of what an entry of the timeline tells beside its columns. */
export const OPEN_IN_ENTRY: ReadonlySet<string> = new Set([
  'document',
  'documentRef',
  'stepStartedAt',
  'stepDueAt',
  'fromAgency',
  'toAgency',
  'toSystem',
  'act',
  'asked',
  'exchange',
  'reference',
  'amount',
  'payment',
  'appointmentAt',
  'basis',
  'previous',
  'cause',
  'ruleVersion',
  'seq',
  'changed',
  'supersedes',
  'supersededBy',
  'statusCode',
]);

/** By what a person is looked up among dossiers: the personal number of whom one is about, or who brought it. */
export const personHash = (personalId: string, seal: Seal): Buffer => seal.hash(`person ${personalId.trim()}`);

/** Who is named in a dossier by a personal number. */
export function personsOf({ applicant, submitter }: DossierFields): string[] {
  const numbers = [applicant?.personalId, submitter?.personalId];
  return [...new Set(numbers.filter((number) => typeof number === 'string' && number !== ''))] as string[];
}

export const sealedFields = (fields: DossierFields, seal: Seal): object => sealedMembers(fields, OPEN_IN_FIELDS, seal);

/** The new entries of dossiers as they are written. */
export const sealedEntries = (
  states: readonly Pick<DossierState, 'newEntries'>[],
  seal: Seal,
): { readonly newEntries: NewEntry[] }[] =>
  states.map(({ newEntries }) => ({
    newEntries: newEntries.map((entry) =>
      entry.body === null
        ? entry
        : { ...entry, body: sealedMembers(entry.body, OPEN_IN_ENTRY, seal) as NewEntry['body'] },
    ),
  }));
