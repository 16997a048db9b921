import { describe, expect, it } from 'vitest';
import type { Command } from '../../src/dossiers/commands.ts';
import { HOUR, MINUTE } from '../../src/units.ts';
import { type Attempt, type Lateness, latenessOf } from '../../src/watch/late.ts';
import { catalogue, profile } from '../support/catalogue.ts';
import { at, registration, status } from '../support/commands.ts';
import { memory } from '../support/memory.ts';

const CODE = 'H15.50-260310-0001';

/** A dossier received on 10 March and due on 31 March, as it stands at `now`. */
function judge(
  now: string,
  commands: readonly Command[],
  options: { ackedSeq?: number; attempts?: readonly Attempt[] } = {},
): Lateness {
  const { apply, state } = memory();
  for (const command of [registration(CODE), ...commands])
    expect(apply(command)).toMatchObject({ outcome: 'accepted' });
  const dossier = state(CODE);
  const entries = dossier.facts.map(({ n, t }) => ({
    seq: n,
    recordedAt: Math.max(t, at('03-10T08:30')) + MINUTE,
    hasDocument: false,
  }));
  const { ackedSeq = dossier.headSeq, attempts = [] } = options;
  return latenessOf({ ...dossier, ackedSeq }, entries, attempts, {
    catalogue,
    profile,
    now: at(now),
  });
}
const attempt = (id: number, time: string, outcome: string, toSeq = 99): Attempt => ({
  id,
  at: at(time),
  toSeq,
  outcome,
});

describe('a dossier on time', () => {
  it('by law and at the portal has no cause', () => {
    expect(judge('03-20T08:00', [])).toMatchObject({ attribution: null, portalFormula: false });
    expect(judge('04-20T08:00', [status(CODE, 'completed', '03-31T16:00')]).attribution).toBeNull();
  });

  it('is not late while a pause stops its clock', () => {
    const paused = [status(CODE, 'paused', '03-20T08:00')];
    expect(judge('03-31T08:00', paused)).toMatchObject({ attribution: null, portalFormula: false });
    // The portal counts a financial obligation on: only the resume will move its date.
    expect(judge('04-20T08:00', paused)).toMatchObject({ attribution: null, portalFormula: true });
  });

  it('that the portal calls late for want of an entry is late by sync lag, and that entry proves it', () => {
    const { attribution } = judge('04-02T08:00', [status(CODE, 'completed', '03-31T16:00')], { ackedSeq: 3 });
    expect(attribution).toMatchObject({ cause: 'sync-lag', overdueMinutes: 0, evidence: ['4'] });
  });

  it('is late by an outage when every attempt since failed', () => {
    const { attribution, outages } = judge('04-02T08:00', [status(CODE, 'completed', '03-31T16:00')], {
      ackedSeq: 3,
      attempts: [
        attempt(1, '03-10T08:31', 'acknowledged', 3),
        attempt(7, '03-31T16:01', 'retry'),
        attempt(8, '03-31T16:05', 'unknown'),
      ],
    });
    expect(outages).toEqual([{ id: 'outage-7', from: at('03-31T16:01'), to: at('04-02T08:00'), attempts: 2 }]);
    expect(attribution).toMatchObject({ cause: 'upstream-outage', evidence: ['4', 'outage-7'] });
  });

  it('is named apart when the portal’s formula makes it late whatever is sent', () => {
    const twice = [
      status(CODE, 'paused', '03-12T08:00', { reason: 'supplement' }),
      status(CODE, 'resumed', '03-12T10:00'),
      status(CODE, 'paused', '03-16T08:00', { reason: 'supplement' }),
      status(CODE, 'resumed', '03-16T10:00'),
    ];
    expect(judge('03-20T08:00', twice)).toMatchObject({ attribution: null, portalFormula: true });
  });
});

describe('a dossier late by law', () => {
  it('is its officer’s where nobody else held it', () => {
    expect(judge('04-02T08:00', []).attribution).toMatchObject({
      cause: 'officer',
      overdueMinutes: 8 * 60 + 60,
      evidence: [],
    });
  });

  it('waited for whom a pause without legal basis names, when that took as long as it is late', () => {
    const consulted = [
      status(CODE, 'paused', '03-12T08:00', { reason: 'consultation' }),
      status(CODE, 'resumed', '03-17T08:00'),
      status(CODE, 'completed', '04-01T08:00'),
    ];
    expect(judge('04-20T08:00', consulted).attribution).toMatchObject({
      cause: 'other-agency',
      causeMinutes: 3 * 8 * 60,
      evidence: ['4'],
    });
  });

  it('waited for another agency from its transfer until the next step', () => {
    const moved = [
      status(CODE, 'processing', '03-20T08:00', {
        kind: 'transfer',
        status: null,
        operation: 'transferred',
        body: { toAgency: 'H15.12' },
      }),
      status(CODE, 'processing', '03-24T08:00'),
      status(CODE, 'completed', '04-01T08:00'),
    ];
    expect(judge('04-20T08:00', moved).attribution).toMatchObject({
      cause: 'other-agency',
      causeMinutes: 2 * 8 * 60,
      evidence: ['4'],
    });
    // Later than that by more than the other agency took: the officer's.
    const later = [...moved.slice(0, 2), status(CODE, 'completed', '04-10T08:00')];
    expect(judge('04-20T08:00', later).attribution).toMatchObject({ cause: 'officer' });
  });

  it('is proved by an outage that took as long as it is late', () => {
    const { attribution } = judge('04-20T08:00', [status(CODE, 'completed', '04-01T08:00')], {
      attempts: [
        attempt(1, '03-30T08:00', 'retry'),
        { ...attempt(2, '03-30T16:00', 'acknowledged'), at: at('03-30T16:00') + HOUR },
      ],
    });
    expect(attribution).toMatchObject({ cause: 'upstream-outage', evidence: ['outage-1'] });
  });
});
