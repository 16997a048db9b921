/** @module The settings with which the demo runs. */
import type { Connector } from '../connector/define.ts';
import { SECOND } from '../units.ts';
import { connectorEnvironment } from './connectors.ts';
import type { DemoSecrets } from './files.ts';
import { demoFiles } from './payments.ts';

const SETTLE_AFTER = 2 * SECOND;
const READ_BACK_AFTER = 20 * SECOND;
const ASK_AFTER = 2 * SECOND;

/** The demo's settings: everything that the environment does not say. */
export function demoEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  dataDir: string,
  secrets: DemoSecrets,
  connectors: readonly Connector[],
): Record<string, string | undefined> {
  const simulatorsPort = env.SIMULATORS_PORT || '8090';
  return {
    LOG_LEVEL: 'warn',
    SYNC_MODE: 'send',
    SYNC_SETTLE_AFTER_MS: String(SETTLE_AFTER),
    SYNC_READ_BACK_AFTER_MS: String(READ_BACK_AFTER),
    SYNC_REQUEST_TIMEOUT_MS: '10000',
    SYNC_LEASE_MS: '30000',
    // Everything that the demo's subscribers could be listens here.
    EGRESS_ALLOW: '127.0.0.0/8',
    PAYMENTS_ASK_AFTER_MS: String(ASK_AFTER),
    ...demoFiles,
    ...connectorEnvironment(connectors, `http://127.0.0.1:${simulatorsPort}`),
    NATIONAL_PORTAL_PASSWORD: secrets.portalPassword,
    COORDINATION_SECRET: secrets.webhookSecret,
    LAND_REGISTRY_SECURITY_CODE: secrets.securityCode,
    TAX_SECURITY_KEY: secrets.securityCode,
    ...env,
    DATA_DIR: dataDir,
  };
}
