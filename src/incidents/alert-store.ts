/** @module Alerts about answers that are overdue. One function per statement. */
import type { Queryable } from '../db/queryable.ts';
import { at } from '../db/times.ts';

const KIND = 'incident-answer-late';

/** A clock is known by its party and when it ran out: one that runs anew raises another. */
const KEY = `i.number || ':' || p.party || ':' || extract(epoch from p.due_at)::bigint`;

export async function raiseLate(db: Queryable, now: number): Promise<void> {
  await db.query(
    `insert into alert (kind, key, raised_at, detail)
     select '${KIND}', ${KEY}, ${at('$1')}, json_build_object('incident', i.number, 'party', p.party, 'name', p.name, 'dueAt', p.due_at)
     from incident_party p join incident i on i.id = p.incident_id
     where p.answered_at is null and p.due_at < ${at('$1')} and i.state = 'open'
     on conflict (kind, key) do nothing`,
    [now],
  );
}

/** Over once the party has answered or the case is closed. */
export async function clearAnswered(db: Queryable, now: number): Promise<void> {
  await db.query(
    `update alert a set cleared_at = ${at('$1')}
     where a.kind = '${KIND}' and a.cleared_at is null and not exists (
       select from incident_party p join incident i on i.id = p.incident_id
       where ${KEY} = a.key and p.answered_at is null and i.state = 'open')`,
    [now],
  );
}
