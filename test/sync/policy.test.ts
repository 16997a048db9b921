import { describe, expect, it } from 'vitest';
import { Policies, type PolicySubject, type SyncPolicy, syncPolicy } from '../../src/sync/policy.ts';
import { passNow } from '../../src/sync/policy-part.ts';
import { catalogue } from '../support/catalogue.ts';
import { at } from '../support/commands.ts';

const PORTAL = 'national-portal';
const NOW = at('03-10T09:00');
const agencies = catalogue.agencies.asOf(NOW);

const item = (more: Partial<SyncPolicy>): SyncPolicy => ({ destination: PORTAL, mode: 'send', ...more });
const dossier = (more: Partial<PolicySubject> = {}): PolicySubject => ({
  agencyCode: 'H15.50',
  procedureCode: '1.005129',
  origin: 'igate',
  ...more,
});
const modeOf = (items: SyncPolicy[], subject = dossier(), now = NOW): string =>
  new Policies({ version: 1, defaultMode: 'observe', items }).of(PORTAL, subject, now, agencies).mode;

describe('the policy of a dossier', () => {
  it('is the installation’s own where no item names it', () => {
    expect(modeOf([])).toBe('observe');
    expect(modeOf([item({ destination: 'another' })])).toBe('observe');
  });

  it('covers an agency with all below it, and no other that begins alike', () => {
    const items = [item({ agency: 'H15' })];
    expect(modeOf(items)).toBe('send');
    expect(modeOf(items, dossier({ agencyCode: 'H150.2' }))).toBe('observe');
    expect(modeOf(items, dossier({ agencyCode: null }))).toBe('observe');
  });

  it('covers an agency by each of its codes, and what was merged into it', () => {
    // H15.50 goes by 000.00.50.H15 too, and has been the successor of H15.30.01 since 2025-07-01.
    for (const agency of ['H15.50', '000.00.50.H15'])
      for (const agencyCode of ['H15.50', '000.00.50.H15', 'H15.30.01', 'H15.50.7'])
        expect(modeOf([item({ agency })], dossier({ agencyCode }))).toBe('send');
  });

  it('compares procedures by their national part', () => {
    const items = [item({ procedure: '1.005129.000.00.00.H15' })];
    expect(modeOf(items)).toBe('send');
    expect(modeOf(items, dossier({ procedureCode: '1.005130' }))).toBe('observe');
  });

  it.each<[string, SyncPolicy[], string]>([
    [
      'more conditions',
      [item({ agency: 'H15.50', mode: 'compare' }), item({ agency: 'H15', origin: 'igate' })],
      'send',
    ],
    [
      'a procedure before an agency',
      [item({ agency: 'H15.50', mode: 'compare' }), item({ procedure: '1.005129' })],
      'send',
    ],
    ['the deeper agency', [item({ agency: 'H15.50', mode: 'compare' }), item({ agency: 'H15' })], 'compare'],
    ['the one that began later', [item({ mode: 'compare' }), item({ effectiveFrom: '2026-03-10' })], 'send'],
    ['of equals, the later in the list', [item({ mode: 'compare' }), item({ mode: 'send' })], 'send'],
  ])('is the most specific: %s', (_title, items, mode) => {
    expect(modeOf(items)).toBe(mode);
  });

  it('begins with its date, and leaves the less specific in force until then', () => {
    const items = [item({ mode: 'compare' }), item({ agency: 'H15.50', effectiveFrom: '2026-03-11' })];
    const policies = new Policies({ version: 1, defaultMode: 'observe', items });
    const modeAt = (time: string): string => policies.of(PORTAL, dossier(), at(time), agencies).mode;
    expect(modeAt('03-10T23:59')).toBe('compare');
    expect(policies.inForce(at('03-10T23:59'))).toBe(1);
    expect(modeAt('03-11T00:00')).toBe('send');
    expect(policies.inForce(at('03-11T00:00'))).toBe(2);
  });

  it('says which fields are ours, and that is all of them where it does not', () => {
    const policies = new Policies({
      version: 1,
      defaultMode: 'send',
      items: [item({ agency: 'H15.50', owns: ['appointment'] })],
    });
    expect(policies.of(PORTAL, dossier(), NOW, agencies).owns).toEqual(['appointment']);
    expect(policies.of(PORTAL, dossier({ agencyCode: 'H15.51' }), NOW, agencies).owns).toBeNull();
  });
});

it.each([
  ['an unknown mode', { mode: 'write' }],
  ['an unknown field', { owns: ['colour'] }],
  ['a time without an offset', { effectiveFrom: '2026-03-10T08:00:00' }],
  ['a member nobody knows', { agencies: ['H15'] }],
  ['an agency that is none', { agency: 'nowhere' }],
])('a policy with %s is refused', (_title, more) => {
  expect(syncPolicy.safeParse({ ...item({}), ...more }).success).toBe(false);
});

describe('a pass over the rows of a destination', () => {
  const done = { target: [3, 1, 7], targetSince: NOW, begunAt: NOW, afterDossier: 90, leftOver: 0, doneAt: NOW + 1000 };

  it('is begun by whoever knows more, and left alone by whoever knows less', () => {
    expect(passNow(done, [4, 0, 7], NOW + 2000)).toMatchObject({ target: [4, 0, 7], afterDossier: 0, doneAt: null });
    expect(passNow(done, [3, 2, 7], NOW + 2000)).toMatchObject({ target: [3, 2, 7], begunAt: NOW + 2000 });
    expect(passNow(done, [3, 0, 9], NOW + 2000)).toBeNull();
  });

  it('goes on where it stopped', () => {
    expect(passNow({ ...done, doneAt: null }, [3, 1, 7], NOW + 2000)).toMatchObject({ afterDossier: 90 });
  });

  it('is repeated once when everybody has read the policies, and while rows were under way', () => {
    expect(passNow(done, [3, 1, 7], NOW + 4999)).toBeNull();
    const second = passNow(done, [3, 1, 7], NOW + 5000)!;
    expect(second).toMatchObject({ begunAt: NOW + 5000, afterDossier: 0, doneAt: null });
    const finished = { ...second, afterDossier: 90, doneAt: NOW + 5100 };
    expect(passNow(finished, [3, 1, 7], NOW + 60_000)).toBeNull();
    expect(passNow({ ...finished, leftOver: 2 }, [3, 1, 7], NOW + 60_000)).toMatchObject({ begunAt: NOW + 60_000 });
  });
});
