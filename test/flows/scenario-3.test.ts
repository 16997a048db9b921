/** @module Acceptance scenario 3: beside the old connection – observe, compare, one procedure to send and back, while iGate keeps posting directly. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OldConnection, openOldConnection } from '../support/old-connection.ts';
import { type Product, startProduct } from '../support/product.ts';
import { until } from '../support/until.ts';

let product: Product;
let old: OldConnection;
beforeAll(async () => {
  product = await startProduct({ SYNC_MODE: 'observe', OBSERVE_CALLS_PER_SECOND: '50' });
  old = await openOldConnection(product.simulators);
});
afterAll(() => product.stop());

const time = (local: string): string => `2026-${local}:00+07:00`;
const wire = (local: string): string => `2026${local.replaceAll(/\D/g, '')}05`;

const LAND = '1.005129';
const OTHER = '2.001744';
/** Two land dossiers, one of which the ministry pauses, and one of another procedure. */
const PAUSED = 'H15.50-260302-3001';
const PLAIN = 'H15.50-260302-3002';
const UNTOUCHED = 'H15.50-260302-3003';
const ALL = [PAUSED, PLAIN, UNTOUCHED];

interface Sync {
  readonly mode: string;
  readonly state: string;
  readonly seenStatus: string | null;
  readonly blockedReason: string | null;
  readonly comparison: {
    readonly isCurrent: boolean;
    readonly kinds: readonly string[];
    readonly would: {
      readonly create: boolean;
      readonly records: readonly { statusCode: string }[];
      readonly fields: readonly string[];
    };
    readonly theirs: readonly { readonly officer: string }[];
  } | null;
}
interface Readiness {
  readonly stages: readonly { mode: string; safe: boolean; dossiers: number; reasons: readonly { vi: string }[] }[];
}
interface Written {
  readonly at: string;
  readonly service: string;
  readonly status: string;
  readonly occurredAt: string | null;
}

const syncOf = async (code: string): Promise<Sync> => {
  const { destinations } = await product.igate<{ destinations: Sync[] }>('GET', `/v1/dossiers/${code}/sync`);
  return destinations[0]!;
};
/** Everything that was written to the portal of a dossier, by whomever. */
const writtenOf = async (code: string): Promise<readonly Written[]> => {
  const { records } = await product.ask<{ records: Written[] }>(`/_seen/national-portal?dossier=${code}`);
  return records;
};
const stepsOf = async (code: string): Promise<string[]> =>
  (await writtenOf(code)).filter(({ service }) => service === 'CapNhatTienDoHoSoMC').map(({ status }) => status);
const ready = (query = ''): Promise<Readiness> =>
  product.igate<Readiness>('GET', `/v1/destinations/national-portal/readiness${query}`);
const policies = (...items: object[]): Promise<{ version: number; changed: number }> =>
  product.igate('PUT', '/v1/sync-policies', {
    items: items.map((item) => ({ destination: 'national-portal', ...item })),
    reason: 'Chạy song song với kết nối cũ',
  });
const land = (act: string, at: string, more: object = {}): Promise<void> =>
  product.act('land-registry', { act, dossier: PAUSED, at: time(at), ...more });

/** iGate registers a dossier here, and posts it to the portal itself, some seconds later by its own clock. */
async function register(code: string, procedureCode: string): Promise<void> {
  await product.igate('PUT', `/v1/dossiers/${code}`, {
    procedureCode,
    agencyCode: 'H15.50',
    channel: 'online',
    submittedAt: time('03-02T08:00'),
    receivedAt: time('03-02T08:30'),
    applicant: { kind: 'citizen', name: 'Nguyễn Văn An' },
  });
  await old.dossier({ MaHoSo: code, MaTTHC: procedureCode, NgayHenTra: '20260330170000' }, false);
  await old.progress(code, '1', wire('03-02T08:00'));
  await old.progress(code, '2', wire('03-02T08:30'));
}

/** A step of iGate's own, told to us and posted by itself. */
async function step(code: string, at: string): Promise<void> {
  const event = { eventId: `${code}-${at}`, status: 'processing', occurredAt: time(at) };
  await product.igate('POST', `/v1/dossiers/${code}/events`, { events: [event] });
  await old.progress(code, '4', wire(at));
}

/** How many calls of the old connection and of us have written: what the old one did is known. */
const writes = async (): Promise<number> => {
  const all = await Promise.all(ALL.map(writtenOf));
  return all.flat().length;
};
let byOldConnection = 0;

describe('observe', () => {
  beforeAll(async () => {
    await register(PAUSED, LAND);
    await register(PLAIN, LAND);
    await register(UNTOUCHED, OTHER);
    for (const code of ALL) await step(code, '03-04T09:00');
    // The old connection drops what the ministry tells.
    await land('pause', '03-05T08:00', { reason: 'tax-determination' });
    // And posts what nobody told us.
    await old.progress(PLAIN, '5', wire('03-06T08:00'));
    byOldConnection = await writes();
    for (const code of ALL) await until(`${code} was read back`, async () => (await syncOf(code)).seenStatus !== null);
  });

  it('reads back and shows, and writes nothing at all', async () => {
    for (const code of ALL) expect(await syncOf(code)).toMatchObject({ mode: 'observe', state: 'observing' });
    await until('what the portal alone shows is here', async () => {
      const { status, pauseReason } = await product.igate<{ status: string; pauseReason: string }>(
        'GET',
        `/v1/dossiers/${PLAIN}`,
      );
      return status === 'paused' && pauseReason === 'supplement';
    });
    expect(await writes()).toBe(byOldConnection);
  });

  it('takes from the portal only what nobody else has told', async () => {
    const seen = async (code: string) => {
      const { events } = await product.igate<{ events: { source: string; type: string; status: string | null }[] }>(
        'GET',
        `/v1/dossiers/${code}/timeline`,
      );
      return events
        .filter(({ source, type }) => source === 'national-portal' && type === 'status')
        .map(({ status }) => status);
    };
    expect(await seen(PLAIN)).toEqual(['paused']);
    expect(await seen(UNTOUCHED)).toEqual([]);
    expect(await seen(PAUSED)).toEqual([]);
  });

  it('is safe to go on from when everything was read', async () => {
    const { stages } = await ready();
    expect(stages).toMatchObject([{ mode: 'observe', dossiers: 3, safe: true }]);
  });
});

describe('compare', () => {
  beforeAll(async () => {
    expect(await policies({ mode: 'compare' })).toMatchObject({ changed: 3 });
    for (const code of ALL)
      await until(`${code} was compared`, async () => (await syncOf(code)).comparison?.isCurrent === true);
  });

  it('lists what would be written and what the other writer wrote, and writes nothing', async () => {
    const { totals, items } = await product.igate<{
      totals: Record<string, unknown>;
      items: { dossierCode: string; kinds: string[] }[];
    }>('GET', '/v1/destinations/national-portal/comparison');
    expect(totals).toMatchObject({ dossiers: 3, compared: 3, differences: { 'pause-lost': 1 } });
    expect(items.map(({ dossierCode }) => dossierCode)).toContain(PAUSED);
    expect((await syncOf(PAUSED)).comparison).toMatchObject({
      kinds: expect.arrayContaining(['pause-lost']),
      would: { create: false, records: [{ statusCode: '6' }], fields: expect.arrayContaining(['status']) },
      theirs: [{ officer: 'Lê Thị Bình' }, { officer: 'Lê Thị Bình' }, { officer: 'Lê Thị Bình' }],
    });
    expect(await writes()).toBe(byOldConnection);
  });

  it('is not safe to go on from while something differs and the old connection writes', async () => {
    // Its steps are of March: the report looks back as far as one asks.
    const { stages } = await ready('?days=366');
    expect(stages).toMatchObject([{ mode: 'compare', safe: false }]);
    const reasons = stages[0]!.reasons.map(({ vi }) => vi).join('\n');
    expect(reasons).toContain('1 hồ sơ: Tạm dừng không có trên Cổng');
    expect(reasons).toContain('Lê Thị Bình, Bộ phận Một cửa');
  });
});

describe('one procedure to send', () => {
  const before = new Map<string, readonly Written[]>();
  beforeAll(async () => {
    for (const code of ALL) before.set(code, await writtenOf(code));
    await policies({ mode: 'compare' }, { procedure: LAND, mode: 'send' });
    for (const code of [PAUSED, PLAIN])
      await until(`${code} is in step`, async () => (await syncOf(code)).state === 'in-step');
  });

  it('brings what was missing, and posts nothing twice', async () => {
    expect(await stepsOf(PAUSED)).toEqual(['1', '2', '4', '6']);
    expect(await stepsOf(PLAIN)).toEqual(['1', '2', '4', '5']);
    expect((await product.atPortal<{ TrangThaiHoSo: string }>(PAUSED)).TrangThaiHoSo).toBe('6');
  });

  it('leaves the other procedure alone', async () => {
    expect(await syncOf(UNTOUCHED)).toMatchObject({ mode: 'compare', state: 'observing' });
    expect(await writtenOf(UNTOUCHED)).toEqual(before.get(UNTOUCHED));
  });

  it('names the old connection that still posts there, and does not fight it', async () => {
    // iGate goes on with a dossier that the ministry holds.
    await old.progress(PAUSED, '4', wire('03-09T08:00'));
    const written = await writtenOf(PAUSED);
    const { records } = await until('the other writer is named', async () => {
      const found = await product.igate<{ records: Record<string, unknown>[] }>(
        'GET',
        '/v1/destinations/national-portal/other-writers?stray=true&days=366',
      );
      return found.records.length > 0 && found;
    });
    expect(records).toMatchObject([
      { dossierCode: PAUSED, statusCode: '4', officer: 'Lê Thị Bình', department: 'Bộ phận Một cửa', isStray: true },
    ]);
    const blocked = await until('the dossier is blocked', async () => (await syncOf(PAUSED)).blockedReason);
    expect(blocked).toContain('Lê Thị Bình');
    const { items } = await product.igate<{ items: { kind: string; dossierCode: string }[] }>(
      'GET',
      '/v1/alerts?kind=other-writer',
    );
    expect(items).toMatchObject([{ kind: 'other-writer', dossierCode: PAUSED }]);
    expect((await ready('?days=366')).stages.find(({ mode }) => mode === 'send')).toMatchObject({ safe: false });
    // No value of ours takes the place of its own again.
    expect(await writtenOf(PAUSED)).toEqual(written);
  });

  it('and back in one call: nothing is written any more, and nothing is left half sent', async () => {
    await policies({ mode: 'compare' });
    for (const code of ALL)
      await until(`${code} is compared again`, async () => (await syncOf(code)).state === 'observing');
    const written = await writes();
    await land('resume', '03-10T08:00');
    await until('the resume is compared', async () => {
      const { comparison } = await syncOf(PAUSED);
      return comparison?.isCurrent === true && comparison.kinds.length > 0;
    });
    expect(await writes()).toBe(written);
    expect(await product.igate('GET', '/v1/destinations')).toMatchObject({
      items: [{ mode: 'compare', behind: 0, retrying: 0, blocked: 0, unknown: 0, compared: 3 }],
    });
    const { items } = await product.igate<{ items: { defaultMode: string }[] }>('GET', '/v1/sync-policies');
    expect(items).toEqual([{ destination: 'national-portal', mode: 'compare' }]);
  });
});
