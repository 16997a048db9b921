/** @module For one person: who read their data, over all systems, when, why and for which dossier. */
import { z } from 'zod';
import type { AgenciesOn } from '../agencies/directory.ts';
import { oldNumber, personalId } from '../capabilities/lookup.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Queryable } from '../db/queryable.ts';
import type { Bilingual } from '../errors.ts';
import { rfc3339 } from '../http/answer.ts';
import { type Language, languageOf } from '../http/language.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { erasedSince } from './persons.ts';
import { type AuditRecord, entriesAbout } from './read-store.ts';
import { agenciesOf, pageFields, spanFields, spanOf, type TitleOf } from './reading.ts';
import { targetHash } from './target.ts';
import { erasureOf, OUTCOMES, outcomeOf, purposeWords, sentenceOf } from './who-read-words.ts';

export interface WhoReadDeps {
  readonly db: Queryable;
  readonly catalogue: () => Catalogue;
  /** The key of the hashes by which a person is found. */
  readonly targetKey: string;
  readonly titleOf: TitleOf;
  /** What an outside system is called, by its connector's name. */
  readonly systemOf: (connector: string) => Bilingual | null;
}

const access = z.object({
  id: z.int(),
  at: z.string(),
  officer: z.string().nullable(),
  client: z.string().nullable(),
  agencies: z.array(z.object({ code: z.string(), name: z.string().nullable() })),
  operation: z.string(),
  operationName: z.string(),
  system: z.string().nullable(),
  systemName: z.string().nullable(),
  purpose: z.string().nullable(),
  purposeName: z.string().nullable(),
  dossier: z.string().nullable(),
  outcome: z.enum(OUTCOMES),
  /** All of it as one sentence in the language asked for. */
  text: z.string(),
});

const question = z
  .strictObject({
    personalId: personalId.optional(),
    oldNumber: oldNumber.optional(),
    ...spanFields,
    limit: z.int().min(1).max(500).default(50),
    cursor: pageFields.cursor,
  })
  .check((ctx) => {
    if ((ctx.value.personalId === undefined) !== (ctx.value.oldNumber === undefined)) return;
    const params = { vi: 'cần đúng một trong personalId, oldNumber', en: 'exactly one of personalId, oldNumber' };
    ctx.issues.push({ code: 'custom', params, path: ['personalId'], input: ctx.value.personalId });
  });

export function whoReadRoutes(deps: WhoReadDeps): Route[] {
  const { db, catalogue, targetKey } = deps;
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/audit/who-read',
      id: 'whoRead',
      tag: 'audit',
      summary: { vi: 'Ai đã đọc dữ liệu của một người', en: "Who read a person's data" },
      description: {
        vi: 'Trả lời công dân: cán bộ nào, của cơ quan nào, qua ứng dụng nào, lúc nào, ở hệ thống nào, mục đích gì, cho hồ sơ nào. Câu văn ở text theo Accept-Language. Gồm mọi cơ quan; chính lượt hỏi này cũng vào nhật ký. Người đã được xóa dữ liệu thì erased nêu lúc xóa, và chỉ kể các lượt sau đó.',
        en: 'The answer for a citizen: which officer of which agency, through which application, when, at which system, for what purpose and dossier; text says it in the language of Accept-Language. All agencies are told of, and this question itself is audited. Where the person was erased, erased says when, and only what came after is told.',
      },
      scope: 'audit.who-read',
      audit: 'read',
      purpose: 'required',
      body: question,
      response: {
        200: z.object({
          from: z.string(),
          to: z.string(),
          /** When the person was erased from the log: what came before is told to nobody. */
          erased: z.object({ at: z.string(), text: z.string() }).nullable(),
          items: z.array(access),
          cursor: z.string().nullable(),
        }),
      },
      errors: ['invalid-parameters'],
      example: { body: { personalId: '066090000123', limit: 50 } },
      handler: async (call) => {
        const { personalId: id, oldNumber: old, limit, cursor } = call.body;
        const person = (id ?? old)!;
        call.audited({ target: person });
        const span = spanOf(call.body, call.now);
        const before = cursor === undefined ? null : Number(cursor);
        const hash = targetHash(person, targetKey);
        const erasedAt = await erasedSince(db, hash);
        const from = Math.max(span.from, erasedAt ?? span.from);
        const records = await entriesAbout(db, hash, { ...span, from, before, limit });
        const header = call.rawHeaders['accept-language'];
        const language = languageOf(typeof header === 'string' ? header : undefined);
        const agencies = catalogue().agencies.asOf(call.now);
        return {
          from: rfc3339(span.from),
          to: rfc3339(span.to),
          erased: erasedAt === null ? null : { at: rfc3339(erasedAt), text: erasureOf(erasedAt, language) },
          items: records.map((record) => toAccess(record, deps, agencies, language)),
          // A page may begin with a person's number nowhere else than in a body.
          cursor: records.length === limit ? String(records.at(-1)!.id) : null,
        };
      },
    }),
  ];
}

function toAccess(
  record: AuditRecord,
  { titleOf, systemOf, catalogue }: WhoReadDeps,
  agencies: AgenciesOn,
  language: Language,
): z.input<typeof access> {
  const { id, at, officer, clientId, operation, purpose, dossier, details } = record;
  const system = typeof details.system === 'string' ? details.system : null;
  const facts = {
    at,
    officer,
    client: clientId,
    agencies: agenciesOf(record).map((code) => ({ code, name: agencies.find(code)?.name ?? null })),
    operation: titleOf(operation)?.[language] ?? operation,
    system: system === null ? null : (systemOf(system)?.[language] ?? system),
    purpose: purposeWords(purpose, catalogue(), at, language),
    dossier,
    outcome: outcomeOf(record.status),
  };
  return {
    id,
    at: rfc3339(at),
    officer,
    client: clientId,
    agencies: facts.agencies,
    operation,
    operationName: facts.operation,
    system,
    systemName: facts.system,
    purpose,
    purposeName: facts.purpose,
    dossier,
    outcome: facts.outcome,
    text: sentenceOf({ ...facts, agencies: facts.agencies.map(({ code, name }) => name ?? code) }, language),
  };
}
