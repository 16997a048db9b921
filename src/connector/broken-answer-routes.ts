/** @module What operators read of answers that broke their contract: where, and the answer itself, each reading audited. */
import { z } from 'zod';
import type { Seal } from '../access/seal.ts';
import type { Queryable } from '../db/queryable.ts';
import { rfc3339 } from '../http/answer.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { brokenAnswers } from './broken-answer-store.ts';
import { sealedAs } from './broken-answers.ts';

export interface BrokenAnswerRoutesDeps {
  readonly db: Queryable;
  readonly seal: Seal;
}

const item = z.object({
  id: z.int(),
  at: z.string(),
  operation: z.string(),
  path: z.string().nullable().meta({ description: 'Where it left the agreed shape; null where it could not be read' }),
  words: z.string(),
  answer: z.string().meta({ description: 'As it came; at most 262,144 characters' }),
});

export function brokenAnswerRoutes({ db, seal }: BrokenAnswerRoutesDeps): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/connectors/:name/broken-answers',
      id: 'listBrokenAnswers',
      tag: 'connectors',
      summary: { vi: 'Câu trả lời sai định dạng của một hệ thống', en: 'Answers of a system that broke its contract' },
      description: {
        vi: 'Mới nhất trước, giữ 30 ngày, mỗi loại lỗi mỗi phút một bản. Có thể chứa dữ liệu cá nhân: mỗi lượt đọc đều ghi nhật ký.',
        en: 'The newest first, kept for 30 days, one of a kind a minute. They may hold personal data: each reading is audited.',
      },
      scope: 'connectors.read-answers',
      audit: 'read',
      purpose: 'required',
      params: z.object({ name: z.string().regex(/^[a-z0-9-]{1,60}$/) }),
      query: z.object({ limit: z.coerce.number().int().min(1).max(100).default(20) }),
      response: { 200: z.object({ items: z.array(item) }) },
      errors: ['database-unavailable'],
      example: { params: { name: 'national-portal' } },
      handler: async ({ params: { name }, query: { limit }, audited }) => {
        const kept = await brokenAnswers(db, name, limit);
        audited({ details: { connector: name, ids: kept.map(({ id }) => id) } });
        return {
          items: kept.map(({ id, at, operation, path, words, answer }) => {
            const text = seal.open(answer, sealedAs(name));
            return { id, at: rfc3339(at), operation, path, words, answer: text };
          }),
        };
      },
    }),
  ];
}
