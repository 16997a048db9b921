/** @module A peer as one would build it with SQL alone: one transaction for each event, a queue table read with SKIP LOCKED. */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { SECOND } from '../../src/units.ts';
import { type PeerEvent, PortalCaller } from './peers/portal.ts';
import { endOnSignal, receive } from './peers/receiver.ts';
import { ACCOUNT } from './portal.ts';

const BATCH = 160;
const POLL = 50;
const RETRY_AFTER = 1 * SECOND;

const connectionString = process.env.DATABASE_URL!;
const pool = new pg.Pool({ connectionString, max: 24 });
// A connection of its own, else delivery would wait behind every sender.
const worker = new pg.Client({ connectionString });
await worker.connect();
await pool.query(`
  create table message (id text primary key, body jsonb not null, received_at timestamptz not null default now());
  create table dossier (code text primary key, status text not null, last_seq int not null) with (fillfactor = 70);
  create table entry (code text, seq int, event_id text not null unique, status text not null,
    occurred_at timestamptz not null, primary key (code, seq));
  create table queue (id bigint generated always as identity primary key, event jsonb not null);
`);
const portal = new PortalCaller(process.env.PORTAL_URL!, ACCOUNT);

/** All four writes in one statement, which is one transaction and one way to the server and back. */
const KEEP = {
  name: 'keep',
  text: `
    with kept as (insert into message (id, body) values ($1, $2) on conflict do nothing returning id),
    numbered as (
      insert into dossier (code, status, last_seq) select $3, $4, 1 from kept
      on conflict (code) do update set status = excluded.status, last_seq = dossier.last_seq + 1 returning last_seq),
    entered as (insert into entry (code, seq, event_id, status, occurred_at) select $3, last_seq, $5, $4, $6 from numbered)
    insert into queue (event) select $2 from kept`,
};

let isStopping = false;
async function deliver(): Promise<void> {
  while (!isStopping) {
    await worker.query('begin');
    const { rows } = await worker.query<{ event: PeerEvent }>({
      name: 'take',
      text: `delete from queue where id in (select id from queue order by id limit ${BATCH} for update skip locked) returning event`,
    });
    try {
      if (rows.length > 0) await portal.progress(rows.map(({ event }) => event));
      await worker.query('commit');
      if (rows.length === 0) await sleep(POLL);
    } catch {
      await worker.query('rollback');
      await sleep(RETRY_AFTER);
    }
  }
}
const delivering = deliver();

const app = await receive(async (messageId, events) => {
  const keep = ({ dossierCode, status, occurredAt, ...rest }: PeerEvent, n: number): Promise<unknown> =>
    pool.query({
      ...KEEP,
      values: [
        `${messageId}/${n}`,
        JSON.stringify({ dossierCode, status, occurredAt, ...rest }),
        dossierCode,
        status,
        `${dossierCode}/${occurredAt}`,
        occurredAt,
      ],
    });
  await Promise.all(events.map(keep));
});
endOnSignal(async () => {
  await app.close();
  isStopping = true;
  await delivering;
  await portal.close();
  await worker.end();
  await pool.end();
});
