/** @module What a dossier counts as in a period, one course of work a test. */
import { describe, expect, it } from 'vitest';
import type { Command } from '../../src/dossiers/commands.ts';
import { type CountedDossier, countsOf } from '../../src/reports/decree-45.ts';
import { catalogue } from '../support/catalogue.ts';
import { at, fields, registration, status } from '../support/commands.ts';
import { memory } from '../support/memory.ts';

const CODE = 'H15.50-260310-0001';

/** Received on 10 March 2026 with fifteen working days: due on the 31st. */
function counted(commands: readonly Command[], more: Partial<CountedDossier> = {}): CountedDossier {
  const dossiers = memory();
  for (const command of [registration(CODE), ...commands]) dossiers.apply(command);
  const { id, channel, procedureCode, agencyCode, receivedAt, limitOverride, facts } = dossiers.state(CODE);
  return {
    id,
    code: CODE,
    channel,
    isDigitised: false,
    procedureCode,
    agencyCode,
    receivedAt,
    limitOverride,
    facts,
    ...more,
  };
}

const counts = (dossier: CountedDossier, from: string, until: string): string[] =>
  countsOf(dossier, { from: at(`${from}T00:00`), until: at(`${until}T00:00`) }, catalogue);

describe('a dossier', () => {
  it('counts in its own period and, still open, in the one after', () => {
    const dossier = counted([]);
    expect(counts(dossier, '02-01', '03-01')).toEqual([]);
    expect(counts(dossier, '03-01', '03-20')).toEqual(['received', 'receivedOnline', 'inProgress', 'inProgressOnTime']);
    expect(counts(dossier, '04-01', '05-01')).toEqual(['openBefore', 'inProgressOfEarlierPeriod']);
  });

  it('is overdue from the moment after its appointment', () => {
    const dossier = counted([]);
    expect(counts(dossier, '03-01', '04-01')).toContain('inProgressLate');
    expect(countsOf(dossier, { from: at('03-01T00:00'), until: at('03-31T17:00') }, catalogue)).toContain(
      'inProgressOnTime',
    );
    expect(countsOf(dossier, { from: at('03-01T00:00'), until: at('03-31T17:00') + 1 }, catalogue)).toContain(
      'inProgressLate',
    );
  });

  it('is judged as it stood at the end of the period, whatever was told of it for later', () => {
    const dossier = counted([status(CODE, 'completed', '04-02T09:00')]);
    expect(counts(dossier, '03-01', '04-01')).toEqual(['received', 'receivedOnline', 'inProgress', 'inProgressLate']);
    expect(counts(dossier, '04-01', '05-01')).toEqual([
      'openBefore',
      'resolved',
      'resolvedOfEarlierPeriod',
      'resolvedLate',
    ]);
    expect(counts(dossier, '05-01', '06-01')).toEqual([]);
  });

  it('that ends at its appointment is on time', () => {
    expect(counts(counted([status(CODE, 'completed', '03-31T17:00')]), '03-01', '04-01')).toContain('resolvedOnTime');
    expect(counts(counted([status(CODE, 'completed', '03-31T17:01')]), '03-01', '04-01')).toContain('resolvedLate');
  });

  it('whose clock a pause has stopped is not overdue, and its pause moves the appointment once it is over', () => {
    const paused = status(CODE, 'paused', '03-24T17:00');
    expect(counts(counted([paused]), '03-01', '05-01')).toContain('inProgressOnTime');
    const resumed = [paused, status(CODE, 'resumed', '03-26T17:00')];
    expect(counts(counted([...resumed, status(CODE, 'completed', '04-02T17:00')]), '03-01', '05-01')).toContain(
      'resolvedOnTime',
    );
    expect(counts(counted([...resumed, status(CODE, 'completed', '04-03T09:00')]), '03-01', '05-01')).toContain(
      'resolvedLate',
    );
  });

  it('that was taken in at the counter counts so, and digitised only where every paper is', () => {
    const dossiers = memory();
    dossiers.apply(registration(CODE, { fields: { ...fields, channel: 'counter' } }));
    const dossier = counted([], { channel: dossiers.state(CODE).channel, isDigitised: true });
    expect(counts(dossier, '03-01', '03-20')).toEqual([
      'received',
      'receivedInPersonOrPost',
      'receivedDigitised',
      'inProgress',
      'inProgressOnTime',
    ]);
  });

  it('that was never received counts as nothing', () => {
    expect(counts(counted([], { receivedAt: null }), '03-01', '04-01')).toEqual([]);
  });
});
