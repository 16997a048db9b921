/** @module Acceptance scenario 5: a dossier that never passed iGate, paused by a ministry and handed from commune to department to province. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Product, startProduct } from '../support/product.ts';
import { until } from '../support/until.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.stop());

const CODE = 'H15.50-260310-5001';
const time = (local: string): string => `2026-${local}:00+07:00`;

interface Dossier {
  readonly origin: string;
  readonly incomplete: boolean;
  readonly status: string;
  readonly pauseReason: string | null;
  readonly routing: { readonly receiving: string; readonly resolving: string };
  readonly pauses: readonly { readonly source: string }[];
}

const coordinate = (act: string, at: string, more: object = {}): Promise<void> =>
  product.act('coordination', { act, dossier: CODE, at: time(at), ...more });
const path = `/v1/dossiers/${CODE}`;
const dossier = (): Promise<Dossier> => product.igate<Dossier>('GET', path);
const isThere = (): Promise<unknown> => until('the dossier is here', () => dossier().catch(() => false));
const shown = (...statuses: string[]): Promise<unknown> =>
  until(`the portal shows ${statuses.join(', ')}`, async () => {
    const { records } = await product.ask<{ records: { service: string; status: string }[] }>(
      `/_seen/national-portal?dossier=${CODE}`,
    );
    const told = records.filter(({ service }) => service === 'CapNhatTienDoHoSoMC').map(({ status }) => status);
    return told.join() === statuses.join();
  });

describe('a dossier that the coordination system creates', () => {
  beforeAll(async () => {
    await coordinate('open', '03-10T08:30', { agencyCode: 'H15.50', procedureCode: '1.005129' });
    await isThere();
    await product.act('land-registry', {
      act: 'pause',
      dossier: CODE,
      at: time('03-12T08:00'),
      reason: 'tax-determination',
    });
    await coordinate('transfer', '03-13T08:00', { fromAgency: 'H15.50', toAgency: 'H15.12' });
    await coordinate('transfer', '03-16T08:00', { fromAgency: 'H15.12', toAgency: 'H15' });
    await until('it is the province’s to resolve', async () => (await dossier()).routing?.resolving === 'H15');
  });

  it('exists, complete, with the ministry’s pause, here and at the portal', async () => {
    expect(await dossier()).toMatchObject({
      origin: 'coordination',
      incomplete: false,
      status: 'paused',
      pauseReason: 'tax-determination',
      pauses: [{ source: 'land-registry' }],
    });
    await shown('2', '6');
  });

  it('shows where it was handed, and who resolves it now', async () => {
    const { events } = await product.igate<{
      events: { type: string; source: string; details: Record<string, unknown> | null }[];
    }>('GET', `${path}/timeline`);
    expect(
      events.filter(({ type }) => type === 'transfer').map(({ source, details }) => ({ source, ...details })),
    ).toEqual([
      expect.objectContaining({ source: 'coordination', fromAgency: 'H15.50', toAgency: 'H15.12' }),
      expect.objectContaining({ source: 'coordination', fromAgency: 'H15.12', toAgency: 'H15' }),
    ]);
    expect((await dossier()).routing).toMatchObject({ receiving: 'H15.50', resolving: 'H15' });
  });

  it.each([
    ['the commune', 'H15.50', 200],
    ['the department', 'H15.12', 200],
    ['the province', 'H15', 200],
    ['another commune', 'H15.51', 403],
    ['a part of the department', 'H15.12.03', 403],
  ])('lets %s read it as far as it takes part', async (_who, agency, status) => {
    const client = await product.clientOf(agency);
    expect(await client(path)).toBe(status);
    expect(await client(`${path}/timeline`)).toBe(status);
  });

  it('goes on by the ministry’s word, and ends where the coordination says so', async () => {
    await product.act('land-registry', { act: 'resume', dossier: CODE, at: time('03-18T08:00') });
    await shown('2', '6', '4');
    await coordinate('complete', '03-19T08:00');
    await shown('2', '6', '4', '9');
    expect(await dossier()).toMatchObject({ status: 'completed', pauses: [] });
  });

  it('leaves nothing in quarantine, and nothing held', async () => {
    const { items } = await product.igate<{ items: unknown[] }>('GET', '/v1/quarantine');
    expect(items).toEqual([]);
    await until('it is in step everywhere', async () => {
      const { destinations } = await product.igate<{ destinations: { state: string }[] }>('GET', `${path}/sync`);
      return destinations.every(({ state }) => state === 'in-step');
    });
  });
});
