/** @module The settings of a process: one schema over the environment, read once, every fault named at once. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { parseNetworks } from './connector/addresses.ts';
import { furtherHeaders, furtherStatuses } from './reconciliation/export-columns.ts';

/** What is known of a setting beside its schema. */
interface SettingMeta {
  readonly description: string;
  /** May also come from the file named by `<KEY>_FILE`, and is never echoed. */
  readonly secret?: true;
  /** What `.env.example` shows where there is no default. */
  readonly example?: string;
}

const meta = new WeakMap<z.ZodType, SettingMeta>();

/** A setting with its description, for `.env.example` and the documents. */
export function setting<T extends z.ZodType>(
  schema: T,
  description: string,
  more?: Omit<SettingMeta, 'description'>,
): T {
  meta.set(schema, { description, ...more });
  return schema;
}

const port = z.coerce.number().int().min(0).max(65_535);
const milliseconds = z.coerce.number().int().min(100).max(3_600_000);
const days = z.coerce.number().int().min(1).max(3650);
const address = z.url({ protocol: /^https?$/ });
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);

/** JSON of a shape, kept as its text; an empty object where nothing is told. */
const json = (shape: z.ZodType) =>
  z
    .string()
    .default('{}')
    .refine((text) => isJsonOf(shape, text), 'must be JSON of the shape shown');

function isJsonOf(shape: z.ZodType, text: string): boolean {
  try {
    return shape.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}

function areNetworks(entries: readonly string[]): boolean {
  try {
    parseNetworks(entries);
    return true;
  } catch {
    return false;
  }
}

/** The gateway's own settings, by the name of their environment variable. */
export const settings = {
  HOST: setting(z.string().default('127.0.0.1'), 'The address to listen on.'),
  PORT: setting(port.default(8080), "The gateway's port; 0 takes a free one."),
  SIMULATORS_PORT: setting(port.default(8090), "The simulators' port (npm start)."),
  PUBLIC_URL: setting(
    address.optional(),
    'The address under which callers reach the gateway; by default that of HOST and PORT.',
    {
      example: 'https://lienthong.example.vn',
    },
  ),
  ROLE: setting(
    z.enum(['all', 'gateway', 'worker']).default('all'),
    'What this process does: answers calls, delivers, or both.',
  ),
  DATA_DIR: setting(
    z.string().default('.lienthong'),
    'Where the embedded database, keys and the demo keep their files.',
  ),
  DATABASE_URL: setting(
    z.url({ protocol: /^postgres(ql)?$/ }).optional(),
    'PostgreSQL 15 or newer. Without it the embedded database is used, which is not for production.',
    { secret: true, example: 'postgres://lienthong:password@127.0.0.1:5432/lienthong' },
  ),
  DATABASE_OWNER_URL: setting(
    z.url({ protocol: /^postgres(ql)?$/ }).optional(),
    "The owner's of the tables, for migrations alone: the role of DATABASE_URL is then given no more than it needs, and can only append to the audit log.",
    { secret: true, example: 'postgres://lienthong_owner:password@127.0.0.1:5432/lienthong' },
  ),
  DATABASE_CONNECTIONS: setting(
    z.coerce.number().int().min(2).max(500).default(16),
    'Connections to PostgreSQL, at most.',
  ),
  REDIS_URL: setting(
    z.url({ protocol: /^rediss?$/ }).optional(),
    'Redis for what replicas share for speed; without it each process keeps its own, and losing it loses nothing.',
    { secret: true, example: 'redis://127.0.0.1:6379' },
  ),
  LOG_LEVEL: setting(
    z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
    'From which level on lines are written; the line per request is info, warn for a 5xx.',
  ),
  TRUST_PROXY: setting(
    list.default([]),
    'Addresses of proxies whose X-Forwarded-For is believed, separated by commas.',
  ),
  UNKNOWN_PATHS_PER_MINUTE: setting(
    z.coerce.number().int().min(1).max(1_000_000).default(60),
    'How many paths that do not exist one address without a token may ask for in a minute; then 429.',
  ),
  SHED_AT_DELAY_MS: setting(
    z.coerce.number().int().min(0).max(60_000).default(1_000),
    'From which mean delay of the event loop on calls are refused with 503, but for health and pushes; 0: never.',
  ),
  CLIENT_NOTICE_DAYS: setting(
    z.coerce.number().int().min(1).max(365).default(30),
    'How many days before a client’s validity ends an alert is raised.',
  ),
  CERTIFICATE_NOTICE_DAYS: setting(
    z.coerce.number().int().min(1).max(365).default(30),
    'How many days before a TLS certificate ends, an upstream’s or that of PUBLIC_URL, an alert is raised.',
  ),
  METRICS_ADDRESSES: setting(
    list.default(['127.0.0.1', '::1']),
    'Addresses that may read /metrics, separated by commas.',
  ),
  AUDIENCE: setting(z.string().default('urn:lienthong:gateway'), 'The audience that access tokens must name.'),
  CONSOLE_OIDC_ISSUER: setting(
    address.optional(),
    'Where people log in to the console: an OpenID provider (Keycloak, WSO2); without it the embedded one, with the people of lienthong person.',
    { example: 'https://sso.example.vn/realms/tinh' },
  ),
  CONSOLE_OIDC_CLIENT_ID: setting(z.string().default('lienthong-console'), 'The console as a client of that provider.'),
  CONSOLE_OIDC_CLIENT_SECRET: setting(
    z.string().optional(),
    'Its secret there; without one it is a public client (PKCE).',
    {
      secret: true,
      example: '',
    },
  ),
  CONSOLE_OIDC_SCOPE: setting(z.string().default('openid profile'), 'The scopes that it asks for there.'),
  CONSOLE_OIDC_NAME_CLAIM: setting(
    z.string().default('preferred_username'),
    'The claim by which a person is known here (lienthong person add … --outside).',
  ),
  CONSOLE_OIDC_ROLE_CLAIM: setting(
    z.string().optional(),
    'The claim with the roles of who is not registered here; without it only registered people get in.',
    { example: 'realm_access.roles' },
  ),
  CONSOLE_OIDC_ROLES: setting(
    list.default([]),
    'Which role there is which here, such as lt-admin=admin,lt-van-hanh=operator; the highest counts.',
  ),
  CONSOLE_OIDC_AGENCY_CLAIM: setting(
    z.string().default('agencies'),
    'The claim with the codes of the agencies of who is not registered here.',
  ),
  CONSOLE_OIDC_SECOND_FACTORS: setting(
    list.default(['mfa', 'otp', 'hwk']),
    'Values of acr or amr by which the provider says that a second factor was used, which an admin must.',
  ),
  CONSOLE_IDLE_MINUTES: setting(
    z.coerce.number().int().min(1).max(1440).default(30),
    'After how many minutes without a call a session of the console ends; its page asks while it is open and seen.',
  ),
  CONSOLE_SESSION_HOURS: setting(
    z.coerce.number().int().min(1).max(168).default(10),
    'After how many hours a session of the console ends at the latest.',
  ),
  ISSUERS_FILE: setting(
    z.string().optional(),
    'JSON with the outside issuers whose tokens are taken beside the embedded one’s (Keycloak, WSO2); see docs/en/operate.md.',
    { example: '/etc/lienthong/issuers.json' },
  ),
  SIGNING_KEY_DAYS: setting(
    z.coerce.number().int().min(1).max(3650).default(90),
    "After how many days the embedded issuer's signing key is rotated by itself.",
  ),
  ENCRYPTION_KEY: setting(
    z
      .string()
      .refine((text) => Buffer.from(text, 'base64').length === 32, 'must be 32 bytes in base64')
      .optional(),
    'Encrypts secrets and kept answers at rest: 32 bytes in base64. npm start makes one in DATA_DIR.',
    { secret: true, example: '' },
  ),
  ENCRYPTION_KEYS_FORMER: setting(
    list
      .default([])
      .refine(
        (keys) => keys.every((key) => Buffer.from(key, 'base64').length === 32),
        'each must be 32 bytes in base64',
      ),
    'Keys that ENCRYPTION_KEY had before, separated by commas: what they sealed is read, and sealed anew by a worker. lienthong sealing status says when they can go.',
    { secret: true },
  ),
  AUDIT_KEY: setting(
    z.string().min(32).optional(),
    'Keys the hash of whose data was read, at least 32 characters. npm start makes one in DATA_DIR.',
    { secret: true, example: '' },
  ),
  AUDIT_HEADS_FILE: setting(
    z.string().optional(),
    'Where signed heads of the audit log are kept, outside the database; by default audit-heads.jsonl in DATA_DIR.',
    { example: '/var/lib/lienthong/audit-heads.jsonl' },
  ),
  AUDIT_KEPT_MONTHS: setting(
    z.coerce.number().int().min(12).max(1200).default(60),
    'How many months the audit log is kept; then a whole month ends, and its signed last entry stays.',
  ),
  AUDIT_ALERT_PERSONS: setting(
    z.coerce.number().int().min(1).default(60),
    'From how many persons on, read by one officer within an hour, auditors are alerted.',
  ),
  AUDIT_ALERT_WITHOUT_DOSSIER: setting(
    z.coerce.number().int().min(1).default(10),
    'The same for readings of one officer that name no dossier.',
  ),
  AUDIT_ALERT_OUT_OF_HOURS: setting(
    z.coerce.number().int().min(1).default(10),
    'The same for readings of one officer outside office hours.',
  ),
  FEES_FILE: setting(
    z.string().optional(),
    'JSON with fees, groups of payers and reductions, as data/demo/fees.json; without it no fee is quoted.',
    { example: '/etc/lienthong/fees.json' },
  ),
  BENEFICIARY_ACCOUNTS_FILE: setting(
    z.string().optional(),
    'JSON with the account that payments to each agency are credited to, as data/demo/beneficiary-accounts.json; without it none is asked for.',
    { example: '/etc/lienthong/beneficiary-accounts.json' },
  ),
  PAYMENTS_PAGE_MINUTES: setting(
    z.coerce.number().int().min(1).max(10_080).default(30),
    'How long a payment page can be paid at; after it the platform is asked a last time.',
  ),
  PAYMENTS_ASK_AFTER_MS: setting(
    milliseconds.default(30_000),
    'After how long a payment that is open or unknown is first asked about; later pauses grow to an hour.',
  ),
  CONNECTORS: setting(
    list.default([]),
    'Connectors from outside: names of packages, or paths of modules, separated by commas.',
  ),
  SYNC_MODE: setting(
    z.enum(['observe', 'compare', 'send']).default('observe'),
    'What no sync policy names: observe never writes, compare lists what it would write, send writes.',
  ),
  SYNC_SETTLE_AFTER_MS: setting(
    milliseconds.default(30_000),
    'How long an unknown outcome is left to settle before the destination is asked.',
  ),
  SYNC_LEASE_MS: setting(milliseconds.default(90_000), 'How long a dossier under way belongs to one worker.'),
  SYNC_REQUEST_TIMEOUT_MS: setting(milliseconds.default(60_000), 'How long a destination may take for one call.'),
  SYNC_READ_BACK_AFTER_MS: setting(
    milliseconds.default(300_000),
    'How long after an acknowledgement the destination is read back.',
  ),
  SYNC_READ_BACKS_PER_SECOND: setting(
    z.coerce.number().int().min(1).max(1000).default(20),
    'Read-backs a second, at most.',
  ),
  EGRESS_ALLOW: setting(
    list.default([]).refine(areNetworks, 'must be addresses or networks such as 10.20.0.0/16, separated by commas'),
    'Networks of your own that addresses named by clients (subscriptions) may lead to, also by plain http; else only https to public addresses is called.',
    { example: '10.20.0.0/16' },
  ),
  SUBSCRIPTION_PAUSE_AFTER_MS: setting(
    z.coerce.number().int().min(100).default(3_600_000),
    'How long nothing may get through to a subscriber until it counts as paused and an alert is raised; it resumes by itself.',
  ),
  SHIM_STATUS_AFTER_MS: setting(
    milliseconds.default(120_000),
    'How long a status that an iGate posts to the shim without a time waits for the step that says when.',
  ),
  SEARCH_TRIES_PER_CITIZEN: setting(
    z.coerce.number().int().min(1).max(100_000).default(10),
    'How often within an hour a dossier is searched for with one personal number.',
  ),
  SEARCH_TRIES_PER_ADDRESS: setting(
    z.coerce.number().int().min(1).max(1_000_000).default(100),
    'How often within an hour dossiers are searched for from one address: X-Citizen-Address, else the caller’s own.',
  ),
  DOSSIERS_KEPT_DAYS: setting(
    z.coerce.number().int().min(0).max(36_500).default(3650),
    'How many days after its end a dossier keeps whom it is about, by the rules on archives; only after them one person is erased from it.',
  ),
  RAW_MESSAGES_KEPT_DAYS: setting(
    days.default(396),
    'How many days messages are kept as they came in and went out (sealed).',
  ),
  DELIVERY_ATTEMPTS_KEPT_DAYS: setting(days.default(396), 'How many days the attempts of deliveries are kept.'),
  EXCHANGES_KEPT_DAYS: setting(
    days.default(396),
    'How many days what was handed to a ministry is kept after its end (sealed).',
  ),
  EVIDENCE_EXCHANGES_KEPT_DAYS: setting(
    days.default(396),
    'How many days what was said to a destination about a dossier that differed is kept for evidence packs (sealed).',
  ),
  IMPORTS_KEPT_DAYS: setting(
    days.default(90),
    'How many days an ended import is kept with its faults; its file goes at once.',
  ),
  PORTAL_EXPORTS_KEPT_DAYS: setting(days.default(30), 'How many days uploaded exports of a portal are kept.'),
  QUARANTINE_KEPT_DAYS: setting(
    days.default(180),
    'How many days a quarantined message is kept after it was released or discarded (sealed).',
  ),
  BROKEN_ANSWERS_KEPT_DAYS: setting(
    days.default(30),
    'How many days an answer that broke its contract is kept (sealed).',
  ),
  CHANGES_KEPT_DAYS: setting(days.default(90), 'How many days a change stays in the change feed.'),
  RECONCILE_CALLS_PER_SECOND: setting(
    z.coerce.number().int().min(1).max(1000).default(20),
    'Calls a second that reconciliation asks of a destination, at most.',
  ),
  RECONCILE_REPAIRS_PER_MINUTE: setting(
    z.coerce.number().int().min(1).max(1_000_000).default(600),
    'Dossiers a minute that reconciliation lets be sent again, at most: a mistake of a rule then reaches few before somebody sees it.',
  ),
  RECONCILE_NIGHTLY_AT: setting(
    z
      .string()
      .regex(/^(off|([01]\d|2[0-3]):[0-5]\d)$/, 'HH:MM, or off')
      .default('02:00'),
    'When everything is reconciled each night, in the time of Viet Nam; off: never.',
  ),
  RECONCILE_NIGHTLY_REPAIRS: setting(
    z.stringbool().default(true),
    'Whether the nightly reconciliation also mends what it finds.',
  ),
  INCIDENT_PARTIES_FILE: setting(
    z.string().optional(),
    'JSON with who sends incidents and whom they are addressed to, as data/demo/incident-parties.json; without it the three usual parties, with no address.',
    { example: '/etc/lienthong/incident-parties.json' },
  ),
  INCIDENT_NUMBER_PREFIX: setting(
    z
      .string()
      .regex(/^[A-Z0-9][A-Z0-9-]{0,19}$/, 'capital letters, digits and hyphens')
      .default('SC'),
    'What the numbers of incidents begin with: SC-2026-0001.',
  ),
  INCIDENT_ATTACHMENT_BYTES_AT_MOST: setting(
    z.coerce
      .number()
      .int()
      .min(1024)
      .max(64 * 1024 ** 2)
      .default(10 * 1024 ** 2),
    'The largest image or paper that is attached to an incident, in bytes; ten times as much for all of one.',
  ),
  RECONCILE_EXPORT_COLUMNS: setting(
    json(furtherHeaders),
    'Headers of your portal’s exports beside the usual ones, as JSON: {"status":["Tình trạng xử lý"]}; columns are code, status, appointmentAt, receivedAt, channel and procedureCode.',
  ),
  RECONCILE_EXPORT_STATUSES: setting(
    json(furtherStatuses),
    'Words of your portal’s exports for its status codes beside the usual ones, as JSON: {"Chờ thuế":"6"}.',
  ),
  RECONCILE_EXPORT_BYTES_AT_MOST: setting(
    z.coerce
      .number()
      .int()
      .min(1024)
      .default(2 * 1024 ** 3),
    'The largest export of the portal that is taken, in bytes.',
  ),
  OBSERVE_CALLS_PER_SECOND: setting(
    z.coerce.number().min(0.1).max(1000).default(5),
    'Questions a second by which a destination is observed, at most: its quota for reading.',
  ),
  OBSERVE_CALLS_PER_DAY: setting(
    z.coerce.number().int().min(1).max(100_000_000).default(100_000),
    'Questions a day by which a destination is observed, at most.',
  ),
  OBSERVE_LISTING_EVERY_MS: setting(
    z.coerce.number().int().min(1_000).max(86_400_000).default(1_800_000),
    'Between two sweeps of the listing of a destination that has one.',
  ),
  OBSERVE_LISTING_DAYS: setting(
    z.coerce.number().int().min(1).max(3_700).default(30),
    'How many days of receipt, back from today, such a sweep goes through.',
  ),
  IMPORT_BYTES_AT_MOST: setting(
    z.coerce
      .number()
      .int()
      .min(1024)
      .default(1024 ** 3),
    'The largest file of open dossiers that is taken, in bytes.',
  ),
  DEADLINE_ROUND_TO_CLOSE: setting(
    z.stringbool().default(true),
    'Whether an appointment of whole days that a pause has moved is rounded up to the close of its day.',
  ),
  DEADLINE_END_OF_DAY: setting(
    z.enum(['office-close', 'midnight']).default('office-close'),
    'When the last day of a limit of whole days ends.',
  ),
} as const satisfies Record<string, z.ZodType>;

/** Settings of connectors by the connector's name: `national-portal` + `baseUrl` is `NATIONAL_PORTAL_BASE_URL`. */
export type ConnectorSettings = Readonly<Record<string, z.ZodObject>>;

/** The settings as read. */
export type Config = Readonly<{ [K in keyof typeof settings]: z.output<(typeof settings)[K]> }> & {
  /** Each connector's settings by its name, as its own schema read them. */
  readonly connectors: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};

/** One fault of the environment. */
export interface ConfigProblem {
  readonly key: string;
  /** What is wrong and what is expected; never the value. */
  readonly message: string;
}

/** The environment does not fit: every fault at once. */
export class ConfigError extends Error {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(`Settings need correction:\n${problems.map(({ key, message }) => `  ${key}: ${message}`).join('\n')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/**
 * Reads the settings; an empty variable counts as absent.
 *
 * @throws ConfigError with every fault
 */
export function loadConfig(
  env: Readonly<Record<string, string | undefined>>,
  connectors: ConnectorSettings = {},
): Config {
  const problems: ConfigProblem[] = [];
  const own: Record<string, unknown> = {};
  for (const [key, schema] of Object.entries(settings)) own[key] = readSetting(env, key, schema, problems);

  const theirs: Record<string, Record<string, unknown>> = {};
  for (const [name, schema] of Object.entries(connectors)) {
    const values: Record<string, unknown> = {};
    for (const [member, part] of Object.entries(schema.shape)) {
      const value = readSetting(env, variableOf(name, member), part as z.ZodType, problems);
      if (value !== undefined) values[member] = value;
    }
    theirs[name] = values;
  }

  if (problems.length > 0) throw new ConfigError(problems);
  return { ...own, connectors: theirs } as Config;
}

/** The environment variable of a connector's setting. */
export function variableOf(connector: string, member: string): string {
  return `${connector}_${member.replace(/([a-z0-9])([A-Z])/g, '$1_$2')}`.replaceAll('-', '_').toUpperCase();
}

function readSetting(
  env: Readonly<Record<string, string | undefined>>,
  key: string,
  schema: z.ZodType,
  problems: ConfigProblem[],
): unknown {
  const text = isSecret(schema) ? secretText(env, key, problems) : env[key] || undefined;
  const result = schema.safeParse(text);
  if (result.success) return result.data;
  // Zod's messages name what is expected, not what was given; with `reportInput` off no value is in them.
  problems.push(
    ...result.error.issues.map(({ message }) => ({ key, message: text === undefined ? 'is required' : message })),
  );
  return undefined;
}

/** A secret's text from its variable or from the file that `<KEY>_FILE` names. */
function secretText(env: Readonly<Record<string, string | undefined>>, key: string, problems: ConfigProblem[]) {
  const fileKey = `${key}_FILE`;
  const path = env[fileKey] || undefined;
  if (path === undefined) return env[key] || undefined;
  if (env[key]) problems.push({ key, message: `is given twice: leave out ${key} or ${fileKey}` });
  try {
    return readFileSync(path, 'utf8').trim() || undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    problems.push({ key: fileKey, message: `names a file that cannot be read (${code ?? 'unknown reason'})` });
    return undefined;
  }
}

function isSecret(schema: z.ZodType): boolean {
  return metaOf(schema).secret === true;
}

/** What was said of a setting, also when `.optional()` or a default was wrapped around it afterwards. */
function metaOf(schema: z.ZodType): Partial<SettingMeta> {
  const said = meta.get(schema) ?? schema.meta();
  if (said !== undefined) return said;
  return 'unwrap' in schema && typeof schema.unwrap === 'function' ? metaOf(schema.unwrap()) : {};
}

/** What a document says of a setting. */
export function settingFacts(schema: z.ZodType): Partial<SettingMeta> & { readonly fallback: string | undefined } {
  const read = schema.safeParse(undefined);
  return {
    ...metaOf(schema),
    fallback: read.success && read.data !== undefined ? String(read.data) : undefined,
  };
}

/** The text of `.env.example`: every setting with its description and default. */
export function envExample(connectors: ConnectorSettings = {}): string {
  const lines = [
    '# Settings of Liên Thông, all optional unless said otherwise. A secret may also come from the file named by <KEY>_FILE.',
  ];
  const add = (key: string, schema: z.ZodType) => {
    const known = metaOf(schema);
    const fallback = schema.safeParse(undefined);
    const shown = fallback.success && fallback.data !== undefined ? String(fallback.data) : undefined;
    const secret = known.secret === true ? ' (secret)' : '';
    const required = fallback.success ? '' : ' Required.';
    lines.push('', `# ${known.description ?? key}${required}${secret}`);
    lines.push(`${shown === undefined ? '# ' : ''}${key}=${shown ?? known.example ?? ''}`);
  };
  for (const [key, schema] of Object.entries(settings)) add(key, schema);
  for (const [name, schema] of Object.entries(connectors)) {
    lines.push('', `# --- ${name}`);
    for (const [member, part] of Object.entries(schema.shape)) add(variableOf(name, member), part as z.ZodType);
  }
  return `${lines.join('\n')}\n`;
}
