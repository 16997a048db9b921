/** @module One transaction for all that waits: gapless, whole or not at all, and bounded. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { openPipelinedClient } from '../../src/db/pool.ts';
import type { Appender } from '../../src/dossiers/append.ts';
import { factsOf } from '../../src/dossiers/facts-column.ts';
import { landStatus, registration, status } from '../support/commands.ts';
import { readers } from '../support/seal.ts';
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

it('gives a gapless seq under fifty parallel requests of two processes, and the same facts on the row', async () => {
  const codes = [newCode(), newCode()];
  await timeline.append(...codes.map((code) => registration(code)));
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
    const entries = await entriesOf(timeline, code);
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
    expect([table, await countOf(timeline, table)]).toEqual([table, 0]);

  expect(outcomesOf(await appender.append(request))).toEqual(['accepted', 'accepted']);
  expect(await dossierOf(timeline, code)).toMatchObject({ status: 'paused', syncHead: 4 });
  expect(await countOf(timeline, 'exchange_log')).toBe(1);
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
    expect(new Set(outcomesOf(results))).toEqual(new Set(['dossier-not-found']));
  await appender.close();
  await expect(appender.append({ commands: some.slice(0, 1), raw: null })).rejects.toMatchObject({
    code: 'queue-full',
  });
});
