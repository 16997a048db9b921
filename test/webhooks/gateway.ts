/** @module The gateway's HTTP pipeline with the webhooks of all connectors, and a timeline that only remembers. */
import type { FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';
import { connectors } from '../../connectors/index.ts';
import { createLimiter } from '../../src/access/rate-limit.ts';
import { buildApp } from '../../src/app.ts';
import type { PaymentReport } from '../../src/capabilities/payments.ts';
import type { AppendRequest } from '../../src/dossiers/append.ts';
import type { CommandResult } from '../../src/dossiers/commands.ts';
import { GatewayError } from '../../src/errors.ts';
import { createLog } from '../../src/log.ts';
import { processStore } from '../../src/shared/store.ts';
import { webhookRoutes } from '../../src/webhooks/routes.ts';
import type { SetAside } from '../../src/webhooks/store.ts';
import { noKeys } from '../support/no-keys.ts';
import { OTHER_SECRET, SECRET } from './signed.ts';

/** Tuesday 2026-03-10 09:00 in Viet Nam. */
export const NOW = Date.parse('2026-03-10T09:00:00+07:00');
export const CODE = 'land-security-code-1';
export const FORMER_CODE = 'land-security-code-0';
export const PLATFORM_SECRET = 'secret-of-the-platform';
export const FORMER_PLATFORM_SECRET = 'former-secret-of-the-platform';

const SETTINGS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  coordination: { SECRET, SECRET_PREVIOUS: OTHER_SECRET },
  'land-registry': { SECURITY_CODE: CODE, SECURITY_CODE_PREVIOUS: FORMER_CODE },
  'payment-platform': { SECRET: PLATFORM_SECRET, SECRET_PREVIOUS: FORMER_PLATFORM_SECRET },
};

export interface Gateway {
  readonly app: FastifyInstance;
  readonly appended: AppendRequest[];
  readonly aside: SetAside[];
  readonly payments: PaymentReport[];
  readonly logLines: string[];
}

export interface GatewayOptions {
  /** What the timeline answers; every event is accepted unless told. */
  append?(request: AppendRequest): Promise<CommandResult[]>;
  setAside?(message: SetAside): Promise<void>;
  takePayments?(reports: readonly PaymentReport[]): Promise<void>;
  readonly settings?: Readonly<Record<string, string>>;
}

export const accepted: CommandResult = { outcome: 'accepted', dossierId: 1, code: null, seq: 1, created: false };

/** The pipeline as the process builds it, without a database. */
export async function gateway(options: GatewayOptions = {}): Promise<Gateway> {
  const appended: AppendRequest[] = [];
  const aside: SetAside[] = [];
  const payments: PaymentReport[] = [];
  const logLines: string[] = [];
  const routes = webhookRoutes({
    connectors,
    settingsOf: ({ name, settings }) => settings.parse({ ...SETTINGS[name], ...options.settings }),
    async append(request) {
      const results = await (options.append?.(request) ?? request.commands.map(() => accepted));
      appended.push(request);
      return results;
    },
    async takePayments(reports) {
      await options.takePayments?.(reports);
      payments.push(...reports);
    },
    async setAside(message) {
      await options.setAside?.(message);
      aside.push(message);
    },
  });
  const app = await buildApp({
    config: { TRUST_PROXY: [], METRICS_ADDRESSES: [], UNKNOWN_PATHS_PER_MINUTE: 60, SHED_AT_DELAY_MS: 0 },
    limiter: createLimiter(processStore(), Date.now),
    publicUrl: 'http://127.0.0.1',
    log: createLog({ level: 'info', destination: { write: (line) => logLines.push(line) } }),
    clock: () => NOW,
    audit: { record: async () => {} },
    idempotency: noKeys,
    authenticator: {
      remembered: () => undefined,
      verify: () => Promise.reject(new GatewayError('unauthorized')),
    },
    issuer: null,
    console: null,
    routes,
    checks: {},
    metrics: new Registry(),
  });
  return { app, appended, aside, payments, logLines };
}
