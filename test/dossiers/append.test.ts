import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RegisterCommand } from '../../src/dossiers/commands.ts';
import { createLog } from '../../src/log.ts';
import { at, fields, landStatus, registration, status } from '../support/commands.ts';
import { openTimeline, type Timeline } from '../support/timeline.ts';
import { countOf, dossierOf, entriesOf, outcomesOf } from './appended.ts';

let timeline: Timeline;
beforeAll(async () => {
  timeline = await openTimeline();
});
beforeEach(() => timeline.empty());
afterAll(() => timeline.close());

let dossiers = 0;
const newCode = (): string => `H15.50-260310-${String(++dossiers).padStart(4, '0')}`;

const append = (...commands: Parameters<Timeline['append']>) => timeline.append(...commands);
const inQuarantine = () =>
  timeline.rows<{ reason: string; detail: string }>('select reason, detail from quarantine order by id');

const change = (code: string, changes: object, more: Partial<RegisterCommand> = {}) =>
  registration(code, { ...more, fields: { ...fields, ...changes } });

describe('a registration', () => {
  it('appends submitted, accepted and the appointment once, and changes nothing when it comes again', async () => {
    const code = newCode();
    const results = await append(registration(code), registration(code));
    expect(results).toMatchObject([
      { outcome: 'accepted', created: true },
      { outcome: 'unchanged', created: false },
    ]);
    expect((await entriesOf(timeline, code)).map(({ kind, status: told }) => told ?? kind)).toEqual([
      'submitted',
      'accepted',
      'appointment',
    ]);
    expect(await dossierOf(timeline, code)).toMatchObject({
      status: 'accepted',
      appointmentAt: at('03-31T17:00'),
      headSeq: 3,
      syncHead: 3,
    });
  });

  it('merges what changed: absent stays, null empties', async () => {
    const code = newCode();
    await append(registration(code), change(code, { summary: 'Tách thửa', databasesUsed: ['population'] }));
    await append(change(code, { summary: null }));
    const [row] = await timeline.rows('select fields from dossier_fields');
    expect(row!.fields).toMatchObject({ summary: null, databasesUsed: ['population'], procedureCode: '1.005129' });
    expect((await entriesOf(timeline, code)).slice(3).map(({ kind }) => kind)).toEqual(['fields', 'fields']);
  });

  it('waits to be accepted without a time of receipt, and has no appointment until then', async () => {
    const code = newCode();
    await append(change(code, { receivedAt: null }));
    expect(await dossierOf(timeline, code)).toMatchObject({ status: 'submitted', appointmentAt: null });
    await append(registration(code));
    expect(await dossierOf(timeline, code)).toMatchObject({ status: 'accepted', appointmentAt: at('03-31T17:00') });
  });

  it.each([
    ['the procedure', { procedureCode: '1.004227' }],
    ['the time of receipt', { receivedAt: '2026-03-10T09:30:00+07:00' }],
    ['the kind of applicant', { applicant: { ...fields.applicant, kind: 'enterprise' } }],
  ])('changes %s with If-Match and a reason only', async (_title, changes) => {
    const code = newCode();
    await append(registration(code));
    const results = await append(
      change(code, changes),
      change(code, changes, { ifMatch: 1 }),
      change(code, changes, { ifMatch: 3 }),
      change(code, changes, { ifMatch: 3, reason: 'Nhập nhầm' }),
    );
    expect(outcomesOf(results)).toEqual([
      'precondition-required',
      'precondition-failed',
      'reason-required',
      'accepted',
    ]);
  });

  it('corrects a time of receipt by a void and a new entry', async () => {
    const code = newCode();
    await append(registration(code));
    await append(change(code, { receivedAt: '2026-03-11T08:30:00+07:00' }, { ifMatch: 'any', reason: 'Nhập nhầm' }));
    expect((await entriesOf(timeline, code)).slice(3).map(({ kind, status: told }) => told ?? kind)).toEqual(
      expect.arrayContaining(['void', 'accepted', 'appointment']),
    );
    expect(await dossierOf(timeline, code)).toMatchObject({ appointmentAt: at('04-01T17:00'), status: 'accepted' });
  });

  it('refuses a second creation, a change of what is not there, and another agency', async () => {
    const code = newCode();
    await append(registration(code));
    const results = await append(
      registration(code, { mode: 'create' }),
      registration(newCode(), { mode: 'patch' }),
      registration(newCode(), { agencies: ['H15.51'] }),
      registration(code, { agencies: ['H15.51'] }),
      registration(code, { mode: 'patch' }),
    );
    expect(outcomesOf(results)).toEqual([
      'conflict',
      'dossier-not-found',
      'forbidden-agency',
      'forbidden-agency',
      'precondition-required',
    ]);
  });
});

describe('an alias', () => {
  const alias = { system: 'land-registry', code: 'BN-2026-000123' };
  const byAlias = (told: 'paused' | 'resumed', time: string) =>
    landStatus('', told, time, { ref: { code: null, alias } });

  it('names the dossier for its own system', async () => {
    const code = newCode();
    await append(change(code, { aliases: [alias] }), byAlias('paused', '03-12T09:00'));
    expect(await dossierOf(timeline, code)).toMatchObject({ status: 'paused', pauseReason: 'tax-determination' });
  });

  it('is refused where another dossier has it', async () => {
    const results = await append(change(newCode(), { aliases: [alias] }), change(newCode(), { aliases: [alias] }));
    expect(outcomesOf(results)).toEqual(['accepted', 'alias-taken']);
  });

  it('is ambiguous where it could be two dossiers, and then a person decides', async () => {
    const [one, two] = [newCode(), newCode()];
    await append(change(one, { aliases: [alias] }), change(two, { aliases: [alias.code] }));
    expect(outcomesOf(await append(byAlias('paused', '03-12T09:00')))).toEqual(['quarantined']);
    expect(await inQuarantine()).toMatchObject([{ reason: 'alias-ambiguous' }]);
    expect(await dossierOf(timeline, one)).toMatchObject({ status: 'accepted' });
  });

  it('of a push whose dossier nobody had named leads its entries to the later registration', async () => {
    const code = newCode();
    expect(outcomesOf(await append(byAlias('paused', '03-12T09:00')))).toEqual(['held']);
    expect(await countOf(timeline, 'sync_state')).toBe(0);
    const [result] = await append(change(code, { aliases: [alias.code] }));
    expect(result).toMatchObject({ outcome: 'accepted', created: true });
    expect(await countOf(timeline, 'dossier')).toBe(1);
    expect(await dossierOf(timeline, code)).toMatchObject({
      status: 'paused',
      incomplete: false,
      appointmentAt: at('03-31T17:00'),
    });
    expect(outcomesOf(await append(byAlias('resumed', '03-16T09:00')))).toEqual(['accepted']);
    expect(await dossierOf(timeline, code)).toMatchObject({ status: 'processing' });
  });
});

describe('an unknown dossier', () => {
  it('holds what a ministry says until its identity is known, then its entries flow by themselves', async () => {
    const code = newCode();
    const results = await append(landStatus(code, 'paused', '03-12T09:00'), landStatus(code, 'resumed', '03-16T09:00'));
    expect(outcomesOf(results)).toEqual(['held', 'held']);
    expect(await dossierOf(timeline, code)).toMatchObject({ incomplete: true, syncHead: null });
    await append(registration(code));
    const known = (await dossierOf(timeline, code))!;
    expect(known).toMatchObject({ incomplete: false, status: 'processing', appointmentAt: at('04-02T17:00') });
    expect(known.syncHead).toBe(known.headSeq);
  });

  it('is not for iGate to speak of', async () => {
    const code = newCode();
    expect(outcomesOf(await append(status(code, 'processing', '03-12T09:00')))).toEqual(['dossier-not-found']);
    expect(await countOf(timeline, 'dossier')).toBe(0);
  });
});

describe('an event', () => {
  it('is a duplicate when it comes again, in the same batch and across', async () => {
    const code = newCode();
    await append(registration(code));
    const told = landStatus(code, 'paused', '03-12T09:00');
    const appender = timeline.appender();
    const batch = await appender.append({ commands: [told, told], raw: null });
    expect(outcomesOf([...batch, ...(await append(told))])).toEqual(['accepted', 'duplicate', 'duplicate']);
    expect((await entriesOf(timeline, code)).filter(({ kind }) => kind === 'status')).toHaveLength(3);
  });

  it('with an id that came before with other content is refused, or quarantined where its sender does not listen', async () => {
    const [code, other] = [newCode(), newCode()];
    await append(
      registration(code),
      registration(other),
      status(code, 'processing', '03-12T09:00', { eventId: 'e-1' }),
    );
    const results = await append(
      status(code, 'completed', '03-12T09:00', { eventId: 'e-1' }),
      status(other, 'processing', '03-12T09:00', { eventId: 'e-1' }),
      status(code, 'completed', '03-12T09:00', { eventId: 'e-1', onFault: 'quarantine' }),
    );
    expect(outcomesOf(results)).toEqual(['event-id-reused', 'event-id-reused', 'quarantined']);
    expect(await inQuarantine()).toMatchObject([{ reason: 'event-id-reused' }]);
  });

  it('with an id of another dossier’s is its sender’s mistake: no error of the gateway', async () => {
    const lines: { level: number; msg: string }[] = [];
    const log = createLog({ level: 'info', destination: { write: (line) => lines.push(JSON.parse(line)) } });
    const appender = timeline.appender({ log });
    const [code, other] = [newCode(), newCode()];
    const reported = (of: string) => status(of, 'processing', '03-12T09:00', { eventId: 'e-2' });
    await append(registration(code), registration(other), reported(code));
    const [result] = await appender.append({ commands: [reported(other)], raw: null });
    expect(result).toMatchObject({ outcome: 'refused', code: 'event-id-reused' });
    expect(lines.filter(({ level }) => level > 30)).toEqual([]);
  });

  it('F5: with an implausible time is not believed', async () => {
    const code = newCode();
    await append(registration(code));
    const results = await append(
      status(code, 'processing', '11-02T09:04'),
      status(code, 'processing', '11-02T09:06'),
      status(code, 'processing', '03-10T07:59'),
      landStatus(code, 'paused', '11-02T16:00'),
    );
    expect(outcomesOf(results)).toEqual(['accepted', 'implausible-time', 'implausible-time', 'quarantined']);
  });

  it('reported more than a working day late is taken and marked', async () => {
    const code = newCode();
    await append(
      registration(code),
      status(code, 'processing', '10-29T09:00'),
      status(code, 'completed', '10-30T09:30'),
    );
    expect(
      (await entriesOf(timeline, code))
        .filter(({ status: told }) => told && told !== 'submitted')
        .map(({ status: told, late }) => [told, late]),
    ).toEqual([
      ['accepted', true],
      ['processing', true],
      ['completed', false],
    ]);
  });

  it('of another agency’s dossier is refused', async () => {
    const code = newCode();
    await append(registration(code));
    expect(outcomesOf(await append(status(code, 'processing', '03-12T09:00', { agencies: ['H15.51'] })))).toEqual([
      'forbidden-agency',
    ]);
  });

  it('what no calendar can count is refused or set aside alone, and keeps nobody waiting', async () => {
    const [good, late, early] = [newCode(), newCode(), newCode()];
    await append(registration(good), registration(early));
    const appender = timeline.appender();
    const far = registration(late, { fields: { submittedAt: '2100-01-01T08:00:00+07:00', receivedAt: null } });
    const limit = { limit: { amount: 10_000, unit: 'working-day' as const }, decision: 'QĐ 1' };
    const long = registration(newCode(), { fields: { limitOverride: limit } });
    const results = await Promise.all(
      [status(good, 'processing', '03-12T09:00'), far, long, landStatus(good, 'paused', '03-13T09:00')].map(
        async (command) => (await appender.append({ commands: [command], raw: null }))[0]!,
      ),
    );
    expect(outcomesOf(results)).toEqual(['accepted', 'implausible-time', 'implausible-time', 'accepted']);
    expect(await dossierOf(timeline, good)).toMatchObject({ status: 'paused' });
  });

  it('a bad row fails alone', async () => {
    const codes = [newCode(), newCode(), newCode()];
    await append(...codes.map((code) => registration(code)));
    const appender = timeline.appender();
    const bad = status(codes[1]!, 'processing', '03-12T09:00', { body: { document: { number: 'a\u0000b' } } });
    const results = await Promise.all(
      [status(codes[0]!, 'processing', '03-12T09:00'), bad, status(codes[2]!, 'processing', '03-12T09:00')].map(
        async (command) => (await appender.append({ commands: [command], raw: null }))[0]!,
      ),
    );
    expect(outcomesOf(results)).toEqual(['accepted', 'append-failed', 'accepted']);
    expect(await dossierOf(timeline, codes[1]!)).toMatchObject({ status: 'accepted' });
  });
});

describe('a correction', () => {
  it('voids a wrong entry, after which the dossier is as if it had never been', async () => {
    const code = newCode();
    const results = await append(
      registration(code),
      landStatus(code, 'paused', '03-12T09:00'),
      landStatus(code, 'resumed', '03-16T09:00'),
    );
    expect(await dossierOf(timeline, code)).toMatchObject({ appointmentAt: at('04-02T17:00') });
    const voids = {
      type: 'void',
      code,
      reason: 'Nhầm hồ sơ',
      document: null,
      author: 'operator',
      agencies: null,
    } as const;
    const seq = 'seq' in results[1]! ? results[1].seq : 0;
    expect(outcomesOf(await append({ ...voids, seq }, { ...voids, seq }, { ...voids, seq: 99 }))).toEqual([
      'accepted',
      'entry-not-voidable',
      'entry-not-found',
    ]);
    expect(await dossierOf(timeline, code)).toMatchObject({ appointmentAt: at('03-31T17:00') });
  });

  it('lets a survivor go on with the entries and numbers of the dossier it supersedes', async () => {
    const [loser, survivor] = [newCode(), newCode()];
    const alias = { system: 'land-registry', code: 'BN-7' };
    await append(
      change(loser, { aliases: [alias] }),
      registration(survivor),
      landStatus(loser, 'paused', '03-12T09:00'),
    );
    const supersede = {
      type: 'supersede',
      code: loser,
      by: survivor,
      reason: 'Nộp hai lần',
      author: 'operator',
      agencies: null,
    } as const;
    expect(outcomesOf(await append(supersede, supersede))).toEqual(['accepted', 'conflict']);
    expect(await dossierOf(timeline, survivor)).toMatchObject({ status: 'paused' });
    expect(await dossierOf(timeline, loser)).toMatchObject({ syncHead: null });
    await append(landStatus('', 'resumed', '03-16T09:00', { ref: { code: null, alias } }));
    expect(await dossierOf(timeline, survivor)).toMatchObject({ status: 'processing' });
    // What the loser's sender repeats is still known.
    const derived = landStatus(loser, 'paused', '03-12T09:00');
    await append(derived);
    expect((await entriesOf(timeline, survivor)).filter(({ status: told }) => told === 'paused')).toHaveLength(1);
  });
});

it('a block at a destination stays over a new status, and ends with corrected fields or a void', async () => {
  const code = newCode();
  await append(registration(code), status(code, 'processing', '03-12T09:00'));
  const block = () => timeline.pool.query("update sync_state set blocked_reason = '-5: sai', attempts = 4");
  const state = async () => (await timeline.rows('select blocked_reason as reason, attempts from sync_state'))[0];
  await block();
  const [told] = await append(status(code, 'processing', '03-13T09:00'));
  expect(await state()).toEqual({ reason: '-5: sai', attempts: 4 });
  await append(change(code, { summary: 'đã sửa' }));
  expect(await state()).toEqual({ reason: null, attempts: 0 });
  await block();
  await append({
    type: 'void',
    code,
    seq: 'seq' in told! ? told.seq : 0,
    reason: 'sai',
    document: null,
    author: 'operator',
    agencies: null,
  });
  expect(await state()).toEqual({ reason: null, attempts: 0 });
});
