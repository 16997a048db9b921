/** @module A comparison as the API answers it. */
import { z } from 'zod';
import { OWNABLE_FIELDS } from '../capabilities/portal.ts';
import { rfc3339 } from '../http/answer.ts';
import { DIFFERENCE_KINDS, KINDS } from '../reconciliation/kinds.ts';
import type { ComparedRow } from './read-store.ts';

const words = z.object({ vi: z.string(), en: z.string() });
const side = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).nullable();

export const comparedAnswer = z.object({
  dossierCode: z.string(),
  agencyCode: z.string().nullable(),
  procedureCode: z.string().nullable(),
  at: z.string().meta({ description: 'When the destination was looked at' }),
  isCurrent: z.boolean().meta({ description: 'Nothing was told of the dossier since' }),
  kinds: z.array(z.enum(DIFFERENCE_KINDS)),
  findings: z.array(z.object({ kind: z.enum(DIFFERENCE_KINDS), title: words, ours: side, theirs: side })),
  would: z.object({
    create: z.boolean(),
    records: z.array(z.object({ statusCode: z.string(), occurredAt: z.string(), text: z.string() })),
    fields: z.array(z.enum(OWNABLE_FIELDS)),
  }),
  theirs: z.array(
    z.object({
      statusCode: z.string(),
      occurredAt: z.string(),
      officer: z.string(),
      department: z.string(),
      sameAs: z.int().nullable().meta({ description: 'Our entry that says the same' }),
    }),
  ),
});

export const toComparedAnswer = ({ dossierId: _id, ...row }: ComparedRow): z.input<typeof comparedAnswer> => ({
  ...row,
  at: rfc3339(row.at),
  kinds: [...row.kinds],
  findings: row.findings.map(({ kind, ours, theirs }) => ({
    kind,
    title: KINDS[kind].title,
    ours: inWords(ours),
    theirs: inWords(theirs),
  })),
  would: {
    create: row.would.create,
    fields: [...row.would.fields],
    records: row.would.records.map((record) => ({ ...record, occurredAt: rfc3339(record.occurredAt) })),
  },
  theirs: row.theirs.map((record) => ({ ...record, occurredAt: rfc3339(record.occurredAt) })),
});

type Side = Readonly<Record<string, string | number | boolean | null>> | null;

/** Facts named `…At` are instants. */
const inWords = (facts: Side): Record<string, string | number | boolean | null> | null =>
  facts &&
  Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [
      name,
      typeof value === 'number' && name.endsWith('At') ? rfc3339(value) : value,
    ]),
  );
