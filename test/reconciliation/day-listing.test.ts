/** @module A day's listing, page after page, of portals that move, repeat and misspell what they list. */
import { describe, expect, it } from 'vitest';
import type { PortalPage } from '../../src/capabilities/portal.ts';
import { DayListing } from '../../src/reconciliation/day-listing.ts';
import { rowOf } from '../support/reconciling.ts';

const code = (n: number): string => `H15.50-260310-${String(n).padStart(4, '0')}`;
const page = (more: boolean, ...codes: string[]): PortalPage => ({ rows: codes.map((one) => rowOf(one)), more });
const ask = <T>(question: () => Promise<T>): Promise<T> => question();

/** The codes that a reading comes to, and the pages that were asked for. */
async function read(answer: (page: number) => PortalPage | Error): Promise<{ codes: string[]; asked: number[] }> {
  const listing = new DayListing('2026-03-10');
  const asked: number[] = [];
  const list = (_from: string, _to: string, n: number): Promise<PortalPage> => {
    asked.push(n);
    const found = answer(n);
    return found instanceof Error ? Promise.reject(found) : Promise.resolve(found);
  };
  for (;;) {
    try {
      const { codes } = (await listing.read({ list }, { ask }))!;
      return { codes: [...codes], asked };
    } catch {}
  }
}

describe('a listing', () => {
  it('holds what moved from one page to the next once, and what a page has twice once', async () => {
    const pages = [page(true, code(1), code(2), code(2)), page(false, code(2), code(3))];
    expect((await read((n) => pages[n - 1]!)).codes).toEqual([code(1), code(2), code(3)]);
  });

  it('ends where a portal shows its last page for every further one', async () => {
    const { codes, asked } = await read((n) => (n === 1 ? page(true, code(1)) : page(true, code(2))));
    expect(codes).toEqual([code(1), code(2)]);
    expect(asked).toEqual([1, 2, 3]);
  });

  it('knows a code that is written in small letters or with spaces, and leaves out a row without one', async () => {
    const { codes } = await read(() => page(false, ' h15.50-260310-0001\u00a0', code(2), '', '\u200b'));
    expect(codes).toEqual([code(1), code(2)]);
  });

  it('that was interrupted goes on with the page that failed', async () => {
    let faults = 2;
    const { codes, asked } = await read((n) => {
      if (n === 3 && faults-- > 0) return new Error('the portal struggles');
      return page(n < 4, code(n));
    });
    expect(codes).toEqual([1, 2, 3, 4].map(code));
    expect(asked).toEqual([1, 2, 3, 3, 3, 4]);
  });
});
