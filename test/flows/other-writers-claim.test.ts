/** @module A connection that nobody remembered posts a supplement on a dossier of ours: it is kept as its claim, and the dossier stays as it is. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fromBufferPromise } from 'yauzl';
import { type Product, startProduct } from '../support/product.ts';
import { until } from '../support/until.ts';

const CODE = 'H15.50-260310-0016';
const DAY = '2026-03-10';

let product: Product;
beforeAll(async () => {
  product = await startProduct({ SYNC_READ_BACK_AFTER_MS: '600000' });
  await product.igate('PUT', `/v1/dossiers/${CODE}`, {
    procedureCode: '1.005129',
    agencyCode: 'H15.50',
    channel: 'online',
    receivedAt: '2026-03-10T08:30:00+07:00',
    applicant: { kind: 'citizen', name: 'Trần Văn Bình', personalId: '066090000789' },
  });
  await product.igate('POST', `/v1/dossiers/${CODE}/events`, {
    events: [{ eventId: 'e-1', status: 'processing', occurredAt: '2026-03-11T09:00:00+07:00' }],
  });
  // Only a dossier that is asked about by its code tells its progress.
  await product.set('/_settings/national-portal', { lists: false });
  await until('everything is in step', async () => (await sync()).every(({ state }) => state === 'in-step'));
});
afterAll(() => product.stop());

const sync = async () =>
  (await product.igate<{ destinations: { state: string }[] }>('GET', `/v1/dossiers/${CODE}/sync`)).destinations;
const dossier = async () => {
  const { headSeq, clock, ...rest } = await product.igate<{ headSeq: number; clock: { appointmentAt: string } }>(
    'GET',
    `/v1/dossiers/${CODE}`,
  );
  return { ...rest, appointmentAt: clock.appointmentAt };
};
const claims = async () =>
  (
    await product.igate<{ events: { type: string; details: object | null }[] }>('GET', `/v1/dossiers/${CODE}/timeline`)
  ).events.filter(({ type }) => type === 'claim');
const differences = async () =>
  (
    await product.igate<{ items: { id: number; kind: string; state: string; owner: string }[] }>(
      'GET',
      `/v1/differences?dossier=${CODE}`,
    )
  ).items;

async function reconcile(): Promise<void> {
  const { id } = await product.igate<{ id: string }>('POST', '/v1/reconciliations', {
    from: DAY,
    to: DAY,
    repair: true,
  });
  await until(
    'the reconciliation is done',
    async () => (await product.igate<{ state: string }>('GET', `/v1/reconciliations/${id}`)).state === 'done',
  );
}

it('stands in the timeline once, with the portal as its source, and in the evidence', async () => {
  const before = await dossier();
  await product.act('national-portal', {
    act: 'add-progress',
    dossier: CODE,
    status: '5',
    at: '2026-03-12T09:00:00+07:00',
  });
  const shown = await product.atPortal(CODE);
  await reconcile();
  await reconcile();
  expect(await claims()).toMatchObject([
    {
      source: 'national-portal',
      status: null,
      occurredAt: '2026-03-12T09:00:00+07:00',
      effect: false,
      withoutEffectBecause: 'other-writer',
      note: 'Cập nhật từ hệ thống khác',
      officer: { name: 'Cán bộ hệ thống khác', department: 'Hệ thống khác' },
      details: { statusCode: '5' },
    },
  ]);
  expect(await dossier()).toEqual(before);
  expect(await sync()).toMatchObject([{ state: 'in-step' }]);
  // Nothing was sent for it: the portal keeps what it kept.
  expect(await product.atPortal(CODE)).toEqual(shown);
  const { items } = await product.igate<{ items: { type: string }[] }>('GET', '/v1/changes');
  expect(items.filter(({ type }) => type === 'claim')).toEqual([]);

  const [difference, ...others] = await differences();
  expect(others).toEqual([]);
  expect(difference).toMatchObject({ kind: 'portal-only-progress', state: 'confirmed', owner: 'other-writer' });
  const pack = await fetch(`${product.url}/v1/differences/${difference!.id}/evidence`, {
    headers: { authorization: `Bearer ${product.token}` },
  });
  expect(await stated(Buffer.from(await pack.arrayBuffer()))).toContain('Nơi khác ghi: Yêu cầu bổ sung giấy tờ (mã 5)');
});

/** The pack's account that machines read. */
async function stated(zip: Buffer): Promise<string> {
  const archive = await fromBufferPromise(zip);
  for await (const entry of archive.eachEntry()) {
    if (!entry.fileName.endsWith('.json')) continue;
    const parts: Buffer[] = [];
    for await (const part of await archive.openReadStreamPromise(entry)) parts.push(part as Buffer);
    return Buffer.concat(parts).toString();
  }
  throw new Error('the pack has no account');
}
