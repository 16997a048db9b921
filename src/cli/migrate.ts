/** @module `lienthong migrate`: the schema brought up to date by the owner of the tables, so that no running process needs to be told its password. */
import { loadConfig } from '../config.ts';
import { prepareDatabase } from '../db/application-role.ts';
import { CommandFault } from './fault.ts';

/** @throws CommandFault without both addresses */
export async function migrateText(env: Readonly<Record<string, string | undefined>>): Promise<string> {
  const { DATABASE_URL: databaseUrl, DATABASE_OWNER_URL: ownerUrl } = loadConfig(env);
  if (!databaseUrl || !ownerUrl)
    throw new CommandFault('Cần DATABASE_URL và DATABASE_OWNER_URL. / DATABASE_URL and DATABASE_OWNER_URL are needed.');
  const standing = await prepareDatabase({ databaseUrl, ownerUrl });
  return standing === 'appends-only'
    ? 'Cơ sở dữ liệu đã sẵn sàng; vai trò của DATABASE_URL chỉ được ghi thêm vào nhật ký truy cập. / The schema is up to date; DATABASE_URL may only append to the audit log.\n'
    : 'Cơ sở dữ liệu đã sẵn sàng, nhưng vai trò của DATABASE_URL sở hữu các bảng. / The schema is up to date, but the role of DATABASE_URL owns the tables.\n';
}
