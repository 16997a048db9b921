/** @module Reconciliation between a timeline and a portal that shows whatever a test lets it show, at a clock that the test turns. */
import { expect } from 'vitest';
import type { PortalClient, PortalPage, PortalRow, PortalView } from '../../src/capabilities/portal.ts';
import { oursByCode } from '../../src/reconciliation/ours-store.ts';
import { Reconciler, type ReconcilerOptions } from '../../src/reconciliation/part.ts';
import { findRun, insertRun, type Run } from '../../src/reconciliation/store.ts';
import { plan } from '../../src/sync/plan.ts';
import { SECOND } from '../../src/units.ts';
import { catalogue, profile } from './catalogue.ts';
import { testSeal } from './seal.ts';
import { PORTAL, silent, type Timeline } from './timeline.ts';

/** A day without a row in its listing. */
export const NOTHING: PortalPage = { rows: [], more: false };

export const rowOf = (code: string, more: Partial<PortalRow> = {}): PortalRow => ({
  code,
  statusCode: '2',
  appointmentAt: null,
  receivedAt: null,
  channel: 'online',
  procedureCode: null,
  ...more,
});

/** A run, whatever came of it: its agencies and its procedures come to what it counted in all. */
export async function runOf({ pool, rows }: Timeline, id: string): Promise<Run> {
  const run = (await findRun(pool, id))!;
  const sums = await rows<{ part: string; sums: number[] }>(
    `select part, array[sum(compared), sum(in_step), sum(moving)]::int[] as sums from reconciliation_run_sum where run_id = $1 group by part order by part`,
    [id],
  );
  const all = [run.compared, run.inStep, run.moving];
  if (run.compared > 0 || sums.length > 0)
    expect(sums).toEqual([
      { part: 'procedure', sums: all },
      { part: 'receiving', sums: all },
    ]);
  return run;
}

export class Reconciling {
  readonly timeline: Timeline;
  now = Date.parse('2026-11-03T09:00:00+07:00');
  /** What the portal shows of each dossier; one that is absent is not there. */
  readonly there = new Map<string, PortalView>();
  /** What it answers to each question; it fails a test's way by throwing. */
  list: PortalClient['list'] = () => Promise.resolve(NOTHING);
  read: PortalClient['read'] = (code) => Promise.resolve(this.there.get(code) ?? null);

  constructor(timeline: Timeline) {
    this.timeline = timeline;
  }

  /** The clock, turned on by some milliseconds. */
  later(milliseconds: number): number {
    this.now += milliseconds;
    return this.now;
  }

  /** Everything of before is gone: dossiers, runs, differences. */
  async empty(): Promise<void> {
    await this.timeline.empty();
    await this.timeline.pool.query('truncate reconciliation_run, difference, difference_sighting, incident cascade');
  }

  /** Every dossier of ours is where the sync left it. */
  async settle(): Promise<void> {
    await this.timeline.pool.query(
      'update sync_state set acked_seq = head_seq, exists_there = true where blocked_reason is null',
    );
  }

  /** What the portal shows of a dossier once everything of it is there. */
  async viewOf(code: string): Promise<PortalView> {
    const [row] = await oursByCode(this.timeline.pool, PORTAL, [code]);
    const { records, snapshot } = plan(
      row!,
      { existsThere: false, sentSeqs: [], snapshotDigest: null },
      profile,
      catalogue,
    );
    const onWire = (time: number): number => Math.floor(time / SECOND) * SECOND;
    return {
      statusCode: snapshot.statusCode,
      appointmentAt: snapshot.appointmentAt === null ? null : onWire(snapshot.appointmentAt),
      progress: records.map(({ record }) => ({ ...record, at: onWire(record.at) })),
      results: [],
      isPaidOnline: false,
      kept: {},
      fields: { channel: snapshot.fields.channel },
    };
  }

  /** The portal shows each of these as it should. */
  async shows(...codes: string[]): Promise<void> {
    for (const code of codes) this.there.set(code, await this.viewOf(code));
  }

  /** A reconciler as a process of its own would have it. */
  reconciler(more: Partial<ReconcilerOptions> = {}): Reconciler {
    return new Reconciler({
      destination: PORTAL,
      db: this.timeline.pool,
      seal: testSeal,
      portal: {
        list: (...asked: Parameters<PortalClient['list']>) => this.list(...asked),
        read: (code: string) => this.read(code),
      } as Partial<PortalClient> as PortalClient,
      rules: () => ({ profile, catalogue }),
      adopt: () => Promise.resolve(true),
      appender: { append: ({ commands }) => this.timeline.append(...commands) },
      wake: () => {},
      settleAfterMs: 60_000,
      now: () => this.now,
      log: silent,
      instance: 'one',
      isOpen: () => true,
      perSecond: 1_000,
      repairsPerMinute: 1_000,
      ...more,
    });
  }

  start(from: string, to: string, how: Partial<Parameters<typeof insertRun>[2]> = {}): Promise<string> {
    return insertRun(
      this.timeline.pool,
      { destination: PORTAL, agencyCode: 'H15', procedureCode: null, from, to },
      { repair: false, dryRun: false, requestedBy: 'operator', now: this.now, ...how },
    );
  }

  run(id: string): Promise<Run> {
    return runOf(this.timeline, id);
  }

  /** Lets rounds pass, half a minute from one to the next, until a run has ended; what is sent again is delivered. */
  async ended(id: string, part: Reconciler = this.reconciler()): Promise<Run> {
    for (let round = 0; round < 100; round++) {
      const run = await this.run(id);
      if (run.state !== 'running') return run;
      await part.round();
      await this.settle();
      this.now += 30_000;
    }
    throw new Error('the reconciliation does not end');
  }

  differences(): Promise<{ code: string; kind: string; state: string; repairs: number }[]> {
    return this.timeline.rows(
      'select dossier_code as code, kind, state, repairs from difference order by dossier_code, kind',
    );
  }

  /** How often a dossier was sent again. */
  async generationOf(code: string): Promise<number> {
    const [row] = await this.timeline.rows<{ generation: number }>(
      'select generation from sync_state join dossier on id = dossier_id where code = $1',
      [code],
    );
    return row!.generation;
  }
}
