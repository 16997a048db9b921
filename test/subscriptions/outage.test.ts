import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { removeOldest } from '../../src/feed/store.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../src/units.ts';
import { until } from '../support/until.ts';
import { failing, firstSeen, openScene, placesOf, type Scene, taken } from './scene.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
beforeEach(() => scene.reset());
afterAll(() => scene.close());

const dossier = (n: number): string => `H15.50-260310-${String(n).padStart(4, '0')}`;
interface Standing {
  state: string;
  pos: number;
  failures: number;
  holdUntil: number;
  lastError: string | null;
  lags: number;
}
const standing = async (): Promise<Standing> =>
  (
    await scene.rows<Standing>(
      `select state, pos, failures, floor(extract(epoch from hold_until) * 1000)::float8 as "holdUntil", last_error as "lastError",
         (select count(*) from subscription_lag)::int as lags from subscription`,
    )
  )[0]!;
const attempts = (count: number) => until(`${count} arrived`, () => scene.arrived.length >= count);
const idle = () =>
  until(
    'the deliverer let go',
    async () => (await scene.rows('select 1 from subscription where lease_token is not null')).length === 0,
  );
const notices = () =>
  scene.rows<{ kind: string; cleared: boolean }>(
    'select kind, cleared_at is not null as cleared from alert order by id',
  );
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, n) => from + n);

describe('a subscriber that is down', () => {
  it.each([
    ['refuses connections', null],
    ['answers every message with 500', failing(500)],
    ['says that it is overloaded', failing(429)],
  ])(
    'for a day because it %s gets everything when it is back, each dossier in order, asked little meanwhile',
    async (_how, answer) => {
      await scene.subscribe(answer === null ? { url: 'http://127.0.0.1:1/hooks' } : {});
      if (answer) scene.answer = answer;
      await scene.worker();
      // Each of 40 dossiers once an hour.
      for (let hour = 0; hour < 24; hour += 1) {
        await scene.append(...range(0, 39).map(dossier));
        scene.now += 1 * HOUR;
        await until('it was asked again', async () => (await standing()).holdUntil > scene.now);
        await idle();
      }
      const meanwhile = scene.arrived.length;
      expect(meanwhile).toBeLessThan(60);
      expect(scene.taken).toEqual([]);
      const { state, lags, failures } = await standing();
      expect({ state, failures: failures > 20, few: lags < 60 }).toEqual({
        state: 'auto-paused',
        failures: true,
        few: true,
      });
      expect(await notices()).toEqual([{ kind: 'subscription-paused', cleared: false }]);

      scene.answer = taken;
      await scene.rows('update subscription set url = $1', [scene.url]);
      scene.now += 15 * MINUTE;
      await until('all of it was taken', () => scene.taken.length >= 960);
      await until('nothing lags', async () => (await standing()).lags === 0);
      expect(scene.taken, 'each once').toHaveLength(960);
      for (const n of range(0, 39))
        expect(placesOf(scene.taken, dossier(n))).toEqual(range(0, 23).map((i) => n + 1 + 40 * i));
      expect(await standing()).toMatchObject({ state: 'active', failures: 0, lastError: null });
      expect(await notices()).toEqual([{ kind: 'subscription-paused', cleared: true }]);
    },
  );

  it('is not taken for down by a few dossiers that it refuses', async () => {
    await scene.subscribe();
    scene.answer = (received, response) =>
      (Number(received.items[0]!.dossierCode!.slice(-4)) < 10 ? failing(500) : taken)(received, response);
    await scene.append(...range(0, 29).map(dossier));
    await scene.worker();
    // Nine refusals in a row look like an outage; what asks whether it is over is not always one of them.
    for (let turn = 0; turn < 20 && scene.taken.length < 20; turn += 1) {
      const before = scene.arrived.length;
      scene.now += 1 * MINUTE;
      await until('it went on', () => scene.arrived.length > before || scene.taken.length >= 20);
      await idle();
    }
    expect(scene.taken.map(({ dossierCode }) => dossierCode).sort()).toEqual(range(10, 29).map(dossier));
    await until('the ten lag', async () => (await standing()).lags === 10);
  });

  it('and says until when is left alone so long', async () => {
    await scene.subscribe();
    scene.answer = failing(503, { 'retry-after': '1800' });
    await scene.append(dossier(1), dossier(2));
    await scene.worker();
    await until('it was asked', async () => (await standing()).failures > 0);
    await idle();
    expect((await standing()).holdUntil).toBe(scene.now + 1800 * SECOND);
    const before = scene.arrived.length;
    scene.answer = taken;
    scene.now += 1800 * SECOND - 1;
    await scene.append(dossier(3));
    await idle();
    expect(scene.arrived).toHaveLength(before);
    scene.now += 1;
    await until('all of it was taken', () => scene.taken.length === 3);
  });

  it('and never wants anything again (410) is left alone, people are told, and a person can begin anew', async () => {
    const id = await scene.subscribe();
    scene.answer = failing(410);
    await scene.append(dossier(1), dossier(2));
    await scene.worker();
    await until('it was disabled', async () => (await standing()).state === 'disabled');
    await idle();
    const before = scene.arrived.length;
    scene.now += 1 * DAY;
    await scene.append(dossier(1));
    await idle();
    expect(scene.arrived).toHaveLength(before);
    expect(await notices()).toEqual([{ kind: 'subscription-disabled', cleared: false }]);

    scene.answer = taken;
    await scene.resume(id);
    await until('all of it was taken', () => scene.taken.length === 3);
    expect(placesOf(scene.taken, dossier(1))).toEqual([1, 3]);
  });

  it('for longer than changes are kept still gets all of them, and those of nobody are removed', async () => {
    const removal = () => removeOldest(scene.database.pool, scene.now - 30 * DAY, 1_000);
    await scene.append(dossier(1), dossier(2));
    const id = await scene.subscribe({ state: 'paused' });
    await scene.append(dossier(1), dossier(3));
    scene.now += 40 * DAY;
    await removal();
    await scene.resume(id);
    await scene.worker();
    await until('all of it was taken', () => scene.taken.length === 2);
    expect(firstSeen(scene.taken).sort()).toEqual([3, 4]);
    await idle();
    await removal();
    expect(await scene.rows('select pos from change')).toEqual([]);
  });
});

describe('a process', () => {
  it('that dies between the answers and their note is followed by another: what was not noted is sent once more', async () => {
    await scene.subscribe();
    await scene.append(...range(1, 60).map((n) => dossier(n % 7)));
    const other = new pg.Client({ connectionString: scene.database.url });
    await other.connect();
    // The row is another's until the note waits for it; then its connection is killed.
    let locked: Promise<unknown> | null = null;
    scene.answer = async (received, response) => {
      locked ??= other.query('begin').then(() => other.query('select from subscription for update'));
      await locked;
      taken(received, response);
    };
    await scene.worker();
    await until('the note was killed', async () => {
      const { rowCount } = await other.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return rowCount === 1;
    });
    await other.query('rollback');
    await other.end();
    const before = scene.taken.length;
    expect(before).toBeGreaterThan(0);
    expect(await standing()).toMatchObject({ pos: 0, lags: 0 });

    scene.answer = taken;
    scene.now += 61 * SECOND;
    await until('the rest was taken', async () => (await standing()).pos === 60);
    expect(firstSeen(scene.taken)).toHaveLength(60);
    expect(scene.taken).toHaveLength(before + 60);
    expect(new Set(scene.arrived.map(({ headers }) => headers['webhook-id'])).size, 'a repeat is known by its id').toBe(
      60,
    );
    for (const n of range(0, 6)) {
      const places = firstSeen(scene.taken.filter(({ dossierCode }) => dossierCode === dossier(n)));
      expect(places).toEqual([...places].sort((a, b) => a - b));
    }
  });

  it('that starts takes back at once what its former life had under way', async () => {
    await scene.subscribe();
    await scene.append(dossier(1));
    await scene.rows(
      "update subscription set lease_token = gen_random_uuid(), lease_until = to_timestamp($1::float8 / 1000), leased_by = 'me'",
      [scene.now + 60 * SECOND],
    );
    await scene.worker({ instance: 'me' });
    await attempts(1);
    expect(scene.arrived).toHaveLength(1);
  });

  it('shares subscriptions with others, each delivered by one of them at a time', async () => {
    for (const name of ['a', 'b', 'c']) await scene.subscribe({ name });
    for (let n = 0; n < 3; n += 1) await scene.worker({ instance: randomUUID() });
    for (let n = 0; n < 10; n += 1) await scene.append(...range(1, 20).map((k) => dossier(k % 5)));
    await until('all of it was taken', () => scene.taken.length >= 600);
    await idle();
    expect(scene.taken).toHaveLength(600);
    const bySubscriber = Map.groupBy(scene.arrived, ({ headers }) => headers['webhook-id']);
    expect(bySubscriber.size).toBe(600);
  });

  it('that is stopped finishes what is under way and uses up no attempt', async () => {
    await scene.subscribe();
    const held: (() => void)[] = [];
    scene.answer = (received, response) => void held.push(() => taken(received, response));
    await scene.append(dossier(1), dossier(2));
    const worker = await scene.worker();
    await attempts(2);
    const stopped = worker.stop();
    held[0]!();
    await stopped;
    const { failures, lags, pos } = await standing();
    expect(failures).toBe(0);
    expect(lags + pos).toBeGreaterThan(0);
    scene.answer = taken;
    await scene.worker();
    await until('the other was taken', () => scene.taken.length === 2);
    expect(firstSeen(scene.taken).sort()).toEqual([1, 2]);
  });
});
