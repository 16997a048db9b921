/** @module An operator's corrections of a timeline, each with a reason: void, supersede. */
import { z } from 'zod';
import { defineRoute, type Route } from '../http/route.ts';
import type { Appender } from './append.ts';
import { EXAMPLE_CODE, SUPERSEDED_EXAMPLE, VOIDED_EXAMPLE_SEQ } from './examples.ts';
import { orRefuse } from './refusal.ts';
import { dossierCode } from './shape.ts';

const reason = z.string().min(3).max(1000);
const done = z.object({ dossierCode: z.string(), seq: z.int() });
const errors = [
  'dossier-not-found',
  'forbidden-agency',
  'not-found',
  'conflict',
  'queue-full',
  'database-unavailable',
] as const;

export function correctRoutes({ appender }: { readonly appender: Appender }): Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/dossiers/:code/events/:seq/void',
      id: 'voidEntry',
      tag: 'operations',
      summary: { vi: 'Hủy một diễn biến ghi sai', en: 'Take a wrong entry back' },
      scope: 'dossiers.correct',
      audit: 'write',
      params: z.object({ code: dossierCode, seq: z.coerce.number().int().positive() }),
      body: z.strictObject({ reason, document: z.string().max(200).optional() }),
      response: { 200: done },
      errors,
      example: {
        params: { code: EXAMPLE_CODE, seq: String(VOIDED_EXAMPLE_SEQ) },
        body: { reason: 'Ghi nhầm hồ sơ', document: 'Phiếu đề nghị số 12' },
      },
      handler: async (call) => {
        const { code, seq } = call.params;
        call.audited({ dossier: code, details: { seq, reason: call.body.reason } });
        const [result] = await appender.append({
          commands: [
            {
              type: 'void',
              code,
              seq,
              reason: call.body.reason,
              document: call.body.document ?? null,
              author: call.caller.clientId,
              agencies: call.caller.agencies,
            },
          ],
          raw: null,
        });
        return { dossierCode: code, seq: orRefuse(result!).seq };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/dossiers/:code/supersede',
      id: 'supersedeDossier',
      tag: 'operations',
      summary: { vi: 'Thay hồ sơ bằng hồ sơ khác', en: 'Close a dossier in favour of another' },
      scope: 'dossiers.correct',
      audit: 'write',
      params: z.object({ code: dossierCode }),
      body: z.strictObject({ by: dossierCode, reason }),
      response: { 200: done },
      errors,
      example: { params: { code: SUPERSEDED_EXAMPLE }, body: { by: EXAMPLE_CODE, reason: 'Hồ sơ nộp hai lần' } },
      handler: async (call) => {
        const { code } = call.params;
        call.audited({ dossier: code, details: { by: call.body.by, reason: call.body.reason } });
        const [result] = await appender.append({
          commands: [
            {
              type: 'supersede',
              code,
              by: call.body.by,
              reason: call.body.reason,
              author: call.caller.clientId,
              agencies: call.caller.agencies,
            },
          ],
          raw: null,
        });
        return { dossierCode: call.body.by, seq: orRefuse(result!).seq };
      },
    }),
  ];
}
