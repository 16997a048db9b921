/** @module The alert rules ask for figures that there are, and each is tried out both ways; promtool itself is run by hand: its Debian package takes 320 MB. */
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
interface RuleTests {
  readonly tests: readonly {
    readonly input_series: readonly { readonly series: string }[];
    readonly alert_rule_test: readonly { readonly alertname: string; readonly exp_alerts?: readonly object[] }[];
  }[];
}

const read = async (name: string): Promise<unknown> =>
  parse(await readFile(new URL(`../../deploy/${name}`, import.meta.url), 'utf8'));
const { groups } = (await read('prometheus-rules.yaml')) as Rules;
const { tests } = (await read('prometheus-rules.test.yaml')) as RuleTests;
const rules = groups.flatMap((group) => group.rules);
const metricsIn = (text: string): string[] => text.match(/\blienthong_\w+/g) ?? [];

it('each rule over catalogues is about a metric of theirs, with words for who is woken', () => {
  const registry = new Registry();
  measureCatalogues({ db: { query: () => Promise.reject(new Error('not asked')) }, registry, now: Date.now });
  const known = registry.getMetricsAsArray().map(({ name }) => name);
  expect(new Set(rules.flatMap(({ expr }) => metricsIn(expr)))).toEqual(new Set(known));
  for (const { annotations } of rules)
    expect(annotations).toMatchObject({ summary: expect.any(String), description: expect.any(String) });
});

it.each(rules)(
  '$alert is tried out with its own metrics, where it is raised and where it is not',
  ({ alert, expr }) => {
    const of = tests.filter((test) => test.alert_rule_test.some(({ alertname }) => alertname === alert));
    const outcomes = of
      .flatMap((test) => test.alert_rule_test)
      .filter(({ alertname }) => alertname === alert)
      .map(({ exp_alerts: raised = [] }) => raised.length > 0);
    expect(new Set(outcomes)).toEqual(new Set([true, false]));
    expect(of.flatMap((test) => test.input_series.flatMap(({ series }) => metricsIn(series)))).toEqual(
      expect.arrayContaining(metricsIn(expr)),
    );
  },
);
