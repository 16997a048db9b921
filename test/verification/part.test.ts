/** @module A fact taken as told: nothing is decided on it, it is asked about by itself, and what waited for it goes on. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { AuditEntry } from '../../src/audit/record.ts';
import { type Connections, openConnections } from '../../src/connector/connections.ts';
import { defineOperation, type OperationContext } from '../../src/connector/operation.ts';
import type { RegisterCommand } from '../../src/dossiers/commands.ts';
import { findDossier } from '../../src/dossiers/read-store.ts';
import { Verification } from '../../src/verification/part.ts';
import { type StubSettings, stubConnector, stubSettings } from '../connector/stub-upstream.ts';
import { at, landStatus, registration, status } from '../support/commands.ts';
import { openTimeline, silent, type Timeline } from '../support/timeline.ts';

const AN = { kind: 'citizen', name: 'Nguyễn Văn An', personalId: '066090000123', birthDate: '1990-05-17' } as const;
const MARKED = ['applicant.personalId', 'applicant.name'] as const;

const REGISTRY = stubConnector('registry', {
  operations: [
    defineOperation({
      id: 'verifyCitizen',
      capability: 'lookup',
      method: 'POST',
      path: '/v1/population/citizens/verify',
      summary: { vi: 'Xác minh', en: 'Verify' },
      scope: 'lookup.verify-citizen',
      input: z.strictObject({
        personalId: z.string(),
        name: z.string(),
        birthDate: z.string(),
        procedureCode: z.string(),
      }),
      output: z.object({ outcome: z.string() }),
      effect: 'read',
      personalData: true,
      example: {},
      errors: [],
      run: async ({ upstream, access }: OperationContext<StubSettings>, person) => {
        asked.push({ ...person, officer: access.officer, dossier: access.dossier });
        const outcome = await upstream.json({ operation: 'verify', method: 'POST', path: '/', repeat: 'never' });
        return { outcome: String(outcome) };
      },
    }),
  ],
});

const asked: object[] = [];
const audited: AuditEntry[] = [];
let answering: (response: ServerResponse) => void | Promise<void>;
const server = createServer((_request, response) => void answering(response));
const saying = (outcome: string) => (response: ServerResponse) => void response.end(JSON.stringify(outcome));

let timeline: Timeline;
let connections: Connections;
let now: number;

beforeAll(async () => {
  now = at('11-02T09:00');
  timeline = await openTimeline(() => now);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
beforeEach(async () => {
  now = at('11-02T09:00');
  asked.length = 0;
  audited.length = 0;
  answering = saying('confirmed');
  await timeline.empty();
  connections = openConnections({
    connectors: [REGISTRY],
    settingsOf: () => stubSettings.parse({ BASE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }),
    now: () => now,
    observed: () => {},
  });
});
afterEach(() => connections.close());
afterAll(async () => {
  server.close();
  await timeline.close();
});

const verification = (connected = connections) =>
  new Verification({
    db: timeline.pool,
    appender: timeline.appender(),
    connections: connected,
    audit: { record: async (entry) => void audited.push(entry) },
    log: silent,
    now: () => now,
    everyMs: 1_000,
    random: () => 1,
  });

const CODE = 'H15.50-260310-0001';
const unverified = (more: Partial<RegisterCommand> = {}) =>
  registration(CODE, {
    officer: 'cb-204',
    ...more,
    fields: { applicant: AN, unverified: [...MARKED], ...more.fields },
  });
const refusal = async (...commands: Parameters<Timeline['append']>): Promise<unknown[]> =>
  (await timeline.append(...commands)).map((result) => (result.outcome === 'refused' ? result.code : result.outcome));
const read = async () => (await findDossier(timeline.pool, CODE))!;

describe('a dossier with a field marked unverified', () => {
  it('is registered and worked on, but neither refused nor completed', async () => {
    expect(await refusal(unverified())).toEqual(['accepted']);
    expect(
      await refusal(
        status(CODE, 'processing', '03-10T09:00'),
        status(CODE, 'rejected', '03-10T10:00'),
        status(CODE, 'completed', '03-10T10:00'),
        status(CODE, 'returned', '03-10T10:00'),
        status(CODE, 'paused', '03-10T10:00'),
        status(CODE, 'resumed', '03-10T11:00'),
      ),
    ).toEqual(['accepted', 'unverified-field', 'unverified-field', 'unverified-field', 'accepted', 'accepted']);
    const [result] = await timeline.append(status(CODE, 'completed', '03-10T12:00'));
    expect(result).toMatchObject({
      detail: 'completed must wait until applicant.personalId, applicant.name is verified',
    });
  });

  it('may be withdrawn: that asks nothing of who the applicant is', async () => {
    await timeline.append(unverified());
    expect(await refusal(status(CODE, 'withdrawn', '03-10T10:00'))).toEqual(['accepted']);
  });

  it('is refused where it could never be verified: without number, name or birth, or of an enterprise', async () => {
    for (const applicant of [
      { ...AN, personalId: null },
      { ...AN, birthDate: null },
      { ...AN, personalId: '249900123' },
      { ...AN, kind: 'enterprise' as const },
    ])
      expect(await refusal(unverified({ fields: { applicant } }))).toEqual(['not-verifiable']);
  });
});

describe('the registry, when it is there', () => {
  it('is asked once, for the officer and the dossier, and in the audit; then the dossier may end', async () => {
    await timeline.append(unverified());
    await verification().round();
    expect(asked).toEqual([
      {
        personalId: AN.personalId,
        name: AN.name,
        birthDate: AN.birthDate,
        procedureCode: '1.005129',
        officer: 'cb-204',
        dossier: CODE,
      },
    ]);
    expect(audited).toMatchObject([
      { operation: 'verifyCitizen', officer: 'cb-204', dossier: CODE, target: AN.personalId, status: 200 },
    ]);
    expect(await read()).toMatchObject({ fields: { unverified: [] }, verification: null });
    const [entry] = await timeline.rows('select source, body from timeline_entry order by seq desc limit 1');
    expect(entry).toMatchObject({ source: 'registry', body: { changed: ['unverified'], reason: 'verified' } });
    await verification().round();
    expect(asked).toHaveLength(1);
    expect(await refusal(status(CODE, 'completed', '03-10T12:00'))).toEqual(['accepted']);
  });

  it('says otherwise: the dossier waits for its correction, and then is asked about again', async () => {
    answering = saying('not-found');
    await timeline.append(unverified());
    await verification().round();
    expect((await read()).verification).toMatchObject({ finding: 'contradicted', checkedAt: now, nextAt: null });
    now += 24 * 3_600_000;
    await verification().round();
    expect(asked).toHaveLength(1);
    expect(await refusal(status(CODE, 'rejected', '03-10T10:00'))).toEqual(['unverified-field']);
    answering = saying('confirmed');
    await timeline.append(unverified({ fields: { applicant: { ...AN, personalId: '066090000124' } } }));
    expect((await read()).verification).toMatchObject({ finding: null });
    await verification().round();
    expect((await read()).verification).toBeNull();
  });

  it('fails: it is asked again by itself, later each time, never before it said', async () => {
    answering = (response) => void response.writeHead(500).end('{}');
    await timeline.append(unverified());
    await verification().round();
    expect((await read()).verification).toMatchObject({ finding: 'unavailable', nextAt: now + 1_000 });
    await verification().round();
    expect(asked).toHaveLength(1);
    now += 1_000;
    await verification().round();
    expect((await read()).verification).toMatchObject({ nextAt: now + 2_000 });
    now += 2_000;
    answering = (response) => void response.writeHead(503, { 'retry-after': '900' }).end('{}');
    await verification().round();
    expect((await read()).verification).toMatchObject({ nextAt: now + 900_000 });
    now += 900_000;
    answering = saying('confirmed');
    await verification().round();
    expect((await read()).verification).toBeNull();
  });

  it('may not answer, or is not connected: that is told, and looked at again in an hour', async () => {
    answering = saying('not-permitted');
    await timeline.append(unverified());
    await verification().round();
    expect((await read()).verification).toMatchObject({ finding: 'not-permitted', nextAt: now + 3_600_000 });
    now += 3_600_000;
    const none = openConnections({ connectors: [], settingsOf: () => ({}), now: () => now, observed: () => {} });
    await verification(none).round();
    expect((await read()).verification).toMatchObject({ finding: 'not-connected', nextAt: now + 3_600_000 });
  });

  it('answers about a dossier that changed meanwhile: its new facts are asked about', async () => {
    await timeline.append(unverified());
    const gate = Promise.withResolvers<void>();
    answering = async (response) => {
      await gate.promise;
      response.end('"confirmed"');
    };
    const round = verification().round();
    await expect.poll(() => asked.length).toBe(1);
    await timeline.append(unverified({ fields: { applicant: { ...AN, name: 'Nguyễn Văn Anh' } } }));
    gate.resolve();
    await round;
    expect((await read()).fields.unverified).toEqual([...MARKED]);
    await verification().round();
    expect(asked).toMatchObject([{ name: AN.name }, { name: 'Nguyễn Văn Anh' }]);
    expect((await read()).verification).toBeNull();
  });

  it('is asked by one process at a time', async () => {
    await timeline.append(unverified());
    await Promise.all([verification().round(), verification().round(), verification().round()]);
    expect(asked).toHaveLength(1);
  });
});

it('who registered it may say that it is verified, and nobody is asked', async () => {
  await timeline.append(unverified());
  await timeline.append(unverified({ fields: { unverified: [] } }));
  await verification().round();
  expect(asked).toEqual([]);
  expect(await refusal(status(CODE, 'completed', '03-10T12:00'))).toEqual(['accepted']);
});

it('what a ministry decides meanwhile waits in quarantine and is applied by itself', async () => {
  await timeline.append(unverified());
  const [pushed] = await timeline.append(landStatus(CODE, 'completed', '03-10T12:00'));
  expect(pushed).toMatchObject({ outcome: 'quarantined', reason: 'unverified-field' });
  await verification().round();
  expect((await read()).status).toBe('completed');
  expect(await timeline.rows('select state, closed_by from quarantine')).toEqual([
    { state: 'released', closed_by: 'gateway' },
  ]);
});
