/** @module What differs between the two sides of a dossier, one spoilt thing a test. */
import { describe, expect, it } from 'vitest';
import type { PortalView } from '../../src/capabilities/portal.ts';
import type { Command } from '../../src/dossiers/commands.ts';
import { compareRow, compareView, type OurDossier } from '../../src/reconciliation/compare.ts';
import { plan } from '../../src/sync/plan.ts';
import { DAY, HOUR, SECOND } from '../../src/units.ts';
import { catalogue, profile } from '../support/catalogue.ts';
import { at, fields, landStatus, registration, status } from '../support/commands.ts';
import { memory } from '../support/memory.ts';

const CODE = 'H15.50-260310-0001';
const rules = { profile, catalogue };
const pause = (time: string) => landStatus(CODE, 'paused', time, { reason: 'tax-determination' });
const resume = (time: string) => landStatus(CODE, 'resumed', time);

/** A dossier of ours, and the portal's view once everything has reached it. */
function bothSides(commands: readonly Command[], fields: Parameters<typeof registration>[1] = {}) {
  const dossiers = memory();
  for (const command of [registration(CODE, fields), ...commands]) dossiers.apply(command);
  const planned = dossiers.planned(CODE);
  const { records, snapshot } = plan(
    planned,
    { existsThere: false, sentSeqs: [], snapshotDigest: null },
    profile,
    catalogue,
  );
  const ours: OurDossier = {
    ...planned,
    status: dossiers.state(CODE).status,
    sentSeqs: records.map(({ seq }) => seq),
    collidingAliases: [],
  };
  const onWire = (time: number): number => Math.floor(time / SECOND) * SECOND;
  const view: PortalView = {
    statusCode: snapshot.statusCode,
    appointmentAt: snapshot.appointmentAt === null ? null : onWire(snapshot.appointmentAt),
    progress: records.map(({ record }) => ({ ...record, at: onWire(record.at) })),
    results: (snapshot.fields.results ?? []).map(({ code, name }) => ({ code: code ?? null, name })),
    isPaidOnline: false,
    kept: {},
    fields: { channel: 'online', procedureCode: '1.005129' },
  };
  return { ours, view };
}

const PAUSED = [status(CODE, 'processing', '03-11T09:00'), pause('03-12T09:00')];
const RESUMED = [...PAUSED, resume('03-16T09:00')];
const kinds = (ours: OurDossier, view: PortalView): string[] => compareView(ours, view, rules).map(({ kind }) => kind);

describe('a view', () => {
  it.each([
    ['that was registered', []],
    ['that is paused', PAUSED],
    ['that was paused and goes on', RESUMED],
    ['that has ended', [...RESUMED, status(CODE, 'completed', '03-20T09:00')]],
    ['with an entry that had no effect', [...PAUSED, status(CODE, 'processing', '03-13T09:00')]],
  ])('of a dossier %s differs in nothing once everything is there', (_title, commands) => {
    const { ours, view } = bothSides(commands);
    expect(compareView(ours, view, rules)).toEqual([]);
  });

  it('without the open pause has lost it, and nothing else is said of the same status', () => {
    const { ours, view } = bothSides(PAUSED);
    const forgotten = {
      ...view,
      statusCode: '4',
      progress: view.progress!.filter(({ statusCode }) => statusCode !== '6'),
    };
    expect(compareView(ours, forgotten, rules)).toEqual([
      { kind: 'pause-lost', ours: { status: '6' }, theirs: { status: '4' } },
    ]);
  });

  it('without a pause that is over has lost it from its history alone', () => {
    const { ours, view } = bothSides(RESUMED);
    expect(kinds(ours, { ...view, progress: view.progress!.filter(({ statusCode }) => statusCode !== '6') })).toEqual([
      'pause-lost',
    ]);
  });

  it('that still shows a pause which is over has lost the resumption', () => {
    const { ours, view } = bothSides(RESUMED);
    expect(kinds(ours, { ...view, statusCode: '6', progress: view.progress!.slice(0, -1) })).toEqual(['resume-lost']);
  });

  it('with another status and every record is stale', () => {
    const { ours, view } = bothSides(RESUMED);
    expect(kinds(ours, { ...view, statusCode: '2' })).toEqual(['status-stale']);
  });

  it('that took the newest for an older one is out of order', () => {
    const { ours, view } = bothSides(RESUMED);
    const [first, ...others] = view.progress!;
    expect(kinds(ours, { ...view, statusCode: '2', progress: [...others, first!] })).toEqual(['order-broken']);
  });

  it('with a record that we never had names the other writer’s step', () => {
    const { ours, view } = bothSides(PAUSED);
    const stranger = { at: at('03-12T15:00'), statusCode: '4', text: '', officer: 'Lê Thị Bình', department: '' };
    expect(compareView(ours, { ...view, progress: [...view.progress!, stranger] }, rules)).toEqual([
      { kind: 'portal-only-progress', ours: null, theirs: { status: '4', occurredAt: stranger.at, count: 1 } },
    ]);
  });

  it('with one of our records twice has a duplicate', () => {
    const { ours, view } = bothSides(PAUSED);
    expect(kinds(ours, { ...view, progress: [...view.progress!, view.progress![0]!] })).toEqual([
      'duplicate-at-portal',
    ]);
  });

  it('with two steps of ours of one code and second has no duplicate, with a third of it one', () => {
    const twoReasons = [...PAUSED, status(CODE, 'paused', '03-12T09:00', { reason: 'citizen-payment' })];
    const { ours, view } = bothSides(twoReasons);
    const same = view.progress!.filter(({ at: time }) => time === at('03-12T09:00'));
    expect(same.map(({ statusCode }) => statusCode)).toEqual(['6', '6']);
    expect(kinds(ours, view)).toEqual([]);
    expect(kinds(ours, { ...view, progress: [...view.progress!, same[0]!] })).toEqual(['duplicate-at-portal']);
  });

  it('is compared only by what is ours to write there', () => {
    const { ours, view } = bothSides(RESUMED);
    const spoilt = {
      ...view,
      statusCode: '2',
      appointmentAt: null,
      fields: { ...view.fields, channel: 'counter' } as const,
    };
    const owned = (...owns: NonNullable<OurDossier['owns']>) => kinds({ ...ours, owns }, spoilt);
    expect(owned('status')).toEqual(['status-stale']);
    expect(owned('appointment', 'channel')).toEqual(['appointment-differs', 'channel-differs']);
    expect(owned('fees')).toEqual([]);
  });

  it('of a portal that tells no progress is compared by its status and dates', () => {
    const { ours, view } = bothSides(PAUSED);
    expect(kinds(ours, { ...view, progress: null })).toEqual([]);
    expect(kinds(ours, { ...view, progress: null, statusCode: '4' })).toEqual(['pause-lost']);
  });

  it('with another appointment than the profile would send, to the second, differs', () => {
    const { ours, view } = bothSides(RESUMED);
    expect(kinds(ours, { ...view, appointmentAt: view.appointmentAt! + SECOND })).toEqual(['appointment-differs']);
    expect(kinds(ours, { ...view, appointmentAt: null })).toEqual(['appointment-differs']);
  });

  it('without the result that was given lacks it; more results than ours are others’', () => {
    const results = [{ code: 'KQ.H15.000001', name: 'Giấy chứng nhận', fileRef: null }];
    const { ours, view } = bothSides([], { fields: { ...fields, results } });
    const others = { code: 'KQ.H15.000098', name: 'Kết quả do hệ thống khác trả' };
    expect(kinds(ours, { ...view, results: [] })).toEqual(['result-missing']);
    expect(kinds(ours, { ...view, results: [others] })).toEqual(['result-missing']);
    expect(kinds(ours, { ...view, results: [others, ...view.results] })).toEqual([]);
  });
});

describe('a row of a listing', () => {
  const row = (view: PortalView, more: object = {}) => ({
    code: CODE,
    statusCode: view.statusCode,
    appointmentAt: view.appointmentAt,
    receivedAt: at('03-10T08:30'),
    appointmentTo: 'second' as const,
    channel: view.fields.channel,
    procedureCode: '1.005129',
    ...more,
  });

  it('tells channel, status and appointment', () => {
    const { ours, view } = bothSides(PAUSED);
    expect(compareRow(ours, row(view), rules)).toEqual([]);
    expect(
      compareRow(ours, row(view, { channel: 'counter', statusCode: '4', appointmentAt: null }), rules).map(
        ({ kind }) => kind,
      ),
    ).toEqual(['pause-lost', 'appointment-differs', 'channel-differs']);
  });

  it('that cannot tell something, or tells a day alone, differs by what it tells', () => {
    const { ours, view } = bothSides(PAUSED);
    const { appointmentAt } = view;
    const told = (more: object) => compareRow(ours, row(view, more), rules).map(({ kind }) => kind);
    expect(told({ statusCode: null, appointmentAt: null, appointmentTo: null, channel: null })).toEqual([]);
    expect(told({ appointmentAt: appointmentAt! - HOUR, appointmentTo: 'day' })).toEqual([]);
    expect(told({ appointmentAt: appointmentAt! - DAY, appointmentTo: 'day' })).toEqual(['appointment-differs']);
    expect(told({ appointmentAt: appointmentAt! - HOUR, appointmentTo: 'minute' })).toEqual(['appointment-differs']);
  });

  it('names what stands in no catalogue of ours, and numbers that two dossiers carry', () => {
    const { ours, view } = bothSides([]);
    const strange = { ...ours, procedureCode: '9.999999', agencyCode: 'H15.99', collidingAliases: ['BN-1'] };
    const found = compareRow(strange, row(view, { appointmentAt: ours.appointmentAt }), rules);
    expect(found.map(({ kind }) => kind)).toEqual(['procedure-unknown', 'agency-unknown', 'alias-collision']);
  });
});
