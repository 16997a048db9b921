/** @module What another writer told the portal of a dossier of ours: it enters the timeline once, as a claim, and changes nothing of ours. */
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PortalView, ShownProgress } from '../../src/capabilities/portal.ts';
import { toTimelineAnswer } from '../../src/dossiers/answers.ts';
import { deadlineInput } from '../../src/dossiers/appointment.ts';
import { foldOf } from '../../src/dossiers/folded.ts';
import { findDossier, readTimeline } from '../../src/dossiers/read-store.ts';
import { claimsOf, strangersOf } from '../../src/reconciliation/claims.ts';
import { writeStop } from '../../src/reconciliation/repairs.ts';
import { matchRecords } from '../../src/sync/match.ts';
import { plan } from '../../src/sync/plan.ts';
import { scheduleOf } from '../../src/watch/schedule.ts';
import { catalogue, profile } from '../support/catalogue.ts';
import { at, registration, status } from '../support/commands.ts';
import { memory } from '../support/memory.ts';
import { Reconciling } from '../support/reconciling.ts';
import { openTimeline, PORTAL, type Timeline } from '../support/timeline.ts';
import { rules } from '../watch/rules.ts';

const CODE = 'H15.50-260310-0001';
const DAY = '2026-03-10';

/** A supplement that somebody else asked for: by the portal's own formula it would make the dossier late. */
const supplement = (time: string, more: Partial<ShownProgress> = {}): ShownProgress => ({
  at: at(time),
  statusCode: '5',
  text: 'Đề nghị nộp thêm bản chính',
  officer: 'Lê Thị Hoa',
  department: 'Phòng Một cửa cũ',
  ...more,
});

describe('on a dossier of ours', () => {
  let timeline: Timeline;
  let scene: Reconciling;
  beforeAll(async () => {
    timeline = await openTimeline();
  });
  afterAll(() => timeline.close());
  beforeEach(async () => {
    scene = new Reconciling(timeline);
    await scene.empty();
    await writeStop(timeline.pool, PORTAL, null);
    await timeline.append(registration(CODE), status(CODE, 'processing', '03-11T09:00'));
    await scene.settle();
    await scene.shows(CODE);
    scene.list = () => Promise.resolve(null);
  });

  /** The portal shows these records besides ours. */
  async function shows(...records: readonly ShownProgress[]): Promise<void> {
    const view: PortalView = await scene.viewOf(CODE);
    scene.there.set(CODE, { ...view, progress: [...view.progress!, ...records] });
  }
  const reconcile = async () => scene.ended(await scene.start(DAY, DAY, { repair: true }));
  const differences = () =>
    timeline.rows<{ id: number; kind: string; state: string; first: number }>(
      'select id, kind, state, first_seen_at as first from difference order by id',
    );
  const claims = () =>
    timeline.rows<{ seq: number; source: string; at: number }>(
      "select seq, source, occurred_at as at from timeline_entry where kind = 'claim' order by seq",
    );
  /** What is ours of the dossier, and what would be told of it. */
  async function ours() {
    const [dossier] = await timeline.rows(
      'select status, pause_reason, outcome, finished_at, appointment_at, appointment_basis from dossier',
    );
    const sync = await timeline.rows(
      'select mode, acked_seq >= head_seq as "inStep", sent_seqs, generation, blocked_reason from sync_state',
    );
    return { dossier, sync, view: await scene.viewOf(CODE) };
  }

  it('stands in its timeline with its own words and time, and changes nothing of ours', async () => {
    const before = await ours();
    await shows(supplement('03-12T09:00'));
    await reconcile();
    expect(await ours()).toEqual(before);
    const record = (await findDossier(timeline.pool, CODE))!;
    const { events } = toTimelineAnswer(record, await readTimeline(timeline.pool, record.id), catalogue);
    expect(events.at(-1)).toMatchObject({
      type: 'claim',
      source: PORTAL,
      status: null,
      occurredAt: '2026-03-12T09:00:00+07:00',
      effect: false,
      withoutEffectBecause: 'other-writer',
      lateReported: false,
      details: { statusCode: '5' },
    });
    // Who wrote it is a person: it stands sealed.
    expect(await timeline.rows("select from timeline_entry where body::text like '%Lê Thị Hoa%'")).toEqual([]);
  });

  it('is kept once however often it is found, while the difference stays open for its owner', async () => {
    await shows(supplement('03-12T09:00'));
    await reconcile();
    const [first] = await differences();
    for (let again = 0; again < 3; again++) await reconcile();
    expect(await claims()).toHaveLength(1);
    expect(await differences()).toEqual([{ ...first, kind: 'portal-only-progress', state: 'confirmed' }]);
    expect(await scene.generationOf(CODE)).toBe(0);
  });

  it('is kept with a time that no entry of ours could have', async () => {
    await shows(supplement('01-02T09:00'), supplement('12-24T09:00'));
    await reconcile();
    expect((await claims()).map((claim) => claim.at)).toEqual([at('01-02T09:00'), at('12-24T09:00')]);
  });

  it('is no new difference once a person has ended it; what comes besides is one', async () => {
    await shows(supplement('03-12T09:00'));
    await reconcile();
    await timeline.pool.query("update difference set state = 'closed', look_at = null, decided_by = 'cb-01'");
    const [closed] = await differences();
    await reconcile();
    expect(await differences()).toEqual([closed]);
    expect(await timeline.rows('select from difference where seen_anew_at is not null')).toEqual([]);

    scene.later(60_000);
    await shows(supplement('03-12T09:00'), supplement('03-13T09:00'));
    await reconcile();
    const [anew] = await differences();
    expect(anew).toMatchObject({ id: closed!.id, state: 'confirmed' });
    expect(anew!.first).toBeGreaterThan(closed!.first);
    expect(await claims()).toHaveLength(2);
  });

  it('waits while repairs are stopped, as after a database was put back', async () => {
    await writeStop(timeline.pool, PORTAL, { since: scene.now, by: 'cb-01', reason: 'Khôi phục dữ liệu' });
    await shows(supplement('03-12T09:00'));
    await reconcile();
    expect(await differences()).toMatchObject([{ kind: 'portal-only-progress', state: 'confirmed' }]);
    expect(await claims()).toEqual([]);
    await writeStop(timeline.pool, PORTAL, null);
    await reconcile();
    expect(await claims()).toHaveLength(1);
  });

  it('is none of our own hand: an entry that we have lost is named, and nobody’s claim', async () => {
    const own = supplement('03-12T09:00', { officer: '', department: 'H15.50', text: 'Yêu cầu bổ sung' });
    await shows(own);
    await reconcile();
    expect(await differences()).toMatchObject([{ kind: 'portal-only-progress', state: 'confirmed' }]);
    expect(await claims()).toEqual([]);
  });

  it('is over when the dossier’s own source tells the same; the claim stays what was seen', async () => {
    await shows(supplement('03-12T09:00'));
    await reconcile();
    const { progress } = scene.there.get(CODE)!;
    await timeline.append(status(CODE, 'paused', '03-12T09:00', { reason: 'supplement-intake' }));
    await scene.settle();
    scene.there.set(CODE, { ...(await scene.viewOf(CODE)), progress });
    await reconcile();
    expect(await differences()).toMatchObject([{ kind: 'portal-only-progress', state: 'repaired' }]);
    expect(await claims()).toHaveLength(1);
  });
});

describe('whatever it says', () => {
  const CODES = [...Object.values(profile.statusCodes), '5', '6', '17'];
  const day = fc.integer({ min: 1, max: 27 }).map((n) => `03-${String(n).padStart(2, '0')}T09:00`);
  const claim = fc.record({ time: day, statusCode: fc.constantFrom(...CODES) });
  const told = fc.record({
    time: fc.integer({ min: 11, max: 27 }).map((n) => `03-${n}T10:00`),
    status: fc.constantFrom('processing', 'paused', 'resumed', 'completed', 'returned' as const),
  });
  const step = fc.oneof(
    claim.map((made) => ({ claim: made, told: null })),
    told.map((made) => ({ claim: null, told: made })),
  );

  it('status, deadline, alerts and what the portal is told stay as they are without it', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), fc.boolean(), (steps, isThere) => {
        const [without, withClaims] = [memory(), memory()];
        without.apply(registration(CODE));
        withClaims.apply(registration(CODE));
        for (const { claim: claimed, told: event } of steps) {
          if (claimed) {
            const record = supplement(claimed.time, { statusCode: claimed.statusCode });
            for (const command of claimsOf(withClaims.planned(CODE), [record], profile)) withClaims.apply(command);
          } else {
            const command = status(CODE, event!.status, event!.time);
            without.apply(command);
            withClaims.apply(command);
          }
        }
        expect(saidOf(withClaims, isThere)).toEqual(saidOf(without, isThere));
      }),
    );
  });

  it('stays a record of another’s once it is kept, also with a status that the portal demands before others', () => {
    const demanding = { ...profile, demands: ['accepted' as const] };
    const record = supplement('03-12T09:00', { statusCode: profile.statusCodes.accepted });
    const dossiers = memory();
    dossiers.apply(registration(CODE));
    const strangers = () => {
      const planned = dossiers.planned(CODE);
      return strangersOf(planned, matchRecords(planned, [record], demanding, catalogue), demanding);
    };
    for (const command of claimsOf(dossiers.planned(CODE), strangers(), demanding)) dossiers.apply(command);
    expect(dossiers.planned(CODE).facts.at(-1)).toMatchObject({ k: 'claim' });
    expect(strangers()).toEqual([record]);
  });

  /** All that follows from the entries, told without their numbers. */
  function saidOf(dossiers: ReturnType<typeof memory>, isThere: boolean) {
    const dossier = dossiers.state(CODE);
    const planned = dossiers.planned(CODE);
    const folded = foldOf(planned, catalogue);
    const now = at('03-20T09:00');
    const known = {
      existsThere: isThere,
      sentSeqs: isThere ? planned.facts.map(({ n }) => n) : [],
      snapshotDigest: null,
    };
    const { records, snapshot, snapshotDigest, snapshotTrails, portalFormula } = plan(
      planned,
      known,
      profile,
      catalogue,
    );
    return {
      status: dossier.status,
      pauseReason: dossier.pauseReason,
      pausedSince: dossier.pausedSince,
      outcome: dossier.outcome,
      finishedAt: dossier.finishedAt,
      appointmentAt: dossier.appointmentAt,
      appointmentBasis: dossier.appointmentBasis,
      shown: folded.shown.map(({ seq, ...rest }) => rest),
      alerts: scheduleOf(dossier, rules, catalogue).map(({ kind, from, until }) => ({ kind, from, until })),
      clock: deadlineInput(dossier, folded, catalogue, now, 'now'),
      told: { records: records.map(({ record }) => record), snapshot, snapshotDigest, snapshotTrails, portalFormula },
    };
  }
});
