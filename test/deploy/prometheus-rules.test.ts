/** @module The alert rules ask for figures that there are. */
import { readFile } from 'node:fs/promises';
import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { measureCatalogues } from '../../src/catalogue/sides/metrics.ts';

interface Rules {
  readonly groups: readonly {
    readonly rules: readonly { readonly alert: string; readonly expr: string; readonly annotations: object }[];
  }[];
}

it('each rule over catalogues is about a metric of theirs, with words for who is woken', async () => {
  const text = await readFile(new URL('../../deploy/prometheus-rules.yaml', import.meta.url), 'utf8');
  const { groups } = parse(text) as Rules;
  const registry = new Registry();
  measureCatalogues({ db: { query: () => Promise.reject(new Error('not asked')) }, registry, now: Date.now });
  const known = registry.getMetricsAsArray().map(({ name }) => name);
  const rules = groups.flatMap((group) => group.rules);
  const asked = rules.flatMap(({ expr }) => expr.match(/lienthong_(?:catalogue|misrouted)\w+/g) ?? []);
  expect(new Set(asked)).toEqual(new Set(known));
  for (const { annotations } of rules)
    expect(annotations).toMatchObject({ summary: expect.any(String), description: expect.any(String) });
});
