/** @module What the civil status system answers at once: entries of its books. */
import { z } from 'zod';
import { personalId } from '../../src/capabilities/exchange-content.ts';
import { personal } from '../../src/capabilities/lookup.ts';
import { parseAnswer } from '../../src/connector/answer.ts';
import { defineOperation, type OperationContext } from '../../src/connector/operation.ts';
import { UpstreamError } from '../../src/connector/upstream-error.ts';
import { toCivilRecord, toLookUp } from './mapping.ts';
import type { Settings } from './settings.ts';
import * as wire from './wire.ts';

const record = z.object({
  kind: z.enum(['birth', 'death', 'marriage']),
  number: z.string().nullable(),
  book: z.string().nullable(),
  registeredOn: z.string().nullable(),
  /** The office whose book it is. */
  registeredAt: z.string().nullable(),
  persons: z.array(
    z.object({
      role: personal('family', z.enum(['child', 'mother', 'father', 'deceased', 'husband', 'wife'])),
      name: personal('name', z.string()),
      personalId: personal('identity-number', z.string().nullable()),
      birthDate: personal('birth', z.string().nullable()),
      diedOn: personal('civil-status', z.string().nullable()),
    }),
  ),
});
export type CivilRecord = z.output<typeof record>;

const question = z
  .strictObject({
    kind: z.enum(['birth', 'death', 'marriage']),
    personalId: personalId.optional(),
    entry: z.strictObject({ number: z.string().min(1).max(50), book: z.string().min(1).max(50) }).optional(),
  })
  .refine((asked) => (asked.personalId === undefined) !== (asked.entry === undefined), {
    params: { vi: 'cần một trong hai: personalId hoặc entry', en: 'takes one of personalId and entry' },
  });

const operation = 'traCuuHoTich';

const lookUpRecords = defineOperation({
  id: 'lookUpCivilRecords',
  capability: 'lookup',
  method: 'POST',
  path: '/v1/civil-status/records/lookup',
  summary: { vi: 'Tra cứu thông tin hộ tịch', en: 'Look up entries of the civil status books' },
  description: {
    vi: 'Khai sinh, khai tử, kết hôn theo số định danh hoặc số đăng ký và quyển số. Không có: danh sách rỗng.',
    en: 'A birth, death or marriage by personal number, or by number and book. None: an empty list.',
  },
  scope: 'lookup.civil-records',
  effect: 'read',
  personalData: true,
  input: question,
  output: z.object({ records: z.array(record) }),
  errors: [],
  example: {
    headers: { 'x-purpose': 'dossier-processing', 'x-dossier': 'H15.58-260310-8005', 'x-officer': 'cb-204' },
    body: { kind: 'birth', personalId: '066090000123' },
  },
  subject: ({ personalId: person, entry }) => person ?? (entry ? `${entry.number}/${entry.book}` : null),
  async run({ settings, upstream, credentials }: OperationContext<Settings>, { kind, personalId: person, entry }) {
    const answer = await credentials.withToken((token) =>
      upstream.json({
        operation,
        method: 'POST',
        path: settings.PATH_LOOKUP,
        headers: { authorization: `Bearer ${token}` },
        json: toLookUp(kind, entry ?? person!),
      }),
    );
    const { status, statusDescription, value } = parseAnswer(wire.entries, answer, {
      upstream: upstream.name,
      operation,
    });
    if (status !== '1')
      throw new UpstreamError('rejected', {
        upstream: upstream.name,
        operation,
        outcome: 'not-done',
        words: statusDescription ?? 'said no',
      });
    return { records: (value ?? []).map(toCivilRecord) };
  },
});

export const operations = [lookUpRecords];
