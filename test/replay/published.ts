/** @module What provinces have published, and how many dossiers of each kind a replay of it takes. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Quota } from './story.ts';

const published = z.record(
  z.string(),
  z.strictObject({
    title: z.string(),
    from: z.iso.date(),
    to: z.iso.date(),
    figures: z.record(z.string(), z.number()),
    /** Figures of which no timeline knows, with the reason. */
    notReproducible: z.record(z.string(), z.string()),
    /** Where the report contradicts itself. */
    contradictions: z.array(z.strictObject({ figure: z.string(), value: z.number(), why: z.string() })),
  }),
);

export type Published = z.output<typeof published>[string];

/** @throws when no such report is kept, naming those that are */
export function readPublished(name: string): Published {
  const all = published.parse(
    JSON.parse(readFileSync(new URL('../../data/published-figures.json', import.meta.url), 'utf8')),
  );
  const found = all[name];
  if (!found) throw new Error(`no published report ${name}; there are: ${Object.keys(all).join(', ')}`);
  return found;
}

/** What the report prints, scaled down for a sample; sums stay sums and percentages as they are. */
export function scaled({ figures }: Published, sample: number): Readonly<Record<string, number>> {
  if (sample === 1) return figures;
  const part = (name: string): number => Math.round(figures[name]! * sample);
  const resolvedOfPeriod = part('resolvedOfPeriod');
  const resolvedOfEarlierPeriod = part('resolvedOfEarlierPeriod');
  const resolvedLate = part('resolvedLate');
  const [inProgressOnTime, inProgressLate] = [part('inProgressOnTime'), part('inProgressLate')];
  const inProgress = inProgressOnTime + inProgressLate;
  const received = resolvedOfPeriod + inProgress;
  const receivedOnline = Math.round((received * figures.receivedOnline!) / figures.received!);
  return {
    openBefore: part('openBefore'),
    received,
    receivedOnline,
    receivedInPersonOrPost: received - receivedOnline,
    resolved: resolvedOfPeriod + resolvedOfEarlierPeriod,
    resolvedOfPeriod,
    resolvedOfEarlierPeriod,
    resolvedOnTime: resolvedOfPeriod + resolvedOfEarlierPeriod - resolvedLate,
    resolvedLate,
    inProgress,
    inProgressOnTime,
    inProgressLate,
    onlinePercent: Math.round((receivedOnline / received) * 1000) / 10,
    digitisedPercent: figures.digitisedPercent!,
  };
}

/** The dossiers of which these figures come; the report does not say how many of those from before ended late: their share. */
export function quotaOf(figures: Readonly<Record<string, number>>): Quota {
  const of = (name: string): number => figures[name]!;
  const earlierResolvedLate = Math.round((of('resolvedLate') * of('resolvedOfEarlierPeriod')) / of('resolved'));
  const resolvedLate = of('resolvedLate') - earlierResolvedLate;
  return {
    earlierResolvedOnTime: of('resolvedOfEarlierPeriod') - earlierResolvedLate,
    earlierResolvedLate,
    earlierOpen: of('openBefore') - of('resolvedOfEarlierPeriod'),
    resolvedOnTime: of('resolvedOfPeriod') - resolvedLate,
    resolvedLate,
    openOnTime: of('inProgressOnTime'),
    openLate: of('inProgressLate'),
    online: of('receivedOnline'),
    digitised: Math.round((of('received') * of('digitisedPercent')) / 100),
  };
}
