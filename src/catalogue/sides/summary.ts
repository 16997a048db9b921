/** @module How the catalogues stand with each side, in numbers: what differs, since when, how it is known, what nobody tells. */
import { z } from 'zod';
import type { Queryable } from '../../db/queryable.ts';
import { rfc3339 } from '../../http/answer.ts';
import { ROUTING_KINDS } from '../../reconciliation/kinds.ts';
import { toldAnswer, toToldAnswer } from './answers.ts';
import { CATALOGUE_KINDS, type CatalogueKind, FACTS } from './kinds.ts';
import { DOSSIERS, type LookPart, lastParts } from './look-store.ts';
import { countMisrouted } from './routed-store.ts';
import { countKept } from './store.ts';
import { systemTitle } from './titles.ts';

const side = z.object({
  side: z.string(),
  title: z.object({ vi: z.string(), en: z.string() }),
  open: z.int(),
  ignored: z.int(),
  since: z.string().nullable().meta({ description: 'The oldest of them' }),
  kinds: z.partialRecord(z.enum(CATALOGUE_KINDS), z.int()).meta({ description: 'Open ones by kind' }),
  comparedAt: z.string().nullable().meta({ description: 'When it was last compared' }),
  told: toldAnswer,
  notTold: z.array(z.enum(FACTS)).readonly(),
  unread: z.int(),
  fault: z.string().nullable().meta({ description: 'Why the newest look could not compare it' }),
});

export const summaryAnswer = z.object({
  asOf: z.string(),
  open: z.int().meta({ description: 'Differences of catalogues that nobody has ignored' }),
  ignored: z.int(),
  sides: z.array(side),
  misrouted: z.object({
    open: z.int().meta({ description: 'Dossiers that are with a wrong system, of the caller’s agencies' }),
    ignored: z.int(),
    systems: z.array(z.object({ system: z.string(), kind: z.enum(ROUTING_KINDS), open: z.int(), ignored: z.int() })),
    lookedAt: z.string().nullable(),
    looked: z.int().meta({ description: 'Open dossiers that were looked at' }),
    unjudged: z.int().meta({ description: 'Those of them whose procedure names no system' }),
    fault: z.string().nullable(),
  }),
});
export type Summary = z.input<typeof summaryAnswer>;

const faultOf = (tried: LookPart | undefined): string | null =>
  tried?.state === 'done' ? null : (tried?.error ?? null);
const sum = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((total, item) => total + of(item), 0);

/**
 * @param names the sides that are known now; one that is known no more keeps what was found of it
 * @param own codes of the agencies that count for the caller
 */
export async function summaryOf(
  db: Queryable,
  names: readonly string[],
  own: readonly string[],
  now: number,
): Promise<Summary> {
  const [counts, last, routed] = await Promise.all([countKept(db), lastParts(db), countMisrouted(db, own)]);
  const doneOf = (part: string): LookPart | undefined => last.done.find((one) => one.part === part);
  const triedOf = (part: string): LookPart | undefined => last.tried.find((one) => one.part === part);
  const all = [...new Set([...names, ...counts.map((count) => count.side)])].sort();
  const sides = all.map((name): Summary['sides'][number] => {
    const ofSide = counts.filter((count) => count.side === name);
    const kinds: Partial<Record<CatalogueKind, number>> = {};
    for (const { kind, open } of ofSide) if (open > 0) kinds[kind] = (kinds[kind] ?? 0) + open;
    const done = doneOf(name);
    return {
      side: name,
      title: systemTitle(name),
      open: sum(ofSide, ({ open }) => open),
      ignored: sum(ofSide, ({ ignored }) => ignored),
      since: ofSide.length === 0 ? null : rfc3339(Math.min(...ofSide.map(({ oldest }) => oldest))),
      kinds,
      comparedAt: rfc3339(done?.finishedAt ?? null),
      told: toToldAnswer(done?.told ?? {}),
      notTold: done?.notTold ?? FACTS,
      unread: done?.unjudged ?? 0,
      fault: faultOf(triedOf(name)),
    };
  });
  const dossiers = doneOf(DOSSIERS);
  return {
    asOf: rfc3339(now),
    open: sum(sides, ({ open }) => open),
    ignored: sum(sides, ({ ignored }) => ignored),
    sides,
    misrouted: {
      open: sum(routed, ({ open }) => open),
      ignored: sum(routed, ({ ignored }) => ignored),
      systems: routed,
      lookedAt: rfc3339(dossiers?.finishedAt ?? null),
      looked: dossiers?.compared ?? 0,
      unjudged: dossiers?.unjudged ?? 0,
      fault: faultOf(triedOf(DOSSIERS)),
    },
  };
}
