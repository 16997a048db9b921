/** @module The console's log-in from the settings: the embedded issuer with its own people, or the province's provider. */

import { issuerRecords } from '../access/issuer-records.ts';
import { checkLogIn } from '../access/log-in.ts';
import { readPerson } from '../access/person-store.ts';
import { ROLES, type Role } from '../access/roles.ts';
import type { Seal } from '../access/seal.ts';
import type { Audit } from '../audit/record.ts';
import { type Config, ConfigError } from '../config.ts';
import type { Queryable } from '../db/queryable.ts';
import { CONSOLE_CLIENT, type IssuerPeople } from '../http/issuer.ts';
import type { Log } from '../log.ts';
import type { SharedStore } from '../shared/store.ts';
import type { ConsoleDeps } from './log-in.ts';
import { Sessions } from './sessions.ts';
import type { WhoSettings } from './who.ts';

export interface ConsoleOptions {
  readonly config: Config;
  readonly db: Queryable;
  readonly seal: Seal;
  readonly shared: SharedStore;
  readonly audit: Audit;
  readonly publicUrl: string;
  readonly log: Log;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** @throws ConfigError where a role is named that there is not */
export function openConsole(options: ConsoleOptions): {
  readonly console: ConsoleDeps;
  readonly people: IssuerPeople | null;
} {
  const { config, db, seal, shared, audit, publicUrl, log, now } = options;
  const redirectUri = new URL('/console/callback', publicUrl).href;
  const outside = config.CONSOLE_OIDC_ISSUER;
  const common = { redirectUri, now };
  const console: ConsoleDeps = {
    sessions: new Sessions({
      db,
      seal,
      publicUrl,
      idleMinutes: config.CONSOLE_IDLE_MINUTES,
      hours: config.CONSOLE_SESSION_HOURS,
      now,
    }),
    provider: outside
      ? {
          ...common,
          issuer: outside,
          clientId: config.CONSOLE_OIDC_CLIENT_ID,
          clientSecret: config.CONSOLE_OIDC_CLIENT_SECRET,
          scope: config.CONSOLE_OIDC_SCOPE,
          isEmbedded: false,
        }
      : {
          ...common,
          issuer: publicUrl,
          clientId: CONSOLE_CLIENT,
          clientSecret: undefined,
          scope: 'openid',
          isEmbedded: true,
        },
    who: outside ? outsideWho(config) : EMBEDDED_WHO,
    findPerson: (name) => readPerson(db, name),
    seal,
    audit,
    now,
    log,
  };
  const people: IssuerPeople = {
    records: issuerRecords(db),
    cookieKey: seal.hash('cookies of the issuer').toString('base64url'),
    redirectUri,
    async check(attempt) {
      const outcome = await checkLogIn({ db, seal, shared, now }, attempt);
      return typeof outcome === 'string' ? outcome : { name: outcome.person.name, factors: outcome.factors };
    },
    has: async (name) => (await readPerson(db, name))?.suspendedAt === null,
  };
  return { console, people: outside ? null : people };
}

/** Only registered people log in at the embedded issuer, each by the name it is registered under. */
const EMBEDDED_WHO: WhoSettings = {
  nameClaim: 'sub',
  roleClaim: null,
  roles: new Map(),
  agencyClaim: 'agencies',
  secondFactors: ['otp'],
};

function outsideWho(config: Config): WhoSettings {
  return {
    nameClaim: config.CONSOLE_OIDC_NAME_CLAIM,
    roleClaim: config.CONSOLE_OIDC_ROLE_CLAIM ?? null,
    roles: new Map(config.CONSOLE_OIDC_ROLES.map(roleOf)),
    agencyClaim: config.CONSOLE_OIDC_AGENCY_CLAIM,
    secondFactors: config.CONSOLE_OIDC_SECOND_FACTORS,
  };
}

function roleOf(pair: string): [theirs: string, ours: Role] {
  const at = pair.lastIndexOf('=');
  const ours = ROLES.find((role) => role === pair.slice(at + 1));
  if (at < 1 || ours === undefined) {
    const message = `"${pair}" must be <role there>=<one of ${ROLES.join(', ')}>`;
    throw new ConfigError([{ key: 'CONSOLE_OIDC_ROLES', message }]);
  }
  return [pair.slice(0, at), ours];
}
