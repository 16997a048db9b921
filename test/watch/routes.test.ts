import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Command } from '../../src/dossiers/commands.ts';
import { alertRoutes } from '../../src/watch/alert-routes.ts';
import { flagRoutes } from '../../src/watch/flag-routes.ts';
import { lateRoutes } from '../../src/watch/late-routes.ts';
import { Watch } from '../../src/watch/part.ts';
import { seedAlertRules } from '../../src/watch/rules-store.ts';
import { summaryRoutes } from '../../src/watch/summary-routes.ts';
import { profile } from '../support/catalogue.ts';
import { at, registration, status } from '../support/commands.ts';
import { openTimeline, PORTAL, silent, type Timeline } from '../support/timeline.ts';
import { type Answer, type Gateway, gatewayWith } from './gateway.ts';

let timeline: Timeline;
let gateway: Gateway;
let now = at('03-10T08:30');
beforeAll(async () => {
  timeline = await openTimeline(() => now);
  const { pool: db } = timeline;
  await seedAlertRules(db);
  const deps = { db, catalogue: () => timeline.catalogue, destination: PORTAL, profile: () => profile };
  gateway = await gatewayWith(
    [...alertRoutes(deps), ...summaryRoutes(deps), ...flagRoutes(deps), ...lateRoutes(deps)],
    () => now,
  );
});
beforeEach(async () => {
  now = at('03-10T08:30');
  await timeline.empty('watch_state');
  gateway.audited.length = 0;
});
afterAll(async () => {
  await gateway.app.close();
  await timeline.close();
});

const ONE = 'H15.50-260310-0001';
const TWO = 'H15.51-260310-0002';

const append = async (...commands: Command[]): Promise<void> => {
  for (const result of await timeline.append(...commands)) expect(result.outcome).toBe('accepted');
};
/** Two dossiers of two communes, due on 31 March; the land registry has answered for both. */
const twoCommunes = (): Promise<void> =>
  append(
    registration(ONE),
    status(ONE, 'processing', '03-10T08:30', { source: 'land-registry' }),
    registration(TWO, { fields: { agencyCode: 'H15.51' } }),
    status(TWO, 'processing', '03-10T08:30', { source: 'land-registry' }),
  );
const look = async (time: string): Promise<void> => {
  now = at(time);
  await new Watch({
    db: timeline.pool,
    catalogue: () => timeline.catalogue,
    destinations: () => [],
    log: silent,
    now: () => now,
  }).round();
};
const kindsOf = ({ items }: Answer) => items.map(({ kind, dossierCode }) => `${kind} ${dossierCode}`);

describe('GET /v1/alerts', () => {
  it('answers what stands, newest first, with how far it has risen', async () => {
    await twoCommunes();
    await look('04-01T08:00');
    now = at('04-01T14:00');
    const { status: code, json } = await gateway.call('H15.50', '/v1/alerts?kind=overdue');
    expect(code).toBe(200);
    expect(json.items).toEqual([
      {
        id: expect.any(Number),
        kind: 'overdue',
        title: { vi: 'Quá hạn', en: 'Overdue' },
        state: 'open',
        dossierCode: ONE,
        agencyCode: 'H15.50',
        raisedAt: '2026-04-01T08:00:00+07:00',
        clearedAt: null,
        acknowledgedAt: null,
        acknowledgedBy: null,
        acknowledgedReason: null,
        level: 1,
        role: 'head-of-unit',
        roleName: { vi: 'Người đứng đầu bộ phận', en: 'Head of unit' },
        detail: { appointmentAt: '2026-03-31T17:00:00+07:00' },
      },
    ]);
  });

  it('shows an agency its own and those below it, and narrows to one', async () => {
    await twoCommunes();
    await look('04-01T08:00');
    const all = await gateway.call('H15', '/v1/alerts?kind=overdue');
    expect(kindsOf(all.json)).toEqual([`overdue ${TWO}`, `overdue ${ONE}`]);
    const one = await gateway.call('H15', '/v1/alerts?kind=overdue&agency=H15.51');
    expect(kindsOf(one.json)).toEqual([`overdue ${TWO}`]);
    expect((await gateway.call('H15.52', '/v1/alerts')).json.items).toEqual([]);
  });

  it('goes on page by page', async () => {
    await twoCommunes();
    await look('04-01T08:00');
    const seen: string[] = [];
    let url: string | undefined = '/v1/alerts?limit=1';
    while (url) {
      const { json, headers } = await gateway.call('H15', url);
      seen.push(...kindsOf(json));
      url = /<(.*)>/.exec(String((headers as { link?: string }).link ?? ''))?.[1];
    }
    expect(seen.toSorted()).toEqual([`apology-owed ${ONE}`, `apology-owed ${TWO}`, `overdue ${ONE}`, `overdue ${TWO}`]);
  });
});

describe('POST /v1/alerts/{id}/acknowledge', () => {
  const overdue = async (): Promise<number> => {
    await twoCommunes();
    await look('04-01T08:00');
    const { json } = await gateway.call('H15.50', '/v1/alerts?kind=overdue');
    return Number(json.items[0]!.id);
  };

  it('takes the alert, stops its rise, and keeps the first who took it', async () => {
    const id = await overdue();
    now = at('04-01T09:00');
    const taken = await gateway.call('H15.50', `/v1/alerts/${id}/acknowledge`, { reason: 'Đã gọi cho chi nhánh' });
    expect(taken.json).toMatchObject({ state: 'acknowledged', acknowledgedBy: 'operator', level: 0 });
    expect(gateway.audited).toMatchObject([{ operation: 'acknowledgeAlert', dossier: ONE, status: 200 }]);
    now = at('04-10T09:00');
    const again = await gateway.call('H15.50', `/v1/alerts/${id}/acknowledge`, {});
    expect(again.json).toMatchObject({
      acknowledgedAt: '2026-04-01T09:00:00+07:00',
      acknowledgedReason: 'Đã gọi cho chi nhánh',
      level: 0,
    });
    expect(kindsOf((await gateway.call('H15.50', '/v1/alerts?kind=overdue')).json)).toEqual([]);
    expect(kindsOf((await gateway.call('H15.50', '/v1/alerts?state=acknowledged')).json)).toEqual([`overdue ${ONE}`]);
  });

  it('refuses another agency’s alert and one that does not exist', async () => {
    const id = await overdue();
    expect((await gateway.call('H15.51', `/v1/alerts/${id}/acknowledge`, {})).status).toBe(403);
    expect((await gateway.call('H15', '/v1/alerts/999999/acknowledge', {})).status).toBe(404);
  });
});

describe('GET /v1/agencies/{code}/morning-summary', () => {
  it('sorts an agency’s open dossiers by what is to be done, and says who holds the paused ones', async () => {
    const code = (n: number): string => `H15.50-260310-100${n}`;
    const form04 = (of: string, newDate: string): Command =>
      status(of, 'processing', '03-10T08:30', {
        kind: 'appointment',
        status: null,
        operation: 'extended',
        appointment: { at: at(newDate), basis: 'form-04' },
      });
    await append(
      registration(code(1), { fields: { receivedAt: null } }),
      registration(code(2)),
      registration(code(3)),
      form04(code(3), '03-30T17:00'),
      registration(code(4)),
      form04(code(4), '03-31T17:00'),
      registration(code(5)),
      form04(code(5), '04-02T17:00'),
      registration(code(6)),
      status(code(6), 'paused', '03-10T08:30'),
      registration(code(7)),
      status(code(7), 'completed', '03-10T08:30'),
      registration(TWO, { fields: { agencyCode: 'H15.51' } }),
    );
    now = at('03-31T17:30');
    const { json } = await gateway.call('H15.50', '/v1/agencies/H15.50/morning-summary');
    const codes = (part: string) => (json[part] as Answer).items.map(({ dossierCode }) => dossierCode);
    expect(codes('awaitingAcceptance')).toEqual([code(1)]);
    expect(codes('overdueWithoutApology')).toEqual([code(2)]);
    expect(codes('overdueWithApology')).toEqual([code(3), code(4)]);
    expect(codes('dueSoon')).toEqual([code(5)]);
    expect(json.paused).toMatchObject({
      count: 1,
      byReason: [{ reason: 'tax-determination', holder: 'tax-office', count: 1, items: [{ dossierCode: code(6) }] }],
    });
    now = at('03-31T08:00');
    const morning = await gateway.call('H15.50', '/v1/agencies/H15.50/morning-summary');
    expect((morning.json.dueToday as Answer).items.map(({ dossierCode }) => dossierCode)).toEqual([code(2), code(4)]);
  });

  it('is refused to another agency', async () => {
    expect((await gateway.call('H15.51', '/v1/agencies/H15.50/morning-summary')).status).toBe(403);
  });
});

describe('flags', () => {
  it('of a dossier name the entry, the facts, and change no date', async () => {
    await twoCommunes();
    now = at('03-31T16:30');
    await append(status(ONE, 'paused', '03-31T16:00', { reason: 'consultation' }));
    const { json } = await gateway.call('H15.50', `/v1/dossiers/${ONE}/flags`);
    expect(json).toMatchObject({
      dossierCode: ONE,
      items: [
        {
          kind: 'last-day',
          seq: 5,
          facts: { occurredAt: '2026-03-31T16:00:00+07:00', appointmentBefore: '2026-03-31T17:00:00+07:00' },
        },
        { kind: 'without-legal-basis', seq: 5, facts: { reason: 'consultation' } },
      ],
    });
    const [dossier] = await timeline.rows('select appointment_at as at from dossier where code = $1', [ONE]);
    expect(dossier).toEqual({ at: at('03-31T17:00') });
    expect((await gateway.call('H15.51', `/v1/dossiers/${ONE}/flags`)).status).toBe(403);
    expect((await gateway.call('H15', '/v1/dossiers/H15.50-260310-9999/flags')).status).toBe(404);
  });

  it('stand in the report of a period’s pauses with the time they suspended', async () => {
    await twoCommunes();
    now = at('04-10T08:00');
    await append(
      status(ONE, 'paused', '03-12T08:00'),
      status(ONE, 'resumed', '03-13T08:00'),
      status(TWO, 'paused', '03-31T16:00', { reason: 'consultation' }),
    );
    const report = await gateway.call('H15', '/v1/reports/pauses?from=2026-03-01&to=2026-03-31');
    expect(report.json).toMatchObject({
      items: [
        { reason: 'consultation', pauses: 1, dossiers: 1, open: 1, suspendedWorkingMinutes: 0, flagged: 1 },
        { reason: 'tax-determination', pauses: 1, dossiers: 1, open: 0, suspendedWorkingMinutes: 480, flagged: 1 },
      ],
      flagged: 4,
    });
    expect((report.json.flaggedItems as Answer[]).map(({ dossierCode, kind }) => `${dossierCode} ${kind}`)).toEqual([
      `${ONE} back-dated`,
      `${TWO} back-dated`,
      `${TWO} last-day`,
      `${TWO} without-legal-basis`,
    ]);
    const commune = await gateway.call('H15', '/v1/reports/pauses?from=2026-03-01&to=2026-03-31&agency=H15.50');
    expect(commune.json.items).toMatchObject([{ reason: 'tax-determination' }]);
    const april = await gateway.call('H15', '/v1/reports/pauses?from=2026-04-01&to=2026-04-30');
    expect(april.json).toMatchObject({ items: [], flagged: 0 });
  });

  it('are not reported for a period that ends before it begins', async () => {
    const { status: code, json } = await gateway.call('H15', '/v1/reports/pauses?from=2026-03-31&to=2026-03-01');
    expect(code).toBe(400);
    expect(json).toMatchObject({ code: 'invalid-parameters' });
  });
});

describe('late causes', () => {
  const attempt = (code: string, time: string, outcome: string, toSeq: number) =>
    timeline.pool.query(
      `insert into delivery_attempt (at, destination, dossier_id, from_seq, to_seq, attempt, outcome)
       select to_timestamp($2::float8 / 1000), $3, id, 1, $5, 1, $4 from dossier where code = $1`,
      [code, at(time), PORTAL, outcome, toSeq],
    );

  it('of a dossier come with what proves them', async () => {
    await twoCommunes();
    await attempt(ONE, '03-10T08:31', 'acknowledged', 4);
    await timeline.pool.query('update sync_state set acked_seq = 4');
    now = at('03-31T16:30');
    await append(status(ONE, 'completed', '03-31T16:00'));
    await attempt(ONE, '03-31T16:31', 'retry', 5);
    await attempt(ONE, '03-31T16:35', 'retry', 5);
    now = at('04-01T08:00');
    const { json } = await gateway.call('H15.50', `/v1/dossiers/${ONE}/late-cause`);
    expect(json).toMatchObject({
      dossierCode: ONE,
      cause: 'upstream-outage',
      title: { vi: 'Hệ thống ngoài gián đoạn' },
      overdueWorkingMinutes: 0,
      endAt: '2026-03-31T16:00:00+07:00',
      evidence: [
        { kind: 'entry', seq: 5, status: 'completed', recordedAt: '2026-03-31T16:30:00+07:00' },
        { kind: 'outage', destination: PORTAL, from: '2026-03-31T16:31:00+07:00', failedAttempts: 2 },
      ],
    });
  });

  it('are none for a dossier on time', async () => {
    await twoCommunes();
    const { json } = await gateway.call('H15.50', `/v1/dossiers/${ONE}/late-cause`);
    expect(json).toMatchObject({ cause: null, evidence: [], portalFormula: false });
  });

  it('are counted by agency for the dossiers due in a period', async () => {
    await twoCommunes();
    now = at('04-01T16:30');
    await append(
      status(ONE, 'paused', '03-12T08:00', { reason: 'consultation' }),
      status(ONE, 'resumed', '03-17T08:00'),
      status(ONE, 'completed', '04-01T08:00'),
    );
    const report = await gateway.call('H15', '/v1/reports/late-causes?from=2026-03-01&to=2026-03-31');
    expect(report.json).toMatchObject({
      late: 2,
      items: [
        { agencyCode: 'H15.50', late: 1, byCause: { 'other-agency': 1, officer: 0 } },
        { agencyCode: 'H15.51', late: 1, byCause: { 'other-agency': 0, officer: 1 } },
      ],
      dossiers: [
        { dossierCode: ONE, cause: 'other-agency' },
        { dossierCode: TWO, cause: 'officer' },
      ],
    });
    const own = await gateway.call('H15.51', '/v1/reports/late-causes?from=2026-03-01&to=2026-03-31');
    expect(own.json).toMatchObject({ late: 1 });
    const april = await gateway.call('H15', '/v1/reports/late-causes?from=2026-04-01&to=2026-04-30');
    expect(april.json).toMatchObject({ late: 0, items: [] });
  });
});
