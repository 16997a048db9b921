/** @module Sessions of the console in the database, the same for all replicas. */
import type { Role } from '../access/roles.ts';
import type { Queryable } from '../db/queryable.ts';

/** Under which name an id token is sealed. */
export const ID_TOKEN = 'console-session/id-token';

/** Who is logged in, as the person's own row says it now where there is one. */
export interface SessionRow {
  readonly person: string;
  readonly fullName: string;
  readonly role: Role;
  readonly agencies: readonly string[];
  readonly csrf: string;
  readonly idToken: Buffer | null;
  /** Epoch milliseconds. */
  readonly begunAt: number;
  readonly endsAt: number;
}

export async function insertSession(db: Queryable, id: Buffer, session: SessionRow): Promise<void> {
  const { person, fullName, role, agencies, csrf, idToken, begunAt, endsAt } = session;
  await db.query(
    `insert into console_session (id, person, full_name, role, agencies, csrf, id_token, begun_at, seen_at, ends_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9)`,
    [id, person, fullName, role, agencies, csrf, idToken, new Date(begunAt), new Date(endsAt)],
  );
}

/** Notes that it is in use; none that has ended, was idle since then, or whose person was changed or suspended meanwhile. */
export async function touchSession(
  db: Queryable,
  id: Buffer,
  { now, idleSince }: { readonly now: number; readonly idleSince: number },
): Promise<SessionRow | undefined> {
  const { rows } = await db.query<SessionRow>(
    `update console_session s set seen_at = $2
     from console_session own left join person p on p.name = own.person
     where s.id = $1 and own.id = s.id and s.ends_at > $2 and s.seen_at > $3
       and (p.name is null or (p.suspended_at is null and p.sessions_from <= s.begun_at))
     returning s.person, coalesce(nullif(p.full_name, ''), s.full_name) as "fullName", coalesce(p.role, s.role) as role,
       coalesce(p.agencies, s.agencies) as agencies, s.csrf, s.id_token as "idToken", s.begun_at as "begunAt", s.ends_at as "endsAt"`,
    [id, new Date(now), new Date(idleSince)],
  );
  return rows[0];
}

export async function deleteSession(db: Queryable, id: Buffer): Promise<void> {
  await db.query('delete from console_session where id = $1', [id]);
}

/** Removes those that have ended. */
export async function purgeSessions(db: Queryable, now: number): Promise<number> {
  return (await db.query('delete from console_session where ends_at < $1', [new Date(now)])).rowCount ?? 0;
}
