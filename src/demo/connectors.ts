/** @module The settings by which the demo's connectors reach their simulators: addresses derived, accounts as the simulators take them. */
import { variableOf } from '../config.ts';
import type { Connector } from '../connector/define.ts';

/** Accounts at the simulators by connector, in the names of its settings. */
const ACCOUNTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  population: { CALLS_PER_DAY: '50000' },
  'national-portal': { USERNAME: 'h15', PASSWORD: 'h15', UNIT: 'H15' },
  'land-registry': { READS_DOSSIERS: 'true', OAUTH_PATH: '/token' },
  'civil-status': {
    USERNAME: 'h15',
    PASSWORD: 'h15',
    PROVINCE: '66',
    POLL_MIN_MS: '1000',
    POLL_MAX_MS: '5000',
    PATH_WITHDRAW: '/rutHoSo',
  },
  'business-registry': { POLL_SECONDS: '2', POLL_SECONDS_MAX: '15' },
  'payment-platform': { PARTNER: 'h15', SECRET: 'h15', PAYER_PROVINCE: 'Đắk Lắk' },
  vnpost: {
    CUSTOMER_CODE: 'H15',
    CUSTOMER_KEY: 'h15',
    CUSTOMER_SECRET: 'h15',
    TRACK_SECONDS: '2',
    TRACK_SECONDS_MAX: '15',
    SETTLE_SECONDS: '2',
  },
};

/** What a simulator that gives tokens takes when nobody configured it. */
const USUAL_ACCOUNT = { CLIENT_ID: 'h15', CLIENT_SECRET: 'h15' };

/** The environment in which every connector with an address is joined to its simulator. */
export function connectorEnvironment(connectors: readonly Connector[], simulators: string): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const { name, settings } of connectors) {
    if ('BASE_URL' in settings.shape) environment[variableOf(name, 'BASE_URL')] = `${simulators}/${name}`;
    for (const [key, value] of Object.entries({ ...USUAL_ACCOUNT, ...ACCOUNTS[name] }))
      if (key in settings.shape) environment[variableOf(name, key)] = value;
  }
  return environment;
}
