/** @module Following a system that lists its steps: nothing is lost between two questions, nothing is counted before it is kept. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ChangeListing, ListedPage } from '../../src/capabilities/listing.ts';
import { UpstreamError } from '../../src/connector/upstream-error.ts';
import type { CommandResult } from '../../src/dossiers/commands.ts';
import { ListingFollower } from '../../src/listing/follow.ts';
import { MINUTE, SECOND } from '../../src/units.ts';
import { at, status } from '../support/commands.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { silent } from '../support/timeline.ts';

const CODE = 'H15.50-260310-0001';

/** A step in the system's own table: when it was stamped, and from when on it can be seen. */
interface Step {
  readonly id: string;
  readonly recordedAt: number;
  readonly visibleAt: number;
}

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());
beforeEach(() => database.pool.query('truncate listing_cursor'));

/** A follower over a system in memory; `kept` is what reached the timeline, in order. */
function following(options: { overlapMs?: number; page?: number } = {}) {
  const clock = { now: at('03-10T09:00') };
  const steps: Step[] = [];
  const kept: string[] = [];
  const aside: string[] = [];
  const asked: { since: number; page: number }[] = [];
  const faults: { list: Error | null; append: Error | null } = { list: null, append: null };
  const size = options.page ?? 100;
  const listing: ChangeListing = {
    name: 'registry',
    minMs: 10 * SECOND,
    maxMs: 80 * SECOND,
    overlapMs: options.overlapMs ?? 2 * MINUTE,
    lookBackMs: 24 * 60 * MINUTE,
    async list(since, page): Promise<ListedPage> {
      asked.push({ since, page });
      if (faults.list) throw faults.list;
      const visible = steps
        .filter(({ recordedAt, visibleAt }) => recordedAt >= since && visibleAt <= clock.now)
        .sort((a, b) => a.recordedAt - b.recordedAt);
      const shown = visible.slice((page - 1) * size, page * size);
      const [bad, good] = [
        shown.filter(({ id }) => id.startsWith('bad')),
        shown.filter(({ id }) => !id.startsWith('bad')),
      ];
      return {
        commands: good.map(({ id, recordedAt }) => ({
          ...status(CODE, 'processing', '03-10T08:00', { occurredAt: recordedAt }),
          eventId: id,
        })),
        aside: bad.map(({ id }) => ({ reason: 'unreadable', detail: '$: bad', dossierRef: null, record: id })),
        raw: '[]',
        newestAt: shown.at(-1)?.recordedAt ?? null,
        isLast: page * size >= visible.length,
      };
    },
  };
  const make = () =>
    new ListingFollower({
      listing,
      db: database.pool,
      async append({ commands }): Promise<CommandResult[]> {
        if (faults.append) throw faults.append;
        return commands.map((command) => {
          const id = 'eventId' in command ? command.eventId! : '';
          const isKnown = kept.includes(id);
          if (!isKnown) kept.push(id);
          return isKnown
            ? { outcome: 'duplicate', dossierId: 1, seq: 1 }
            : { outcome: 'accepted', dossierId: 1, code: CODE, seq: 1, created: false };
        });
      },
      setAside: async ({ raw }) => void aside.push(raw.body.toString()),
      log: silent,
      now: () => clock.now,
    });
  const step = (id: string, visibleAfterMs = 0, recordedAt = clock.now): void => {
    steps.push({ id, recordedAt, visibleAt: recordedAt + visibleAfterMs });
  };
  const cursor = async () => {
    const { rows } = await database.pool.query<{ readTo: number | null; dueAt: number; interval: number }>(
      'select read_to as "readTo", due_at as "dueAt", interval_ms as interval from listing_cursor',
    );
    return rows[0]!;
  };
  /** One question, when it is due. */
  const round = async (follower: ListingFollower): Promise<void> => {
    clock.now = Math.max(clock.now, (await cursor()).dueAt);
    await follower.round();
  };
  const started = async (): Promise<ListingFollower> => {
    const follower = make();
    await follower.start();
    await follower.stop();
    // Its own rounds are stopped; those of the test begin.
    return make();
  };
  return { clock, kept, aside, asked, faults, step, cursor, round, started, make };
}

describe('between two questions', () => {
  it('a step that is seen later than its time, behind newer ones, is not lost', async () => {
    const { kept, step, round, started, clock } = following();
    const follower = await started();
    step('a');
    step('late', 90 * SECOND);
    clock.now += 1 * SECOND;
    step('b');
    await round(follower);
    expect(kept).toEqual(['a', 'b']);
    clock.now += 90 * SECOND;
    await round(follower);
    expect(kept).toEqual(['a', 'b', 'late']);
  });

  it('steps of one second are told apart, and each is appended once', async () => {
    const { kept, step, round, started, clock } = following();
    const follower = await started();
    const second = clock.now;
    step('a', 0, second);
    await round(follower);
    step('b', 0, second);
    step('c', 0, second);
    await round(follower);
    await round(follower);
    expect(kept).toEqual(['a', 'b', 'c']);
  });

  it('any schedule of stamps, sights and questions within the overlap keeps every step once', async () => {
    const { kept, step, round, started, clock } = following({ page: 3 });
    const follower = await started();
    const ids: string[] = [];
    for (let i = 0; i < 40; i++) {
      // A fixed pattern of bursts and delays up to the overlap.
      clock.now += ((i * 7) % 11) * SECOND;
      ids.push(`s${i}`);
      step(`s${i}`, ((i * 37) % 100) * SECOND);
      if (i % 3 === 0) await round(follower);
    }
    clock.now += 100 * SECOND;
    await round(follower);
    expect(kept.toSorted()).toEqual(ids.toSorted());
  });
});

describe('what was read', () => {
  it('counts only once it is kept: what an append lost is asked for again', async () => {
    const { kept, step, round, started, cursor, faults } = following();
    const follower = await started();
    step('a');
    faults.append = new Error('the database is away');
    await expect(round(follower)).rejects.toThrow('the database is away');
    expect((await cursor()).readTo).toBeNull();
    faults.append = null;
    await round(follower);
    expect(kept).toEqual(['a']);
  });

  it('is remembered over a restart, and what is listed again changes nothing', async () => {
    const { kept, step, round, started, asked, make, clock } = following();
    const follower = await started();
    step('a');
    const stamped = clock.now;
    await round(follower);
    const next = make();
    await round(next);
    expect(kept).toEqual(['a']);
    expect(asked.at(-1)!.since).toBe(stamped - 2 * MINUTE);
  });

  it('never goes backwards, and begins a look-back before the first question', async () => {
    const { asked, round, started, clock } = following();
    const follower = await started();
    const first = clock.now;
    await round(follower);
    expect(asked).toEqual([{ since: first - 24 * 60 * MINUTE, page: 1 }]);
  });

  it('is read page by page until the last', async () => {
    const { kept, step, round, started, asked } = following({ page: 2 });
    const follower = await started();
    for (const id of ['a', 'b', 'c', 'd', 'e']) step(id);
    await round(follower);
    expect(kept).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(asked.map(({ page }) => page)).toEqual([1, 2, 3]);
  });

  it('a record that can not be read is kept aside once, and holds up no other', async () => {
    const { kept, aside, step, round, started } = following();
    const follower = await started();
    step('bad-1');
    step('a');
    await round(follower);
    await round(follower);
    expect([kept, aside]).toEqual([['a'], ['bad-1']]);
  });
});

describe('how often it asks', () => {
  it('follows what moves: at once after news, ever more seldom in silence, up to its longest', async () => {
    const { step, round, started, cursor } = following();
    const follower = await started();
    const intervals: number[] = [];
    for (let i = 0; i < 7; i++) {
      await round(follower);
      intervals.push((await cursor()).interval);
    }
    expect(intervals.map((ms) => Math.floor(ms / SECOND))).toEqual([15, 22, 33, 50, 75, 80, 80]);
    step('a');
    await round(follower);
    expect((await cursor()).interval).toBe(10 * SECOND);
  });

  it('is left alone while the system is down, until it says to come back, and then tells everything', async () => {
    const { kept, step, round, started, cursor, clock, faults } = following();
    const follower = await started();
    step('a');
    const until = clock.now + 30 * MINUTE;
    faults.list = new UpstreamError('maintenance', {
      upstream: 'registry',
      operation: 'list',
      outcome: 'not-done',
      until,
    });
    await round(follower);
    const { dueAt } = await cursor();
    expect(dueAt).toBeGreaterThan(clock.now + 20 * MINUTE);
    faults.list = null;
    await round(follower);
    expect(kept).toEqual(['a']);
  });

  it('is asked by one process at a time', async () => {
    const { asked, started, make } = following();
    const follower = await started();
    const other = make();
    await Promise.all([follower.round(), other.round()]);
    expect(asked).toHaveLength(1);
  });
});
