/** @module Every figure of the console has its list behind it: both say the same, of the person's agencies alone. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EXAMPLE_CODE } from '../../src/dossiers/examples.ts';
import { startPlanted } from '../support/planted.ts';
import type { Product } from '../support/product.ts';

let product: Product;
beforeAll(async () => {
  product = await startPlanted();
});
afterAll(() => product?.stop());

const READS = ['sync.read', 'reconciliation.read', 'incidents.read', 'quarantine.read', 'catalogues.read'];

/** Reads the API as a person of that agency would. */
async function reader(agency: string) {
  const token = await product.tokenOf(`reader-of-${agency}`, READS, agency);
  return async <T>(path: string): Promise<T> => {
    const answer = await fetch(`${product.url}/v1/${path}`, { headers: { authorization: `Bearer ${token}` } });
    expect([path, answer.status]).toEqual([path, 200]);
    return (await answer.json()) as T;
  };
}
interface List<Item = object> {
  readonly total: number;
  readonly items: readonly Item[];
}

it('differences: as many as are listed, by kind and state, the gravest first', async () => {
  const read = await reader('H15');
  const listed = await read<List<{ kind: string; agencyCode: string }>>('differences');
  const counts = await read<List<{ kind: string; count: number; oldestAt: string }>>('differences/counts');
  expect([counts.total, counts.items.map(({ kind, count }) => [kind, count])]).toEqual([
    listed.items.length,
    [
      ['status-stale', 1],
      ['portal-only-progress', 1],
    ],
  ]);
  expect(counts.items[0]!.oldestAt).toBe('2026-03-20T08:00:03+07:00');
  expect(listed.items.map(({ agencyCode }) => agencyCode)).toEqual(['H15.58', 'H15.58']);

  const kinds = async (query: string) =>
    (await read<List<{ kind: string }>>(`differences?${query}`)).items.map(({ kind }) => kind);
  expect(await kinds('owner=portal')).toEqual(['status-stale']);
  expect(await kinds('owner=portal&kind=portal-only-progress')).toEqual([]);
  expect(await kinds('agency=H15.58&olderThanMinutes=60')).toEqual(['status-stale', 'portal-only-progress']);
  expect(await kinds('olderThanMinutes=5000000')).toEqual([]);
  expect((await read<List>('differences/counts?agency=H15.50')).total).toBe(0);
});

it('pauses: those that the portal has not acknowledged, and those that it acknowledged and does not show', async () => {
  const read = await reader('H15');
  const { database } = product;
  const figures = async () => {
    const [portal] = (await read<List<Record<string, number>>>('destinations')).items;
    const listed = await read<List>('destinations/national-portal/out-of-step?status=paused');
    expect(portal!.pausesNotThere).toBe(listed.items.length);
    return [portal!.pausesNotThere, portal!.pausesLost];
  };
  // Nobody else moves it meanwhile.
  await database.query(
    `update sync_state set mode = 'send', lease_token = null, next_attempt_at = 'infinity', verify_at = null, acked_seq = head_seq, blocked_reason = null`,
  );
  const set = (what: string) =>
    database.query(`update ${what} from dossier d where d.id = dossier_id and d.code = $1`, [EXAMPLE_CODE]);
  await database.query("update dossier set status = 'paused', pause_reason = 'supplement' where code = $1", [
    EXAMPLE_CODE,
  ]);
  expect(await figures()).toEqual([0, 0]);
  await database.query("update difference set kind = 'pause-lost', look_at = null where kind = 'status-stale'");
  expect(await figures()).toEqual([0, 1]);
  await set('sync_state set acked_seq = sync_state.head_seq - 1');
  expect(await figures()).toEqual([1, 0]);

  const states = async () => {
    const [portal] = (await read<List<Record<string, number>>>('destinations')).items;
    const lists = await Promise.all(
      ['behind', 'retrying', 'blocked', 'unknown', 'unverified'].map(async (state) => {
        const { items } = await read<List>(`destinations/national-portal/out-of-step?state=${state}`);
        expect([state, items.length]).toEqual([state, portal![state]]);
        return items.length;
      }),
    );
    return lists;
  };
  expect(await states()).toEqual([1, 0, 0, 0, 0]);
  await set("sync_state set blocked_reason = '-5: sai', blocked_at = now()");
  expect(await states()).toEqual([0, 0, 1, 0, 0]);
  await set('sync_state set blocked_reason = null, attempts = 3, unknown_since = now(), unverified = true');
  expect(await states()).toEqual([0, 1, 0, 1, 1]);
});

it('incidents: open, overdue, told to nobody', async () => {
  const read = await reader('H15');
  expect(await read('incidents/counts')).toEqual({ open: 2, late: 0, notSent: 2, nextDueAt: null });
  await product.database.query(
    `update incident_party p set sent_at = '2026-03-16T09:00:00+07:00', due_at = '2026-03-19T17:00:00+07:00'
     from incident i where i.id = p.incident_id and i.number = 'SC-2026-0001' and p.party = 'data-centre'`,
  );
  expect(await read('incidents/counts')).toEqual({
    open: 2,
    late: 1,
    notSent: 1,
    nextDueAt: '2026-03-19T17:00:00+07:00',
  });
  expect((await read<List>('incidents?late=true')).items).toHaveLength(1);
});

it('quarantine: by cause and source, with what to do', async () => {
  const read = await reader('H15');
  const { total, items } = await read<List<Record<string, unknown>>>('quarantine/causes');
  expect(total).toBe((await read<List>('quarantine')).items.length);
  expect(items).toEqual([
    expect.objectContaining({
      cause: 'implausible-time',
      source: 'igate',
      count: total,
      retryable: total,
      title: { vi: 'Thời điểm không hợp lý', en: 'A time that cannot be' },
    }),
  ]);
});

it('nothing of another agency’s counts', async () => {
  const read = await reader('H15.12');
  expect((await read<List>('differences/counts')).total).toBe(0);
  const [run] = (await read<List<{ differences: object; states: object }>>('reconciliations')).items;
  expect([run!.differences, run!.states]).toEqual([{}, {}]);
  expect(await read('incidents/counts')).toMatchObject({ open: 0, late: 0 });
  expect((await read<List>('quarantine/causes')).total).toBe(0);
  const [portal] = (await read<List<Record<string, number>>>('destinations')).items;
  expect([portal!.pausesNotThere, portal!.pausesLost, portal!.behind, portal!.retrying]).toEqual([0, 0, 0, 0]);
});

it('a destination says who paused it, then who let it be sent to again, and who stopped its repairs', async () => {
  const read = await reader('H15');
  const say = (act: string, reason: string) =>
    product.igate('POST', `/v1/destinations/national-portal/${act}`, { reason });
  const portal = async () => (await read<List<Record<string, unknown>>>('destinations')).items[0]!;
  await say('pause', 'Cổng đang bảo trì');
  expect(await portal()).toMatchObject({ paused: { reason: 'Cổng đang bảo trì' }, resumed: null });
  await say('resume', 'Cổng đã bảo trì xong');
  expect(await portal()).toMatchObject({
    paused: null,
    resumed: { by: 'igate', reason: 'Cổng đã bảo trì xong', since: expect.stringMatching(/\+07:00$/) },
  });
  await say('repairs/stop', 'Cổng đang kiểm tra dữ liệu');
  expect(await portal()).toMatchObject({ repairsStopped: { reason: 'Cổng đang kiểm tra dữ liệu' } });
});

it('names stand behind codes of both schemes; what nobody knows is left out', async () => {
  const read = await reader('H15');
  const query = 'agencies=H15.50,000.00.50.H15,H15.999&procedures=1.005129,9.999999';
  const { agencies, procedures } = await read<Record<string, Record<string, string>>>(`catalogues/names?${query}`);
  expect(Object.keys(agencies!)).toEqual(['H15.50', '000.00.50.H15']);
  expect(agencies!['H15.50']).toBe(agencies!['000.00.50.H15']);
  expect(Object.keys(procedures!)).toEqual(['1.005129']);
});
