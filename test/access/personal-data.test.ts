/** @module What is left of an answer for whom not everything was granted. */
import { expect, it } from 'vitest';
import { z } from 'zod';
import { personal, personalPlaces, withhold } from '../../src/access/personal-data.ts';
import { documentSchema } from '../../src/http/document-schema.ts';
import { jsonSchema, writingSchema } from '../../src/http/json-schema.ts';

const person = z.object({
  kind: z.string(),
  name: personal('name', z.string()),
  born: personal('birth', z.string().nullable()).optional(),
});
const answer = z.object({
  outcome: z.string(),
  applicant: person.nullable(),
  items: z.array(z.object({ owner: person })),
  byRole: z.record(z.string(), person),
  mother: personal('family', person.nullable()),
});
const an = { kind: 'citizen', name: 'Nguyễn Văn An', born: '1990-05-17' };
const whole = { outcome: 'found', applicant: an, items: [{ owner: an }], byRole: { payer: an }, mother: an };
const places = personalPlaces(jsonSchema(answer, 'output'));
const { name: _, ...nameless } = an;
const { born: __, ...bornless } = an;
const { mother: ___, ...motherless } = whole;

it.each([
  ['all', null, whole],
  ['everything by name', ['name', 'birth', 'family'], whole],
  [
    'all but names',
    ['birth', 'family'],
    { ...whole, applicant: nameless, items: [{ owner: nameless }], byRole: { payer: nameless } },
  ],
  [
    'all but births',
    ['name', 'family'],
    { ...whole, applicant: bornless, items: [{ owner: bornless }], byRole: { payer: bornless } },
  ],
  ['all but relatives, who go whole', ['name', 'birth'], motherless],
  [
    'nothing',
    [],
    {
      outcome: 'found',
      applicant: { kind: 'citizen' },
      items: [{ owner: { kind: 'citizen' } }],
      byRole: { payer: { kind: 'citizen' } },
    },
  ],
])('granted %s', (_title, granted, left) => {
  expect(withhold(whole, places, granted && new Set(granted))).toEqual(left);
});

it('what is not there is not missed, and the answer itself stays whole', () => {
  const before = structuredClone(whole);
  const sparse = { outcome: 'none', applicant: null, items: [], byRole: {}, mother: null };
  expect(withhold(sparse, places, new Set())).toEqual({ outcome: 'none', applicant: null, items: [], byRole: {} });
  withhold(whole, places, new Set());
  expect(whole).toEqual(before);
});

it('the document says which members they are, and requires none of them', () => {
  const shown = documentSchema(answer, 'output') as { required: string[]; properties: Record<string, object> };
  expect(shown.required).toEqual(['outcome', 'applicant', 'items', 'byRole']);
  expect(shown.properties.mother).toMatchObject({ 'x-personal-data': 'family' });
  expect(JSON.stringify(writingSchema(answer))).not.toContain('"required":["kind","name"');
});
