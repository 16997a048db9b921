/** @module iGate is told by webhook of everything that happens to its dossiers, also while it stumbles. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Product, startProduct } from '../support/product.ts';
import { until } from '../support/until.ts';

interface Seen {
  readonly dossier: string;
  readonly status: string | null;
  readonly effect: boolean;
}

let product: Product;
let subscription: string;
beforeAll(async () => {
  product = await startProduct();
  const made = await product.igate<{ id: string; secret: string }>('POST', '/v1/subscriptions', {
    name: 'iGate tỉnh',
    url: `${product.simulators}/igate/webhooks`,
    kinds: ['entry'],
  });
  subscription = made.id;
  await product.set('/_settings/igate', { secrets: [made.secret] });
});
afterAll(() => product.stop());

const register = (code: string) =>
  product.igate('PUT', `/v1/dossiers/${code}`, {
    procedureCode: '1.005129',
    agencyCode: 'H15.50',
    channel: 'online',
    submittedAt: '2026-03-10T08:00:00+07:00',
    receivedAt: '2026-03-10T08:30:00+07:00',
    applicant: { kind: 'citizen', name: 'Nguyễn Văn An', personalId: '066090000123' },
  });

const seen = async (): Promise<Seen[]> => {
  const text = await (await fetch(`${product.simulators}/_seen/igate`)).text();
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Seen);
};
/** What iGate learnt of a dossier, each change the first time it came. */
const learnt = async (code: string): Promise<(string | null)[]> =>
  (await seen()).filter(({ dossier, effect }) => dossier === code && effect).map(({ status }) => status);

it('hears of a pause by the land registry within moments, signed, and nobody’s data in it', async () => {
  const code = 'H15.50-260310-0001';
  await register(code);
  await product.act('land-registry', {
    act: 'pause',
    dossier: code,
    reason: 'financial-obligation',
    at: '2026-03-12T09:00:00+07:00',
  });
  await until('iGate knows', async () => (await learnt(code)).includes('paused'));
  expect(await learnt(code)).toEqual(['submitted', 'accepted', null, 'paused']);
  const { items } = await product.igate<{ items: { outcome: string; status: number }[] }>(
    'GET',
    `/v1/subscriptions/${subscription}/deliveries`,
  );
  expect(items.map(({ outcome }) => outcome)).toEqual(items.map(() => 'taken'));
});

it('hears of everything in order while a third of its answers fail or are lost', async () => {
  await product.set('/_faults/igate', { errorRate: 0.2, lostAnswerRate: 0.1, resetRate: 0.1, seed: 7 });
  const codes = Array.from({ length: 20 }, (_, n) => `H15.50-260310-${1000 + n}`);
  await Promise.all(codes.map(register));
  const steps = ['processing', 'completed', 'returned'];
  for (const [n, status] of steps.entries())
    await product.igate('POST', '/v1/events', {
      events: codes.map((dossierCode) => ({
        eventId: `${dossierCode}:${status}`,
        dossierCode,
        status,
        occurredAt: `2026-03-1${n + 1}T09:00:00+07:00`,
      })),
    });
  const all = ['submitted', 'accepted', null, ...steps];
  await until('some of it was tried', async () => (await seen()).length > 20);
  await product.set('/_faults/igate', {});
  await until('iGate knows everything', async () =>
    (await Promise.all(codes.map(learnt))).every((known) => known.length === all.length),
  );
  for (const code of codes) expect(await learnt(code)).toEqual(all);
  const { faultsFired } = await product.ask<{ faultsFired: Record<string, number> }>('/_stats/igate');
  for (const fault of ['errorRate', 'lostAnswerRate', 'resetRate']) expect(faultsFired[fault]).toBeGreaterThan(0);
});
