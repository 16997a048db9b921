/** @module A portal that is away for a month, that refuses one dossier, and that refuses everybody. */

import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { ACCOUNT } from './portal.ts';
import { end, startSimulators } from './processes.ts';
import { EXACT, openScene, type Scene } from './scene.ts';
import { dossierCode, life, lives, register } from './stories.ts';

/** đồng in sixteen digits: a JSON number for us, more than the portal's field holds. */
const UNSHOWABLE_FEE = { code: 'LP-1', name: 'Lệ phí', amount: 9_007_199_254_740_991, kind: 'fee' };

const blocked = async ({ pool }: Scene): Promise<string[]> =>
  (
    await pool.query<{ code: string }>(
      'select code from sync_state join dossier on dossier.id = dossier_id where blocked_reason is not null',
    )
  ).rows.map(({ code }) => code);

it('after a month without the portal everything arrives by itself, and the outage cost no attempts', {
  timeout: 60_000,
}, async () => {
  const scene = await openScene();
  const started = await scene.replicas[0]!.start();
  const stories = lives(30);
  await scene.senders.tell(stories.map((story) => story.slice(0, 4)));
  await scene.inStep();
  await scene.portal.faults({ down: true });
  await scene.senders.tell(stories.map((story) => story.slice(4)));
  await expect.poll(started.said, { timeout: 20_000 }).toContain('the destination is down');

  // The month passes: what waits has waited long, and is due again only a quarter of an hour from now.
  const settled = async (): Promise<number> =>
    (await scene.pool.query('select from sync_state where lease_token is not null')).rows.length;
  await expect.poll(settled, { timeout: 20_000 }).toBe(0);
  await scene.pool.query(
    `update sync_state set behind_since = behind_since - interval '30 days', attempts = 12, unknown_since = null,
       next_attempt_at = now() + interval '15 minutes' where acked_seq < head_seq`,
  );
  const attempts = async (): Promise<unknown> =>
    (
      await scene.pool.query(
        'select max(attempts) as most, count(*) as rows from sync_state where acked_seq < head_seq',
      )
    ).rows[0];
  const before = await attempts();
  const probes = async (): Promise<number> => (await scene.portal.statistics()).faultsFired.down ?? 0;
  const probesBefore = await probes();
  await expect.poll(probes, { timeout: 20_000 }).toBeGreaterThan(probesBefore);
  expect(await attempts()).toEqual(before);

  await scene.portal.heal();
  await scene.inStep(30_000);
  expect(await scene.verdicts()).toEqual(EXACT);
});

it('a dossier that the portal cannot take is blocked alone, with its words, and flows again once it is corrected', async () => {
  const scene = await openScene();
  const started = await scene.replicas[0]!.start();
  await scene.portal.faults({ down: true });
  const stories = lives(20);
  const poisoned = dossierCode(7);
  stories[6] = [register(poisoned, { fees: [UNSHOWABLE_FEE] }), ...life(poisoned).slice(1)];
  await scene.senders.tell(stories);
  await expect.poll(started.said, { timeout: 20_000 }).toContain('the destination is down');
  await scene.portal.heal();
  await expect.poll(() => blocked(scene), { timeout: 30_000 }).toEqual([poisoned]);
  const { rows } = await scene.pool.query<{ words: string }>(
    'select blocked_reason as words from sync_state where blocked_reason is not null',
  );
  expect(rows[0]!.words).toContain('Gia');
  await expect
    .poll(async () => (await scene.pool.query('select from sync_state where acked_seq < head_seq')).rows.length, {
      timeout: 30_000,
    })
    .toBe(1);
  await scene.senders.send(register(poisoned, { fees: [{ ...UNSHOWABLE_FEE, amount: 50_000 }] }));
  await scene.inStep();
  expect(await scene.verdicts()).toEqual(EXACT);
});

it('a portal that denies the province its rights blocks nobody, and gets everything when it grants them', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'lienthong-portal-'));
  onTestFinished(() => rm(dataDir, { recursive: true }));
  const denying = await startSimulators({ dataDir, portal: { ...ACCOUNT, madonvi: 'H99' } });
  const scene = await openScene({ simulators: denying });
  await scene.replicas[0]!.start();
  await scene.senders.tell(lives(12));
  const refused = async (): Promise<number> => (await scene.portal.statistics()).calls;
  await expect.poll(refused, { timeout: 20_000 }).toBeGreaterThan(5);
  expect(await blocked(scene)).toEqual([]);
  await end(denying.process);
  const granting = await startSimulators({ port: Number(new URL(denying.url).port), dataDir, portal: ACCOUNT });
  onTestFinished(() => end(granting.process));
  await scene.inStep();
  expect(await scene.verdicts()).toEqual(EXACT);
});

it('a portal that refuses every dossier for its content is left alone, and gets everything when it is well', {
  timeout: 60_000,
}, async () => {
  const simulators = await startSimulators({ portal: ACCOUNT });
  const moody = await moodyPortal(simulators.url);
  const scene = await openScene({ simulators, portalUrl: moody.url });
  await scene.replicas[0]!.start();
  await scene.senders.tell(lives(24));
  const paused = async (): Promise<string> =>
    (await scene.pool.query<{ reason: string }>('select paused_reason as reason from destination')).rows[0]?.reason ??
    '';
  await expect.poll(paused, { timeout: 30_000 }).toContain('systemic-refusal');
  const underWay = async (): Promise<number> =>
    (await scene.pool.query('select from sync_state where lease_token is not null')).rows.length;
  await expect.poll(underWay, { timeout: 10_000 }).toBe(0);
  moody.refuses = false;
  // The half minute that it is left alone for passes, as often as it was begun.
  const passing = async (): Promise<void> => {
    await scene.pool.query('update destination set paused_until = now() where paused_until > now()');
    await scene.inStep(100);
  };
  await vi.waitFor(passing, { timeout: 20_000 });
  expect(await scene.verdicts()).toEqual(EXACT);
});

/** Stands before the portal and refuses every write for its content while it `refuses`. */
async function moodyPortal(target: string): Promise<{ readonly url: string; refuses: boolean }> {
  const portal = { url: '', refuses: true };
  const server = createServer(async (request, response) => {
    const body = (await request.setEncoding('utf8').toArray()).join('');
    response.setHeader('content-type', 'application/json');
    if (portal.refuses && /"service":"(DongBoHoSoMC|CapNhatTienDoHoSoMC)"/.test(body)) {
      response.end(JSON.stringify({ error_code: '-5', message: 'Dữ liệu không hợp lệ' }));
      return;
    }
    const answer = await fetch(target + request.url, {
      method: request.method!,
      body,
      headers: { 'content-type': 'application/json' },
    });
    response.writeHead(answer.status).end(await answer.text());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return Object.assign(portal, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}
