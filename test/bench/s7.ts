/** @module S7: the drain after an outage of the portal, while events still come; the peers with a smaller backlog. */
import { gateway, peers } from './contestants.ts';
import { type Figure, show } from './figures.ts';
import { measureOutage, type Outage, STILL_COMING } from './outage.ts';
import type { Scenario } from './scenario.ts';
import { round } from './usage.ts';

interface S7Result {
  readonly eventsEach: number;
  /** The gateway first. */
  readonly outages: readonly Outage[];
}

const EVENTS_EACH = 4;
/** A backlog of the design's size would keep the slower peers busy for an hour; none of them grows faster with it. */
const PEERS_SHARE = 0.2;

export const s7: Scenario<S7Result> = {
  id: 's7',
  async measure(stage, { quick, isFull, say, withPeers }) {
    const dossiers = isFull ? 500_000 : quick ? 10_000 : 30_000;
    const outages: Outage[] = [];
    for (const declaration of withPeers ? [gateway, ...peers] : [gateway])
      outages.push(
        await measureOutage(stage, declaration, {
          dossiers: declaration === gateway ? dossiers : Math.min(10_000, dossiers * PEERS_SHARE),
          eventsEach: EVENTS_EACH,
          paceSeconds: isFull ? 10 : 5,
          say,
        }),
      );
    return { eventsEach: EVENTS_EACH, outages };
  },
  figures: ({ outages }) => figuresOf(outages[0]!),
  document: ({ eventsEach, outages }) => {
    const [{ dossiers, waiting, drainedAfter, memory }] = outages as [Outage];
    return `## After an outage (S7)

${dossiers} dossiers, ${eventsEach} events each and more: ${waiting} events came in, a hundred a message, while the portal was down. It came back, and
${drainedAfter} s later it showed them all, while ${STILL_COMING} events a second still came. The gateway's memory went from ${memory[0]} to ${memory.at(-1)} MiB,
at most ${Math.max(...memory)}.

| who | events that waited | drained in s | events/s | records out of order | twice | acknowledged p99 ms before, while it drained |
|---|---|---|---|---|---|---|
${outages.map(rowOf).join('\n')}
${outages.length > 1 ? peersText : ''}`;
  },
};

const rateOf = ({ waiting, drainedAfter }: Outage): number => Math.round(waiting / drainedAfter);

function figuresOf(outage: Outage): Figure[] {
  const { waiting, disordered, duplicates, memory, p99Before, p99While } = outage;
  return [
    {
      work: `S7: the drain of ${waiting} events after an outage, while ${STILL_COMING} events/s still come`,
      unit: 'events/s',
      values: [rateOf(outage)],
      target: { atLeast: 5_000 },
    },
    { work: 'S7: records out of order', unit: '', values: [disordered], target: { atMost: 0 } },
    { work: 'S7: records twice', unit: '', values: [duplicates], target: { atMost: 0 } },
    {
      work: 'S7: memory of the gateway at the end against its start',
      unit: '×',
      values: [round((memory.at(-1) ?? 0) / (memory[0] || 1), 2)],
      target: { atMost: 1.2 },
    },
    {
      work: 'S7: acknowledgement p99 while it drains against before',
      unit: '×',
      values: [round(p99While / p99Before, 2)],
      target: { atMost: 2 },
    },
  ];
}

const rowOf = (outage: Outage): string => {
  const { contestant, waiting, drainedAfter, disordered, duplicates, p99Before, p99While } = outage;
  return `| ${contestant} | ${waiting} | ${show(drainedAfter)} | ${rateOf(outage)} | ${disordered} | ${duplicates} | ${show(p99Before)}, ${show(p99While)} |`;
};

const peersText = `
The peers are those of S1 with a smaller backlog of the same events. They give a call that failed back to their queue and try again a
second later, for ever: neither asks what the portal has before it sends again, backs off, keeps the events of one dossier in order
or sends the state of the dossier behind its history.
`;
