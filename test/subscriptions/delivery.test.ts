import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../src/units.ts';
import { until } from '../support/until.ts';
import { failing, openScene, placesOf, type Scene, taken } from './scene.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
beforeEach(() => scene.reset());
afterAll(() => scene.close());

const A = 'H15.50-260310-0001';
const B = 'H15.50-260310-0002';
const C = 'H15.51-260310-0003';
const caughtUp = (count: number) => until(`${count} changes were taken`, () => scene.taken.length >= count);
const lags = () =>
  scene.rows<{ code: string; attempts: number }>(
    'select dossier_code as code, attempts from subscription_lag order by 1',
  );
const placeIs = (pos: number) =>
  until(
    `the place is ${pos}`,
    async () => (await scene.rows<{ pos: number }>('select pos from subscription'))[0]!.pos === pos,
  );

describe('a subscriber', () => {
  it('gets each change from its subscription on, once, in order for each dossier', async () => {
    await scene.append(A, B);
    await scene.subscribe();
    await scene.append(...Array.from({ length: 120 }, (_, n) => [A, B, C, null][n % 4]!));
    await scene.worker();
    await caughtUp(120);
    await placeIs(122);
    expect(scene.arrived).toHaveLength(120);
    expect(scene.arrived[0]!.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'webhook-id': expect.stringMatching(/^msg_/),
      'webhook-timestamp': String(scene.now / SECOND),
      'webhook-signature': expect.stringMatching(/^v1,\S+$/),
    });
    for (const [n, code] of [A, B, C].entries())
      expect(placesOf(scene.taken, code)).toEqual(Array.from({ length: 30 }, (_, i) => 3 + n + 4 * i));
    expect(await lags()).toEqual([]);
  });

  it('gets only the kinds, agencies and procedures that it asked for', async () => {
    await scene.subscribe({ kinds: ['entry'], agencies: ['H15.50'], procedures: ['1.005129'] });
    await scene.subscribe({ procedures: ['2.001744'], name: 'other' });
    await scene.append(A, C, null, B);
    await scene.worker();
    await until('both have passed everything', async () =>
      (await scene.rows<{ pos: number }>('select pos from subscription')).every(({ pos }) => pos === 4),
    );
    const [mine, others] = [
      scene.arrived.filter(({ items }) => items[0]!.dossierCode),
      scene.arrived.filter(({ items }) => !items[0]!.dossierCode),
    ];
    expect(mine.map(({ items }) => items[0]!.dossierCode).sort()).toEqual([A, B]);
    expect(others.map(({ items }) => items[0]!.kind)).toEqual(['alert']);
  });

  it('gets no more than its client may still read', async () => {
    await scene.subscribe({ agencies: ['H15'] });
    await scene.rows(
      "insert into client (client_id, secret_hash, scopes, agencies) values ('igate', '', '{}', '{H15.51}')",
    );
    await scene.append(A, C, B);
    await scene.worker();
    await placeIs(3);
    expect(scene.taken.map(({ dossierCode }) => dossierCode)).toEqual([C]);
  });

  it('gets several changes in a message where it asked for them', async () => {
    await scene.subscribe({ batch: 10 });
    await scene.append(...Array.from({ length: 45 }, () => A));
    await scene.worker();
    await caughtUp(45);
    expect(scene.arrived.map(({ message, items }) => [message.type, items.length])).toEqual([
      ['changes', 10],
      ['changes', 10],
      ['changes', 10],
      ['changes', 10],
      ['changes', 5],
    ]);
    expect(placesOf(scene.taken, A)).toEqual(Array.from({ length: 45 }, (_, n) => n + 1));
  });
});

describe('a dossier that is refused', () => {
  const refusing =
    (code: string): Scene['answer'] =>
    (received, response) =>
      (received.items.some(({ dossierCode }) => dossierCode === code) ? failing(500) : taken)(received, response);

  it('waits by itself, its changes in order, while all others go on', async () => {
    await scene.subscribe();
    scene.answer = refusing(A);
    await scene.append(A, B, A, C, A, B, null);
    await scene.worker();
    await caughtUp(4);
    await placeIs(7);
    expect(await lags()).toEqual([{ code: A, attempts: 1 }]);

    await scene.append(B, A);
    await caughtUp(5);
    expect(placesOf(scene.taken, B)).toEqual([2, 6, 8]);
    expect(placesOf(scene.taken, A)).toEqual([]);

    scene.answer = taken;
    scene.now += 1 * SECOND;
    await caughtUp(9);
    expect(placesOf(scene.taken, A)).toEqual([1, 3, 5, 9]);
    await until('nothing lags', async () => (await lags()).length === 0);
  });

  it('is asked about ever less often', async () => {
    await scene.subscribe();
    scene.answer = refusing(A);
    await scene.append(A);
    await scene.worker();
    for (let attempts = 1; attempts <= 4; attempts += 1) {
      await until(`${attempts} attempts`, async () => (await lags())[0]?.attempts === attempts);
      scene.now += 2 ** (attempts - 1) * SECOND - 1;
      // Others are taken meanwhile, and show that the deliverer has looked.
      await scene.append(B);
      await caughtUp(attempts);
      await until(
        'the deliverer is idle',
        async () => (await scene.rows('select 1 from subscription where lease_token is null')).length === 1,
      );
      expect((await lags())[0]!.attempts).toBe(attempts);
      scene.now += 1;
    }
  });

  it('is found in a refused batch, and the others of the batch are taken at once', async () => {
    await scene.subscribe({ batch: 100 });
    scene.answer = refusing(A);
    await scene.append(B, A, C, B, A, null);
    await scene.worker();
    await caughtUp(4);
    await placeIs(6);
    await until('only one lags', async () => (await lags()).length === 1);
    expect((await lags())[0]!.code).toBe(A);
    expect(placesOf(scene.taken, B)).toEqual([1, 4]);
  });

  it('holds nobody up by answering late', async () => {
    await scene.subscribe();
    const held: (() => void)[] = [];
    scene.answer = (received, response) => {
      if (received.items[0]!.dossierCode === A && held.length === 0) held.push(() => taken(received, response));
      else taken(received, response);
    };
    await scene.append(A, B, A, B);
    await scene.worker();
    await caughtUp(2);
    for (let n = 3; n <= 6; n += 1) {
      await scene.append(B);
      await caughtUp(n);
    }
    expect(placesOf(scene.taken, A)).toEqual([]);
    held[0]!();
    await caughtUp(8);
    expect(placesOf(scene.taken, A)).toEqual([1, 3]);
    expect(scene.arrived).toHaveLength(8);
  });
});

describe('a person’s hand', () => {
  it('pauses and resumes, and nothing is lost', async () => {
    const id = await scene.subscribe();
    await scene.worker();
    await scene.append(A);
    await caughtUp(1);
    await scene.pause(id);
    await scene.append(A, B);
    scene.now += 10 * MINUTE;
    await until(
      'the deliverer let go',
      async () => (await scene.rows('select 1 from subscription where lease_token is null')).length === 1,
    );
    expect(scene.arrived).toHaveLength(1);
    await scene.resume(id);
    await caughtUp(3);
    expect(placesOf(scene.taken, A)).toEqual([1, 2]);
  });
});
