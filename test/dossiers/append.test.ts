import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openPipelinedClient } from '../../src/db/pool.ts';
import type { Appender } from '../../src/dossiers/append.ts';
import type { CommandResult, RegisterCommand } from '../../src/dossiers/commands.ts';
import { factsOf } from '../../src/dossiers/facts-column.ts';
import { createLog } from '../../src/log.ts';
import { at, fields, landStatus, registration, status } from '../support/commands.ts';
import { readers } from '../support/seal.ts';
import { openTimeline, type Timeline } from '../support/timeline.ts';

let timeline: Timeline;
beforeAll(async () => {
  timeline = await openTimeline();
});
beforeEach(() => timeline.empty());
afterAll(() => timeline.close());

let dossiers = 0;
const newCode = (): string => `H15.50-260310-${String(++dossiers).padStart(4, '0')}`;

const append = (...commands: Parameters<Timeline['append']>) => timeline.append(...commands);
const outcomes = (results: readonly CommandResult[]): string[] =>
  results.map((result) => (result.outcome === 'refused' ? result.code : result.outcome));

async function dossier(code: string) {
  const [row] = await timeline.rows(
    `select d.status, d.pause_reason as "pauseReason", d.incomplete, d.head_seq as "headSeq", d.appointment_at as "appointmentAt", s.head_seq as "syncHead"
     from dossier d left join sync_state s on s.dossier_id = d.id where d.code = $1`,
    [code],
  );
  return row;
}

const entriesOf = (code: string) =>
  timeline.rows<{ seq: number; kind: string; status: string | null; source: string; eventId: string; late: boolean }>(
    `select e.seq, e.kind, e.status, e.source, e.event_id as "eventId", e.late_reported as late from timeline_entry e
     join dossier d on d.id = e.dossier_id where d.code = $1 order by e.seq`,
    [code],
  );

const inQuarantine = () =>
  timeline.rows<{ reason: string; detail: string }>('select reason, detail from quarantine order by id');

async function countOf(table: string): Promise<number> {
  const [row] = await timeline.rows<{ n: number }>(`select count(*)::int as n from ${table}`);
  return row!.n;
}

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
    expect((await entriesOf(code)).map(({ kind, status: told }) => told ?? kind)).toEqual([
      'submitted',
      'accepted',
      'appointment',
    ]);
    expect(await dossier(code)).toMatchObject({
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
    expect((await entriesOf(code)).slice(3).map(({ kind }) => kind)).toEqual(['fields', 'fields']);
  });

  it('waits to be accepted without a time of receipt, and has no appointment until then', async () => {
    const code = newCode();
    await append(change(code, { receivedAt: null }));
    expect(await dossier(code)).toMatchObject({ status: 'submitted', appointmentAt: null });
    await append(registration(code));
    expect(await dossier(code)).toMatchObject({ status: 'accepted', appointmentAt: at('03-31T17:00') });
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
    expect(outcomes(results)).toEqual(['precondition-required', 'precondition-failed', 'reason-required', 'accepted']);
  });

  it('corrects a time of receipt by a void and a new entry', async () => {
    const code = newCode();
    await append(registration(code));
    await append(change(code, { receivedAt: '2026-03-11T08:30:00+07:00' }, { ifMatch: 'any', reason: 'Nhập nhầm' }));
    expect((await entriesOf(code)).slice(3).map(({ kind, status: told }) => told ?? kind)).toEqual(
      expect.arrayContaining(['void', 'accepted', 'appointment']),
    );
    expect(await dossier(code)).toMatchObject({ appointmentAt: at('04-01T17:00'), status: 'accepted' });
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
    expect(outcomes(results)).toEqual([
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
    expect(await dossier(code)).toMatchObject({ status: 'paused', pauseReason: 'tax-determination' });
  });

  it('is refused where another dossier has it', async () => {
    const results = await append(change(newCode(), { aliases: [alias] }), change(newCode(), { aliases: [alias] }));
    expect(outcomes(results)).toEqual(['accepted', 'alias-taken']);
  });

  it('is ambiguous where it could be two dossiers, and then a person decides', async () => {
    const [one, two] = [newCode(), newCode()];
    await append(change(one, { aliases: [alias] }), change(two, { aliases: [alias.code] }));
    expect(outcomes(await append(byAlias('paused', '03-12T09:00')))).toEqual(['quarantined']);
    expect(await inQuarantine()).toMatchObject([{ reason: 'alias-ambiguous' }]);
    expect(await dossier(one)).toMatchObject({ status: 'accepted' });
  });

  it('of a push whose dossier nobody had named leads its entries to the later registration', async () => {
    const code = newCode();
    expect(outcomes(await append(byAlias('paused', '03-12T09:00')))).toEqual(['held']);
    expect(await countOf('sync_state')).toBe(0);
    const [result] = await append(change(code, { aliases: [alias.code] }));
    expect(result).toMatchObject({ outcome: 'accepted', created: true });
    expect(await countOf('dossier')).toBe(1);
    expect(await dossier(code)).toMatchObject({
      status: 'paused',
      incomplete: false,
      appointmentAt: at('03-31T17:00'),
    });
    expect(outcomes(await append(byAlias('resumed', '03-16T09:00')))).toEqual(['accepted']);
    expect(await dossier(code)).toMatchObject({ status: 'processing' });
  });
});

describe('an unknown dossier', () => {
  it('holds what a ministry says until its identity is known, then its entries flow by themselves', async () => {
    const code = newCode();
    const results = await append(landStatus(code, 'paused', '03-12T09:00'), landStatus(code, 'resumed', '03-16T09:00'));
    expect(outcomes(results)).toEqual(['held', 'held']);
    expect(await dossier(code)).toMatchObject({ incomplete: true, syncHead: null });
    await append(registration(code));
    const known = (await dossier(code))!;
    expect(known).toMatchObject({ incomplete: false, status: 'processing', appointmentAt: at('04-02T17:00') });
    expect(known.syncHead).toBe(known.headSeq);
  });

  it('is not for iGate to speak of', async () => {
    const code = newCode();
    expect(outcomes(await append(status(code, 'processing', '03-12T09:00')))).toEqual(['dossier-not-found']);
    expect(await countOf('dossier')).toBe(0);
  });
});

describe('an event', () => {
  it('is a duplicate when it comes again, in the same batch and across', async () => {
    const code = newCode();
    await append(registration(code));
    const told = landStatus(code, 'paused', '03-12T09:00');
    const appender = timeline.appender();
    const batch = await appender.append({ commands: [told, told], raw: null });
    expect(outcomes([...batch, ...(await append(told))])).toEqual(['accepted', 'duplicate', 'duplicate']);
    expect((await entriesOf(code)).filter(({ kind }) => kind === 'status')).toHaveLength(3);
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
    expect(outcomes(results)).toEqual(['event-id-reused', 'event-id-reused', 'quarantined']);
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
    expect(outcomes(results)).toEqual(['accepted', 'implausible-time', 'implausible-time', 'quarantined']);
  });

  it('reported more than a working day late is taken and marked', async () => {
    const code = newCode();
    await append(
      registration(code),
      status(code, 'processing', '10-29T09:00'),
      status(code, 'completed', '10-30T09:30'),
    );
    expect(
      (await entriesOf(code))
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
    expect(outcomes(await append(status(code, 'processing', '03-12T09:00', { agencies: ['H15.51'] })))).toEqual([
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
    expect(outcomes(results)).toEqual(['accepted', 'implausible-time', 'implausible-time', 'accepted']);
    expect(await dossier(good)).toMatchObject({ status: 'paused' });
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
    expect(outcomes(results)).toEqual(['accepted', 'append-failed', 'accepted']);
    expect(await dossier(codes[1]!)).toMatchObject({ status: 'accepted' });
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
    expect(await dossier(code)).toMatchObject({ appointmentAt: at('04-02T17:00') });
    const voids = {
      type: 'void',
      code,
      reason: 'Nhầm hồ sơ',
      document: null,
      author: 'operator',
      agencies: null,
    } as const;
    const seq = 'seq' in results[1]! ? results[1].seq : 0;
    expect(outcomes(await append({ ...voids, seq }, { ...voids, seq }, { ...voids, seq: 99 }))).toEqual([
      'accepted',
      'entry-not-voidable',
      'entry-not-found',
    ]);
    expect(await dossier(code)).toMatchObject({ appointmentAt: at('03-31T17:00') });
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
    expect(outcomes(await append(supersede, supersede))).toEqual(['accepted', 'conflict']);
    expect(await dossier(survivor)).toMatchObject({ status: 'paused' });
    expect(await dossier(loser)).toMatchObject({ syncHead: null });
    await append(landStatus('', 'resumed', '03-16T09:00', { ref: { code: null, alias } }));
    expect(await dossier(survivor)).toMatchObject({ status: 'processing' });
    // What the loser's sender repeats is still known.
    const derived = landStatus(loser, 'paused', '03-12T09:00');
    await append(derived);
    expect((await entriesOf(survivor)).filter(({ status: told }) => told === 'paused')).toHaveLength(1);
  });
});

describe('one transaction', () => {
  it('gives a gapless seq under fifty parallel requests of two processes, and the same facts on the row', async () => {
    const codes = [newCode(), newCode()];
    await append(...codes.map((code) => registration(code)));
    const processes = [timeline.appender(), timeline.appender()];
    await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        processes[i % 2]!.append({
          commands: codes.map((code) => status(code, 'processing', `03-12T09:${String(i).padStart(2, '0')}`)),
          raw: null,
        }),
      ),
    );
    for (const code of codes) {
      const entries = await entriesOf(code);
      expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: 53 }, (_, i) => i + 1));
      const [row] = await timeline.rows<{ facts: { n: number; e: string }[]; head: number }>(
        `select ${factsOf('d')}, s.head_seq as head from dossier d join sync_state s on s.dossier_id = d.id where code = $1`,
        [code],
      );
      expect(row!.facts.map(({ e }) => e)).toEqual(entries.map(({ eventId }) => eventId));
      expect(row!.head).toBe(53);
    }
  });

  it('keeps entries, dossier, sync row and raw message together: a connection lost before the commit leaves nothing', async () => {
    const code = newCode();
    let lost = false;
    const client = await openPipelinedClient(timeline.database.url, {
      applicationName: 'lienthong test',
      statementTimeoutMs: 30_000,
      readers,
    });
    const appender: Appender = timeline.appender({
      connect: async () =>
        lost
          ? openPipelinedClient(timeline.database.url, {
              applicationName: 'lienthong test',
              statementTimeoutMs: 30_000,
              readers,
            })
          : client,
      reached(point) {
        if (point !== 'before-commit' || lost) return;
        lost = true;
        client.connection.stream.destroy();
      },
    });
    const raw = { system: 'land-registry', operation: 'x', traceId: 't', body: Buffer.from('{}') };
    const request = { commands: [registration(code), landStatus(code, 'paused', '03-12T09:00')], raw };
    await expect(appender.append(request)).rejects.toMatchObject({ code: 'database-unavailable' });
    for (const table of ['dossier', 'timeline_entry', 'event_key', 'sync_state', 'exchange_log'])
      expect([table, await countOf(table)]).toEqual([table, 0]);

    expect(outcomes(await appender.append(request))).toEqual(['accepted', 'accepted']);
    expect(await dossier(code)).toMatchObject({ status: 'paused', syncHead: 4 });
    expect(await countOf('exchange_log')).toBe(1);
  });

  it('refuses what would wait too long, and asks its sender to come back', async () => {
    const appender = timeline.appender();
    const some = Array.from({ length: 2_500 }, () => status(newCode(), 'processing', '03-12T09:00'));
    const taken = [1, 2].map(() => appender.append({ commands: some, raw: null }));
    await expect(appender.append({ commands: some, raw: null })).rejects.toMatchObject({
      code: 'queue-full',
      facts: { retryAfter: 1 },
    });
    for (const results of await Promise.all(taken))
      expect(new Set(outcomes(results))).toEqual(new Set(['dossier-not-found']));
    await appender.close();
    await expect(appender.append({ commands: some.slice(0, 1), raw: null })).rejects.toMatchObject({
      code: 'queue-full',
    });
  });

  it('keeps a block at a destination over a new status, and ends it with corrected fields or a void', async () => {
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
});
