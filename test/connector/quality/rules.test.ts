/** @module Each rule of the grades: a connector that keeps it passes, one that breaks it is found out. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { buildSimulators, type Simulators } from '../../../mocks/server.ts';
import { simulatorOf } from '../../../src/cli/connector/simulators.ts';
import type { Connector, Push } from '../../../src/connector/define.ts';
import type { OperationContext } from '../../../src/connector/operation.ts';
import { declaredGrade, foundGrade, judge, standingOf } from '../../../src/connector/quality/grade.ts';
import { RULES, type Rule, type RuleId } from '../../../src/connector/quality/rules.ts';
import type { Subject } from '../../../src/connector/quality/subject.ts';
import { UpstreamError } from '../../../src/connector/upstream-error.ts';
import { type Office, office, order, postal } from './postal.ts';

let simulators: Simulators;
let url: string;
let emptyFolder: string;

beforeAll(async () => {
  simulators = buildSimulators({ port: 0 });
  url = await simulators.listen();
  emptyFolder = await mkdtemp(join(tmpdir(), 'lienthong-rules-'));
  await writeFile(join(emptyFolder, 'README.md'), '# Nothing\n\n## Settings\n\n## Troubleshooting\n\nNone.\n');
});
afterAll(async () => {
  await simulators.close();
  await rm(emptyFolder, { recursive: true });
});

const subjectOf = async (connector: Connector, folder: string | null = null): Promise<Subject> => ({
  connector,
  simulator: await simulatorOf(url, connector.name),
  settings: { BASE_URL: `${url}/vnpost` },
  folder,
});

const rules: readonly Rule[] = RULES;

const findingsOf = async (id: string, subject: Subject): Promise<readonly string[]> =>
  rules.find((rule) => rule.id === id)!.prove!(subject);

/** The right answer whatever the failure, as code that hides its troubles gives. */
const hiding =
  (failure: (error: unknown) => boolean): Office =>
  async (context, input) =>
    office(context, input).catch((error: unknown) => {
      if (failure(error)) return { code: '634133' };
      throw error;
    });
const isKind =
  (...kinds: string[]) =>
  (error: unknown): boolean =>
    error instanceof UpstreamError && kinds.includes(error.kind);

/** Reads the answer without looking at its shape. */
const trusting: Office = ({ credentials, upstream }, { commune }) =>
  credentials.withToken(async (token) => {
    const answer = (await upstream.json({
      operation: 'postoffice',
      method: 'POST',
      path: '/api/postoffice',
      headers: { authorization: `Bearer ${token}` },
      json: { CommuneCode: commune },
    })) as { Data: { PostCode: string } };
    return { code: answer.Data.PostCode.trim() };
  });

const webhook: NonNullable<Connector['webhook']> = {
  proof: 'signature',
  secrets: () => [],
  message: z.object({}),
  map: (push: Push<unknown>) => {
    const { status } = JSON.parse(push.body.toString()) as { status: string };
    return status.toUpperCase() === 'DONE' ? { commands: [] } : { unmapped: [], dossierRef: 'x' };
  },
  example: { body: { status: 'done' } },
};

let failedBefore: Error | null = null;

/** For each rule a connector that breaks it and, as a rule, nothing else. */
const BREAKING: Readonly<Partial<Record<RuleId, () => Promise<Subject>>>> = {
  declaration: () => subjectOf({ ...postal(), capabilities: ['portal'] }),
  files: () => subjectOf(postal(), emptyFolder),
  readme: () => subjectOf(postal(), emptyFolder),
  examples: () =>
    subjectOf(
      postal({ office: (context) => office(context, { commune: '00000', phone: '' }).then(() => ({ code: 'wrong' })) }),
    ),
  'health-call': () => subjectOf(postal({ more: { probe: async () => {} } })),
  outage: () =>
    subjectOf(
      postal({
        // What failed once is remembered for good.
        office: async (context, input) => {
          if (failedBefore) throw failedBefore;
          return office(context, input).catch((error: Error) => {
            failedBefore = error;
            throw error;
          });
        },
      }),
    ),
  silence: () => subjectOf(postal({ office: hiding(isKind('timeout')) })),
  'broken-answers': () => subjectOf(postal({ office: hiding(isKind('contract')) })),
  'announced-ends': () => subjectOf(postal({ office: hiding(isKind('maintenance', 'quota')) })),
  'one-log-in': () =>
    subjectOf(
      postal({
        office: async (context, input) => {
          await context.credentials.token();
          return office(
            {
              ...context,
              credentials: {
                ...context.credentials,
                withToken: async (work) => work(await context.credentials.token()),
              },
            },
            input,
          );
        },
      }),
    ),
  'odd-pushes': () => subjectOf(postal({ more: { webhook } })),
  'changed-shapes': () => subjectOf(postal({ office: trusting })),
  'unknown-outcome': () => subjectOf(postal({ order: (context) => order(context, `${Math.random()}`) })),
  deadline: () =>
    subjectOf(
      postal({
        office: ({ signal: _, ...context }, input) =>
          office({ ...context, upstream: unbound(context) } as OperationContext<{ BASE_URL: string }>, input),
      }),
    ),
  'no-personal-data': () =>
    subjectOf(
      postal({
        office: (context, input) =>
          office(context, input).catch(() => {
            throw new UpstreamError('unavailable', {
              upstream: 'vnpost',
              operation: 'postoffice',
              outcome: 'not-done',
              words: `asked for ${input.phone}`,
            });
          }),
      }),
    ),
  'limits-known': () => {
    const { limits: _, ...silent } = postal();
    return subjectOf(silent);
  },
  storm: () =>
    subjectOf(
      postal({
        office: (context, input) =>
          office(context, input).catch((error: Error) => {
            throw new Error(`the post failed: ${error.name}`);
          }),
      }),
    ),
};

/** A client that forgets the caller's signal. */
const unbound = (context: Pick<OperationContext<unknown>, 'upstream'>): OperationContext<unknown>['upstream'] => ({
  name: context.upstream.name,
  json: (call) => context.upstream.json({ ...call, signal: new AbortController().signal }),
  text: (call) => context.upstream.text({ ...call, signal: new AbortController().signal }),
});

it('grades gold a connector that keeps every rule but the one that only the ministry can grant', async () => {
  const connector = postal();
  const verdicts = await judge(await subjectOf(connector));
  expect(verdicts.flatMap(({ rule, findings }) => findings.map((finding) => `${rule.id}: ${finding}`))).toEqual([]);
  expect([foundGrade(verdicts), declaredGrade(connector)]).toEqual(['gold', 'gold']);
});

it.each(RULES.flatMap((rule) => ('prove' in rule ? rule.id : [])))('finds out who breaks the rule %s', async (id) => {
  failedBefore = null;
  const subject = await BREAKING[id]!();
  expect(await findingsOf(id, subject)).not.toEqual([]);
});

it('owes a rule that only a person can vouch for until the declaration says that it is done', () => {
  expect(declaredGrade(postal({ more: { quality: {} } }))).toBe('gold');
  expect(declaredGrade(postal({ more: { quality: { accepted: 'done' } } }))).toBe('platinum');
  expect(declaredGrade(postal({ more: { quality: { accepted: { exempt: 'there is no test system' } } } }))).toBe(
    'platinum',
  );
});

it('grades by what is found, not by what is promised, and by what is owed', () => {
  const promised = postal({ more: { probe: async () => {} } });
  expect(declaredGrade(promised)).toBe('gold');
  const found = rules.map((rule) => ({
    rule,
    standing: standingOf(promised, rule),
    findings: rule.id === 'health-call' ? ['it lies'] : [],
  }));
  expect(foundGrade(found)).toBeNull();
  expect(declaredGrade(postal({ more: { quality: { outage: 'todo' } } }))).toBe('bronze');
  expect(declaredGrade(postal({ more: { quality: { declaration: 'todo' } } }))).toBeNull();
});

it('proves nothing that calls without a simulator', async () => {
  const subject = { ...(await subjectOf(postal())), simulator: null };
  expect(await findingsOf('examples', subject)).toEqual(['it has no simulator to prove it against']);
});
