import { describe, expect, it } from 'vitest';
import type { PortalView, ShownProgress } from '../../src/capabilities/portal.ts';
import { type LookedAt, look } from '../../src/observing/look.ts';
import { catalogue, profile } from '../support/catalogue.ts';
import { at, registration, status } from '../support/commands.ts';
import { type Memory, memory } from '../support/memory.ts';

const CODE = 'H15.50-260310-0001';
const NOW = at('03-20T09:00');
const rules = { profile, catalogue };

const record = (statusCode: string, time: string, more: Partial<ShownProgress> = {}): ShownProgress => ({
  statusCode,
  at: at(time),
  text: 'Cập nhật tiến độ',
  officer: 'Lê Thị Bình',
  department: 'Bộ phận Một cửa',
  ...more,
});
const REGISTERED = [record('1', '03-10T08:00'), record('2', '03-10T08:30')];

const view = (progress: readonly ShownProgress[] | null, more: Partial<PortalView> = {}): PortalView => ({
  statusCode: progress?.at(-1)?.statusCode ?? '2',
  appointmentAt: null,
  progress,
  results: [],
  isPaidOnline: false,
  kept: {},
  fields: {},
  ...more,
});

/** The dossier as the observer reads it. */
const looked = (dossiers: Memory, more: Partial<LookedAt> = {}): LookedAt => ({
  ...dossiers.planned(CODE),
  origin: 'igate',
  mode: 'observe',
  seenAt: null,
  seenStatus: null,
  seenAppointmentAt: null,
  ...more,
});

/** What is news, as it would stand in the timeline. */
const newsOf = (dossiers: Memory, seen: PortalView, more: Partial<LookedAt> = {}) =>
  look(looked(dossiers, more), seen, rules, NOW).news;
const saidOf = (news: ReturnType<typeof newsOf>): unknown[] =>
  news.map(({ kind, status: told, reason, occurredAt }) => [kind, told, reason, occurredAt]);

function registered(...commands: Parameters<Memory['apply']>[]): Memory {
  const dossiers = memory();
  dossiers.apply(registration(CODE));
  for (const [command] of commands) dossiers.apply(command);
  return dossiers;
}

describe('what a destination shows', () => {
  it('is no news where it is ours: the very record that we sent, or the same step as another timed it', () => {
    const dossiers = registered([status(CODE, 'paused', '03-16T08:00', { reason: 'supplement' })]);
    const ours = { officer: '', department: 'H15.50' };
    expect(look(looked(dossiers), view([record('2', '03-10T08:30', ours)]), rules, NOW)).toEqual({
      foreign: [],
      isMoved: false,
      news: [],
    });
    const shown = look(looked(dossiers), view([...REGISTERED, record('5', '03-16T08:20')]), rules, NOW);
    expect(shown.news).toEqual([]);
    expect(shown.foreign.map(({ sameAs }) => sameAs)).toEqual([1, 2, 4]);
  });

  it('is an entry of its own where nobody told it, with who wrote it, and says the same again under the same id', () => {
    const dossiers = registered();
    const seen = view([...REGISTERED, record('6', '03-16T08:00')]);
    const [news, ...more] = newsOf(dossiers, seen);
    expect(more).toEqual([]);
    expect(news).toMatchObject({
      source: 'national-portal',
      seenAt: 'national-portal',
      status: 'paused',
      reason: 'financial-obligation',
      occurredAt: at('03-16T08:00'),
      body: { note: 'Cập nhật tiến độ', officer: { name: 'Lê Thị Bình', department: 'Bộ phận Một cửa' } },
    });
    expect(dossiers.apply(news!)).toMatchObject({ outcome: 'accepted' });
    expect(dossiers.state(CODE)).toMatchObject({ status: 'paused', pauseReason: 'financial-obligation' });
    expect(newsOf(dossiers, seen)).toEqual([]);
    expect(dossiers.apply(news!)).toMatchObject({ outcome: 'duplicate' });
  });

  it('ends a pause that was only seen, even by a step that iGate has told too', () => {
    const dossiers = registered();
    for (const one of newsOf(dossiers, view([...REGISTERED, record('5', '03-16T08:00')]))) dossiers.apply(one);
    dossiers.apply(status(CODE, 'processing', '03-18T08:00'));
    expect(dossiers.state(CODE).status).toBe('paused');
    const news = newsOf(dossiers, view([...REGISTERED, record('5', '03-16T08:00'), record('4', '03-18T08:03')]));
    expect(saidOf(news)).toEqual([['status', 'processing', null, at('03-18T08:03')]]);
    for (const one of news) dossiers.apply(one);
    expect(dossiers.state(CODE).status).toBe('processing');
  });

  it('is a status of the moment it was seen where no record says it', () => {
    const dossiers = registered();
    const seen = { seenAt: NOW - 1000, seenStatus: '2' };
    expect(saidOf(newsOf(dossiers, view(null, { statusCode: '9' }), seen))).toEqual([
      ['status', 'completed', null, NOW],
    ]);
    expect(newsOf(dossiers, view(null, { statusCode: '9' }), { ...seen, seenStatus: '9' })).toEqual([]);
    // At the first look: the other writer has not come as far as we have.
    dossiers.apply(status(CODE, 'processing', '03-12T09:00'));
    expect(newsOf(dossiers, view(null, { statusCode: '2' }))).toEqual([]);
  });

  it('is shown beside our appointment where iGate keeps the dossier, and moves nothing', () => {
    const dossiers = registered();
    const shown = at('04-02T17:00');
    const [news] = newsOf(dossiers, view(REGISTERED, { appointmentAt: shown }));
    expect(news).toMatchObject({ kind: 'appointment', appointment: null, body: { appointmentAt: shown } });
    dossiers.apply(news!);
    expect(dossiers.state(CODE).appointmentAt).toBe(at('03-31T17:00'));
    expect(newsOf(dossiers, view(REGISTERED, { appointmentAt: at('03-31T17:00') }))).toEqual([]);
  });

  it('counts where nobody but the destination keeps the dossier', () => {
    const dossiers = memory();
    dossiers.apply(
      registration(CODE, { source: 'national-portal', seenAt: 'national-portal', fields: { origin: 'portal' } }),
    );
    const [news] = newsOf(dossiers, view(REGISTERED, { appointmentAt: at('04-02T17:00') }), { origin: 'portal' });
    dossiers.apply(news!);
    expect(dossiers.state(CODE)).toMatchObject({ appointmentAt: at('04-02T17:00'), appointmentBasis: 'ministry' });
  });
});

describe('while we send', () => {
  const stray = view([...REGISTERED, record('4', '03-16T08:00')]);

  it('what another writes of iGate’s dossier is listed, and is no news of the dossier', () => {
    const { news, foreign } = look(looked(registered(), { mode: 'send' }), stray, rules, NOW);
    expect(news).toEqual([]);
    expect(foreign.at(-1)).toMatchObject({ sameAs: null, record: { officer: 'Lê Thị Bình', statusCode: '4' } });
  });

  it('what a ministry writes there of its own dossier is', () => {
    expect(saidOf(newsOf(registered(), stray, { mode: 'send', origin: 'ministry' }))).toEqual([
      ['status', 'processing', null, at('03-16T08:00')],
    ]);
  });
});

it('says whether anything has changed since the last look', () => {
  const isMoved = (more: Partial<LookedAt>): boolean =>
    look(looked(registered(), more), view(REGISTERED), rules, NOW).isMoved;
  expect(isMoved({})).toBe(false);
  expect(isMoved({ seenAt: NOW - 1000, seenStatus: '2' })).toBe(false);
  expect(isMoved({ seenAt: NOW - 1000, seenStatus: '1' })).toBe(true);
  expect(isMoved({ seenAt: NOW - 1000, seenStatus: '2', seenAppointmentAt: NOW })).toBe(true);
});
