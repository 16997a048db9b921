/**
 * @module Brings a database's schema to what this version of the gateway needs, forward only.
 *
 * A runner of our own: postgrator wants other file names, takes no lock, writes its record outside the migration's
 * transaction and calls a newer schema up to date; what remained of it was shorter than the wrapping it needed.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

export type MigrationResult = {
  /** The names of the files this call ran, as `0001_core`; empty when there was nothing to do. */
  applied: string[];
  /** The schema's version afterwards: the number of the last file. */
  version: number;
};

type Migration = { version: number; name: string; sql: string; checksum: string };
type AppliedMigration = Pick<Migration, 'version' | 'name' | 'checksum'>;

const bundledDirectory = fileURLToPath(new URL('./migrations/', import.meta.url));

// Any number will do that no other program on the same database uses.
const LOCK = 0x6c69_656e;

/**
 * Runs the files `NNNN_name.sql` that this database hasn't seen, all of them in one transaction or none. Of two starters
 * the second waits and then finds nothing to do. Rejects, changing nothing, when the schema is newer than the files,
 * when a file that ran has changed or gone, and when a statement fails.
 */
export async function migrate(database: pg.Pool | string, directory = bundledDirectory): Promise<MigrationResult> {
  const migrations = await readMigrations(directory);
  if (typeof database !== 'string') {
    const client = await database.connect();
    try {
      return await inTransaction(client, migrations);
    } finally {
      client.release();
    }
  }
  const client = new pg.Client({ connectionString: database, application_name: 'lienthong migrate' });
  await client.connect();
  try {
    return await inTransaction(client, migrations);
  } finally {
    await client.end();
  }
}

/** Changes nothing. @throws Error where migrations are pending, saying who may run them, or where the schema is not this version's */
export async function requireMigrated(client: pg.ClientBase): Promise<void> {
  const migrations = await readMigrations(bundledDirectory);
  const { rows: there } = await client.query(`select from pg_class where oid = to_regclass('public.schema_migration')`);
  const rows = there.length === 0 ? [] : await readApplied(client);
  refuseForeignHistory(rows, migrations);
  if (rows.length === migrations.length) return;
  throw new Error(
    `the database's schema is at version ${rows.at(-1)?.version ?? 0}, this gateway needs ${migrations.length}, and DATABASE_URL's role ` +
      'does not own the tables: run lienthong migrate with DATABASE_OWNER_URL first.',
  );
}

async function inTransaction(client: pg.ClientBase, migrations: Migration[]): Promise<MigrationResult> {
  await client.query('begin');
  try {
    const result = await applyPending(client, migrations);
    await client.query('commit');
    return result;
  } catch (error) {
    // After a lost connection there is nothing left to roll back, and the first error is the one to tell.
    await client.query('rollback').catch(() => {});
    throw error;
  }
}

async function applyPending(client: pg.ClientBase, migrations: Migration[]): Promise<MigrationResult> {
  // Neither waiting for another starter nor rewriting a big table is a statement that took too long. A lock of the
  // transaction, not of the session, also holds behind a pooler.
  await client.query('set local statement_timeout = 0');
  await client.query('select pg_advisory_xact_lock($1)', [LOCK]);
  await client.query(`
    create table if not exists schema_migration (
      version int primary key,
      name text not null,
      checksum text not null,
      applied_at timestamptz not null default now()
    )`);
  const rows = await readApplied(client);
  refuseForeignHistory(rows, migrations);

  const seen = new Set(rows.map((row) => row.version));
  const pending = migrations.filter((migration) => !seen.has(migration.version));
  for (const migration of pending) await apply(client, migration);
  return { applied: pending.map((migration) => migration.name), version: migrations.at(-1)?.version ?? 0 };
}

async function readApplied(client: pg.ClientBase): Promise<AppliedMigration[]> {
  const { rows } = await client.query<AppliedMigration>(
    'select version, name, checksum from schema_migration order by version',
  );
  return rows;
}

async function apply(client: pg.ClientBase, { version, name, sql, checksum }: Migration): Promise<void> {
  try {
    await client.query(sql);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    const line = error.position ? ` at line ${sql.slice(0, Number(error.position)).split('\n').length}` : '';
    throw new Error(`migration ${name}.sql failed${line}: ${error.message}. Nothing was changed.`, { cause: error });
  }
  await client.query('insert into schema_migration (version, name, checksum) values ($1, $2, $3)', [
    version,
    name,
    checksum,
  ]);
}

function refuseForeignHistory(applied: AppliedMigration[], migrations: Migration[]): void {
  const newest = applied.at(-1);
  const known = migrations.at(-1)?.version ?? 0;
  if (newest && newest.version > known) {
    throw new Error(
      `the database's schema is at version ${newest.version} (${newest.name}), this gateway knows ${known}: ` +
        'start the newer gateway that made it, or restore the backup taken before the upgrade.',
    );
  }
  for (const { version, name, checksum } of applied) {
    const migration = migrations.find((candidate) => candidate.version === version);
    if (migration?.checksum === checksum) continue;
    throw new Error(
      `migration ${name}.sql ${migration ? 'was changed' : 'has gone'} since it ran on this database: ` +
        'put the released file back and state the change in a new migration.',
    );
  }
}

async function readMigrations(directory: string): Promise<Migration[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort();
  const migrations = await Promise.all(
    names.map(async (file) => {
      const number = /^(\d{4})_[a-z0-9_]+\.sql$/.exec(file)?.[1];
      if (!number) throw new Error(`migration ${file} is not named like 0001_name.sql`);
      // A checkout with other line ends is the same file.
      const sql = (await readFile(`${directory}/${file}`, 'utf8')).replaceAll('\r\n', '\n');
      const checksum = createHash('sha256').update(sql).digest('hex');
      return { version: Number(number), name: file.slice(0, -'.sql'.length), sql, checksum };
    }),
  );
  migrations.forEach(({ version, name }, index) => {
    if (version !== index + 1) throw new Error(`migration ${name}.sql should have the number ${index + 1}`);
  });
  return migrations;
}
