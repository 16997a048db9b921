import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Queryable } from '../../src/db/queryable.ts';
import type { Command } from '../../src/dossiers/commands.ts';
import { MINUTE } from '../../src/units.ts';
import { Watch } from '../../src/watch/part.ts';
import { seedAlertRules } from '../../src/watch/rules-store.ts';
import { at, landStatus, registration, status } from '../support/commands.ts';
import { openTimeline, PORTAL, silent, type Timeline } from '../support/timeline.ts';

let timeline: Timeline;
let now = at('03-10T08:30');
beforeAll(async () => {
  timeline = await openTimeline(() => now);
  await seedAlertRules(timeline.pool);
});
beforeEach(async () => {
  now = at('03-10T08:30');
  await timeline.empty('watch_state');
});
afterAll(() => timeline.close());

const watch = (db: Queryable = timeline.pool, destinations: string[] = []): Watch =>
  new Watch({ db, catalogue: () => timeline.catalogue, destinations: () => destinations, log: silent, now: () => now });

const code = (n: number): string => `H15.50-260310-${String(n).padStart(4, '0')}`;

/** Accepted on 10 March, due on 31 March at 17:00; the land registry has answered. */
const accepted = (n: number): Command[] => [
  registration(code(n)),
  status(code(n), 'processing', '03-10T08:30', { source: 'land-registry' }),
];
const append = async (...commands: Command[]): Promise<void> => {
  for (const result of await timeline.append(...commands)) expect(result.outcome).toBe('accepted');
};

const alerts = () =>
  timeline.rows<{ kind: string; code: string | null; standing: boolean }>(
    `select a.kind, d.code, a.cleared_at is null as standing from alert a left join dossier d on d.id = a.dossier_id order by a.kind, d.code, a.id`,
  );
const standing = async (): Promise<string[]> =>
  (await alerts())
    .filter((alert) => alert.standing)
    .map(({ kind, code: of }) => `${kind} ${of?.slice(-4) ?? ''}`.trim());

/** A connection over which a test may do something around one of the watch's statements. */
function around(name: string, act: (run: () => Promise<unknown>) => Promise<unknown>): Queryable {
  const query = (statement: pg.QueryConfig | string, values?: unknown[]): Promise<unknown> => {
    const run = () => timeline.pool.query(statement, values);
    return typeof statement === 'object' && statement.name === name ? act(run) : run();
  };
  return { query: query as Queryable['query'] };
}

describe('several workers', () => {
  it('raise each rung of each dossier once', async () => {
    for (let n = 1; n <= 8; n += 1) await append(...accepted(n));
    await append(registration(code(20), { fields: { receivedAt: null } }));
    await append(...accepted(30), status(code(30), 'paused', '03-10T08:30'));
    const [one, other] = [watch(), watch()];
    const times = [
      '03-10T10:30',
      '03-11T08:30',
      '03-27T08:00',
      '03-30T08:00',
      '03-31T08:00',
      '04-01T08:00',
      '04-02T08:00',
    ];
    for (const time of times) {
      now = at(time);
      await Promise.all([one.round(), other.round(), one.round()]);
    }
    const seen = (await alerts()).map(({ kind, code: of }) => `${kind} ${of}`);
    expect(new Set(seen).size).toBe(seen.length);
    const kinds = Object.groupBy(await alerts(), ({ kind }) => kind);
    expect(Object.fromEntries(Object.entries(kinds).map(([kind, of]) => [kind, of!.length]))).toEqual({
      'awaiting-acceptance': 1,
      'not-accepted': 1,
      'due-soon': 8,
      'apology-owed': 8,
      'due-today': 8,
      overdue: 8,
      'paused-too-long': 1,
    });
    expect(await standing()).toEqual([
      ...[1, 2, 3, 4, 5, 6, 7, 8].map((n) => `apology-owed 000${n}`),
      'not-accepted 0020',
      ...[1, 2, 3, 4, 5, 6, 7, 8].map((n) => `overdue 000${n}`),
      'paused-too-long 0030',
    ]);
  });

  it('lose nothing and double nothing when one dies before or after it wrote', async () => {
    for (let n = 1; n <= 3; n += 1) await append(...accepted(n));
    now = at('04-01T08:00');
    const dies = { before: around('watch-judge', () => Promise.reject(new Error('died'))) };
    await expect(watch(dies.before).round()).rejects.toThrow('died');
    expect(await standing()).toEqual([]);
    const after = around('watch-judge', async (run) => {
      await run();
      throw new Error('died');
    });
    await expect(watch(after).round()).rejects.toThrow('died');
    await watch().round();
    await watch().round();
    expect(await standing()).toEqual([
      'apology-owed 0001',
      'apology-owed 0002',
      'apology-owed 0003',
      'overdue 0001',
      'overdue 0002',
      'overdue 0003',
    ]);
  });

  it('correct what one of them judged by a state that had passed', async () => {
    await append(...accepted(1));
    now = at('04-01T08:00');
    const slow = around('watch-judge', async (run) => {
      await append(status(code(1), 'paused', '03-31T16:00'));
      await watch().round();
      return run();
    });
    await watch(slow).round();
    expect(await standing()).toEqual(['apology-owed 0001', 'overdue 0001']);
    await watch().round();
    expect(await standing()).toEqual([]);
  });
});

describe('an alert', () => {
  it('clears itself when its reason is gone, and is not raised again for the same occasion', async () => {
    await append(...accepted(1));
    now = at('03-27T08:00');
    await watch().round();
    expect(await standing()).toEqual(['due-soon 0001']);
    await append(status(code(1), 'paused', '03-27T08:00'));
    await watch().round();
    expect(await standing()).toEqual([]);
    await append(status(code(1), 'resumed', '03-27T08:00'));
    await watch().round();
    expect(await standing()).toEqual([]);
    expect(await alerts()).toHaveLength(1);
  });

  it('is raised for a due date that has moved', async () => {
    await append(...accepted(1), status(code(1), 'paused', '03-10T08:30'));
    now = at('03-17T08:30');
    await append(status(code(1), 'resumed', '03-17T08:30'));
    // Five days later: 7 April.
    now = at('03-31T18:00');
    await watch().round();
    expect(await standing()).toEqual(['forgotten 0001']);
    now = at('04-07T17:30');
    await watch().round();
    expect(await standing()).toEqual(['apology-owed 0001', 'forgotten 0001', 'overdue 0001']);
  });

  it('ends with the dossier, and is watched again when that is reopened', async () => {
    await append(...accepted(1));
    now = at('04-01T08:00');
    await watch().round();
    await append(status(code(1), 'completed', '04-01T08:00'));
    await watch().round();
    expect(await standing()).toEqual([]);
    expect(await timeline.rows('select * from watch_state')).toEqual([]);
    now = at('04-02T08:00');
    await append(status(code(1), 'reopened', '04-02T08:00', { operation: 'reopened' }));
    await watch().round();
    // Overdue by the same date: told before.
    expect(await standing()).toEqual([]);
    expect(await timeline.rows('select * from watch_state')).toHaveLength(1);
  });

  it('follows the rules as an operator changes them', async () => {
    await append(...accepted(1));
    now = at('03-24T08:00');
    await watch().round();
    expect(await standing()).toEqual([]);
    await timeline.pool.query(
      `update alert_rule set body = jsonb_set(body, '{limit,amount}', '5') where kind = 'due-soon'`,
    );
    await watch().round();
    expect(await standing()).toEqual(['due-soon 0001']);
    await timeline.pool.query(
      `update alert_rule set body = jsonb_set(body, '{limit,amount}', '2') where kind = 'due-soon'`,
    );
    await watch().round();
    expect(await standing()).toEqual([]);
  });

  it('is not raised for a dossier whose identity is not confirmed', async () => {
    await timeline.append(landStatus(code(1), 'paused', '03-10T08:00'));
    now = at('05-10T08:00');
    await watch().round();
    expect(await alerts()).toEqual([]);
  });
});

describe('a late delivery', () => {
  const acknowledge = () => timeline.pool.query('update sync_state set acked_seq = head_seq, behind_since = null');

  it('is raised after ten minutes and cleared when the destination has it', async () => {
    await append(...accepted(1));
    now += 10 * MINUTE - 1;
    await watch(timeline.pool, [PORTAL]).round();
    expect(await standing()).toEqual([]);
    now += 1;
    await Promise.all([watch(timeline.pool, [PORTAL]).round(), watch(timeline.pool, [PORTAL]).round()]);
    expect(await standing()).toEqual(['sync-late 0001']);
    await acknowledge();
    await watch(timeline.pool, [PORTAL]).round();
    expect(await standing()).toEqual([]);
  });

  it('that is blocked is late too', async () => {
    await append(...accepted(1));
    await timeline.pool.query("update sync_state set blocked_reason = 'refused', blocked_at = now()");
    now += 11 * MINUTE;
    await watch(timeline.pool, [PORTAL]).round();
    expect(await standing()).toEqual(['sync-late 0001']);
  });

  it('is none where nothing is sent', async () => {
    await append(...accepted(1));
    now += 60 * MINUTE;
    await watch(timeline.pool, []).round();
    expect(await standing()).toEqual([]);
  });
});

describe('a source that tells UTC as local time', () => {
  const tell = async (first: number, count: number, occurredAt: string): Promise<void> => {
    for (let n = first; n < first + count; n += 1) {
      await append(registration(code(n), { fields: { submittedAt: '2026-03-10T07:00:00+07:00' } }));
      await append(landStatus(code(n), 'processing', occurredAt, { agencies: null }));
    }
  };

  it('is named once, whoever looks, until its times are right', async () => {
    now = at('03-10T15:00');
    await tell(1, 5, '03-10T08:00');
    await Promise.all([watch().round(), watch().round()]);
    const offsets = async () => (await alerts()).filter(({ kind }) => kind === 'clock-offset');
    expect(await offsets()).toEqual([{ kind: 'clock-offset', code: null, standing: true }]);
    now = at('03-10T16:00');
    await watch().round();
    expect(await offsets()).toHaveLength(1);
    await tell(10, 16, '03-10T16:00');
    await watch().round();
    expect(await offsets()).toEqual([{ kind: 'clock-offset', code: null, standing: false }]);
  });
});
