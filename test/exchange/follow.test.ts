/** @module Following dossiers at a system that never calls: what it tells becomes entries, once, and counts only when they are kept. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { ExchangeProvider, Tracked, TrackedStep } from '../../src/capabilities/exchange.ts';
import type { AppendRequest } from '../../src/dossiers/append.ts';
import type { CommandResult } from '../../src/dossiers/commands.ts';
import { follow } from '../../src/exchange/follow.ts';
import { at, registration } from '../support/commands.ts';
import { openTimeline, silent, type Timeline } from '../support/timeline.ts';

let timeline: Timeline;
beforeAll(async () => {
  timeline = await openTimeline();
});
afterAll(() => timeline.close());

const CODE = 'H15.50-260310-0001';
const OTHER = 'H15.50-260310-0002';
const SOURCE = 'land-registry';
let now = at('11-02T09:00');

beforeEach(async () => {
  now = at('11-02T09:00');
  await timeline.empty('exchange_act', 'exchange');
  for (const code of [CODE, OTHER]) {
    await timeline.append(registration(code));
    await timeline.pool.query(
      `insert into exchange (id, provider, dossier_id, dossier_code, kind, number, state, submission, next_poll_at, created_at, changed_at)
       select code || '~x', $2, id, code, 'birth', code, 'submitted', '', to_timestamp($3 / 1000.0), now(), now() from dossier where code = $1`,
      [code, SOURCE, now],
    );
  }
});

const step = (status: TrackedStep['status'], local: string): TrackedStep => ({
  kind: 'status',
  eventId: `${status}-${local}`,
  occurredAt: at(local),
  status: status!,
  reason: status === 'paused' ? 'supplement' : null,
});
const tracked = (...steps: TrackedStep[]): Tracked => ({
  steps,
  statusThere: `${steps.length} steps`,
  ended: false,
  fault: null,
});

/** A poller over a system that tells this of each dossier; `append` may fail. */
function following(
  tells: (code: string) => Tracked,
  append: (request: AppendRequest) => Promise<CommandResult[]> = (request) => timeline.appender().append(request),
) {
  const asked: string[][] = [];
  const appended: number[] = [];
  const provider: ExchangeProvider & { track: NonNullable<ExchangeProvider['track']> } = {
    name: SOURCE,
    takes: ['birth'],
    submit: async () => '',
    acts: {},
    wasDone: async () => ({ state: 'not-done' }),
    track: {
      batch: 10,
      minMs: 1_000,
      maxMs: 8_000,
      async read(refs) {
        asked.push(refs.map(({ number }) => number));
        return refs.map(({ number }) => tells(number));
      },
    },
  };
  const poller = follow({
    db: timeline.pool,
    provider,
    appender: {
      append(request: AppendRequest): Promise<CommandResult[]> {
        appended.push(request.commands.length);
        return append(request);
      },
    },
    now: () => now,
    log: silent,
    everyMs: 1_000,
  });
  return { poller, asked, appended };
}

const entriesOf = (code: string) =>
  timeline.rows<{ status: string }>(
    'select e.status from timeline_entry e join dossier d on d.id = e.dossier_id where d.code = $1 and e.source = $2 order by e.seq',
    [code, SOURCE],
  );
const exchangeOf = async (code: string) =>
  (
    await timeline.rows<{ state: string; fault: string | null; statusThere: string; nextPollAt: number | null }>(
      'select state, fault, status_there as "statusThere", next_poll_at as "nextPollAt" from exchange where dossier_code = $1',
      [code],
    )
  )[0]!;

it('every step that is told becomes an entry, and what was told before costs nothing', async () => {
  const { poller, asked, appended } = following(() =>
    tracked(step('processing', '03-11T09:00'), step('paused', '03-12T09:00')),
  );
  await poller.round();
  expect(await entriesOf(CODE)).toEqual([{ status: 'processing' }, { status: 'paused' }]);
  now += 60_000;
  await poller.round();
  expect([asked, appended]).toEqual([
    [
      [CODE, OTHER],
      [CODE, OTHER],
    ],
    [4],
  ]);
});

it('an answer that could not be kept is asked for again', async () => {
  let isAway = true;
  const appender = timeline.appender();
  const append = (request: AppendRequest) =>
    isAway ? Promise.reject(new Error('the database is away')) : appender.append(request);
  const { poller } = following(() => tracked(step('processing', '03-11T09:00')), append);
  await expect(poller.round()).rejects.toThrow('the database is away');
  expect(await entriesOf(CODE)).toEqual([]);
  isAway = false;
  now += 120_000;
  await poller.round();
  expect(await entriesOf(CODE)).toEqual([{ status: 'processing' }]);
});

it('a record that cannot be read is shown, and what can be read of it counts', async () => {
  const { poller } = following((code) =>
    code === CODE
      ? { ...tracked(step('processing', '03-11T09:00')), fault: 'unreadable' }
      : tracked(step('processing', '03-11T09:00')),
  );
  await poller.round();
  expect([await exchangeOf(CODE), await exchangeOf(OTHER)]).toMatchObject([{ fault: 'unreadable' }, { fault: null }]);
  expect(await entriesOf(CODE)).toEqual([{ status: 'processing' }]);
});

it('what has ended is asked about no more', async () => {
  const { poller } = following((code) => ({ ...tracked(step('processing', '03-11T09:00')), ended: code === CODE }));
  await poller.round();
  expect(await exchangeOf(CODE)).toMatchObject({ state: 'ended', nextPollAt: null });
  expect((await exchangeOf(OTHER)).nextPollAt).toBeGreaterThan(now);
});

it('of two processes each asks about its own', async () => {
  const first = following(() => tracked());
  const second = following(() => tracked());
  await Promise.all([first.poller.round(), second.poller.round()]);
  expect([...first.asked, ...second.asked].flat().sort()).toEqual([CODE, OTHER]);
});

it('a dossier that was withdrawn while it was asked about is asked about no more', async () => {
  const { poller } = following(() => tracked());
  const withdrawn = timeline.pool.query(
    "update exchange set state = 'withdrawn', next_poll_at = null where dossier_code = $1",
    [CODE],
  );
  await Promise.all([withdrawn, poller.round()]);
  expect((await exchangeOf(CODE)).nextPollAt).toBeNull();
});
