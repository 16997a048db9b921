import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fromCursor, toCursor } from '../../src/feed/cursor.ts';
import { Feed } from '../../src/feed/part.ts';
import { feedRoutes } from '../../src/feed/routes.ts';
import { removeOldest } from '../../src/feed/store.ts';
import { DAY } from '../../src/units.ts';
import { at, registration, status } from '../support/commands.ts';
import { openTimeline, silent, type Timeline } from '../support/timeline.ts';
import { type Gateway, gatewayWith } from '../watch/gateway.ts';

let timeline: Timeline;
let gateway: Gateway;
let feed: Feed;
beforeAll(async () => {
  timeline = await openTimeline(() => at('03-10T09:00'));
  gateway = await gatewayWith(feedRoutes({ db: timeline.pool, catalogue: () => timeline.catalogue }), Date.now);
});
beforeEach(async () => {
  await timeline.empty();
  await timeline.pool.query('truncate change, feed_state restart identity');
  await timeline.pool.query('update feed_mark set recorded_at = null, swept_id = 0, removed_to = 0');
  feed = new Feed({ pool: timeline.pool, catalogue: () => timeline.catalogue, log: silent });
});
afterAll(async () => {
  await gateway.app.close();
  await timeline.close();
});

const CODE = 'H15.50-260310-0001';
const get = (query: string, agency = 'H15') => gateway.call(agency, `/v1/changes${query}`);
const cursorOf = ({ json }: { json: Record<string, unknown> }): string => String(json.cursor);

describe('GET /v1/changes', () => {
  it('answers what happened in pages, each from the cursor of the last, without personal data', async () => {
    await timeline.append(registration(CODE));
    await feed.round();
    const first = await get('?limit=2');
    expect(first.status).toBe(200);
    expect(first.json.items).toEqual([
      {
        pos: expect.any(Number),
        kind: 'entry',
        dossierCode: CODE,
        seq: 1,
        type: 'status',
        status: 'submitted',
        occurredAt: '2026-03-10T08:00:00+07:00',
      },
      expect.objectContaining({ seq: 2, status: 'accepted', occurredAt: '2026-03-10T08:30:00+07:00' }),
    ]);
    const second = await get(`?limit=2&cursor=${cursorOf(first)}`);
    expect(second.json.items).toEqual([expect.objectContaining({ seq: 3, type: 'appointment', status: null })]);
    const third = await get(`?cursor=${cursorOf(second)}`);
    expect(third.json).toEqual({ items: [], cursor: cursorOf(second) });
  });

  it('shows nobody the changes of another agency', async () => {
    await timeline.append(registration(CODE));
    await feed.round();
    const { json } = await get('', 'H15.51');
    expect(json.items).toEqual([]);
    expect(fromCursor(cursorOf({ json }))).toBeGreaterThan(0);
  });

  it('waits, and wakes as soon as something happens', async () => {
    await timeline.append(registration(CODE));
    await feed.round();
    const cursor = cursorOf(await get(''));
    const waiting = get(`?wait=30&cursor=${cursor}`);
    const beside = get(`?wait=30&cursor=${cursor}`, 'H15.50');
    await timeline.append(status(CODE, 'processing', '03-10T08:45'));
    await feed.round();
    for (const answer of await Promise.all([waiting, beside]))
      expect(answer.json.items).toEqual([expect.objectContaining({ seq: 4, status: 'processing' })]);
  });

  it('answers nothing when the time to wait is over', async () => {
    const { status: code, json } = await get('?wait=0.3');
    expect(code).toBe(200);
    expect(json).toEqual({ items: [], cursor: toCursor(0) });
  });

  it('refuses a cursor that is none of its own', async () => {
    for (const cursor of [
      '7',
      'abc',
      Buffer.from('v1.-1').toString('base64url'),
      Buffer.from('v2.1').toString('base64url'),
    ]) {
      const { status: code, json } = await get(`?cursor=${cursor}`);
      expect(code).toBe(400);
      expect(json).toMatchObject({ code: 'invalid-parameters', violations: [{ path: 'query.cursor' }] });
    }
  });

  it('tells a reader who stayed away too long that changes are gone, and from where to go on', async () => {
    await timeline.append(registration(CODE));
    await feed.round();
    const old = cursorOf(await get('?limit=1'));
    await timeline.pool.query("update change set at = now() - interval '91 days' where seq <= 2");
    await removeOldest(timeline.pool, Date.now() - 90 * DAY, 1_000);

    const refused = await get(`?cursor=${old}`);
    expect(refused.status).toBe(410);
    expect(refused.json).toMatchObject({ code: 'cursor-expired', cursor: toCursor(2) });
    const left = [expect.objectContaining({ seq: 3 })];
    expect((await get(`?cursor=${refused.json.cursor}`)).json.items).toEqual(left);
    expect((await get('')).json.items, 'who names no place gets what there is').toEqual(left);
  });
});
