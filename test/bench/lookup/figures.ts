/** @module From the rounds of S3 to figures: rates, ratios to each peer round by round, and what each layer costs; pure. */
import { type Figure, median } from '../figures.ts';
import { round } from '../usage.ts';
import {
  BUFFERING,
  EXPRESS,
  GATEWAY,
  GATEWAY_ANEW,
  HTTP_PROXY,
  NGINX,
  PLATFORMATIC_GATEWAY,
  STREAMING,
} from './contestants.ts';
import { LADDER, LAYERS } from './layers.ts';
import type { S3Result } from './s3.ts';

const rates = ({ rounds }: S3Result, name: string): number[] => (rounds[name] ?? []).map(({ perSecond }) => perSecond);

/** The faster of the two bare ones, in each round. */
function bareRates(result: S3Result): number[] {
  const buffering = rates(result, BUFFERING);
  return rates(result, STREAMING).map((rate, i) => Math.max(rate, buffering[i] ?? 0));
}

const PEERS = [
  ['bare fastify and undici (the faster of both)', bareRates, 0.6],
  ['@fastify/http-proxy', (result: S3Result) => rates(result, HTTP_PROXY), 1.1],
  ['express and http-proxy-middleware', (result: S3Result) => rates(result, EXPRESS), 1.6],
  ['nginx proxy_pass', (result: S3Result) => rates(result, NGINX), 0.35],
  ['@platformatic/gateway', (result: S3Result) => rates(result, PLATFORMATIC_GATEWAY), null],
] as const;

export function figuresOfS3(result: S3Result): Figure[] {
  const ours = rates(result, GATEWAY);
  const { rounds } = result;
  const figures: Figure[] = [
    { work: 'S3: lookups through the gateway, token remembered', unit: '/s', values: ours },
    { work: 'S3: lookups through the gateway, every token new', unit: '/s', values: rates(result, GATEWAY_ANEW) },
    { work: 'S3: the same, token remembered, p99', unit: 'ms', values: (rounds[GATEWAY] ?? []).map(({ p99 }) => p99) },
  ];
  for (const [peer, ratesOf, target] of PEERS) {
    const theirs = ratesOf(result);
    if (theirs.length === 0) continue;
    const values = ours.map((rate, i) => round(rate / theirs[i]!, 3));
    figures.push({
      work: `S3: gateway against ${peer}`,
      unit: '×',
      values,
      ...(target === null ? {} : { target: { atLeast: target } }),
    });
  }
  return [...figures, ...auditFigures(result)];
}

const AUDIT = 'durable audit' satisfies (typeof LAYERS)[number];

/** What durable audit alone costs: the layers with it beside the layers up to it, round by round. */
function auditFigures({ rounds }: S3Result): Figure[] {
  const without = rounds[LAYERS[LAYERS.indexOf(AUDIT) - 1]!] ?? [];
  const pairs = (rounds[AUDIT] ?? []).map((after, i) => ({ before: without[i]!, after }));
  if (pairs.length === 0) return [];
  return [
    {
      work: 'S3: lookups with durable audit against the same without it',
      unit: '×',
      values: pairs.map(({ before, after }) => round(after.perSecond / before.perSecond, 3)),
    },
    {
      work: 'S3: CPU that durable audit adds to a lookup, in the gateway',
      unit: 'µs',
      values: pairs.map(({ before, after }) => after.cpuMicros - before.cpuMicros),
    },
    {
      work: 'S3: CPU that durable audit adds to a lookup, in PostgreSQL',
      unit: 'µs',
      values: pairs.map(({ before, after }) => after.databaseMicros - before.databaseMicros),
    },
  ];
}

/** What one lookup costs with each layer added, in CPU of the process; medians. */
export interface LayerCost {
  readonly step: string;
  readonly micros: number;
  /** More than without it. */
  readonly added: number;
}

export function costsOfS3({ rounds }: S3Result): LayerCost[] {
  const costs: LayerCost[] = [];
  for (const step of LADDER) {
    const measured = rounds[step];
    if (!measured) continue;
    const micros = Math.round(median(measured.map(({ cpuMicros }) => cpuMicros)));
    costs.push({ step, micros, added: micros - (costs.at(-1)?.micros ?? micros) });
  }
  return costs;
}
