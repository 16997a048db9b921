/** @module Opens connections to PostgreSQL that read times as epoch milliseconds and outlive a lost server. */
import pg from 'pg';
import { SECOND } from '../units.ts';

export type PoolOptions = {
  /** Connections at most. */
  max: number;
  /** Shown in pg_stat_activity. */
  applicationName: string;
  /** What the server lets one statement take, in milliseconds; 0 for no limit. */
  statementTimeoutMs: number;
  /**
   * Its statements look rows up by key, always. A plan that was kept from when a table was small, or never counted, would
   * read the whole table for each of them (measured: nine tenths of the database's time under load).
   */
  keyLookups?: boolean;
  /** How `jsonb` and `text` are read, where not as they stand. */
  readers?: Readers;
  /** Told of a connection lost while idle; the pool has replaced it by then. */
  onIdleError?: (error: Error) => void;
};

/** How values of `jsonb` and `text` are read. */
export interface Readers {
  json(text: string): unknown;
  text(text: string): string;
}

const { builtins } = pg.types;

/**
 * How columns are read: bigint as a number, refusing what a number can't hold; timestamptz as milliseconds since the
 * epoch, so that no Date is made for each row; date as the text YYYY-MM-DD, for a calendar day has no zone.
 */
function columnTypes(readers?: Readers): pg.CustomTypesConfig {
  const parsers = new Map(textParsers);
  if (readers) parsers.set(builtins.JSONB, readers.json).set(builtins.TEXT, readers.text);
  return {
    getTypeParser(oid, format) {
      if (format === 'text' || format === undefined) {
        const parse = parsers.get(oid);
        if (parse) return parse;
      }
      return pg.types.getTypeParser(oid, format);
    },
  };
}

const textParsers = new Map<number, (text: string) => unknown>([
  [builtins.INT8, parseSafeInteger],
  [builtins.TIMESTAMPTZ, parseInstant],
  [builtins.DATE, (text) => text],
  // int8[], timestamptz[] and date[] (pg_type.dat)
  [1016, (text) => parseArray(text, parseSafeInteger)],
  [1185, (text) => parseArray(text, parseInstant)],
  [1182, (text) => parseArray(text, (element) => element)],
]);

/**
 * A pool for statements and transactions. A connection lost while idle is reported and replaced, never thrown;
 * one lost in use rejects its statement. Close it with `end()`.
 */
export function openPool(url: string, options: PoolOptions): pg.Pool {
  const { max, onIdleError = () => {} } = options;
  const pool = new pg.Pool({ ...connectionOptions(url, options), max, idleTimeoutMillis: 30 * SECOND });
  pool.on('error', (error) => onIdleError(error));
  // A server that dies can break a connection twice, the second time when its statement has rejected already: nobody else listens then.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/**
 * One connection that sends each statement at once, without waiting for the answers before it: a transaction of n
 * statements costs one round trip. Issue them all, then await them all; each has its own answer. When one
 * fails, those after it in the transaction reject with 25P02 and `commit` answers ROLLBACK: look at its `command`.
 * Close it with `end()`. A lost connection rejects what was sent and is reported to `onLost`.
 */
export async function openPipelinedClient(
  url: string,
  options: Omit<PoolOptions, 'max' | 'onIdleError'> & { onLost?: (error: Error) => void },
): Promise<pg.Client> {
  const { onLost = () => {} } = options;
  const client = new pg.Client({ ...connectionOptions(url, options), pipeline: true });
  client.on('error', (error) => onLost(error));
  await client.connect();
  return client;
}

/** Sends what `ask` asks of a pipelined connection in one write: each statement alone would be one of its own. */
export function inOneWrite<T>(client: pg.Client, ask: () => T): T {
  const { stream } = client.connection;
  stream.cork();
  try {
    return ask();
  } finally {
    stream.uncork();
  }
}

// Compiling a plan, or starting a process to share it with, costs more than such a lookup; both are begun whenever a plan looks dear, as a barred scan does.
const KEY_LOOKUPS = ' -c enable_seqscan=off -c jit=off -c max_parallel_workers_per_gather=0';

function connectionOptions(
  url: string,
  options: Pick<PoolOptions, 'applicationName' | 'statementTimeoutMs' | 'keyLookups' | 'readers'>,
): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: options.applicationName,
    connectionTimeoutMillis: 10 * SECOND,
    statement_timeout: options.statementTimeoutMs,
    // A transaction whose process hangs must not hold its locks for ever.
    idle_in_transaction_session_timeout: 60 * SECOND,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10 * SECOND,
    // Texts of times then have one form, whatever the server's default is.
    options: `-c timezone=UTC -c datestyle=ISO${options.keyLookups ? KEY_LOOKUPS : ''}`,
    types: columnTypes(options.readers),
  };
}

function parseSafeInteger(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number))
    throw new RangeError(`bigint ${text} does not fit a JavaScript number; select it as text`);
  return number;
}

/** `2026-11-23 01:02:03.456789+00` as milliseconds since the epoch; `infinity` as Infinity. */
function parseInstant(text: string): number {
  // By its digits, where it has the usual form: a row of the hot statements holds half a dozen, and `Date.parse` takes three times as long.
  if (text.charCodeAt(4) === HYPHEN && text.endsWith('+00') && text.length >= 22 && text >= '0100') {
    const fraction = text.length === 22 ? '' : text.slice(20, -3);
    const ms = fraction.length < 3 ? Number(fraction.padEnd(3, '0')) : digits(fraction, 0, 3);
    const [year, month, day] = [digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10)];
    return Date.UTC(year, month - 1, day, digits(text, 11, 13), digits(text, 14, 16), digits(text, 17, 19), ms);
  }
  if (text === 'infinity') return Number.POSITIVE_INFINITY;
  if (text === '-infinity') return Number.NEGATIVE_INFINITY;
  const milliseconds = Date.parse(`${text.slice(0, 10)}T${text.slice(11).replace(/\+00$/, 'Z')}`);
  if (Number.isNaN(milliseconds)) throw new RangeError(`timestamptz ${text} is outside the years 1 to 9999`);
  return milliseconds;
}

const HYPHEN = 0x2d;

/** The whole number that stands between two places of a text, all digits. */
function digits(text: string, from: number, to: number): number {
  let number = 0;
  for (let i = from; i < to; i++) number = number * 10 + text.charCodeAt(i) - 0x30;
  return number;
}

function parseArray<T>(text: string, parse: (element: string) => T): (T | null)[] {
  if (text === '{}') return [];
  return text
    .slice(1, -1)
    .split(',')
    .map((element) => (element === 'NULL' ? null : parse(element.replaceAll('"', ''))));
}
