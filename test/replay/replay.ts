/** @module One replay: the quarter invented, posted, carried to the portal, and every figure counted twice. */
import { DAY } from '../../mocks/times.ts';
import { post } from './post.ts';
import { type Published, quotaOf, scaled } from './published.ts';
import { figuresBySql } from './sql-figures.ts';
import { type StoryDossier, story } from './story.ts';
import { Api, type Target } from './target.ts';
import { type Verdicts, verdictsOf } from './verdicts.ts';

export interface ReplayOptions {
  /** The share of the report's dossiers, 0–1. */
  readonly sample: number;
  readonly seed: number;
  /** The share of the dossiers whose ends are put off, to see that the figures notice. */
  readonly shuffle: number;
  readonly progress: (stage: string, done: number) => void;
}

export interface FigureLine {
  readonly name: string;
  readonly published: number;
  readonly byReport: number | null;
  readonly bySql: number | null;
}

export interface Replayed {
  readonly dossiers: number;
  readonly events: number;
  readonly figures: readonly FigureLine[];
  readonly verdicts: Verdicts;
}

interface Report {
  readonly figures: Readonly<Record<string, { value: number | null }>>;
}

export async function replay(target: Target, published: Published, options: ReplayOptions): Promise<Replayed> {
  const { sample, seed, shuffle, progress } = options;
  const { from, to } = published;
  const wanted = scaled(published, sample);
  const dossiers = shuffled([...story(quotaOf(wanted), { from, to }, seed)], shuffle);
  const { events } = await post(target, dossiers, progress);

  const api = new Api(target, 1);
  const report = await api.call<Report>('GET', `/v1/reports/decree-45?from=${from}&to=${to}`);
  const bySql = await figuresBySql(target.database, from, to);
  const late = await lateCodes(api, from, to);
  await api.close();
  return {
    dossiers: dossiers.length,
    events,
    figures: Object.entries(wanted).map(([name, value]) => ({
      name,
      published: value,
      byReport: rounded(name, report.figures[name]?.value ?? null),
      bySql: bySql[name] ?? null,
    })),
    verdicts: await verdictsOf(target, dossiers, late, progress),
  };
}

/** Reports print percentages with one decimal. */
const rounded = (name: string, value: number | null): number | null =>
  value !== null && name.endsWith('Percent') ? Math.round(value * 10) / 10 : value;

async function lateCodes(api: Api, from: string, to: string): Promise<Set<string>> {
  const codes = new Set<string>();
  const path = `/v1/reports/decree-45/dossiers?from=${from}&to=${to}&figure=resolvedLate&limit=1000`;
  for await (const { dossierCode } of api.items<{ dossierCode: string }>(path)) codes.add(dossierCode);
  return codes;
}

/** Puts off the end of so large a share of the dossiers by a month: a figure that does not notice is none. */
function shuffled(dossiers: readonly StoryDossier[], share: number): StoryDossier[] {
  if (share === 0) return [...dossiers];
  const every = Math.round(1 / share);
  return dossiers.map((dossier, i) => {
    if (i % every !== 0 || dossier.endAt === null) return dossier;
    const endAt = dossier.endAt + 30 * DAY;
    const events = dossier.events.map((event) => (event.status === 'completed' ? { ...event, at: endAt } : event));
    return { ...dossier, endAt, events };
  });
}
