/** @module The routes under test in a gateway whose callers are known by their token's text: `<client> <agency>`. */
import type { FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';
import { AUDITOR_SCOPES, OPERATOR_SCOPES } from '../../src/access/clients.ts';
import { createLimiter } from '../../src/access/rate-limit.ts';
import { buildApp } from '../../src/app.ts';
import type { AuditEntry } from '../../src/audit/record.ts';
import type { Caller } from '../../src/http/auth.ts';
import type { Route } from '../../src/http/route.ts';
import { processStore } from '../../src/shared/store.ts';
import { noKeys } from '../support/no-keys.ts';
import { silent } from '../support/timeline.ts';

export interface Gateway {
  readonly app: FastifyInstance;
  readonly audited: AuditEntry[];
  /** What every caller may do; those of an operator and an auditor at first. */
  readonly scopes: Set<string>;
  /** Calls as an operator and auditor of an agency; a body makes it a POST. */
  call(
    agency: string,
    url: string,
    body?: object,
    more?: Readonly<Record<string, string>>,
  ): Promise<{ status: number; headers: object; json: Answer }>;
}

/** An answer's members, for a test to compare. */
export type Answer = Record<string, unknown> & { items: Record<string, unknown>[] };

/** @param clock epoch ms */
export async function gatewayWith(routes: readonly Route[], clock: () => number): Promise<Gateway> {
  const audited: AuditEntry[] = [];
  const scopes = new Set([...OPERATOR_SCOPES, ...AUDITOR_SCOPES]);
  const callerOf = (authorization: string | undefined): Caller => ({
    clientId: 'operator',
    scopes,
    agencies: [(authorization ?? '').replace('Bearer ', '')],
    roles: ['operator'],
    officer: null,
    issuer: 'http://gateway.test',
    issuedAt: 0,
    expiresAt: Number.POSITIVE_INFINITY,
  });
  const app = await buildApp({
    config: { TRUST_PROXY: [], METRICS_ADDRESSES: [], UNKNOWN_PATHS_PER_MINUTE: 60, SHED_AT_DELAY_MS: 0 },
    limiter: createLimiter(processStore(), Date.now),
    publicUrl: 'http://gateway.test',
    log: silent,
    clock,
    idempotency: noKeys,
    audit: {
      async record(entry) {
        audited.push(entry);
      },
    },
    authenticator: { remembered: callerOf, verify: async (authorization) => callerOf(authorization) },
    issuer: null,
    console: null,
    routes,
    checks: {},
    metrics: new Registry(),
  });
  return {
    app,
    audited,
    scopes,
    async call(agency, url, body, more = {}) {
      const answer = await app.inject({
        method: body ? 'POST' : 'GET',
        url,
        headers: {
          authorization: `Bearer ${agency}`,
          ...(body ? { 'content-type': 'application/json' } : {}),
          ...more,
        },
        ...(body ? { payload: JSON.stringify(body) } : {}),
      });
      return { status: answer.statusCode, headers: answer.headers, json: answer.json() };
    },
  };
}
