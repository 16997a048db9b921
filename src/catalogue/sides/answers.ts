/** @module What callers read of catalogue differences, looks and dossiers with a wrong system. */
import { z } from 'zod';
import { rfc3339 } from '../../http/answer.ts';
import { KINDS, OWNERS, ROUTING_KINDS } from '../../reconciliation/kinds.ts';
import { CATALOGUE_KINDS, FACTS, type Fact, KIND_WORDS, SUBJECTS } from './kinds.ts';
import type { CatalogueList } from './list-store.ts';
import type { Look, LookPart } from './look-store.ts';
import type { MisroutedDossier } from './routed-store.ts';
import { CATALOGUE_STATES, type KeptDifference } from './store.ts';
import { systemTitle } from './titles.ts';

const words = z.object({ vi: z.string(), en: z.string() });
const WAYS = ['asked', 'list'] as const;
const way = z.enum(WAYS).meta({ description: 'asked: the side itself; list: its uploaded list' });

export const keptAnswer = z.object({
  id: z.int(),
  side: z.string().meta({ description: 'The system whose catalogue differs from ours' }),
  subject: z.enum(SUBJECTS),
  code: z.string(),
  kind: z.enum(CATALOGUE_KINDS),
  title: words,
  state: z.enum(CATALOGUE_STATES),
  ours: z.string().nullable(),
  theirs: z.string().nullable(),
  way,
  asOf: z.string().meta({ description: 'When the other side was so' }),
  listId: z.int().nullable(),
  since: z.string().meta({ description: 'When it was first found' }),
  lastSeenAt: z.string(),
  endedAt: z.string().nullable(),
  decidedBy: z.string().nullable(),
  decidedReason: z.string().nullable(),
  ignoredUntil: z.string().nullable(),
});

export const toKeptAnswer = (row: KeptDifference): z.input<typeof keptAnswer> => ({
  ...row,
  title: KIND_WORDS[row.kind],
  asOf: rfc3339(row.asOf),
  since: rfc3339(row.since),
  lastSeenAt: rfc3339(row.lastSeenAt),
  endedAt: rfc3339(row.endedAt),
  ignoredUntil: rfc3339(row.ignoredUntil),
});

export const toldAnswer = z.array(z.object({ fact: z.enum(FACTS), way, asOf: z.string(), listId: z.int().nullable() }));

export const toToldAnswer = (told: LookPart['told']): z.input<typeof toldAnswer> =>
  (Object.entries(told) as [Fact, NonNullable<LookPart['told'][Fact]>][]).map(([fact, by]) => ({
    fact,
    ...by,
    asOf: rfc3339(by.asOf),
  }));

export const unreadAnswer = z
  .array(z.object({ code: z.string(), words: z.string() }))
  .readonly()
  .meta({ description: 'What stands in its lists and could not be read: taken as not told' });

const part = z.object({
  part: z.string().meta({ description: 'A side by its name, or dossiers' }),
  state: z.enum(['due', 'done', 'failed']),
  told: toldAnswer,
  notTold: z.array(z.enum(FACTS)).readonly(),
  unread: unreadAnswer,
  compared: z.int(),
  unjudged: z.int().meta({
    description: 'Of a side what could not be read; of the dossiers those whose procedure names no system',
  }),
  found: z.int(),
  began: z.int().meta({ description: 'Of those found, the new ones' }),
  ended: z.int(),
  error: z.string().nullable(),
  finishedAt: z.string().nullable(),
});

export const lookAnswer = z.object({
  id: z.string(),
  state: z.enum(['running', 'done', 'failed']).meta({ description: 'failed: some part could not be done' }),
  lookedOn: z.string().nullable().meta({ description: 'The day whose look it is; null: somebody asked for it' }),
  requestedBy: z.string(),
  requestedAt: z.string(),
  finishedAt: z.string().nullable(),
  parts: z.array(part),
});

export function toLookAnswer(look: Look, all: readonly LookPart[]): z.input<typeof lookAnswer> {
  const parts = all.filter(({ lookId }) => lookId === look.id);
  const isRunning = look.partsOpen || parts.some(({ state }) => state === 'due');
  const { partsOpen: _, ...facts } = look;
  return {
    ...facts,
    state: isRunning ? 'running' : parts.some(({ state }) => state === 'failed') ? 'failed' : 'done',
    requestedAt: rfc3339(look.requestedAt),
    finishedAt: rfc3339(look.finishedAt),
    parts: parts.map((one) => ({ ...one, told: toToldAnswer(one.told), finishedAt: rfc3339(one.finishedAt) })),
  };
}

export const misroutedAnswer = z.object({
  differenceId: z.int().meta({ description: 'By which it is ignored or made a case: /v1/differences' }),
  kind: z.enum(ROUTING_KINDS),
  title: words,
  dossierCode: z.string(),
  procedureCode: z.string().nullable(),
  agencyCode: z.string().nullable(),
  system: z.string().meta({ description: 'The system that it is with, or that says so' }),
  systemTitle: words,
  rightly: z.array(z.string()).meta({ description: 'The systems that resolve its procedure' }),
  since: z.string().meta({ description: 'Since when it is with that system, or that system says so' }),
  words: z.string().nullable().meta({ description: 'What that system said of it' }),
  owner: z.enum(OWNERS).meta({ description: 'Who has to act' }),
  act: words.meta({ description: 'What is to be done' }),
  state: z.enum(['confirmed', 'evidence', 'ignored']),
  firstSeenAt: z.string(),
  lastSeenAt: z.string(),
  ignoredUntil: z.string().nullable(),
});

export function toMisroutedAnswer(row: MisroutedDossier): z.input<typeof misroutedAnswer> {
  const rightly = [...(row.ours?.systems ?? [])];
  const { title, owner } = KINDS[row.kind];
  return {
    differenceId: row.differenceId,
    kind: row.kind,
    title,
    dossierCode: row.dossierCode,
    procedureCode: row.procedureCode,
    agencyCode: row.agencyCode,
    system: row.system,
    systemTitle: systemTitle(row.system),
    rightly,
    since: rfc3339(row.theirs?.sinceAt ?? row.firstSeenAt),
    words: row.cause,
    owner,
    act: actOn(row, rightly),
    state: row.state,
    firstSeenAt: rfc3339(row.firstSeenAt),
    lastSeenAt: rfc3339(row.lastSeenAt),
    ignoredUntil: rfc3339(row.ignoredUntil),
  };
}

const OWN = 'igate';

function actOn({ kind, system }: Pick<MisroutedDossier, 'kind' | 'system'>, rightly: readonly string[]) {
  const right = rightly.filter((name) => name !== OWN).map(systemTitle);
  const names = (language: 'vi' | 'en', or: string): string => right.map((title) => title[language]).join(or);
  const there =
    right.length === 0
      ? { vi: 'giải quyết trên hệ thống một cửa của tỉnh', en: 'resolve it in the province’s own system' }
      : { vi: `chuyển sang ${names('vi', ' hoặc ')}`, en: `hand it to ${names('en', ' or ')}` };
  const wrong = systemTitle(system);
  if (kind === 'entered-under-wrong-procedure')
    return {
      vi: `Sửa mã thủ tục của hồ sơ (hoặc lập hồ sơ thay thế), rồi chuyển lại; nếu mã đã đúng thì trả lời ${wrong.vi}.`,
      en: `Correct the dossier’s procedure (or supersede it) and hand it over again; or answer ${wrong.en}, where it is the right one.`,
    };
  return kind === 'sent-to-wrong-system'
    ? { vi: `Rút hồ sơ khỏi ${wrong.vi}, ${there.vi}.`, en: `Withdraw it from ${wrong.en} and ${there.en}.` }
    : {
        vi: `Đề nghị đơn vị vận hành ${wrong.vi} trả lại hồ sơ, ${there.vi}; hoặc sửa mã thủ tục nếu hồ sơ ghi sai.`,
        en: `Ask whoever runs ${wrong.en} to give it back and ${there.en}; or correct the procedure, where the dossier names the wrong one.`,
      };
}

export const listAnswer = z.object({
  id: z.int(),
  side: z.string(),
  kind: z.enum(['procedures', 'agencies']),
  covers: z.enum(['all', 'own', 'listed']),
  fileName: z.string().nullable(),
  asOf: z.string(),
  rows: z.int().meta({ description: 'Procedures or agencies in it' }),
  tells: z.array(z.string()).readonly().meta({ description: 'The columns it has' }),
  faults: z.array(z.object({ row: z.int(), column: z.string() })).readonly(),
  unread: z.int().meta({ description: 'Cells that could not be read: taken as not told' }),
  ignoredColumns: z.array(z.string()).readonly(),
  counts: z.boolean().meta({ description: 'Whether it is the newest of its side and kind, by which is compared' }),
  createdBy: z.string(),
  createdAt: z.string(),
});

export const toListAnswer = ({ clientId, asOf, createdAt, ...rest }: CatalogueList): z.input<typeof listAnswer> => ({
  ...rest,
  asOf: rfc3339(asOf),
  createdBy: clientId,
  createdAt: rfc3339(createdAt),
});
