/** @module The connectors as operators see them: what each joins, how sure its wire is, how its upstream does and why it is not called. */
import { z } from 'zod';
import { fail } from '../errors.ts';
import { rfc3339 } from '../http/answer.ts';
import { defineRoute, type Route } from '../http/route.ts';
import type { Connector } from './define.ts';
import { HEALTH_STATES, type HealthReport, type HealthState } from './health.ts';
import type { MaintenanceWindow } from './maintenance-store.ts';
import { declaredGrade } from './quality/grade.ts';
import { GRADES } from './quality/rules.ts';
import { durationBelow, TRAFFIC_WINDOW } from './traffic.ts';

const bilingual = z.object({ vi: z.string(), en: z.string() });
const state = z.enum([...HEALTH_STATES, 'inbound']).meta({
  description: '`not-connected`: no address is set; `inbound`: it only calls us; `unknown`: not asked yet',
});

const stop = z.object({
  by: z.enum(['upstream', 'operator', 'breaker']),
  why: z.string(),
  words: z.string().nullable(),
  since: z.string(),
  until: z.string().nullable(),
});

const item = z.object({
  name: z.string(),
  title: bilingual,
  capabilities: z.array(z.string()),
  wire: z.object({ version: z.string(), confidence: z.string(), note: bilingual }),
  grade: z.enum(GRADES).nullable(),
  state,
  breaker: z.string().nullable(),
  stop: stop
    .nullable()
    .meta({ description: 'Why it is not called at present, who said so, and when it is called again by itself' }),
  maintenanceUntil: z.string().nullable(),
  limits: z
    .array(
      z.object({
        id: z.string(),
        title: bilingual,
        per: z.enum(['minute', 'hour', 'day']),
        amount: z.int(),
        used: z.int(),
        left: z.int(),
        resetsAt: z.string(),
      }),
    )
    .meta({
      description: 'What the system allows in a time: whose limit, how much of it is used, when it begins anew',
    }),
  receives: z.boolean(),
});

const figures = z.object({ calls: z.int(), failures: z.int() });

const detail = item.extend({
  operations: z.array(
    z.object({ id: z.string(), method: z.string(), path: z.string(), scope: z.string(), summary: bilingual }),
  ),
  maintenance: z.array(z.object({ id: z.string(), startsAt: z.string(), endsAt: z.string(), reason: z.string() })),
  health: z
    .object({
      now: z
        .object({ at: z.string(), ok: z.boolean(), failure: z.string().nullable(), ms: z.number() })
        .nullable()
        .meta({ description: 'What the declared health call last found' }),
      stopped: z
        .array(stop.extend({ operation: z.string() }))
        .meta({ description: 'Operations that are not called at present although their upstream is' }),
      traffic: figures.extend({
        windowSeconds: z.int(),
        byKind: z.record(z.string(), z.int()),
        byOperation: z.record(z.string(), figures),
        p50Ms: z
          .number()
          .nullable()
          .meta({ description: 'Half of the calls took at most so long; null: longer than is told' }),
        p95Ms: z.number().nullable(),
        lastSuccessAt: z.string().nullable(),
        lastFailure: z.object({ at: z.string(), operation: z.string(), kind: z.string() }).nullable(),
      }),
    })
    .nullable(),
});

/** How upstreams do, as all processes see it. */
export interface HealthSource {
  reports(): Promise<ReadonlyMap<string, HealthReport>>;
}

export interface ConnectorRoutesDeps {
  readonly connectors: readonly Connector[];
  readonly health: HealthSource;
  readonly windows: () => Promise<readonly MaintenanceWindow[]>;
}

/** The state that a person is told: of the reports where there is a connection, else why there is none. */
export function shownState(connector: Connector, report: HealthReport | undefined): HealthState | 'inbound' {
  return report?.state ?? (connector.webhook ? 'inbound' : 'not-connected');
}

export function connectorRoutes({ connectors, health, windows }: ConnectorRoutesDeps): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/connectors',
      id: 'listConnectors',
      tag: 'connectors',
      summary: { vi: 'Các hệ thống được kết nối', en: 'The connected systems' },
      scope: 'connectors.read',
      response: { 200: z.object({ items: z.array(item) }) },
      errors: [],
      example: {},
      handler: async () => {
        const reports = await health.reports();
        return { items: connectors.map((connector) => itemOf(connector, reports.get(connector.name))) };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/connectors/:name',
      id: 'getConnector',
      tag: 'connectors',
      summary: { vi: 'Một hệ thống được kết nối', en: 'One connected system' },
      scope: 'connectors.read',
      params: z.object({ name: z.string().regex(/^[a-z0-9-]{1,60}$/) }),
      response: { 200: detail },
      errors: ['not-found'],
      example: { params: { name: 'national-portal' } },
      handler: async (call) => {
        const connector = named(connectors, call.params.name);
        const [reports, announced] = await Promise.all([health.reports(), windows()]);
        const report = reports.get(connector.name);
        return {
          ...itemOf(connector, report),
          operations: (connector.operations ?? []).map(({ id, method, path, scope, summary }) => ({
            id,
            method,
            path,
            scope,
            summary,
          })),
          maintenance: announced
            .filter((window) => window.connector === connector.name)
            .map(({ id, startsAt, endsAt, reason }) => ({
              id,
              startsAt: rfc3339(startsAt),
              endsAt: rfc3339(endsAt),
              reason,
            })),
          health: report ? healthOf(report) : null,
        };
      },
    }),
  ];
}

/** @throws GatewayError not-found */
export function named(connectors: readonly Connector[], wanted: string): Connector {
  return (
    connectors.find(({ name }) => name === wanted) ??
    fail('not-found', { detail: `No connector ${wanted}`, detailVi: `Không có kết nối ${wanted}` })
  );
}

function itemOf(connector: Connector, report: HealthReport | undefined): z.output<typeof item> {
  const why = report?.stop ?? null;
  const isMaintenance = why !== null && why.by !== 'breaker' && why.why === 'maintenance';
  return {
    name: connector.name,
    title: connector.title,
    capabilities: [...connector.capabilities],
    wire: connector.wire,
    grade: declaredGrade(connector),
    state: shownState(connector, report),
    breaker: report?.breaker ?? null,
    stop: why && { ...why, since: rfc3339(why.since), until: rfc3339(why.until) },
    maintenanceUntil: isMaintenance ? rfc3339(why.until) : null,
    limits: (report?.limits ?? []).map((limit) => ({
      ...limit,
      left: Math.max(0, limit.amount - limit.used),
      resetsAt: rfc3339(limit.resetsAt),
    })),
    receives: connector.webhook !== undefined,
  };
}

function healthOf({ probe, operations, traffic }: HealthReport): z.output<typeof detail>['health'] {
  const { durations: _, lastFailure, lastSuccessAt, ...counts } = traffic;
  return {
    now: probe && { at: rfc3339(probe.at), ok: probe.failure === null, failure: probe.failure, ms: probe.ms },
    stopped: operations.map((own) => ({ ...own, since: rfc3339(own.since), until: rfc3339(own.until) })),
    traffic: {
      ...counts,
      windowSeconds: TRAFFIC_WINDOW / 1000,
      p50Ms: durationBelow(0.5, traffic),
      p95Ms: durationBelow(0.95, traffic),
      lastSuccessAt: rfc3339(lastSuccessAt),
      lastFailure: lastFailure && { ...lastFailure, at: rfc3339(lastFailure.at) },
    },
  };
}
