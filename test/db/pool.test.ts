import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openPipelinedClient, openPool } from '../../src/db/pool.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

const options = { applicationName: 'pool test', statementTimeoutMs: 10_000 };
let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
  await database.pool.query('create table note (id int primary key, text text)');
});
afterAll(() => database.drop());

async function readOne(expression: string): Promise<unknown> {
  const { rows } = await database.pool.query(`select ${expression} as value`);
  return rows[0].value;
}

describe('what columns are read as', () => {
  it('reads a bigint as a number and refuses one that a number cannot hold', async () => {
    expect(await readOne('9007199254740991::bigint')).toBe(Number.MAX_SAFE_INTEGER);
    await expect(readOne('9007199254740993::bigint')).rejects.toThrow('9007199254740993 does not fit');
  });

  it('reads a moment as milliseconds since the epoch, whatever zone it was written in', async () => {
    expect(await readOne(`'2026-11-23 08:02:03.456789+07'::timestamptz`)).toBe(Date.UTC(2026, 10, 23, 1, 2, 3, 456));
    expect(await readOne(`'2026-11-23 01:02:03+00'::timestamptz`)).toBe(Date.UTC(2026, 10, 23, 1, 2, 3));
    expect(await readOne(`'infinity'::timestamptz`)).toBe(Number.POSITIVE_INFINITY);
    await expect(readOne(`'0044-03-15 12:00 BC'::timestamptz`)).rejects.toThrow('outside the years');
  });

  it('reads a day as its text, so that no zone can shift it', async () => {
    expect(await readOne(`'2026-02-17'::date`)).toBe('2026-02-17');
  });

  it('reads arrays of them alike', async () => {
    expect(await readOne(`array[1, null, 3]::bigint[]`)).toEqual([1, null, 3]);
    expect(await readOne(`array['2026-11-23 00:00:00+00']::timestamptz[]`)).toEqual([Date.UTC(2026, 10, 23)]);
    expect(await readOne(`array['2026-02-17']::date[]`)).toEqual(['2026-02-17']);
    expect(await readOne(`'{}'::date[]`)).toEqual([]);
  });
});

describe('the pool', () => {
  it('survives the loss of an idle connection and replaces it', async () => {
    const onIdleError = vi.fn();
    const pool = openPool(database.url, { ...options, max: 1, onIdleError });
    const { rows } = await pool.query('select pg_backend_pid() as pid');
    await database.pool.query('select pg_terminate_backend($1)', [rows[0].pid]);
    await vi.waitFor(() => expect(onIdleError).toHaveBeenCalledOnce());

    const after = await pool.query('select pg_backend_pid() as pid');
    expect(after.rows[0].pid).not.toBe(rows[0].pid);
    await pool.end();
  });

  it('ends a statement that takes longer than it may', async () => {
    const pool = openPool(database.url, { ...options, max: 1, statementTimeoutMs: 50 });
    await expect(pool.query('select pg_sleep(30)')).rejects.toThrow('statement timeout');
    await pool.end();
  });

  it('shows operators who is connected', async () => {
    const pool = openPool(database.url, { ...options, max: 1 });
    const { rows } = await pool.query(`select current_setting('application_name') as name`);
    expect(rows).toEqual([{ name: 'pool test' }]);
    await pool.end();
  });
});

describe('the pipelined client', () => {
  it('runs a transaction whose statements are sent without waiting for one another', async () => {
    const client = await openPipelinedClient(database.url, options);
    const [, first, second, read, commit] = await Promise.all([
      client.query('begin'),
      client.query('insert into note values ($1, $2)', [1, 'one']),
      client.query({ name: 'insert-note', text: 'insert into note values ($1, $2)', values: [2, 'two'] }),
      client.query('select text from note where id in (1, 2) order by id'),
      client.query('commit'),
    ]);
    expect([first.rowCount, second.rowCount, commit.command]).toEqual([1, 1, 'COMMIT']);
    expect(read.rows).toEqual([{ text: 'one' }, { text: 'two' }]);
    await client.end();
  });

  it('answers each statement of a failing transaction, keeps nothing of it and works on', async () => {
    const client = await openPipelinedClient(database.url, options);
    const answers = await Promise.allSettled([
      client.query('begin'),
      client.query('insert into note values ($1, $2)', [10, 'kept from harm']),
      client.query('insert into note values ($1, $2)', [10, 'the same again']),
      client.query('insert into note values ($1, $2)', [11, 'too late']),
      client.query('commit'),
    ]);
    expect(
      answers.map((answer) => (answer.status === 'fulfilled' ? answer.value.command : answer.reason.code)),
    ).toEqual(['BEGIN', 'INSERT', '23505', '25P02', 'ROLLBACK']);
    const { rows } = await client.query('select count(*) as notes from note where id >= 10');
    expect(rows).toEqual([{ notes: 0 }]);
    await client.end();
  });

  it('rejects everything it had sent when its connection is lost, and says so once', async () => {
    const onLost = vi.fn();
    const client = await openPipelinedClient(database.url, { ...options, onLost });
    const answers = await Promise.allSettled([
      client.query('select pg_terminate_backend(pg_backend_pid())'),
      client.query('insert into note values (20, null)'),
      client.query('select 1'),
    ]);
    expect(answers.map((answer) => answer.status)).toEqual(['rejected', 'rejected', 'rejected']);
    await vi.waitFor(() => expect(onLost).toHaveBeenCalled());
  });
});
