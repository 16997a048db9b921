/** @module POST /v1/dossiers/search: a citizen looks at the own dossier. */
import { z } from 'zod';
import type { Seal } from '../access/seal.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Queryable } from '../db/queryable.ts';
import { fail } from '../errors.ts';
import { rfc3339 } from '../http/answer.ts';
import { type Language, languageOf } from '../http/language.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { countTry } from '../shared/limit.ts';
import type { SharedStore } from '../shared/store.ts';
import { HOUR } from '../units.ts';
import { PAUSE_WORDS, STATUS_WORDS } from './citizen-words.ts';
import { EXAMPLE_CODE, examplePut } from './examples.ts';
import { foldOf } from './folded.ts';
import type { DossierRecord } from './read-store.ts';
import { Search } from './search.ts';
import { day } from './shape.ts';
import { pauseKind } from './status.ts';

export interface SearchRouteDeps {
  readonly db: Queryable;
  readonly seal: Seal;
  readonly store: SharedStore;
  readonly catalogue: () => Catalogue;
  /** Tries within an hour, at most. */
  readonly triesPerCitizen: number;
  readonly triesPerAddress: number;
}

const CITIZEN_ADDRESS = 'x-citizen-address';

const answer = z.object({
  dossierCode: z.string(),
  procedureName: z.string().nullable(),
  status: z.string(),
  statusText: z.string(),
  submittedAt: z.string().nullable(),
  receivedAt: z.string().nullable(),
  appointmentAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  pauses: z.array(
    z.object({
      reason: z.string(),
      text: z.string(),
      since: z.string(),
      until: z.string().nullable(),
      suspendsDeadline: z.boolean(),
    }),
  ),
});

export function searchRoutes(deps: SearchRouteDeps): Route[] {
  const { store, catalogue, triesPerCitizen, triesPerAddress } = deps;
  const search = new Search(deps);
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/dossiers/search',
      id: 'searchDossier',
      tag: 'dossiers',
      summary: { vi: 'Người dân tra cứu hồ sơ của mình', en: 'A citizen looks up the own dossier' },
      description: {
        vi: 'Cần đúng cả ba: số hồ sơ, số định danh của chủ hồ sơ và ngày sinh. Sai hay không có đều được trả lời như nhau. Giới hạn số lần theo số định danh và theo địa chỉ.',
        en: 'Takes all three: the dossier’s number, the applicant’s personal number and the date of birth. Wrong and absent are answered alike. Tries are limited by personal number and by address.',
      },
      scope: 'dossiers.search',
      audit: 'read',
      purpose: 'required',
      headers: z.object({
        [CITIZEN_ADDRESS]: z
          .union([z.ipv4(), z.ipv6()])
          .optional()
          .meta({ description: 'Where the citizen asks from, as the caller sees it; tries are counted by it.' }),
      }),
      body: z.strictObject({
        dossierCode: z.string().min(1).max(100),
        personalId: z.string().regex(/^\d{9}$|^\d{12}$/),
        birthDate: day,
      }),
      response: { 200: answer },
      errors: ['dossier-not-found', 'database-unavailable'],
      example: {
        headers: { 'x-purpose': 'citizen-self-service', 'x-dossier': EXAMPLE_CODE, 'x-officer': 'cong-dan' },
        body: {
          dossierCode: EXAMPLE_CODE,
          personalId: examplePut.applicant.personalId,
          birthDate: examplePut.applicant.birthDate,
        },
      },
      handler: async (call) => {
        const { body, caller, headers, now, remoteAddress } = call;
        call.audited({ target: body.personalId });
        const person = search.person(body);
        const address = headers[CITIZEN_ADDRESS] ?? remoteAddress;
        await countTry(
          store,
          [
            { name: 'search-per-citizen', of: person.toString('hex'), atMost: triesPerCitizen, windowMs: HOUR },
            { name: 'search-per-address', of: address, atMost: triesPerAddress, windowMs: HOUR },
          ],
          now,
        );
        const agencies = catalogue().agencies.asOf(now);
        const record = await search.find(body, person, agencies.spellingsOf(body.dossierCode), (found) =>
          agencies.covers(caller.agencies, found.agencies),
        );
        if (!record) fail('dossier-not-found', NOT_FOUND);
        call.audited({ dossier: record.code ?? body.dossierCode });
        const language = call.rawHeaders['accept-language'];
        return toAnswer(
          record,
          body.dossierCode,
          catalogue(),
          languageOf(typeof language === 'string' ? language : ''),
        );
      },
    }),
  ];
}

const NOT_FOUND = {
  detail: 'No dossier has this number, this personal number and this date of birth together.',
  detailVi: 'Không có hồ sơ nào khớp cả số hồ sơ, số định danh và ngày sinh đã nhập.',
};

function toAnswer(
  record: DossierRecord,
  asked: string,
  catalogue: Catalogue,
  language: Language,
): z.input<typeof answer> {
  const folded = foldOf(record, catalogue);
  const procedure = catalogue.procedureAt(record.procedureCode, record.receivedAt);
  return {
    dossierCode: record.code ?? asked,
    procedureName: procedure?.name ?? null,
    status: folded.status,
    statusText: STATUS_WORDS[folded.status][language],
    submittedAt: rfc3339(record.submittedAt),
    receivedAt: rfc3339(record.receivedAt),
    appointmentAt: rfc3339(record.appointmentAt),
    finishedAt: rfc3339(record.finishedAt),
    pauses: folded.intervals.map(({ reason, from, to }) => ({
      reason,
      text: PAUSE_WORDS[pauseKind(reason)][language],
      since: rfc3339(from),
      until: rfc3339(to),
      suspendsDeadline: catalogue.pauseRule(procedure, reason, from).effect === 'suspend',
    })),
  };
}
