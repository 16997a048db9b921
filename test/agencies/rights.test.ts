/** @module A merged agency's dossiers count for its successor in every list and right, and keep their own codes. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { agencyRoutes } from '../../src/agencies/routes.ts';
import { type KeptCatalogue, keepCatalogue } from '../../src/catalogue/keep.ts';
import { dossierRoutes } from '../../src/dossiers/routes.ts';
import { Feed } from '../../src/feed/part.ts';
import { feedRoutes } from '../../src/feed/routes.ts';
import { seedAlertRules } from '../../src/watch/rules-store.ts';
import { summaryRoutes } from '../../src/watch/summary-routes.ts';
import { at, registration, status } from '../support/commands.ts';
import { openTimeline, silent, type Timeline } from '../support/timeline.ts';
import { type Gateway, gatewayWith } from '../watch/gateway.ts';

// H15.50 has been the successor of the wards H15.30.01 (formerly 000.01.30.H15) and H15.30.02 since 2025-07-01.
const OWN = 'H15.50-260310-0001';
const WARD = 'H15.30.01-250310-0001';
const OLD = '000.01.30.H15-240310-0001';
const UNLISTED = 'H15.50.7-260310-0001';
const OTHER = 'H15.51-260310-0001';
const NEIGHBOUR = 'H15.58-260310-0001';

const now = () => at('03-10T09:00');
let timeline: Timeline;
let kept: KeptCatalogue;
let gateway: Gateway;
beforeAll(async () => {
  timeline = await openTimeline(now);
  await seedAlertRules(timeline.pool);
  kept = await keepCatalogue(timeline.pool, silent);
  const { catalogue } = kept;
  const appender = timeline.appender({ catalogue });
  const db = timeline.pool;
  gateway = await gatewayWith(
    [
      ...dossierRoutes({ db, appender, catalogue, placement: { destinations: [] } }),
      ...agencyRoutes({ db, kept }),
      ...summaryRoutes({ db, catalogue }),
      ...feedRoutes({ db, catalogue }),
    ],
    now,
  );
  const agencyOf = (code: string): string => code.slice(0, code.search(/-\d{6}-/));
  for (const code of [OWN, WARD, OLD, UNLISTED, OTHER, NEIGHBOUR])
    await timeline.append(registration(code, { fields: { agencyCode: agencyOf(code) } }));
  await new Feed({ pool: db, catalogue, log: silent }).round();
});
afterAll(async () => {
  await kept.stop();
  await gateway.app.close();
  await timeline.close();
});

const codesIn = (items: Record<string, unknown>[]): unknown[] => items.map(({ code }) => code);
const listed = async (own: string, query = ''): Promise<unknown[]> =>
  codesIn((await gateway.call(own, `/v1/dossiers${query}`)).json.items);

it.each([
  ['the successor', 'H15.50', [OWN, WARD, OLD, UNLISTED]],
  ['the successor’s old code', '000.00.50.H15', [OWN, WARD, OLD, UNLISTED]],
  ['a merged ward', 'H15.30.01', [WARD, OLD]],
  ['the ward’s old code', '000.01.30.H15', [WARD, OLD]],
  ['another commune', 'H15.51', [OTHER]],
  ['the province', 'H15', [OWN, WARD, OLD, UNLISTED, OTHER, NEIGHBOUR]],
])('a list by %s finds what counts for it', async (_title, agency, codes) => {
  expect(await listed('H15', `?agency=${agency}`)).toEqual(codes);
  expect(await listed(agency)).toEqual(codes);
});

it('each dossier keeps the code of the agency that received it', async () => {
  const { json } = await gateway.call('H15.50', '/v1/dossiers');
  expect(json.items.map(({ agencyCode }) => agencyCode)).toEqual(['H15.50', 'H15.30.01', '000.01.30.H15', 'H15.50.7']);
});

it('the successor may read a merged agency’s dossier, by either spelling of its code', async () => {
  const { json } = await gateway.call('H15.50', '/v1/dossiers/H15.30.01-240310-0001');
  expect(json).toMatchObject({ code: OLD, agencyCode: '000.01.30.H15' });
});

it.each([
  ['H15.30.01', OWN],
  ['H15.30.02', WARD],
  ['H15.51', OLD],
])('%s may not read %s', async (own, code) => {
  expect((await gateway.call(own, `/v1/dossiers/${code}`)).status).toBe(403);
});

it('the successor may append to it, as may be seen in its morning and its feed', async () => {
  const [taken, refused] = await timeline.append(
    status(WARD, 'processing', '03-10T08:40', { agencies: ['H15.50'] }),
    status(WARD, 'processing', '03-10T08:45', { agencies: ['H15.51'] }),
  );
  expect([taken, refused]).toMatchObject([{ outcome: 'accepted' }, { outcome: 'refused', code: 'forbidden-agency' }]);
  const morning = await gateway.call('H15.50', '/v1/agencies/000.00.50.H15/morning-summary');
  expect(morning.status).toBe(200);
  const { json } = await gateway.call('H15.50', '/v1/changes');
  expect(new Set(json.items.map(({ dossierCode }) => dossierCode))).toEqual(new Set([OWN, WARD, OLD, UNLISTED]));
});

it('an agency that resolves or returns for another, under any of its codes, has a part in it', async () => {
  const [code, resolving] = ['H15.12-260310-0001', '000.02.30.H15'];
  const routing = { receiving: 'H15.12', resolving, returning: 'H15.12' };
  await timeline.append(registration(code, { fields: { agencyCode: 'H15.12', routing } }));
  await timeline.append(
    status(code, 'processing', '03-10T08:45', { kind: 'transfer', status: null, body: { toAgency: 'H15.53.2' } }),
  );
  for (const own of ['H15.50', 'H15.12', 'H15.53'])
    expect((await gateway.call(own, `/v1/dossiers/${code}`)).status).toBe(200);
  expect((await gateway.call('H15.51', `/v1/dossiers/${code}`)).status).toBe(403);
});

it('a merger that an operator writes counts at once, from its day on', async () => {
  const merger = (effectiveFrom: string) => ({
    reason: 'Nghị quyết sắp xếp đơn vị hành chính cấp xã',
    items: [
      {
        code: 'H15.58',
        name: 'UBND xã Krông Pắc',
        level: 'commune',
        parentCode: 'H15',
        predecessors: [{ code: 'H15.51', effectiveFrom }],
      },
    ],
  });
  const put = async (body: object) =>
    gateway.app.inject({
      method: 'PUT',
      url: '/v1/agencies',
      headers: { authorization: 'Bearer H15', 'content-type': 'application/json' },
      payload: JSON.stringify(body),
    });
  expect((await put(merger('2026-03-11'))).json()).toEqual({ written: 1, unchanged: 0 });
  expect(await listed('H15.58')).toEqual([NEIGHBOUR]);
  expect((await put(merger('2026-03-10'))).json()).toEqual({ written: 1, unchanged: 0 });
  expect(await listed('H15.58')).toEqual([OTHER, NEIGHBOUR]);
  expect(gateway.audited.at(-2)).toMatchObject({
    operation: 'putAgencies',
    details: { written: 1, codes: ['H15.58'] },
  });
  const { json } = await gateway.call('H15', '/v1/agencies/H15.51');
  expect(json).toMatchObject({ effectiveTo: '2026-03-09', successors: [{ code: 'H15.58' }] });
});

it('agencies are shown as on a day', async () => {
  const shown = async (query: string) => codesIn((await gateway.call('H15', `/v1/agencies?${query}`)).json.items);
  expect(await shown('under=H15.50')).toEqual(['H15.50']);
  expect(await shown('under=H15.50&includeClosed=true')).toEqual(['H15.30.01', 'H15.30.02', 'H15.50']);
  expect(await shown('under=H15.30&asOf=2025-06-30')).toEqual(['H15.30', 'H15.30.01', 'H15.30.02']);
  expect(await shown('under=H15.50&asOf=2024-06-30&includeClosed=true')).toEqual(['000.00.50.H15']);
  const { json } = await gateway.call('H15', '/v1/agencies/000.01.30.H15');
  expect(json).toMatchObject({
    code: 'H15.30.01',
    parentCode: 'H15.30',
    effectiveTo: '2025-06-30',
    codes: [
      { code: '000.01.30.H15', effectiveTo: '2024-12-31' },
      { code: 'H15.30.01', effectiveFrom: '2025-01-01' },
    ],
    successors: [{ code: 'H15.50', name: 'UBND xã Buôn Hồ' }],
  });
});
