/** @module What the portal forgets or spoils is found, named, mended through the sync, and then no more. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { putClient } from '../../src/access/clients.ts';
import { hashSecret } from '../../src/http/issuer.ts';
import { insertRun } from '../../src/reconciliation/store.ts';
import { type Product, startProduct } from '../support/product.ts';
import { until } from '../support/until.ts';

let product: Product;
beforeAll(async () => {
  // The read-back after a delivery would mend some of it first.
  product = await startProduct({ SYNC_READ_BACK_AFTER_MS: '600000' });
});
afterAll(() => product.stop());

const time = (local: string): string => `2026-${local}:00+07:00`;
const code = (n: number): string => `H15.50-260310-${String(n).padStart(4, '0')}`;

async function register(dossier: string, more: object = {}): Promise<void> {
  await product.igate('PUT', `/v1/dossiers/${dossier}`, {
    procedureCode: '1.005129',
    agencyCode: 'H15.50',
    channel: 'online',
    receivedAt: time('03-10T08:30'),
    applicant: { kind: 'citizen', name: 'Nguyễn Văn An' },
    ...more,
  });
}

const tell = (dossier: string, ...events: object[]) =>
  product.igate('POST', `/v1/dossiers/${dossier}/events`, {
    events: events.map((event, n) => ({ eventId: `${dossier}/${n}/${JSON.stringify(event).length}`, ...event })),
  });
const paused = {
  status: 'paused',
  pauseReason: 'financial-obligation',
  occurredAt: time('03-12T09:00'),
  reasonText: 'Chờ thông báo thuế',
};
const spoil = (act: string, dossier: string, more: object = {}) =>
  product.act('national-portal', { act, dossier, ...more });

const settled = (...dossiers: string[]) =>
  until('everything is in step', async () => {
    for (const dossier of dossiers) {
      const { destinations } = await product.igate<{ destinations: { state: string }[] }>(
        'GET',
        `/v1/dossiers/${dossier}/sync`,
      );
      if (!destinations.every(({ state }) => state === 'in-step')) return false;
    }
    return true;
  });

interface Run {
  readonly id: string;
  readonly state: string;
  readonly compared: number;
  readonly inStep: number;
  readonly differences: Readonly<Record<string, number>>;
  readonly states: Readonly<Record<string, number>>;
}

interface Difference {
  readonly id: number;
  readonly kind: string;
  readonly dossierCode: string;
  readonly state: string;
  readonly ours: object | null;
  readonly theirs: object | null;
}

async function reconcile(more: object = {}): Promise<Run> {
  const { id } = await product.igate<{ id: string }>('POST', '/v1/reconciliations', {
    from: '2026-03-10',
    to: '2026-03-11',
    ...more,
  });
  return until('the reconciliation is done', async () => {
    const run = await product.igate<Run>('GET', `/v1/reconciliations/${id}`);
    return run.state !== 'running' && run;
  });
}

const differencesOf = async ({ id }: Run): Promise<Difference[]> =>
  (await product.igate<{ items: Difference[] }>('GET', `/v1/reconciliations/${id}/differences`)).items;

const kindsOf = async (run: Run): Promise<Record<string, string>> =>
  Object.fromEntries((await differencesOf(run)).map(({ dossierCode, kind }) => [dossierCode, kind]));

describe('a portal that spoils what it was told', () => {
  const [untouched, forgotten, unpaused, stale, channel, appointment, invented] = Array.from({ length: 7 }, (_, n) =>
    code(n + 1),
  ) as [string, string, string, string, string, string, string];
  const ours = [untouched, forgotten, unpaused, stale, channel, appointment];

  beforeAll(async () => {
    for (const dossier of ours) {
      await register(dossier);
      await tell(dossier, { status: 'processing', occurredAt: time('03-11T09:00') });
    }
    await tell(unpaused, paused);
    await settled(...ours);
    await spoil('forget-dossier', forgotten);
    await spoil('forget-pause', unpaused);
    await spoil('set-status', stale, { status: '2' });
    await spoil('set-channel', channel, { channel: 'counter' });
    await spoil('set-appointment', appointment, { at: time('05-01T17:00') });
    await spoil('invent-dossier', invented);
  });

  it('has each difference named, with what either side shows, and nothing repaired in a dry run', async () => {
    const run = await reconcile({ repair: true, dryRun: true });
    expect(await kindsOf(run)).toEqual({
      [forgotten]: 'missing-at-portal',
      [unpaused]: 'pause-lost',
      [stale]: 'status-stale',
      [channel]: 'channel-differs',
      [appointment]: 'appointment-differs',
      [invented]: 'missing-here',
    });
    expect(run).toMatchObject({ state: 'done', compared: 7, inStep: 1, states: { confirmed: 6 } });
    const found = await differencesOf(run);
    expect(found.find(({ kind }) => kind === 'pause-lost')).toMatchObject({
      ours: { status: '6' },
      theirs: { status: '4' },
    });
    expect(found.find(({ kind }) => kind === 'appointment-differs')).toMatchObject({
      ours: { appointmentAt: time('03-31T17:00') },
      theirs: { appointmentAt: time('05-01T17:00') },
    });
  });

  it('is mended, each difference keeping its row, and the run after finds nothing', async () => {
    const before = await product.igate<{ items: Difference[] }>('GET', '/v1/differences');
    const run = await reconcile({ repair: true });
    const after = await differencesOf(run);
    expect(run.states).toEqual({ repaired: 6 });
    expect(after.map(({ id }) => id)).toEqual(before.items.map(({ id }) => id));
    const again = await reconcile({ repair: true });
    expect(again).toMatchObject({ compared: 7, inStep: 7, differences: {} });
    expect(await product.atPortal(unpaused)).toMatchObject({ TrangThaiHoSo: '6' });
    expect(await product.igate('GET', `/v1/dossiers/${invented}`)).toMatchObject({
      origin: 'portal',
      status: 'accepted',
    });
  });

  it('is known by asking one code at a time where it has no listing', async () => {
    await product.set('/_settings/national-portal', { lists: false });
    await spoil('forget-pause', unpaused);
    const run = await reconcile();
    expect(await kindsOf(run)).toEqual({ [unpaused]: 'pause-lost' });
    expect(run).toMatchObject({ way: 'by-code', states: { confirmed: 1 } });
    await product.set('/_settings/national-portal', { lists: true });
  });

  it('is mended on an operator’s word, who may also let a difference be for a time', async () => {
    const [lost] = (await product.igate<{ items: Difference[] }>('GET', '/v1/differences?kind=pause-lost')).items;
    await product.igate('POST', `/v1/differences/${lost!.id}/repair`, { reason: 'Đã kiểm tra trên Cổng' });
    await until('the pause is there again', async () => {
      const [found] = (
        await product.igate<{ items: Difference[] }>('GET', `/v1/differences?state=repaired&dossier=${unpaused}`)
      ).items;
      return found?.id === lost!.id;
    });
    expect(await product.atPortal(unpaused)).toMatchObject({ TrangThaiHoSo: '6' });

    await spoil('set-status', stale, { status: '2' });
    const [left] = await differencesOf(await reconcile());
    await product.igate('POST', `/v1/differences/${left!.id}/ignore`, {
      reason: 'Cổng đang nâng cấp',
      until: '2099-01-31T17:00:00+07:00',
    });
    const run = await reconcile({ repair: true });
    expect(await differencesOf(run)).toMatchObject([{ id: left!.id, state: 'ignored' }]);
  });

  it('stands in the change feed when it is confirmed and when it is over', async () => {
    const told = await until('the feed has told of every difference', async () => {
      const { items } = await product.igate<{
        items: { kind: string; dossierCode: string; type: string; status: string }[];
      }>('GET', '/v1/changes?limit=1000');
      const found = items.filter((item) => item.kind === 'difference' && item.dossierCode === forgotten);
      return found.length === 2 && found;
    });
    expect(told).toMatchObject([
      { type: 'missing-at-portal', status: 'confirmed' },
      { type: 'missing-at-portal', status: 'repaired' },
    ]);
  });
});

describe('who may', () => {
  const tokenOf = async (clientId: string, agencies: string[]): Promise<string> => {
    const secret = `secret of ${clientId}`;
    const scopes = ['reconciliation.read', 'reconciliation.operate'];
    await putClient(product.deps.pool, { clientId, secretHash: hashSecret(secret), scopes, agencies });
    const answer = await fetch(`${product.url}/oauth2/token`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${clientId}:${encodeURIComponent(secret)}`).toString('base64')}`,
      },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    return ((await answer.json()) as { access_token: string }).access_token;
  };
  const post = (token: string, path: string, body: object) =>
    fetch(product.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const period = { from: '2026-03-10', to: '2026-03-10', repair: true };

  it('reconcile: each their own agencies, one at a time, never everybody’s', async () => {
    const two = await tokenOf('two-communes', ['H15.51', 'H15.52']);
    expect((await post(two, '/v1/reconciliations', period)).status).toBe(422);
    expect((await post(two, '/v1/reconciliations', { ...period, agencyCode: 'H15.50' })).status).toBe(403);
    expect((await post(two, '/v1/reconciliations', { ...period, agencyCode: 'H15.51' })).status).toBe(202);
  });

  it('stop a run: whoever answers for the whole of it', async () => {
    const scope = {
      destination: 'national-portal',
      agencyCode: null,
      procedureCode: null,
      from: '2026-03-10',
      to: '2026-03-10',
    };
    const how = { repair: false, dryRun: false, requestedBy: 'gateway', now: Date.now() };
    const nightly = await insertRun(product.deps.pool, scope, how);
    const commune = await tokenOf('one-commune', ['H15.51']);
    const stop = (token: string) => post(token, `/v1/reconciliations/${nightly}/cancel`, { reason: 'Thử' });
    expect((await stop(commune)).status).toBe(403);
    expect((await stop(product.token)).status).toBe(200);
  });
});

describe('a read-back after a delivery', () => {
  let quick: Product;
  beforeAll(async () => {
    quick = await startProduct({ SYNC_READ_BACK_AFTER_MS: '1500' });
  });
  afterAll(() => quick.stop());

  it('names what the portal dropped, and mends it without a reconciliation', async () => {
    const dossier = code(90);
    await quick.igate('PUT', `/v1/dossiers/${dossier}`, {
      procedureCode: '1.005129',
      agencyCode: 'H15.50',
      channel: 'online',
      receivedAt: time('03-10T08:30'),
      applicant: { kind: 'citizen', name: 'Nguyễn Văn An' },
    });
    await quick.igate('POST', `/v1/dossiers/${dossier}/events`, { events: [{ eventId: 'p', ...paused }] });
    await until('the portal shows the pause', async () => {
      const { records } = await quick.ask<{ records: { status: string }[] }>(
        `/_seen/national-portal?dossier=${dossier}`,
      );
      return records.some(({ status }) => status === '6');
    });
    await quick.act('national-portal', { act: 'forget-pause', dossier });
    const [named] = await until('the difference is named and over', async () => {
      const { items } = await quick.igate<{ items: Difference[] }>(
        'GET',
        `/v1/differences?state=repaired&dossier=${dossier}`,
      );
      return items.length > 0 && items;
    });
    expect(named).toMatchObject({ kind: 'pause-lost', ours: { status: '6' } });
    expect(await quick.atPortal(dossier)).toMatchObject({ TrangThaiHoSo: '6' });
  });
});
