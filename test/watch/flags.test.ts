import { describe, expect, it } from 'vitest';
import { Catalogue } from '../../src/catalogue/catalogue.ts';
import type { Command } from '../../src/dossiers/commands.ts';
import { DAY, HOUR } from '../../src/units.ts';
import { flagsOf } from '../../src/watch/flags.ts';
import { FLAG_WORDS } from '../../src/watch/words.ts';
import { catalogue as shipped } from '../support/catalogue.ts';
import { at, registration, status } from '../support/commands.ts';
import { memory } from '../support/memory.ts';

const CODE = 'H15.50-260310-0001';

/** Flags of a dossier received on 10 March and due on 31 March, each entry recorded when `recordedAt` says: an hour later, unless told. */
function flags(
  commands: readonly Command[],
  options: {
    recordedAt?: (seq: number, occurredAt: number) => number;
    withDocument?: number[];
    catalogue?: Catalogue;
  } = {},
): string[] {
  const { recordedAt = (_seq, occurredAt) => occurredAt + HOUR, withDocument = [], catalogue = shipped } = options;
  const { apply, state } = memory(catalogue);
  for (const command of [registration(CODE), ...commands])
    expect(apply(command)).toMatchObject({ outcome: 'accepted' });
  const dossier = state(CODE);
  const entries = dossier.facts.map(({ n, t }) => ({
    seq: n,
    recordedAt: recordedAt(n, t),
    hasDocument: withDocument.includes(n),
  }));
  return flagsOf(dossier, entries, catalogue).map(({ kind, entryId }) => `${kind} ${entryId}`);
}

describe('a pause', () => {
  it('in good time, documented by law, raises nothing', () => {
    expect(flags([status(CODE, 'paused', '03-12T08:00')])).toEqual([]);
  });

  it('recorded more than a working day after it happened is back-dated', () => {
    const paused = [status(CODE, 'paused', '03-12T08:00')];
    expect(flags(paused, { recordedAt: (seq, time) => time + (seq === 4 ? 2 * DAY : HOUR) })).toEqual(['back-dated 4']);
  });

  it('is not back-dated for having happened before the dossier came here', () => {
    const paused = [status(CODE, 'paused', '03-12T08:00')];
    expect(flags(paused, { recordedAt: () => at('04-10T08:00') })).toEqual([]);
  });

  it('that was only seen at the portal is nobody’s report: seen late, it is not back-dated', () => {
    const seen = status(CODE, 'paused', '03-12T08:00', { source: 'national-portal', seenAt: 'national-portal' });
    expect(flags([seen], { recordedAt: (seq, time) => time + (seq === 4 ? 2 * DAY : HOUR) })).toEqual([]);
  });

  it('on the last day, and after it, is seen against the date that stood before', () => {
    expect(flags([status(CODE, 'paused', '03-31T16:00')])).toEqual(['last-day 4']);
    expect(flags([status(CODE, 'paused', '04-01T08:00')])).toEqual(['after-due 4']);
    // The first pause moved the date, so that 31 March is no longer the last day.
    expect(
      flags([
        status(CODE, 'paused', '03-12T08:00'),
        status(CODE, 'resumed', '03-17T08:00'),
        status(CODE, 'paused', '03-31T16:00', { reason: 'public-posting' }),
      ]),
    ).toEqual([]);
  });

  it('without legal basis, and a second of its family, are flagged', () => {
    expect(flags([status(CODE, 'paused', '03-12T08:00', { reason: 'consultation' })])).toEqual([
      'without-legal-basis 4',
    ]);
    expect(
      flags([
        status(CODE, 'paused', '03-12T08:00', { reason: 'supplement' }),
        status(CODE, 'resumed', '03-13T08:00'),
        status(CODE, 'paused', '03-16T08:00', { reason: 'supplement-appraisal' }),
      ]),
    ).toEqual([expect.stringMatching(/^repeated /)]);
  });

  it('needs a document where the procedure asks for one', () => {
    const { data } = shipped;
    const strict = new Catalogue({
      ...data,
      procedures: data.procedures.map((version) => ({ ...version, pauseNeedsDocument: true })),
    });
    const paused = [status(CODE, 'paused', '03-12T08:00')];
    expect(flags(paused, { catalogue: strict })).toEqual(['undocumented 4']);
    expect(flags(paused, { catalogue: strict, withDocument: [4] })).toEqual([]);
  });
});

describe('an ending', () => {
  it('without a result near the due date is flagged; one long before is not', () => {
    expect(flags([status(CODE, 'withdrawn', '03-31T09:00')])).toEqual(['ended-near-due 4']);
    expect(flags([status(CODE, 'withdrawn', '03-20T09:00')])).toEqual([]);
    expect(flags([status(CODE, 'completed', '03-31T09:00', { outcome: 'refused' })])).toEqual(['ended-near-due 4']);
    expect(flags([status(CODE, 'completed', '03-31T09:00')])).toEqual([]);
  });
});

describe('an apology', () => {
  const form04 = (occurredAt: string, newDate: string): Command =>
    status(CODE, 'processing', occurredAt, {
      kind: 'appointment',
      status: null,
      operation: 'extended',
      appointment: { at: at(newDate), basis: 'form-04' },
    });

  it('comes a working day before the date, once', () => {
    expect(flags([form04('03-27T08:00', '04-03T17:00')])).toEqual([]);
    expect(flags([form04('03-31T08:00', '04-03T17:00')])).toEqual(['apology-late 4']);
    expect(flags([form04('03-27T08:00', '04-03T17:00'), form04('03-30T08:00', '04-10T17:00')])).toEqual([
      'apology-repeated 5',
    ]);
  });
});

it('has words for every flag', () => {
  for (const { vi, en } of Object.values(FLAG_WORDS)) expect(vi && en).toBeTruthy();
});
