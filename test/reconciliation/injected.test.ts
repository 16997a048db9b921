/** @module Thousands of differences of every kind on both sides while traffic flows: all found, none invented, all that can be mended mended, also by a run that was killed. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { PortalClient } from '../../src/capabilities/portal.ts';
import type { Appender } from '../../src/dossiers/append.ts';
import type { Command } from '../../src/dossiers/commands.ts';
import { adoptFrom } from '../../src/reconciliation/adopt.ts';
import type { DifferenceKind } from '../../src/reconciliation/kinds.ts';
import { KINDS, PORTAL_KINDS } from '../../src/reconciliation/kinds.ts';
import { Reconciler } from '../../src/reconciliation/part.ts';
import { findRun, insertRun, type Run } from '../../src/reconciliation/store.ts';
import { catalogue, profile } from '../support/catalogue.ts';
import { registration, status } from '../support/commands.ts';
import { openProvince, type Province } from '../support/province.ts';
import { testSeal } from '../support/seal.ts';
import { openTimeline, PORTAL, silent, type Timeline } from '../support/timeline.ts';
import { until } from '../support/until.ts';

const OF_EACH_KIND = 150;
const UNTOUCHED = 200;
const BUSY = 40;
const DAYS = 10;

let timeline: Timeline;
let appender: Appender;
beforeAll(async () => {
  timeline = await openTimeline(Date.now);
  appender = timeline.appender();
});
afterAll(() => timeline.close());

type Kind = (typeof PORTAL_KINDS)[number];

const dayOf = (n: number): string => String(1 + (n % DAYS)).padStart(2, '0');
/** Known by its number within what it is made for. */
const codeOf = (use: number, n: number): string =>
  `H15.50-2603${dayOf(n)}-${String((use + 1) * 10_000 + n).padStart(6, '0')}`;
const injected = (kind: Kind): string[] =>
  Array.from({ length: OF_EACH_KIND }, (_, n) => codeOf(PORTAL_KINDS.indexOf(kind), n));
const untouched = Array.from({ length: UNTOUCHED }, (_, n) => codeOf(50, n));
const busy = Array.from({ length: BUSY }, (_, n) => codeOf(60, n));

const RESULTS = [{ code: 'KQ.H15.000001', name: 'Giấy chứng nhận', fileRef: null }];
const dayIn = (code: string): string => `03-${code.split('-')[1]!.slice(4)}`;

/** What our side is wrong about by itself. */
const OURS: Readonly<Partial<Record<Kind, object>>> = {
  'procedure-unknown': { procedureCode: '9.999999' },
  'agency-unknown': { agencyCode: 'H15.99' },
  'result-missing': { results: RESULTS },
};

/** What is done to a dossier at the portal once everything stands there. */
const THERE: Readonly<Partial<Record<Kind, object>>> = {
  'missing-at-portal': { act: 'forget-dossier' },
  'missing-here': { act: 'invent-dossier' },
  'pause-lost': { act: 'forget-pause' },
  'resume-lost': { act: 'set-status', status: '6' },
  'status-stale': { act: 'set-status', status: '2' },
  'order-broken': { act: 'disorder-progress' },
  'appointment-differs': { act: 'set-appointment', at: '2026-05-01T17:00:00+07:00' },
  'channel-differs': { act: 'set-channel', channel: 'counter' },
  'result-missing': { act: 'forget-results' },
  'portal-only-progress': { act: 'add-progress', status: '8', at: '2026-02-01T08:00:00+07:00' },
  'duplicate-at-portal': { act: 'repeat-progress' },
};

/** What the portal refuses it would refuse again: that is for people. */
const STATE: Readonly<Partial<Record<Kind, string>>> = { 'delivery-refused': 'evidence' };

function commandsOf(code: string, kind: Kind | null): Command[] {
  const day = dayIn(code);
  const fields = {
    submittedAt: `2026-${day}T08:00:00+07:00`,
    receivedAt: `2026-${day}T08:30:00+07:00`,
    ...(kind === null ? {} : OURS[kind]),
  };
  const told: Command[] = [registration(code, { fields }), status(code, 'processing', '03-11T08:00')];
  if (kind === 'pause-lost' || kind === 'resume-lost') told.push(status(code, 'paused', '03-12T08:00'));
  if (kind === 'resume-lost') told.push(status(code, 'resumed', '03-13T08:00'));
  return told;
}

async function append(commands: readonly Command[]): Promise<void> {
  for (let i = 0; i < commands.length; i += 200)
    await appender.append({ commands: commands.slice(i, i + 200), raw: null });
}

async function atOnce<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const left = [...items];
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
    }),
  );
}

/** Both sides in step, then spoiled. */
async function spoiled(province: Province): Promise<void> {
  const here = PORTAL_KINDS.filter((kind) => kind !== 'missing-here');
  await append([
    ...here.flatMap((kind) => injected(kind).flatMap((code) => commandsOf(code, kind))),
    ...[...untouched, ...busy].flatMap((code) => commandsOf(code, null)),
  ]);
  await province.inStep();
  const acts = PORTAL_KINDS.flatMap((kind) =>
    THERE[kind] === undefined ? [] : injected(kind).map((dossier) => ({ ...THERE[kind], dossier })),
  );
  await atOnce(acts, (act) => province.act(act));
  // The portal has refused the newest entry, which nothing shows that is compared.
  await timeline.pool.query(
    `update sync_state set acked_seq = head_seq - 1, blocked_reason = '−5: Sai định dạng', blocked_at = now()
     where dossier_id in (select id from dossier where code = any($1))`,
    [injected('delivery-refused')],
  );
  // Two dossiers carry the same number.
  await timeline.pool.query(
    `insert into dossier_alias (system, code, dossier_id)
     select '*', 'BN-' || (row_number() over (order by code) + 1) / 2, id from dossier where code = any($1)`,
    [injected('alias-collision')],
  );
}

/** A reconciler in a process of the name given; what it asks may be made to die with it. */
function reconciler(province: Province, wake: () => void, dies: () => boolean = () => false): Reconciler {
  const { client } = province.connect(10_000);
  const portal: PortalClient = {
    ...client,
    list: () => Promise.resolve(null),
    // A process that is gone is never answered.
    read: (code) => (dies() ? new Promise(() => {}) : client.read(code)),
  };
  return new Reconciler({
    destination: PORTAL,
    db: timeline.pool,
    seal: testSeal,
    portal,
    rules: () => ({ profile, catalogue }),
    adopt: adoptFrom(client, appender),
    appender,
    wake,
    settleAfterMs: 200,
    now: Date.now,
    log: silent,
    instance: 'one',
    isOpen: () => true,
    perSecond: 1_000_000,
    repairsPerMinute: 1_000_000,
  });
}

const start = (repair: boolean): Promise<string> =>
  insertRun(
    timeline.pool,
    { destination: PORTAL, agencyCode: 'H15', procedureCode: null, from: '2026-03-01', to: `2026-03-${DAYS}` },
    { repair, dryRun: false, requestedBy: 'operator', now: Date.now() },
  );
const runOf = async (id: string): Promise<Run> => (await findRun(timeline.pool, id))!;

async function finish(part: Reconciler, id: string): Promise<Run> {
  for (;;) {
    const run = await runOf(id);
    if (run.state !== 'running') return run;
    if (!(await part.round())) await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Nothing is on its way; what is refused waits for people. */
const settled = () =>
  until('nothing is on its way', async () => {
    const behind =
      'select from sync_state where acked_seq < head_seq and blocked_reason is null or lease_token is not null limit 1';
    return (await timeline.rows(behind)).length === 0;
  });

/** `kind state` → how many, and which dossiers are not those that were injected. */
async function found(): Promise<{ counts: Record<string, number>; strangers: string[] }> {
  const rows = await timeline.rows<{ kind: DifferenceKind; state: string; code: string }>(
    'select kind, state, dossier_code as code from difference',
  );
  const expected = new Map(PORTAL_KINDS.flatMap((kind) => injected(kind).map((code) => [code, kind] as const)));
  const counts: Record<string, number> = {};
  for (const { kind, state } of rows) counts[`${kind} ${state}`] = (counts[`${kind} ${state}`] ?? 0) + 1;
  return {
    counts,
    strangers: rows.flatMap(({ kind, code }) => (expected.get(code) === kind ? [] : [`${kind} ${code}`])),
  };
}

it('are all found and none invented, mended where they can be, by a run that was killed and went on', {
  timeout: 300_000,
}, async () => {
  const province = await openProvince(timeline);
  const { wake } = await province.drain({ settings: { readBackAfterMs: 600_000 } });
  await spoiled(province);

  // Traffic: dossiers that pause and go on, again and again, while both sides are compared.
  let flows = true;
  const traffic = (async () => {
    for (let minute = 0; flows; minute++) {
      const time = `03-14T${String(8 + Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
      await append(busy.map((code) => status(code, minute % 2 === 0 ? 'paused' : 'resumed', time)));
      wake();
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  })();

  const id = await start(true);
  let asked = 0;
  const killed = reconciler(province, wake, () => ++asked > 700);
  void (async () => {
    while (asked <= 700) await killed.round();
  })();
  while (asked <= 700) await new Promise((resolve) => setTimeout(resolve, 20));
  const before = await runOf(id);
  expect(before).toMatchObject({ state: 'running' });
  expect(before.position! > '2026-03-01').toBe(true);

  const part = reconciler(province, wake);
  const run = await finish(part, id);
  flows = false;
  await traffic;
  await settled();
  const all = OF_EACH_KIND * (PORTAL_KINDS.length - 1) + UNTOUCHED + BUSY;
  expect(run).toMatchObject({ state: 'done', way: 'by-code', compared: all });
  const expected = Object.fromEntries(
    PORTAL_KINDS.filter((kind) => kind !== 'missing-here').map((kind) => [
      `${kind} ${STATE[kind] ?? (KINDS[kind].repair === null ? 'confirmed' : 'repaired')}`,
      OF_EACH_KIND,
    ]),
  );
  expect(await found()).toEqual({ counts: expected, strangers: [] });

  // Once more: nothing to mend is left, what people must decide about stands where it stood, and no other row.
  const rows = await timeline.rows('select id, kind, state, repairs from difference order by id');
  const again = await start(true);
  expect(await finish(part, again)).toMatchObject({ state: 'done', compared: all });
  expect(await timeline.rows('select id, kind, state, repairs from difference order by id')).toEqual(rows);
});
