/** @module Alerts for officers and operators: what stands, to whom it has risen, and the hand that takes it. */
import { z } from 'zod';
import { SUSPICIONS } from '../audit/suspicions.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Queryable } from '../db/queryable.ts';
import { agencyCode } from '../dossiers/shape.ts';
import { fail } from '../errors.ts';
import { rfc3339 } from '../http/answer.ts';
import type { Caller } from '../http/auth.ts';
import { linkNext } from '../http/paging.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { ALERT_STATES, type AlertRow, acknowledge, findAlert, listAlerts } from './alert-store.ts';
import { ALERT_KINDS, type AlertKind, type AlertRules, levelOf, ROLES } from './rules.ts';
import { readAlertRules } from './rules-store.ts';
import { ALERT_WORDS, ROLE_WORDS } from './words.ts';

export interface AlertRouteDeps {
  readonly db: Queryable;
  readonly catalogue: () => Catalogue;
}

const words = z.object({ vi: z.string(), en: z.string() });

const alertAnswer = z.object({
  id: z.int(),
  kind: z.enum(ALERT_KINDS),
  title: words,
  state: z.enum(ALERT_STATES),
  dossierCode: z.string().nullable(),
  agencyCode: z.string().nullable(),
  raisedAt: z.string(),
  clearedAt: z.string().nullable(),
  acknowledgedAt: z.string().nullable(),
  acknowledgedBy: z.string().nullable(),
  acknowledgedReason: z.string().nullable(),
  /** 0: the officer; each step of the ladder adds one. */
  level: z.int(),
  role: z.enum(ROLES),
  roleName: words,
  detail: z.looseObject({}),
});

function toAlertAnswer(
  row: AlertRow,
  rules: AlertRules,
  catalogue: Catalogue,
  now: number,
): z.input<typeof alertAnswer> {
  const kind = row.kind as AlertKind;
  const { level, role } = levelOf(row, rules.get(kind), catalogue.calendarOf(row.agencyCode), now);
  return {
    id: row.id,
    kind,
    title: ALERT_WORDS[kind],
    state: row.clearedAt !== null ? 'cleared' : row.acknowledgedAt !== null ? 'acknowledged' : 'open',
    dossierCode: row.dossierCode,
    agencyCode: row.agencyCode,
    raisedAt: rfc3339(row.raisedAt),
    clearedAt: rfc3339(row.clearedAt),
    acknowledgedAt: rfc3339(row.acknowledgedAt),
    acknowledgedBy: row.acknowledgedBy,
    acknowledgedReason: row.acknowledgedReason,
    level,
    role,
    roleName: ROLE_WORDS[role],
    detail: Object.fromEntries(Object.entries(row.detail).map(([name, value]) => [name, shown(name, value)])),
  };
}

/** Facts named `…At` and `since` are instants. */
const shown = (name: string, value: unknown): unknown =>
  typeof value === 'number' && (name.endsWith('At') || name === 'since') ? rfc3339(value) : value;

/** What officers read is for auditors to look into, not for the officers' own application. */
const hiddenFrom = (caller: Caller): readonly string[] => (caller.scopes.has('audit.read') ? [] : SUSPICIONS);

export function alertRoutes({ db, catalogue }: AlertRouteDeps): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/alerts',
      id: 'listAlerts',
      tag: 'alerts',
      summary: { vi: 'Cảnh báo, mới nhất trước', en: 'Alerts, newest first' },
      description: {
        vi: 'Mỗi mức cảnh báo của một hồ sơ chỉ phát một lần và tự hết khi không còn lý do; level và role cho biết đã chuyển lên cấp nào khi chưa ai nhận.',
        en: 'Each rung of a dossier is raised once and clears itself when its reason is gone; level and role say how far it has risen while nobody took it.',
      },
      scope: 'alerts.read',
      query: z.object({
        agency: agencyCode.optional(),
        kind: z.enum(ALERT_KINDS).optional(),
        state: z.enum(ALERT_STATES).default('open'),
        limit: z.coerce.number().int().min(1).max(500).default(50),
        cursor: z
          .string()
          .regex(/^\d{1,15}$/)
          .optional(),
      }),
      response: { 200: z.object({ items: z.array(alertAnswer) }) },
      errors: ['invalid-parameters'],
      example: { query: { state: 'open', limit: 20 } },
      handler: async (call) => {
        const { agency, kind, state, limit, cursor } = call.query;
        const agencies = catalogue().agencies.asOf(call.now);
        const [rows, rules] = await Promise.all([
          listAlerts(db, {
            own: agencies.codesUnder(call.caller.agencies),
            agency: agency ? agencies.codesUnder([agency]) : null,
            kind: kind ?? null,
            without: hiddenFrom(call.caller),
            state,
            before: cursor === undefined ? null : Number(cursor),
            limit,
          }),
          readAlertRules(db),
        ]);
        if (rows.length === limit) linkNext(call, rows.at(-1)!.id);
        return { items: rows.map((row) => toAlertAnswer(row, rules, catalogue(), call.now)) };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/alerts/:id/acknowledge',
      id: 'acknowledgeAlert',
      tag: 'alerts',
      summary: { vi: 'Nhận xử lý cảnh báo', en: 'Acknowledge an alert' },
      scope: 'alerts.acknowledge',
      audit: 'write',
      params: z.object({ id: z.coerce.number().int().positive() }),
      body: z.strictObject({ reason: z.string().min(1).max(1000).optional() }),
      response: { 200: alertAnswer },
      errors: ['not-found', 'forbidden-agency'],
      example: { params: { id: '1' }, body: { reason: 'Đã liên hệ Chi nhánh Văn phòng đăng ký đất đai' } },
      handler: async (call) => {
        const { id } = call.params;
        const absent = () => fail('not-found', { detail: `No alert ${id}`, detailVi: `Không có cảnh báo số ${id}` });
        const row = (await findAlert(db, id)) ?? absent();
        if (hiddenFrom(call.caller).includes(row.kind)) absent();
        if (row.agencies !== null && !catalogue().agencies.asOf(call.now).covers(call.caller.agencies, row.agencies))
          fail('forbidden-agency');
        call.audited({
          ...(row.dossierCode === null ? {} : { dossier: row.dossierCode }),
          details: { alert: id, reason: call.body.reason ?? null },
        });
        await acknowledge(db, id, call.access.officer ?? call.caller.clientId, call.body.reason ?? null, call.now);
        const taken = (await findAlert(db, id)) ?? absent();
        return toAlertAnswer(taken, await readAlertRules(db), catalogue(), call.now);
      },
    }),
  ];
}
