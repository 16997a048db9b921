/** @module What a second look makes of a difference. */
import { describe, expect, it } from 'vitest';
import type { Difference } from '../../src/reconciliation/difference-store.ts';
import { type JudgeOptions, judge, judgeUnreadable, type Seen } from '../../src/reconciliation/judge.ts';

const NOW = 1_000_000;
const finding = { kind: 'pause-lost', ours: { status: '6' }, theirs: { status: '4' } } as const;
const difference: Difference = {
  id: 7,
  destination: 'national-portal',
  kind: 'pause-lost',
  dossierCode: 'H15.50-260310-0001',
  dossierId: 1,
  agencies: ['H15.50'],
  state: 'found',
  ours: null,
  theirs: null,
  cause: null,
  headSeq: 4,
  firstSeenAt: 0,
  seenAnewAt: null,
  lastSeenAt: 0,
  confirmedAt: null,
  repairedAt: null,
  repairs: 0,
  looks: 0,
  runId: null,
  decidedBy: null,
  decidedReason: null,
  ignoredUntil: null,
};
const seen: Seen = {
  finding,
  headSeq: 4,
  isMoving: false,
  cause: null,
  isBlocked: false,
  isObserved: false,
  needsWord: false,
};
const look = (was: Partial<Difference> = {}, now: Partial<Seen> = {}, how: Partial<JudgeOptions> = {}) =>
  judge(
    { ...difference, ...was },
    { ...seen, ...now },
    {
      now: NOW,
      settleAfterMs: 100,
      repair: false,
      repairsAtMost: 3,
      ...how,
    },
  );

describe('a difference seen once', () => {
  it('is confirmed when it is still there and nothing moved', () => {
    expect(look()).toMatchObject({ state: 'confirmed', lookAt: null, mend: false, theirs: { status: '4' } });
  });

  it('was none when it is gone', () => {
    expect(look({}, { finding: null })).toMatchObject({ state: 'gone', mend: false });
  });

  it('is looked at once more when the dossier has moved since', () => {
    expect(look({}, { headSeq: 5 })).toMatchObject({ state: 'found', headSeq: 5, lookAt: NOW + 100 });
  });

  it('was none while something of it is on its way: that is the sync’s to bring', () => {
    expect(look({}, { isMoving: true })).toMatchObject({ state: 'gone', mend: false });
  });

  it('leaves the earlier life of its row as it was: repaired, or closed', () => {
    for (const state of ['repaired', 'closed'] as const) {
      const anew = { state, seenAnewAt: 7, confirmedAt: 3, repairs: 3 };
      expect(look(anew, { finding: null })).toMatchObject({ state: 'as-before', lookAt: null });
      expect(look(anew, { isMoving: true })).toMatchObject({ state: 'as-before', lookAt: null });
      expect(look(anew, { headSeq: 5 })).toMatchObject({ state, headSeq: 5, lookAt: NOW + 100 });
      expect(look(anew, {}, { repair: true })).toMatchObject({ state: 'repairing', repairs: 1, mend: true });
    }
  });

  it('is mended at once where the run repairs', () => {
    expect(look({}, {}, { repair: true })).toMatchObject({ state: 'repairing', repairs: 1, mend: true });
  });
});

describe('a difference that is being repaired', () => {
  it('is over when it is seen no more', () => {
    expect(look({ state: 'repairing', repairs: 1 }, { finding: null })).toMatchObject({
      state: 'repaired',
      lookAt: null,
    });
  });

  it('is mended again up to three times, then a case for people', () => {
    expect(look({ state: 'repairing', repairs: 2 })).toMatchObject({ state: 'repairing', repairs: 3, mend: true });
    expect(look({ state: 'repairing', repairs: 3 })).toMatchObject({ state: 'evidence', mend: false, lookAt: null });
  });

  it('waits for what is on its way', () => {
    expect(look({ state: 'repairing', repairs: 1 }, { isMoving: true })).toMatchObject({
      state: 'repairing',
      repairs: 1,
      mend: false,
    });
  });
});

describe('what nobody may mend by itself', () => {
  it('is a case for people where the destination refuses it, with its words', () => {
    expect(look({}, { isBlocked: true, cause: '−5: sai' }, { repair: true })).toMatchObject({
      state: 'evidence',
      cause: '−5: sai',
      mend: false,
    });
  });

  it('is only confirmed where a pause was recorded late, or the kind cannot be mended', () => {
    expect(look({}, { needsWord: true }, { repair: true })).toMatchObject({ state: 'confirmed', mend: false });
    expect(look({ kind: 'portal-only-progress' }, {}, { repair: true })).toMatchObject({ state: 'confirmed' });
  });

  it('is mended on an operator’s word', () => {
    const word = { state: 'repairing', decidedBy: 'cb-1', repairs: 0 } as const;
    expect(look(word, { needsWord: true })).toMatchObject({ mend: true, repairs: 1 });
    expect(look(word, { isBlocked: true })).toMatchObject({ mend: true, repairs: 1 });
    expect(look({ ...word, repairs: 1 }, { isBlocked: true })).toMatchObject({ state: 'evidence', mend: false });
  });
});

describe('what was ignored', () => {
  it('stands again when the time of that is over, or is over itself', () => {
    expect(look({ state: 'ignored' })).toMatchObject({ state: 'confirmed', lookAt: null });
    expect(look({ state: 'ignored' }, { isMoving: true })).toMatchObject({ state: 'confirmed', lookAt: NOW + 100 });
    expect(look({ state: 'ignored' }, { finding: null })).toMatchObject({ state: 'repaired' });
  });
});

describe('a dossier whose answer cannot be read', () => {
  const unreadable = (was: Partial<Difference>) => judgeUnreadable({ ...difference, ...was }, 'TrangThaiHoSo', NOW);

  it('is looked at a few times more, and then left as it stands', () => {
    expect(unreadable({ looks: 0 })).toMatchObject({ state: 'found', lookAt: NOW, cause: null });
    expect(unreadable({ looks: 2 })).toMatchObject({ state: 'gone', lookAt: null });
    expect(unreadable({ looks: 2, state: 'closed', seenAnewAt: 5 })).toMatchObject({ state: 'as-before' });
    expect(unreadable({ looks: 2, state: 'confirmed' })).toMatchObject({ state: 'confirmed', lookAt: null });
  });

  it('is a case for people where it was being mended', () => {
    expect(unreadable({ looks: 2, state: 'repairing', repairs: 1 })).toMatchObject({
      state: 'evidence',
      cause: 'TrangThaiHoSo',
      mend: false,
    });
  });
});
