/** @module The alert rules ask for figures that a gateway gives, and each is tried out both ways; promtool itself is run by hand: its Debian package takes 320 MB. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Product, startProduct } from '../support/product.ts';

interface Rules {
  readonly groups: readonly {
    readonly rules: readonly {
      readonly alert: string;
      readonly expr: string;
      readonly labels: { readonly severity: string };
      readonly annotations: object;
    }[];
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

/** A histogram's parts have names of their own. */
const measured = (name: string): string => name.replace(/_(?:count|sum|bucket)$/, '');

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.stop());

it('each rule is about metrics of a running gateway, with words for who is woken', async () => {
  const { metrics } = product.deps.app;
  const known = new Set(metrics.getMetricsAsArray().map(({ name }) => name));
  for (const { alert, expr, labels, annotations } of rules) {
    const unknown = metricsIn(expr).filter((name) => !known.has(measured(name)));
    expect({ alert, unknown }).toEqual({ alert, unknown: [] });
    expect(labels.severity).toMatch(/^(?:info|warning|critical)$/);
    expect(annotations).toMatchObject({ summary: expect.any(String), description: expect.any(String) });
  }
});

it('each state that a rule asks for is one that the gateway gives', async () => {
  const { metrics } = product.deps.app;
  // A gauge that another fills shows what that has counted with the next scrape.
  await metrics.metrics();
  const scraped = await metrics.metrics();
  const asked = rules.flatMap(({ expr }) => [...expr.matchAll(/(lienthong_\w+)\{state=~?"([^"]+)"\}/g)]);
  expect(asked.length).toBeGreaterThan(0);
  for (const [, name, states] of asked)
    for (const state of states!.split('|'))
      expect(scraped).toMatch(new RegExp(`^${name}\\{(?:.*,)?state="${state}"`, 'm'));
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
