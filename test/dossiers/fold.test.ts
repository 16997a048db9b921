import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Folded, fold, type StatusFact } from '../../src/dossiers/fold.ts';
import { isEnd, type ReportedStatus, rankOf, STATUSES } from '../../src/dossiers/status.ts';

const minute = (time: string): number => {
  const [hours, minutes] = time.split(':').map(Number);
  return hours! * 60 + minutes!;
};

/** Facts written `source status[(reason)] time`, numbered in the order in which they arrived. */
function facts(...lines: string[]): StatusFact[] {
  return lines.map((line, i) => {
    const [source = '', told = '', time = ''] = line.split(' ');
    const [, word = '', reason = null] = /^([a-z]+)(?:\((.+)\))?$/.exec(told) ?? [];
    return {
      seq: i + 1,
      at: minute(time),
      source,
      eventId: `${source}-${word}-${time}`,
      status: word as ReportedStatus,
      reason,
    };
  });
}

const anyone = { mayEnd: () => true };
const onlyIgate = { mayEnd: (source: string) => source === 'igate' };
const folded = (...lines: string[]): Folded => fold(facts(...lines), new Set(), anyone);
const shownOf = (result: Folded): string[] =>
  result.shown.map(({ status, reason, at }) => `${status}${reason ? `(${reason})` : ''}@${at}`);

/** What the fold says, told without arrival numbers. */
function saidOf(result: Folded, arrived: readonly StatusFact[]): object {
  const eventOf = (seq: number | null) => arrived.find((fact) => fact.seq === seq)?.eventId ?? null;
  const pause = ({ openedBy, closedBy, ...rest }: Folded['intervals'][number]) => ({
    ...rest,
    openedBy: eventOf(openedBy),
    closedBy: eventOf(closedBy),
  });
  return {
    ...result,
    pauses: result.pauses.map(pause),
    intervals: result.intervals.map(pause),
    shown: result.shown.map(({ seq, ...rest }) => ({ ...rest, event: eventOf(seq) })),
    withoutEffect: [...result.withoutEffect].map(([seq, why]) => `${eventOf(seq)}: ${why}`).sort(),
  };
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, i) =>
    permutations([...items.slice(0, i), ...items.slice(i + 1)]).map((rest) => [item, ...rest]),
  );
}

const renumbered = (some: readonly StatusFact[]): StatusFact[] => some.map((fact, i) => ({ ...fact, seq: i + 1 }));

/** The same facts, those of one track only seen at a destination. */
const seenOf = (track: string, ...lines: string[]): Folded =>
  fold(
    facts(...lines).map((fact) => ({ ...fact, isSeen: fact.source === track })),
    new Set(),
    onlyIgate,
  );

describe('what was only seen at a destination', () => {
  it('pauses, and goes on with what is seen next', () => {
    expect(seenOf('portal', 'igate accepted 08:00', 'portal paused(supplement) 09:00').status).toBe('paused');
    expect(
      seenOf('portal', 'igate accepted 08:00', 'portal paused(supplement) 09:00', 'portal processing 10:00').status,
    ).toBe('processing');
  });

  it('goes on with any other’s resume, and with the end of the very pause that another had told', () => {
    const accepted = 'igate accepted 08:00';
    const seen = 'portal paused(supplement) 09:05';
    expect(seenOf('portal', accepted, seen, 'igate resumed 10:00')).toMatchObject({ status: 'processing', pauses: [] });
    const told = 'igate paused(supplement) 09:00';
    expect(seenOf('portal', accepted, told, seen, 'igate processing 10:00')).toMatchObject({
      status: 'processing',
      pauses: [],
    });
  });

  it('stays paused when another only goes on with its work, and ends no pause that was told', () => {
    expect(
      seenOf('portal', 'igate accepted 08:00', 'portal paused(supplement) 09:00', 'igate processing 10:00').status,
    ).toBe('paused');
    const still = seenOf('portal', 'igate accepted 08:00', 'land paused(tax) 09:00', 'portal processing 10:00');
    expect(still).toMatchObject({ status: 'paused', pauseReason: 'tax' });
    expect([...still.withoutEffect.values()]).toEqual(['other-pause-open']);
  });

  it('may end what its source alone may not', () => {
    expect(seenOf('portal', 'igate accepted 08:00', 'portal completed 10:00').status).toBe('completed');
    expect(seenOf('nobody', 'igate accepted 08:00', 'portal completed 10:00').status).toBe('accepted');
  });
});

describe('F1: the fold is a function of the set of entries', () => {
  it('gives the same for all orders of a pause by VBDLIS, a step by iGate and the resume', () => {
    const three = facts('vbdlis paused(tax-determination) 9:00', 'igate processing 10:00', 'vbdlis resumed 11:00');
    const results = permutations(three).map((order) =>
      saidOf(fold(renumbered(order), new Set(), anyone), renumbered(order)),
    );
    for (const result of results) expect(result).toEqual(results[0]);
    expect(results[0]).toMatchObject({
      status: 'processing',
      pauses: [],
      withoutEffect: ['igate-processing-10:00: other-pause-open'],
    });
  });

  it('takes the more advanced of two entries of one instant as the later', () => {
    expect(folded('igate paused(supplement) 9:00', 'igate accepted 9:00', 'igate submitted 9:00').status).toBe(
      'paused',
    );
    expect(folded('igate completed 9:00', 'igate paused(supplement) 9:00').status).toBe('completed');
    expect(folded('igate returned 9:00', 'igate completed 9:00').status).toBe('returned');
    expect(folded('igate paused(supplement) 8:00', 'igate paused(supplement) 9:00', 'igate resumed 9:00').status).toBe(
      'paused',
    );
  });

  it('says the same reason first of two pauses that began at one instant, whichever arrived first', () => {
    const two = facts('vbdlis paused(tax-determination) 9:00', 'igate paused(supplement) 9:00');
    for (const order of permutations(two))
      expect(fold(renumbered(order), new Set(), anyone)).toMatchObject({
        pauseReason: 'supplement',
        pauses: [{ source: 'igate' }, { source: 'vbdlis' }],
      });
  });

  it('ranks the statuses in the order in which a dossier meets them', () => {
    expect(STATUSES.map(rankOf)).toEqual([...STATUSES.keys()]);
    expect(STATUSES).toEqual([
      'submitted',
      'accepted',
      'resumed',
      'processing',
      'paused',
      'rejected',
      'withdrawn',
      'stopped',
      'completed',
      'returned',
    ]);
  });
});

describe('F2: each source holds a track', () => {
  it('lets no step told by iGate end the pause of VBDLIS', () => {
    const result = folded('igate accepted 8:00', 'vbdlis paused(tax-determination) 9:00', 'igate processing 10:00');
    expect(result).toMatchObject({ status: 'paused', pauseReason: 'tax-determination' });
    expect(result.withoutEffect).toEqual(new Map([[3, 'other-pause-open']]));
  });

  it('lets no resume of another track end it either', () => {
    const result = folded('vbdlis paused(tax-determination) 9:00', 'igate resumed 10:00', 'igate accepted 10:30');
    expect(result.status).toBe('paused');
    expect([...result.withoutEffect.values()]).toEqual(['other-pause-open', 'other-pause-open']);
  });

  it('says the reason of the earliest open pause, and all of them beside it', () => {
    const two = ['igate paused(supplement) 9:00', 'vbdlis paused(tax-determination) 10:00'];
    expect(folded(...two)).toMatchObject({
      status: 'paused',
      pauseReason: 'supplement',
      pauses: [
        { source: 'igate', reason: 'supplement' },
        { source: 'vbdlis', reason: 'tax-determination' },
      ],
    });
    expect(folded(...two, 'igate resumed 11:00')).toMatchObject({ status: 'paused', pauseReason: 'tax-determination' });
    expect(folded(...two, 'igate resumed 11:00', 'vbdlis resumed 12:00')).toMatchObject({
      status: 'processing',
      pauses: [],
    });
  });

  it('closes every pause with the entry that ends the dossier, at its time', () => {
    const result = folded('igate paused(supplement) 9:00', 'vbdlis paused(other) 10:00', 'igate completed 11:00');
    expect(result).toMatchObject({ status: 'completed', endedAt: minute('11:00'), pauses: [], outcome: 'granted' });
    expect(result.intervals.map(({ to }) => to)).toEqual([minute('11:00'), minute('11:00')]);
  });

  it('takes an end told by a source that may not end the dossier as its resume, or keeps it without effect', () => {
    const paused = fold(facts('vbdlis paused(other) 9:00', 'vbdlis completed 10:00'), new Set(), onlyIgate);
    expect(paused).toMatchObject({ status: 'processing', endedAt: null, pauses: [] });
    const running = fold(facts('igate processing 9:00', 'vbdlis completed 10:00'), new Set(), onlyIgate);
    expect(running.status).toBe('processing');
    expect(running.withoutEffect).toEqual(new Map([[2, 'may-not-end']]));
  });
});

describe('F3: lenient where lenience loses nothing', () => {
  it('implies the states that a jump skipped', () => {
    expect(folded('igate submitted 8:00', 'igate completed 9:00').shown.at(-1)!.implied).toEqual([
      'accepted',
      'processing',
    ]);
    expect(folded('igate submitted 8:00', 'igate rejected 9:00').shown.at(-1)!.implied).toEqual([]);
    expect(folded('igate processing 9:00').shown[0]!.implied).toEqual(['submitted', 'accepted']);
    expect(folded('igate accepted 8:00', 'igate processing 9:00').shown[1]!.implied).toEqual([]);
  });

  it('takes a pause as the first entry', () => {
    const result = folded('vbdlis paused(tax-determination) 9:00');
    expect(result).toMatchObject({ status: 'paused', pauseReason: 'tax-determination' });
    expect(result.shown[0]!.implied).toEqual(['submitted', 'accepted']);
  });

  it('closes one suspension and opens the next at the instant when the reason changes', () => {
    const result = folded(
      'vbdlis paused(tax-determination) 9:00',
      'vbdlis paused(citizen-payment) 10:00',
      'vbdlis resumed 11:00',
    );
    expect(result.intervals.map(({ reason, from, to }) => [reason, from, to])).toEqual([
      ['tax-determination', minute('9:00'), minute('10:00')],
      ['citizen-payment', minute('10:00'), minute('11:00')],
    ]);
    expect(shownOf(result)).toEqual(['paused(tax-determination)@540', 'paused(citizen-payment)@600', 'processing@660']);
  });

  it('keeps a repeated pause for the same reason without effect: the first went on', () => {
    const result = folded('vbdlis paused(other) 9:00', 'vbdlis paused(other) 10:00');
    expect(result.withoutEffect).toEqual(new Map([[2, 'already-paused']]));
    expect(result.pauses).toMatchObject([{ from: minute('9:00') }]);
  });

  it('takes any later step on its own track as the resume', () => {
    expect(folded('vbdlis paused(other) 9:00', 'vbdlis processing 10:00')).toMatchObject({
      status: 'processing',
      pauses: [],
    });
    expect(folded('vbdlis paused(other) 9:00', 'vbdlis accepted 10:00').status).toBe('paused');
  });

  it('keeps what would leave an ended state, and says why', () => {
    const result = folded(
      'igate completed 9:00',
      'igate processing 10:00',
      'vbdlis paused(other) 11:00',
      'igate rejected 12:00',
    );
    expect(result.status).toBe('completed');
    expect([...result.withoutEffect.values()]).toEqual(['after-end', 'after-end', 'after-end']);
  });

  it('takes completed to returned as an advance that keeps the time of completion', () => {
    const result = folded('igate completed 9:00', 'igate returned 10:00');
    expect(result).toMatchObject({ status: 'returned', endedAt: minute('9:00'), outcome: 'granted' });
    expect(result.withoutEffect.size).toBe(0);
    expect(folded('igate withdrawn 9:00', 'igate returned 10:00').status).toBe('withdrawn');
  });

  it('leaves an ended state by a reopening only', () => {
    const result = folded('igate completed 9:00', 'igate reopened 10:00', 'vbdlis paused(other) 11:00');
    expect(result).toMatchObject({ status: 'paused', endedAt: null, outcome: null });
    expect(folded('igate processing 9:00', 'igate reopened 10:00').withoutEffect).toEqual(new Map([[2, 'not-ended']]));
  });

  it('keeps a second acceptance and a resume of nothing without effect, and a further step with it', () => {
    const result = folded(
      'igate accepted 8:00',
      'igate accepted 8:30',
      'igate processing 9:00',
      'igate resumed 9:30',
      'igate processing 10:00',
    );
    expect(result.withoutEffect).toEqual(
      new Map<number, string>([
        [2, 'not-advancing'],
        [4, 'nothing-to-resume'],
      ]),
    );
    expect(shownOf(result)).toEqual(['accepted@480', 'processing@540', 'processing@600']);
  });

  it('takes a voided entry as never said', () => {
    const all = facts('igate processing 8:00', 'igate completed 9:00', 'vbdlis paused(other) 10:00');
    expect(fold(all, new Set([2]), anyone)).toMatchObject({ status: 'paused', endedAt: null });
    expect(fold(all, new Set([2]), anyone).withoutEffect).toEqual(new Map([[2, 'voided']]));
  });
});

describe('F4: a late arrival never makes the status go backwards', () => {
  it('applies an old pause between two steps as the history it is', () => {
    const before = folded('igate processing 8:00', 'vbdlis processing 12:00');
    const after = folded('igate processing 8:00', 'vbdlis processing 12:00', 'vbdlis paused(other) 10:00');
    expect(before.status).toBe('processing');
    expect(after.status).toBe('processing');
    expect(after.intervals).toMatchObject([{ from: minute('10:00'), to: minute('12:00') }]);
  });

  it('keeps an old step beside a newer one without effect', () => {
    const result = folded('igate completed 12:00', 'igate accepted 9:00', 'igate submitted 8:00');
    expect(result.status).toBe('completed');
    expect(result.withoutEffect.size).toBe(0);
    expect(folded('igate processing 9:00', 'igate accepted 9:30').status).toBe('processing');
  });
});

/** Of the last, everything was only seen. */
const SOURCES = ['igate', 'vbdlis', 'coordination', 'portal'];
const TOLD = SOURCES.slice(0, -1);
const REASONS = ['supplement', 'tax-determination', 'other'];
const told = (statuses: readonly ReportedStatus[]) =>
  fc
    .uniqueArray(
      fc.record({
        at: fc.integer({ min: 0, max: 12 }),
        source: fc.constantFrom(...SOURCES),
        status: fc.constantFrom(...statuses),
        reason: fc.constantFrom(...REASONS),
      }),
      { minLength: 1, maxLength: 10, selector: (fact) => JSON.stringify(fact) },
    )
    .map((items): StatusFact[] =>
      items.map((item, i) => ({
        ...item,
        seq: i + 1,
        reason: item.status === 'paused' ? item.reason : null,
        eventId: `${item.status}-${item.reason}-${item.at}`,
        isSeen: !TOLD.includes(item.source),
      })),
    );
const history = told([...STATUSES, 'reopened']);
const withoutEnd = told(['submitted', 'accepted', 'processing', 'paused', 'resumed']);

describe('for any history', () => {
  it('any order of arrival gives the same', () => {
    fc.assert(
      fc.property(
        history.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([all, shuffled]) => {
          const other = renumbered(shuffled);
          expect(saidOf(fold(other, new Set(), onlyIgate), other)).toEqual(
            saidOf(fold(all, new Set(), onlyIgate), all),
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it('a pause that was told is open if and only if the last word of its track is a pause', () => {
    fc.assert(
      fc.property(withoutEnd, (all) => {
        const open = fold(all, new Set(), anyone)
          .pauses.map(({ source }) => source)
          .filter((source) => TOLD.includes(source))
          .sort();
        const expected = TOLD.filter((source) => {
          const own = all
            .filter((fact) => fact.source === source && ['paused', 'resumed', 'processing'].includes(fact.status))
            .sort((a, b) => a.at - b.at || rankOf(a.status) - rankOf(b.status));
          return own.at(-1)?.status === 'paused';
        });
        expect(open).toEqual(expected.sort());
      }),
      { numRuns: 500 },
    );
  });

  it('suspensions never overlap within a track, and none is open once the dossier has ended', () => {
    fc.assert(
      fc.property(history, (all) => {
        const result = fold(all, new Set(), anyone);
        for (const source of SOURCES) {
          const own = result.intervals.filter((interval) => interval.source === source);
          for (const [i, interval] of own.entries()) {
            const next = own[i + 1];
            if (interval.to !== null) expect(interval.to).toBeGreaterThanOrEqual(interval.from);
            if (next) expect(interval.to).toBeLessThanOrEqual(next.from);
          }
        }
        if (isEnd(result.status)) expect(result.pauses).toEqual([]);
        else expect(result.status === 'paused').toBe(result.pauses.length > 0);
      }),
      { numRuns: 500 },
    );
  });

  it('every entry either shows or says why it does not', () => {
    fc.assert(
      fc.property(history, (all) => {
        const result = fold(all, new Set(), onlyIgate);
        const told = [...result.shown.map(({ seq }) => seq), ...result.withoutEffect.keys()].sort((a, b) => a - b);
        expect(told).toEqual(all.map(({ seq }) => seq));
      }),
      { numRuns: 300 },
    );
  });
});
