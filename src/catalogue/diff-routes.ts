/** @module What a side's catalogue says differently at this moment, and codes of dossiers that no catalogue knows. */
import { z } from 'zod';
import type { Queryable } from '../db/queryable.ts';
import { fail } from '../errors.ts';
import { rfc3339 } from '../http/answer.ts';
import { defineRoute, type Route } from '../http/route.ts';
import type { Catalogue } from './catalogue.ts';
import { CATALOGUE_KINDS, FACTS, KIND_WORDS, type Subject } from './sides/kinds.ts';
import type { Sides } from './sides/sides.ts';

export interface CatalogueDiffDeps {
  readonly db: Queryable;
  readonly catalogue: () => Catalogue;
  readonly sides: Sides;
}

const unknownCode = z.object({ code: z.string(), openDossiers: z.int() });
const difference = z.object({
  kind: z.enum(CATALOGUE_KINDS),
  title: z.object({ vi: z.string(), en: z.string() }),
  code: z.string(),
  ours: z.string().nullable(),
  theirs: z.string().nullable(),
});

export function catalogueDiffRoutes({ db, catalogue, sides }: CatalogueDiffDeps): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/catalogues/diff',
      id: 'getCatalogueDiff',
      tag: 'catalogues',
      summary: {
        vi: 'Sai lệch danh mục với một hệ thống, lúc này',
        en: 'What differs between our catalogues and another’s, now',
      },
      description: {
        vi: 'Thủ tục, cơ quan chỉ có một bên; tên, lĩnh vực, thời hạn giải quyết, phí, lệ phí khác nhau; mã thủ tục, mã cơ quan của hồ sơ đang giải quyết mà danh mục không có. told: mỗi nội dung do đâu cho biết (asked: hỏi hệ thống đó; list: danh sách đã tải lên) và tính đến lúc nào; notTold: những gì không bên nào cho biết.',
        en: 'Procedures and agencies that one side lacks; names, sectors, limits and fees that differ; codes of open dossiers that no catalogue has. told says how each fact is known (asked: the side itself; list: an uploaded list) and as of when; notTold is what no side says anything of.',
      },
      scope: 'catalogues.read',
      query: z.object({
        destination: z.string().max(60).default('national-portal').meta({ description: 'The side compared with' }),
      }),
      response: {
        200: z.object({
          destination: z.string(),
          procedures: z.array(difference),
          agencies: z.array(difference),
          unknownProcedures: z.array(unknownCode),
          unknownAgencies: z.array(unknownCode),
          told: z.array(
            z.object({
              fact: z.enum(FACTS),
              way: z.enum(['asked', 'list']),
              asOf: z.string(),
              listId: z.int().nullable(),
            }),
          ),
          notTold: z.array(z.enum(FACTS)).readonly(),
          unread: z
            .array(z.object({ code: z.string(), words: z.string() }))
            .readonly()
            .meta({ description: 'What stands in its lists and could not be read: taken as not told' }),
        }),
      },
      errors: ['not-found', 'upstream-unavailable', 'upstream-timeout', 'upstream-contract'],
      example: {},
      handler: async (call) => {
        const { destination } = call.query;
        if (!(await sides.names()).includes(destination))
          fail('not-found', {
            detail: `Nothing is known of a catalogue of ${destination}: it is not connected, or has none`,
            detailVi: `Không biết danh mục nào của ${destination}: chưa kết nối hoặc không có danh mục`,
          });
        const [compared, used] = await Promise.all([sides.compare(destination), codesInUse(db)]);
        const of = (subject: Subject) =>
          compared.differences
            .filter((one) => one.subject === subject)
            .map((one) => ({ ...one, title: KIND_WORDS[one.kind] }));
        const unknown = (codes: readonly InUse[], isKnown: (code: string) => boolean) =>
          codes.filter(({ code }) => !isKnown(code)).map(({ code, n }) => ({ code, openDossiers: n }));
        return {
          destination,
          procedures: of('procedure'),
          agencies: of('agency'),
          unknownProcedures: unknown(used.procedures, (code) => catalogue().knowsProcedure(code)),
          unknownAgencies: unknown(used.agencies, (code) => catalogue().agency(code) !== null),
          told: [...compared.told].map(([fact, by]) => ({ fact, ...by, asOf: rfc3339(by.asOf) })),
          notTold: [...compared.notTold],
          unread: [...compared.unread],
        };
      },
    }),
  ];
}

interface InUse {
  readonly code: string;
  readonly n: number;
}

async function codesInUse(db: Queryable): Promise<{ procedures: InUse[]; agencies: InUse[] }> {
  const of = async (column: 'procedure_code' | 'agency_code'): Promise<InUse[]> =>
    (
      await db.query<InUse>(
        `select ${column} as code, count(*)::int as n from dossier where finished_at is null and ${column} is not null group by 1 order by 1`,
      )
    ).rows;
  const [procedures, agencies] = await Promise.all([of('procedure_code'), of('agency_code')]);
  return { procedures, agencies };
}
