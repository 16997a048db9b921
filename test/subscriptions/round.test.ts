import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/feed/read-store.ts';
import { accountFor, keyOf, type Lane, lanesOf, refuse } from '../../src/subscriptions/round.ts';

const change = (pos: number, dossierCode: string | null): Change => ({
  pos,
  kind: 'entry',
  dossierCode,
  seq: pos,
  type: 'status',
  status: 'processing',
  occurredAt: 0,
  at: 0,
});

/** One change for each letter, its place that of the letter. */
const changes = (dossiers: string): Change[] => [...dossiers].map((code, n) => change(n + 1, code));
const shown = ({ waiting }: Lane): string => waiting.map((one) => `${keyOf(one)}${one.pos}`).join(' ');
const take = (lane: Lane, count: number): void => void lane.taken.push(...lane.waiting.splice(0, count));

describe('lanes', () => {
  it('keep each dossier in one of them, in its order', () => {
    expect(lanesOf(changes('ABACBAD'), 2).map(shown)).toEqual(['A1 A3 C4 A6', 'B2 B5 D7']);
    expect(lanesOf(changes('AB'), 8).map(shown)).toEqual(['A1', 'B2']);
    expect(lanesOf([], 8)).toEqual([]);
  });
});

describe('the account of a round', () => {
  it('moves on to its end when everything was taken', () => {
    const lanes = lanesOf(changes('AB'), 2);
    for (const lane of lanes) take(lane, 9);
    expect(accountFor(lanes, 5)).toEqual({ pos: 5, fallen: [] });
    expect(accountFor([], 5)).toEqual({ pos: 5, fallen: [] });
  });

  it('leaves a refused dossier behind from its first message on, and takes the others', () => {
    const lanes = lanesOf(changes('ABAB'), 1);
    const [lane] = lanes as [Lane];
    refuse(lane, lane.waiting.splice(0, 1), 'HTTP 500');
    expect(shown(lane)).toBe('B2 B4');
    take(lane, 2);
    expect(accountFor(lanes, 4)).toEqual({
      pos: 4,
      fallen: [{ dossierCode: 'A', fromPos: 1, why: 'refused', shared: false, error: 'HTTP 500' }],
    });
  });

  it('says of dossiers that were refused in one message that it may be either', () => {
    const lanes = lanesOf(changes('AB'), 1);
    refuse(lanes[0]!, lanes[0]!.waiting.splice(0, 2), null);
    expect(accountFor(lanes, 2).fallen.map(({ dossierCode, shared }) => [dossierCode, shared])).toEqual([
      ['A', true],
      ['B', true],
    ]);
  });

  it('stays before what was left when nothing after it was tried: a silent subscriber makes nobody lag', () => {
    const lanes = lanesOf(changes('ABCD'), 2);
    expect(accountFor(lanes, 4)).toEqual({ pos: 0, fallen: [] });
    take(lanes[0]!, 1);
    expect(accountFor(lanes, 4)).toEqual({ pos: 1, fallen: [] });
  });

  it('leaves behind what was left when something after it was taken', () => {
    const lanes = lanesOf(changes('ABAB'), 2);
    take(lanes[1]!, 2);
    expect(accountFor(lanes, 4)).toEqual({
      pos: 4,
      fallen: [{ dossierCode: 'A', fromPos: 1, why: 'left', shared: false, error: null }],
    });
  });

  it('never passes a change that was neither taken nor stands behind its dossier’s place', () => {
    const fate = fc.constantFrom('take', 'refuse', 'under-way', 'stop');
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('A', 'B', 'C', 'D', null), { maxLength: 30 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 4 }),
        fc.infiniteStream(fate),
        (dossiers, lanesAtOnce, batch, fates) => {
          const all = dossiers.map((code, n) => change(n + 1, code));
          const lanes = lanesOf(all, lanesAtOnce);
          for (const lane of lanes)
            while (lane.waiting.length > 0) {
              const what = fates.next().value;
              if (what === 'stop') break;
              const sent = lane.waiting.splice(0, batch);
              if (what === 'take') lane.taken.push(...sent);
              else if (what === 'refuse') refuse(lane, sent, null);
              else {
                lane.current = sent;
                break;
              }
            }
          const { pos, fallen } = accountFor(lanes, all.length);
          const taken = new Set(lanes.flatMap((lane) => lane.taken.map((one) => one.pos)));
          const behind = new Map(fallen.map((one) => [one.dossierCode, one.fromPos]));
          for (const one of all) {
            const from = behind.get(keyOf(one));
            if (one.pos <= pos) expect(taken.has(one.pos) || (from !== undefined && from <= one.pos)).toBe(true);
            // What is sent again because its dossier fell behind must not have been taken after what was not.
            if (from !== undefined && one.pos >= from) expect(taken.has(one.pos)).toBe(false);
          }
          for (const from of behind.values()) expect(from).toBeLessThanOrEqual(pos);
        },
      ),
      { numRuns: 500 },
    );
  });
});
