/** @module Where a process spent its time: the functions with the most self time of a V8 CPU profile. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const MOST = 40;

/** Lines of the newest profile in the folder, such as `  4.1 %  parse (connectors/…/wire.ts:12)`. */
export async function summarise(folder: string): Promise<string[]> {
  const name = (await readdir(folder))
    .filter((file) => file.endsWith('.cpuprofile'))
    .sort()
    .at(-1);
  if (name === undefined) return ['no profile was written'];
  const { nodes, samples, timeDeltas } = JSON.parse(await readFile(join(folder, name), 'utf8')) as CpuProfile;
  const labels = new Map(
    nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => [
      id,
      `${functionName || '(anonymous)'}${url ? ` (${url.replace(/^.*?(?=node_modules|src\/|connectors\/|node:)/, '')}:${lineNumber + 1})` : ''}`,
    ]),
  );
  const spent = new Map<string, number>();
  let total = 0;
  for (const [i, id] of samples.entries()) {
    const label = labels.get(id) ?? '?';
    if (label === '(idle)') continue;
    const micros = timeDeltas[i] ?? 0;
    spent.set(label, (spent.get(label) ?? 0) + micros);
    total += micros;
  }
  return [...spent]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, MOST)
    .map(([label, micros]) => `${((100 * micros) / total).toFixed(1).padStart(5)} %  ${label}`);
}
