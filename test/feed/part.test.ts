import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { factsWith } from '../../src/dossiers/facts-column.ts';
import { Feed } from '../../src/feed/part.ts';
import { readChanges } from '../../src/feed/read-store.ts';
import { HOUR, SECOND } from '../../src/units.ts';
import { LAND } from '../support/catalogue.ts';
import { at, registration, status } from '../support/commands.ts';
import { openTimeline, silent, type Timeline } from '../support/timeline.ts';
import { until } from '../support/until.ts';

let timeline: Timeline;
let now = at('03-10T09:00');
beforeAll(async () => {
  timeline = await openTimeline(() => now);
});
beforeEach(async () => {
  now = at('03-10T09:00');
  await timeline.empty('change', 'feed_state');
  await timeline.pool.query('update feed_mark set recorded_at = null, swept_id = 0');
});
afterAll(() => timeline.close());

const feed = (): Feed =>
  new Feed({ pool: timeline.pool, catalogue: () => timeline.catalogue, log: silent, everyMs: 5 });
const code = (n: number): string => `H15.50-260310-${String(n).padStart(4, '0')}`;
const append = async (...commands: Parameters<Timeline['append']>): Promise<void> => {
  for (const result of await timeline.append(...commands)) expect(result.outcome).toBe('accepted');
};

const changes = () =>
  timeline.rows<{
    pos: number;
    kind: string;
    code: string | null;
    seq: number | null;
    type: string;
    status: string | null;
  }>('select pos, kind, dossier_code as code, seq, type, status from change order by pos');
const seqsOf = async (dossier: string) =>
  (await changes()).filter(({ code: of }) => of === dossier).map(({ seq }) => seq);

describe('the feed', () => {
  it('tells each entry that has effect once, in order', async () => {
    await append(registration(code(1)), status(code(1), 'processing', '03-10T08:40'));
    const one = feed();
    await one.round();
    await append(status(code(1), 'paused', '03-10T08:45'), status(code(1), 'paused', '03-10T08:50'));
    await one.round();
    await one.round();
    expect((await changes()).map(({ seq, type, status: told }) => `${seq} ${type} ${told}`)).toEqual([
      '1 status submitted',
      '2 status accepted',
      '3 appointment null',
      '4 status processing',
      '5 status paused',
    ]);
    expect(await timeline.rows('select copied_seq as seq from feed_state')).toEqual([{ seq: 6 }]);
    expect(await timeline.rows('select distinct agencies, procedure_code as procedure from change')).toEqual([
      { agencies: ['H15.50'], procedure: LAND },
    ]);
  });

  it('holds back what is not identified yet, and then tells it whole', async () => {
    await timeline.append(
      status(code(1), 'processing', '03-10T08:40', { source: 'land-registry', opens: 'ministry', agencies: null }),
    );
    const one = feed();
    await one.round();
    expect(await changes()).toEqual([]);
    await append(registration(code(1)));
    await one.round();
    expect(await seqsOf(code(1))).toEqual([1, 2, 3, 4, 5]);
  });

  it('loses nothing and keeps each dossier’s order while several processes append and copy', async () => {
    const senders = [timeline.appender(), timeline.appender()];
    const feeds = [feed(), feed()];
    for (const one of feeds) one.start();
    const dossiers = Array.from({ length: 20 }, (_, n) => code(n + 1));
    await Promise.all(
      senders.map((sender, s) =>
        sender.append({ commands: dossiers.filter((_, n) => n % 2 === s).map((of) => registration(of)), raw: null }),
      ),
    );
    for (let step = 0; step < 12; step += 1)
      await Promise.all(
        senders.map((sender, s) =>
          sender.append({
            commands: dossiers
              .filter((_, n) => (n + step) % 2 === s)
              .map((of) => status(of, 'processing', '03-10T08:45', { occurredAt: at('03-10T08:45') + step * SECOND })),
            raw: null,
          }),
        ),
      );
    const heads = await timeline.rows<{ code: string; head: number }>('select code, head_seq as head from dossier');
    const entries = heads.reduce((sum, { head }) => sum + head, 0);
    await until('the feed has every entry', async () => (await changes()).length >= entries);
    await Promise.all(feeds.map((one) => one.stop()));
    expect(await changes()).toHaveLength(entries);
    for (const { code: of, head } of heads)
      expect(await seqsOf(of)).toEqual(Array.from({ length: head }, (_, n) => n + 1));
  });

  it('finds what became visible after newer entries had been copied', async () => {
    await append(registration(code(1)), registration(code(2)));
    const one = feed();
    await one.round();
    const slow = new pg.Client({ connectionString: timeline.database.url });
    await slow.connect();
    const [{ id }] = (await timeline.rows<{ id: number }>('select id from dossier where code = $1', [code(1)])) as [
      { id: number },
    ];
    await slow.query('begin');
    await appendBy(slow, id, now);
    now += 5 * SECOND;
    await append(status(code(2), 'processing', '03-10T08:45'));
    await one.round();
    expect(await seqsOf(code(2))).toEqual([1, 2, 3, 4]);
    await slow.query('commit');
    await slow.end();
    for (let round = 0; round < 20; round += 1) await one.round();
    expect(await seqsOf(code(1))).toEqual([1, 2, 3, 4]);
  });

  it('finds by its sweep what no clock would: an entry recorded hours ago by a clock that is wrong', async () => {
    await append(registration(code(1)), registration(code(2)));
    const one = feed();
    await one.round();
    const [{ id }] = (await timeline.rows<{ id: number }>('select id from dossier where code = $1', [code(1)])) as [
      { id: number },
    ];
    await appendBy(timeline.pool, id, now - 5 * HOUR);
    let rounds = 0;
    while ((await seqsOf(code(1))).length < 4 && rounds < 100) {
      await one.round();
      rounds += 1;
    }
    expect(await seqsOf(code(1))).toEqual([1, 2, 3, 4]);
  });

  it('copies the history of an installation that had no feed before', async () => {
    for (let n = 1; n <= 5; n += 1) await append(registration(code(n)));
    now += 48 * HOUR;
    await append(registration(code(6)));
    const one = feed();
    await one.round();
    expect(await changes()).toHaveLength(18);
  });

  it('catches up with days that it was away, without waiting for the sweep', async () => {
    const one = feed();
    await append(registration(code(1)));
    await one.round();
    for (const n of [2, 3, 4]) {
      now += 30 * HOUR;
      await append(registration(code(n)));
    }
    let rounds = 1;
    while ((await one.round()) && rounds < 10) rounds += 1;
    expect(rounds).toBeLessThan(8);
    expect(await seqsOf(code(4))).toEqual([1, 2, 3]);
    expect(await changes()).toHaveLength(12);
  });

  it('goes on where it stopped when a copy fails half way', async () => {
    await append(registration(code(1)));
    await timeline.pool.query(
      `create function refuse() returns trigger language plpgsql as $$ begin raise exception 'the disk is full'; end $$;
       create trigger refuse before insert on feed_state for each statement execute function refuse()`,
    );
    const one = feed();
    await expect(one.round()).rejects.toThrow('the disk is full');
    expect(await changes()).toEqual([]);
    await timeline.pool.query('drop trigger refuse on feed_state; drop function refuse');
    await one.round();
    expect(await seqsOf(code(1))).toEqual([1, 2, 3]);
  });

  it('tells when an alert is raised and when it is cleared, each once', async () => {
    await append(registration(code(1)));
    await timeline.pool.query(
      "insert into alert (kind, key, dossier_id) select 'overdue', id || ':1', id from dossier; insert into alert (kind, key) values ('clock-offset', 'igate:1')",
    );
    const [one, other] = [feed(), feed()];
    await Promise.all([one.round(), other.round()]);
    await timeline.pool.query("update alert set cleared_at = now() where kind = 'overdue'");
    await Promise.all([one.round(), other.round()]);
    await one.round();
    const told = (await changes()).filter(({ kind }) => kind === 'alert');
    expect(told.map(({ code: of, type, status: what }) => [of, type, what])).toEqual([
      [code(1), 'overdue', 'raised'],
      [null, 'clock-offset', 'raised'],
      [code(1), 'overdue', 'cleared'],
    ]);
  });
});

describe('a reader', () => {
  it('gets its own agencies’ changes and moves on past the others’', async () => {
    await append(
      registration(code(1)),
      registration('H15.51-260310-0001', { fields: { agencyCode: 'H15.51' } }),
      registration(code(2)),
    );
    await feed().round();
    const mine = await readChanges(timeline.pool, { after: 0, agencies: ['H15.50'], limit: 4 });
    expect(mine.items.map(({ dossierCode, seq }) => [dossierCode, seq])).toEqual([
      [code(1), 1],
      [code(1), 2],
      [code(1), 3],
      [code(2), 1],
    ]);
    const rest = await readChanges(timeline.pool, { after: mine.next, agencies: ['H15.50'], limit: 4 });
    expect(rest.items.map(({ dossierCode, seq }) => [dossierCode, seq])).toEqual([
      [code(2), 2],
      [code(2), 3],
    ]);
    const none = await readChanges(timeline.pool, { after: 0, agencies: ['H15.59'], limit: 4 });
    expect(none).toMatchObject({ items: [], atEnd: true, next: rest.next });
  });
});

/** A fourth entry of a dossier, written as another process's append does. */
async function appendBy(db: Pick<pg.ClientBase, 'query'>, id: number, recordedAt: number): Promise<void> {
  const fact = { n: 4, k: 'status', t: at('03-10T08:45'), s: 'igate', e: 'slow', d: '', st: 'processing' };
  await db.query(`update dossier d set head_seq = 4, facts = ${factsWith('d', '$2')} where id = $1`, [
    id,
    JSON.stringify(fact),
  ]);
  await db.query(
    `insert into timeline_entry (dossier_id, seq, kind, status, occurred_at, recorded_at, source, event_id)
     values ($1, 4, 'status', 'processing', to_timestamp($2::float8 / 1000), to_timestamp($3::float8 / 1000), 'igate', 'slow')`,
    [id, fact.t, recordedAt],
  );
}
