/** @module Brings the schema up to date as the owner of the tables, and gives the role of the running process no more than it needs. */
import pg from 'pg';
import { migrate, requireMigrated } from './migrate.ts';

export interface DatabaseUrls {
  /** The running process's own. */
  readonly databaseUrl: string;
  /** The owner's of the tables; null where the running process is not told it. */
  readonly ownerUrl: string | null;
}

/** What the role of the running process may do to the audit log. */
export type Standing = 'appends-only' | 'owns-the-tables';

/**
 * Runs what migrations are pending: as the owner where it is told, else as the process's own role where that one owns the tables.
 *
 * @throws Error where the schema is behind and nobody is there who may bring it up to date
 */
export async function prepareDatabase({ databaseUrl, ownerUrl }: DatabaseUrls): Promise<Standing> {
  if (ownerUrl !== null) {
    await migrate(ownerUrl);
    return withClient(ownerUrl, async (owner) => {
      const application = await withClient(databaseUrl, roleOf);
      if (await owns(owner, application)) return 'owns-the-tables';
      await owner.query('select grant_application($1)', [application]);
      return 'appends-only';
    });
  }
  const mayMigrate = await withClient(databaseUrl, async (client) => owns(client, await roleOf(client)));
  if (mayMigrate) {
    await migrate(databaseUrl);
    return 'owns-the-tables';
  }
  await withClient(databaseUrl, (client) => requireMigrated(client));
  return 'appends-only';
}

async function roleOf(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ role: string }>('select current_user::text as role');
  return rows[0]!.role;
}

/** Also of a role that could become the owner, and, where nothing is there yet, of one that may make the tables. */
async function owns(client: pg.Client, role: string): Promise<boolean> {
  const { rows } = await client.query<{ owns: boolean }>(
    `select coalesce((select pg_has_role($1::name, relowner, 'member') from pg_class where oid = to_regclass('public.audit_entry')),
       has_schema_privilege($1::name, 'public', 'create')) as owns`,
    [role],
  );
  return rows[0]!.owns;
}

async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'lienthong migrate' });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
