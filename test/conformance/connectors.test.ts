/** @module Every connector keeps what it declares, proved rule by rule against its simulator: one that is added is swept with the others. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectors } from '../../connectors/index.ts';
import { buildSimulators, type Simulators } from '../../mocks/server.ts';
import { subjectOf } from '../../src/cli/connector/check.ts';
import { standingOf } from '../../src/connector/quality/grade.ts';
import { RULES, type Rule } from '../../src/connector/quality/rules.ts';

const rules: readonly Rule[] = RULES;

let simulators: Simulators;
let url: string;

beforeAll(async () => {
  simulators = buildSimulators({ port: 0, portal: { username: 'h15', password: 'h15', madonvi: 'H15' } });
  url = await simulators.listen();
});
afterAll(() => simulators.close());

describe.each(connectors.map((connector) => [connector.name, connector] as const))('%s', (_name, connector) => {
  const proved = rules.flatMap((rule) =>
    rule.prove && standingOf(connector, rule) === 'done' ? [[rule.id, rule] as const] : [],
  );
  it.each(proved)('keeps the rule %s', async (_id, rule) => {
    expect(await rule.prove!(await subjectOf(connector, url))).toEqual([]);
  });

  it('gives a reason for each rule that is of no use to it, and owes none that does not exist', () => {
    const strange = Object.entries(connector.quality ?? {}).filter(
      ([id, state]) =>
        !rules.some((rule) => rule.id === id) || (typeof state === 'object' && state.exempt.trim().length < 10),
    );
    expect(strange).toEqual([]);
  });
});
