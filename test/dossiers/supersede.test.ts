/** @module What a survivor goes on with: entries say under its code what they said under the superseded one. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { EventCommand } from '../../src/dossiers/commands.ts';
import { factsOf } from '../../src/dossiers/facts-column.ts';
import { paidOnline } from '../../src/dossiers/paid.ts';
import type { Fact } from '../../src/dossiers/state.ts';
import type { ReportedStatus } from '../../src/dossiers/status.ts';
import { seenEvent } from '../../src/sync/seen-event.ts';
import { at, registration, status } from '../support/commands.ts';
import { openProvince } from '../support/province.ts';
import { openTimeline, PORTAL, type Timeline } from '../support/timeline.ts';
import { dossierOf } from './appended.ts';

const [WRONG, RIGHT] = ['H15.50-260310-0001', 'H15.50-260310-0002'];

let timeline: Timeline;
beforeAll(async () => {
  timeline = await openTimeline();
});
beforeEach(async () => {
  await timeline.empty();
  await timeline.append(registration(WRONG), registration(RIGHT));
});
afterAll(() => timeline.close());

/** What the portal shows under the wrong code, which nobody told. */
const seen = (told: ReportedStatus, time: string): EventCommand =>
  seenEvent(WRONG, PORTAL, {
    kind: 'status',
    status: told,
    reason: told === 'paused' ? 'tax-determination' : null,
    appointment: null,
    at: at(time),
    id: `progress:${told}:${time}`,
    body: null,
  });
const supersede = () =>
  timeline.append({
    type: 'supersede',
    code: WRONG,
    by: RIGHT,
    reason: 'Nộp hai lần',
    author: 'operator',
    agencies: null,
  });
const tax = (told: ReportedStatus, time: string, obligations: EventCommand['obligations']): EventCommand =>
  status(WRONG, told, time, { source: 'tax', agencies: null, obligations });

it('a pause that was only seen under the wrong code goes on with anybody’s resume', async () => {
  await timeline.append(seen('paused', '03-12T09:00'));
  await supersede();
  expect(await dossierOf(timeline, RIGHT)).toMatchObject({ status: 'paused' });
  await timeline.append(status(RIGHT, 'resumed', '03-16T09:00'));
  expect(await dossierOf(timeline, RIGHT)).toMatchObject({ status: 'processing', pauseReason: null });
});

it('an end that was only seen under the wrong code stands', async () => {
  await timeline.append(seen('completed', '03-12T09:00'));
  expect(await dossierOf(timeline, WRONG)).toMatchObject({ status: 'completed' });
  await supersede();
  expect(await dossierOf(timeline, RIGHT)).toMatchObject({ status: 'completed' });
});

it('what was seen under the wrong code does not stand under the right one, and is told there', async () => {
  const province = await openProvince(timeline);
  await timeline.append(registration(WRONG), registration(RIGHT), seen('paused', '03-12T09:00'));
  await supersede();
  await province.drain();
  await province.inStep();
  const view = await province.connect().client.read(RIGHT);
  expect(view!.progress!.map((record) => record.at)).toContain(at('03-12T09:00'));
});

it('a pause for money goes on once all of it is paid, not with the first part', async () => {
  await timeline.append(tax('paused', '03-12T09:00', [['TB-1', 300]]));
  await supersede();
  await timeline.append(tax('resumed', '03-13T09:00', [['TB-1', 100]]));
  expect(await dossierOf(timeline, RIGHT)).toMatchObject({ status: 'paused' });
  await timeline.append(tax('resumed', '03-14T09:00', [['TB-1', 200]]));
  expect(await dossierOf(timeline, RIGHT)).toMatchObject({ status: 'processing' });
});

it('what was paid stays paid', async () => {
  await timeline.append({
    ...status(WRONG, 'processing', '03-12T09:00'),
    kind: 'payment',
    status: null,
    payment: { reference: 'TT-1', via: 'portal' },
  });
  await supersede();
  const [row] = await timeline.rows<{ facts: Fact[] }>(`select ${factsOf('d')} from dossier d where code = $1`, [
    RIGHT,
  ]);
  expect(paidOnline(row!.facts)).toBe('portal');
});

it('what was taken back under the wrong code stays without effect', async () => {
  const [told] = await timeline.append(status(WRONG, 'paused', '03-12T09:00'));
  await timeline.append({
    type: 'void',
    code: WRONG,
    seq: 'seq' in told! ? told.seq : 0,
    reason: 'sai',
    document: null,
    author: 'operator',
    agencies: null,
  });
  await supersede();
  expect(await dossierOf(timeline, RIGHT)).toMatchObject({ status: 'accepted', pauseReason: null });
});
