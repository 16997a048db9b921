/** @module Independent judges of the document that callers generate their clients from: Spectral with the OWASP rules, and Redocly. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { MINUTE } from '../../src/units.ts';
import { EXCEPTIONS, type Exception } from './exceptions.ts';
import { tool } from './tools.ts';

const FILE = join(import.meta.dirname, '../../openapi/gateway.yaml');

interface Finding {
  readonly code: string | number;
  readonly path: readonly (string | number)[];
  readonly message: string;
}

interface SpectralCore {
  readonly Spectral: new () => {
    setRuleset(ruleset: object): void;
    run(document: object): Promise<readonly Finding[]>;
  };
  readonly Document: new (text: string, parser: unknown, source: string) => object;
}

interface Redocly {
  createConfig(config: object): Promise<object>;
  lint(what: {
    ref: string;
    config: object;
  }): Promise<readonly { ruleId: string; message: string; location: readonly { pointer?: string }[] }[]>;
}

let findings: readonly Finding[];

beforeAll(async () => {
  const { Spectral, Document } = tool<SpectralCore>('@stoplight/spectral-core');
  const { oas } = tool<{ oas: object }>('@stoplight/spectral-rulesets');
  const owasp = tool<{ default?: object }>('@stoplight/spectral-owasp-ruleset');
  const { Yaml } = tool<{ Yaml: unknown }>('@stoplight/spectral-parsers');
  const spectral = new Spectral();
  // Rules that are excepted everywhere are not even run: they are the dear ones.
  const off = EXCEPTIONS.filter(({ at }) => at === undefined).map(({ rule }) => [rule, 'off']);
  spectral.setRuleset({
    extends: [
      [oas, 'all'],
      [owasp.default ?? owasp, 'all'],
    ],
    rules: Object.fromEntries(off),
  });
  findings = await spectral.run(new Document(readFileSync(FILE, 'utf8'), Yaml, 'gateway.yaml'));
  // The rules compute for half a minute, beside whatever else runs.
}, 3 * MINUTE);

const isAt = ({ rule, at }: Exception, { code, path }: Finding): boolean =>
  rule === code && (at?.test(path.join('.')) ?? false);

it('Spectral with the OWASP rules finds nothing but what is excepted with a reason', () => {
  const left = findings.filter((finding) => !EXCEPTIONS.some((exception) => isAt(exception, finding)));
  expect(left.map(({ code, path, message }) => `${code} at ${path.join('.')}: ${message}`)).toEqual([]);
});

it('every exception for a place is still needed there', () => {
  const idle = EXCEPTIONS.filter((exception) => exception.at && !findings.some((finding) => isAt(exception, finding)));
  expect(idle).toEqual([]);
});

it('Redocly finds nothing by its strictest rules', async () => {
  const { createConfig, lint } = tool<Redocly>('@redocly/openapi-core');
  const problems = await lint({ ref: FILE, config: await createConfig({ extends: ['recommended-strict'] }) });
  expect(problems.map(({ ruleId, message, location }) => `${ruleId} at ${location[0]?.pointer}: ${message}`)).toEqual(
    [],
  );
});
