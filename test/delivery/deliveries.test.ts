/** @module Deliveries: an intent first, an unknown outcome asked about before anything is sent again, nobody's address kept longer than needed. */
import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sealWith } from '../../src/access/seal.ts';
import type { CarrierState, DeliveryProvider, Order, TrackedOrder } from '../../src/capabilities/delivery.ts';
import { UpstreamError, type UpstreamFailure } from '../../src/connector/upstream-error.ts';
import { Deliveries } from '../../src/delivery/deliveries.ts';
import { followDeliveries } from '../../src/delivery/follow.ts';
import * as store from '../../src/delivery/store.ts';
import { MINUTE, SECOND } from '../../src/units.ts';
import { at } from '../support/commands.ts';
import { emptyTables, type TestDatabase, testDatabase } from '../support/database.ts';
import { silent } from '../support/timeline.ts';

const CODE = 'H15.50-260310-0001';
const ORDER: Order = {
  dossierCode: CODE,
  kind: 'result',
  sender: { name: 'UBND xã Krông Pắc', phone: '0900000001', address: 'Thôn 1', communeCode: '24490' },
  receiver: { name: 'Nguyễn Văn An', phone: '0900000000', address: 'Thôn 4', communeCode: '24343' },
  weightGrams: 300,
  codAmount: 0,
  note: null,
};

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());
const empty = () => emptyTables(database.pool, ['delivery_step', 'delivery']);
beforeEach(empty);

const failure = (kind: UpstreamFailure, outcome: 'not-done' | 'unknown', words?: string) =>
  new UpstreamError(kind, { upstream: 'post', operation: 'order', outcome, ...(words ? { words } : {}) });

/** A carrier in memory: what it has, what it was asked, and how it fails next. */
function opened() {
  const clock = { now: at('03-10T09:00') };
  const calls: string[] = [];
  const there = new Map<string, TrackedOrder>();
  let next: { before?: UpstreamError; after?: UpstreamError }[] = [];
  const keyOf = ({ dossierCode, kind }: Pick<Order, 'dossierCode' | 'kind'>) => `${kind} ${dossierCode}`;
  const step = (state: CarrierState) => ({ state, at: clock.now, note: null });
  const doing = (name: string, work: () => void): void => {
    calls.push(name);
    const fault = next.shift();
    if (fault?.before) throw fault.before;
    work();
    if (fault?.after) throw fault.after;
  };
  const provider: DeliveryProvider = {
    name: 'post',
    async order(order) {
      doing('order', () => {
        const known = there.get(keyOf(order));
        if (known && known.state !== 'cancelled') return;
        const { dossierCode, kind } = order;
        there.set(keyOf(order), {
          dossierCode,
          kind,
          itemCode: 'RA990000010VN',
          state: 'registered',
          steps: [step('registered')],
        });
      });
      return { itemCode: 'RA990000010VN', fee: 26_000 };
    },
    async cancel(order) {
      doing('cancel', () => move('cancelled', order));
    },
    tracking: {
      batch: 50,
      minMs: 1 * MINUTE,
      maxMs: 30 * MINUTE,
      settleMs: 30 * SECOND,
      async track(orders) {
        doing('track', () => {});
        return orders.map((order) => there.get(keyOf(order)) ?? null);
      },
    },
  };
  const move = (state: CarrierState, of: Pick<Order, 'dossierCode' | 'kind'> = ORDER): void => {
    const order = there.get(keyOf(of))!;
    there.set(keyOf(of), { ...order, state, steps: [...order.steps, step(state)] });
  };
  const seal = sealWith(randomBytes(32).toString('base64'));
  const { pool } = database;
  const now = () => clock.now;
  const deliveries = new Deliveries({ pool, seal, providers: new Map([['post', provider]]), now });
  const follower = followDeliveries({ pool, deliveries, provider, log: silent, now });
  const order = (actId: string = randomUUID(), more: Partial<Order> = {}) =>
    deliveries.order({
      actId,
      clientId: 'igate',
      provider: 'post',
      agencies: ['H15.50'],
      order: { ...ORDER, ...more },
    });
  return {
    ...{ clock, calls, there, deliveries, order, move },
    /** How the next calls of the carrier go, one after the other. */
    faults: (...coming: typeof next) => {
      next = coming;
    },
    state: async (id: string) => (await store.find(pool, id))!.state,
    row: async (id: string) => (await store.find(pool, id))!,
    steps: async (id: string) => (await store.stepsOf(pool, [id])).map(({ state }) => state),
    /** What the follower does once it is due. */
    async follow(afterMs = 2 * MINUTE) {
      clock.now += afterMs;
      await follower.round();
    },
  };
}

describe('an order', () => {
  it('is registered at once, and once it is seen at the carrier what is kept of it names nobody', async () => {
    const { order, calls, follow, row } = opened();
    const { id, ...made } = await order();
    expect(made).toMatchObject({ state: 'registered', itemCode: 'RA990000010VN', fee: 26_000 });
    expect(calls).toEqual(['order']);
    await follow();
    expect((await row(id)).sealed).toBeNull();
    const { rows } = await database.pool.query('select to_jsonb(d) as all from delivery d');
    for (const secret of ['Nguyễn', '0900000000', 'Thôn 4']) expect(JSON.stringify(rows)).not.toContain(secret);
  });

  it('is kept sealed while its outcome is unknown', async () => {
    const { order, faults } = opened();
    faults({ after: failure('timeout', 'unknown') });
    const row = await order();
    expect(row.state).toBe('unknown');
    expect(row.sealed).not.toBeNull();
    expect(row.sealed!.toString('latin1')).not.toContain('0900000000');
  });

  it('that was confirmed and is nowhere to be seen is sent again', async () => {
    const { order, follow, there, calls, row } = opened();
    const { id } = await order();
    there.clear();
    await follow();
    expect(calls).toEqual(['order', 'track', 'order']);
    await follow();
    expect(await row(id)).toMatchObject({ state: 'registered', sealed: null });
    there.clear();
    await follow(60 * MINUTE);
    expect(calls.filter((call) => call === 'order')).toHaveLength(2);
  });

  it('of a dossier and kind runs once: a second one is a conflict that names the first', async () => {
    const { order } = opened();
    const { id } = await order();
    await expect(order()).rejects.toMatchObject({ code: 'conflict', facts: { extra: { deliveryId: id } } });
    expect((await order(randomUUID(), { kind: 'papers' })).state).toBe('registered');
  });

  it('refused by the carrier is over, with its words, and its act may be repeated', async () => {
    const { order, faults, row, deliveries } = opened();
    const id = randomUUID();
    faults({ before: failure('rejected', 'not-done', '102: ReceiverCommuneCode không có bưu cục') });
    await expect(order(id)).rejects.toMatchObject({ kind: 'rejected' });
    const refused = await row(id);
    expect(refused).toMatchObject({ state: 'refused', sealed: null });
    expect(deliveries.wordsOf(id, refused.reason)).toContain('ReceiverCommuneCode');
    expect((await order(id)).state).toBe('registered');
  });

  it('that never reached the carrier is told so, and its act may be repeated', async () => {
    const { order, faults, state, there } = opened();
    const id = randomUUID();
    faults({ before: failure('unavailable', 'not-done') });
    await expect(order(id)).rejects.toMatchObject({ kind: 'unavailable' });
    expect([await state(id), there.size]).toEqual(['not-ordered', 0]);
    expect((await order(id)).state).toBe('registered');
  });

  it('of a repeated act is told as it has become, and nothing is sent', async () => {
    const { order, calls, move, follow } = opened();
    const { id } = await order();
    move('handed-over');
    await follow();
    calls.length = 0;
    expect((await order(id)).state).toBe('handed-over');
    expect(calls).toEqual([]);
  });
});

describe('an order whose answer was lost', () => {
  it('is asked about, found, and never sent again', async () => {
    const { order, faults, follow, row, calls } = opened();
    faults({ after: failure('unavailable', 'unknown') });
    const { id } = await order();
    await follow();
    expect(await row(id)).toMatchObject({ state: 'registered', itemCode: 'RA990000010VN', sealed: null });
    expect(calls).toEqual(['order', 'track']);
  });

  it('and that never took effect is sent again after it was asked about', async () => {
    const { order, faults, follow, state, calls } = opened();
    faults({ before: failure('timeout', 'unknown') });
    const { id } = await order();
    await follow();
    expect(await state(id)).toBe('registered');
    expect(calls).toEqual(['order', 'track', 'order']);
  });

  it('is not asked about before a late effect would have shown', async () => {
    const { order, faults, follow, calls } = opened();
    faults({ before: failure('timeout', 'unknown') });
    await order();
    await follow(20 * SECOND);
    expect(calls).toEqual(['order']);
  });

  it('is tried for as long as the carrier is down, and refused where the carrier refuses in the end', async () => {
    const { order, faults, follow, state, calls } = opened();
    faults({ before: failure('timeout', 'unknown') });
    const { id } = await order();
    for (let i = 0; i < 3; i++) {
      faults({}, { before: failure('unavailable', 'not-done') });
      await follow();
      expect(await state(id)).toBe('unknown');
    }
    faults({ before: failure('maintenance', 'not-done') });
    await follow();
    expect(await state(id)).toBe('unknown');
    faults({}, { before: failure('rejected', 'not-done', '102: sai') });
    await follow(10 * MINUTE);
    expect(await state(id)).toBe('refused');
    calls.length = 0;
    await follow(60 * MINUTE);
    expect(calls).toEqual([]);
  });

  it('can not be cancelled before it is known', async () => {
    const { order, faults, deliveries } = opened();
    faults({ after: failure('timeout', 'unknown') });
    const row = await order();
    await expect(deliveries.cancel(row, 'đổi ý')).rejects.toMatchObject({ code: 'conflict' });
  });

  it('because its process died is taken up by the follower, or by the repeat of the call', async () => {
    const { order, faults, follow, state, calls, there } = opened();
    // What a kill leaves behind: the intent, and nobody who waits for the answer.
    const crashed = async (): Promise<string> => {
      const id = randomUUID();
      faults({ after: new Error('killed') as UpstreamError });
      await order(id).catch(() => {});
      return id;
    };
    const first = await crashed();
    expect(await state(first)).toBe('ordering');
    expect((await order(first)).state).toBe('registered');
    expect(calls).toEqual(['order', 'track']);
    there.clear();
    await empty();
    const second = await crashed();
    await follow();
    expect(await state(second)).toBe('registered');
  });

  it('and that the repeat of its call does not find yet is left to be asked about, not sent twice', async () => {
    const { order, faults, follow, state, calls, there } = opened();
    const id = randomUUID();
    faults({ before: new Error('killed') as UpstreamError });
    await order(id).catch(() => {});
    there.clear();
    expect((await order(id)).state).toBe('unknown');
    expect(calls).toEqual(['order', 'track']);
    await follow();
    expect(await state(id)).toBe('registered');
  });
});

describe('what the carrier does', () => {
  it('is followed step by step until it ends, and then asked about no more', async () => {
    const { order, follow, move, steps, state, calls, clock } = opened();
    const { id } = await order();
    await follow();
    clock.now += SECOND;
    move('collecting');
    await follow();
    expect(await state(id)).toBe('collecting');
    clock.now += SECOND;
    move('handed-over');
    await follow();
    expect(await steps(id)).toEqual(['registered', 'collecting', 'handed-over']);
    calls.length = 0;
    await follow(120 * MINUTE);
    expect(calls).toEqual([]);
  });

  it('shown by an old copy is not taken back', async () => {
    const { order, follow, move, state, there, clock } = opened();
    const { id } = await order();
    const old = there.get(`result ${CODE}`)!;
    clock.now += SECOND;
    move('collecting');
    await follow();
    there.set(`result ${CODE}`, old);
    await follow(30 * MINUTE);
    expect(await state(id)).toBe('collecting');
  });

  it('is told to the change feed, each step once', async () => {
    const { order, follow, move, clock } = opened();
    await order();
    await follow();
    clock.now += SECOND;
    move('collecting');
    await follow();
    const told = async () => {
      const { appendDeliverySteps } = await import('../../src/feed/store.ts');
      await appendDeliverySteps(database.pool, 100);
      const { rows } = await database.pool.query<{ type: string; status: string; code: string; agencies: string[] }>(
        "select type, status, dossier_code as code, agencies from change where kind = 'delivery' order by pos",
      );
      return rows;
    };
    const once = [
      { type: 'result', status: 'registered', code: CODE, agencies: ['H15.50'] },
      { type: 'result', status: 'collecting', code: CODE, agencies: ['H15.50'] },
    ];
    expect(await told()).toEqual(once);
    expect(await told()).toEqual(once);
  });
});

describe('a cancellation', () => {
  it('ends the order, and another one may then be made', async () => {
    const { order, deliveries, steps } = opened();
    const row = await order();
    expect(await deliveries.cancel(row, 'đổi ý')).toMatchObject({ state: 'cancelled' });
    expect(await steps(row.id)).toEqual(['cancelled']);
    expect((await deliveries.cancel({ ...row, state: 'cancelled' }, 'đổi ý')).state).toBe('cancelled');
    expect((await order()).state).toBe('registered');
  });

  it('that the carrier refuses leaves the order as it is', async () => {
    const { order, deliveries, faults, row } = opened();
    const made = await order();
    faults({ before: failure('rejected', 'not-done', '105: đã thu gom') });
    await expect(deliveries.cancel(made, 'đổi ý')).rejects.toMatchObject({ kind: 'rejected' });
    expect(await row(made.id)).toMatchObject({ state: 'registered', cancelReason: null });
  });

  it('whose answer was lost stays wanted: found done, or sent again', async () => {
    const { order, deliveries, faults, follow, state, calls } = opened();
    const made = await order();
    faults({ after: failure('timeout', 'unknown') });
    expect(await deliveries.cancel(made, 'đổi ý')).toMatchObject({ state: 'registered' });
    await follow();
    expect(await state(made.id)).toBe('cancelled');
    expect(calls).toEqual(['order', 'cancel', 'track']);

    const again = await order();
    faults({ before: failure('timeout', 'unknown') });
    await deliveries.cancel(again, 'đổi ý');
    await follow();
    expect(await state(again.id)).toBe('cancelled');
    expect(calls.slice(3)).toEqual(['order', 'cancel', 'track', 'cancel']);
  });

  it('by the carrier itself is taken, and an earlier one of the same number is not', async () => {
    const { order, move, follow, state } = opened();
    const first = await order();
    move('cancelled');
    await follow();
    expect(await state(first.id)).toBe('cancelled');
    const second = await order();
    await follow();
    expect(await state(second.id)).toBe('registered');
  });

  it('of an order that the carrier never had ends it without sending it again', async () => {
    const { order, deliveries, faults, follow, state, there, calls } = opened();
    const made = await order();
    there.clear();
    faults({ before: failure('timeout', 'unknown') });
    await deliveries.cancel(made, 'đổi ý');
    await follow();
    expect(await state(made.id)).toBe('cancelled');
    expect(calls).toEqual(['order', 'cancel', 'track']);
  });

  it('of what was handed over, or never ordered, is a conflict', async () => {
    const { order, deliveries, move, follow, row } = opened();
    const { id } = await order();
    move('handed-over');
    await follow();
    await expect(deliveries.cancel(await row(id), 'đổi ý')).rejects.toMatchObject({ code: 'conflict' });
  });
});
