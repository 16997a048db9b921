/** @module Acceptance scenario 4: the open dossiers of a province adopted from a spreadsheet, killed midway, and found under every name of their agencies. */
import { randomBytes } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATOR_SCOPES, putClient } from '../../src/access/clients.ts';
import { hashSecret } from '../../src/http/issuer.ts';
import {
  end,
  freePort,
  type RunningSimulators,
  type Started,
  startGateway,
  startSimulators,
} from '../faults/processes.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { workbook } from '../support/workbook.ts';
import { AGENCIES, MERGED, openDossier, sheetOf } from './open-dossiers.ts';

const SECRET = 'secret of an operator in a test';
const ACCOUNT = { username: 'h15', password: 'h15', madonvi: 'H15' };

interface Progress {
  readonly state: string;
  readonly rows: number;
  readonly adopted: number;
  readonly known: number;
  readonly refused: number;
  readonly progress: number;
}

/** The scenario with so many rows. */
export function scenario4(rows: number, patience: number): void {
  let database: TestDatabase;
  let simulators: RunningSimulators;
  let gateway: Started;
  let env: Record<string, string>;
  let url: string;
  let token: string;
  let folder: string;
  let id: number;
  /** Rows whose progress was known when the process was killed. */
  let rowsAtKill: number;

  beforeAll(async () => {
    database = await testDatabase();
    simulators = await startSimulators({ portal: ACCOUNT });
    folder = await mkdtemp(join(tmpdir(), 'lienthong-scenario-4-'));
    await writeFile(join(folder, 'ho-so.xlsx'), workbook(sheetOf(rows)));
    url = `http://127.0.0.1:${await freePort()}`;
    env = {
      PORT: new URL(url).port,
      PUBLIC_URL: url,
      DATA_DIR: folder,
      INSTANCE: 'scenario-4',
      LOG_LEVEL: 'warn',
      SYNC_MODE: 'send',
      DATABASE_URL: database.url,
      ENCRYPTION_KEY: randomBytes(32).toString('base64'),
      AUDIT_KEY: randomBytes(32).toString('hex'),
      RECONCILE_NIGHTLY_AT: 'off',
      NATIONAL_PORTAL_BASE_URL: `${simulators.url}/national-portal`,
      NATIONAL_PORTAL_USERNAME: ACCOUNT.username,
      NATIONAL_PORTAL_PASSWORD: ACCOUNT.password,
      NATIONAL_PORTAL_UNIT: ACCOUNT.madonvi,
    };
    gateway = await startGateway(env);
    const client = { clientId: 'operator', secretHash: hashSecret(SECRET), scopes: OPERATOR_SCOPES, agencies: ['H15'] };
    await putClient(database.pool, client);
    const answer = await fetch(`${url}/oauth2/token`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`operator:${SECRET}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'grant_type=client_credentials',
    });
    token = ((await answer.json()) as { access_token: string }).access_token;
  }, patience);
  afterAll(async () => {
    await end(gateway);
    await end(simulators.process);
    await database.drop();
    await rm(folder, { recursive: true });
  });

  const get = async (path: string): Promise<Response> => {
    const answer = await fetch(url + path, { headers: { authorization: `Bearer ${token}` } });
    if (!answer.ok) throw new Error(`GET ${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  };
  const json = async <T>(path: string): Promise<T> => (await get(path)).json() as Promise<T>;
  const progress = (): Promise<Progress> => json(`/v1/imports/${id}`);
  const post = async (): Promise<number> => {
    const answer = await fetch(`${url}/v1/imports?mode=adopt&fileName=ho-so.xlsx`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' },
      body: await openAsBlob(join(folder, 'ho-so.xlsx')),
    });
    expect(answer.status).toBe(202);
    return ((await answer.json()) as { id: number }).id;
  };
  /** Waits until the import has ended. */
  const ended = (): Promise<unknown> =>
    expect.poll(async () => (await progress()).state, { timeout: patience, interval: 200 }).toBe('done');

  const all = Array.from({ length: rows }, (_, n) => openDossier(n));
  const good = all.filter(({ isBad }) => !isBad);
  const expected = { rows, adopted: good.length, known: 0, refused: rows - good.length };

  describe(`${rows} open dossiers, one row in a hundred bad, half of them under old agency codes`, () => {
    it('are taken after a kill -9 midway, each row counted once', { timeout: patience }, async () => {
      id = await post();
      await expect
        .poll(async () => (await progress()).rows, { timeout: patience, interval: 20 })
        .toBeGreaterThan(rows / 4);
      await end(gateway, 'SIGKILL');
      const [killed] = (await database.pool.query<{ rows: number; state: string }>('select rows, state from import'))
        .rows;
      rowsAtKill = killed!.rows;
      expect(killed).toMatchObject({ state: 'running' });
      gateway = await startGateway(env);
      await ended();
      expect(await progress()).toMatchObject({ ...expected, progress: 1 });
      expect(rowsAtKill).toBeGreaterThan(rows / 4);
      expect(rowsAtKill).toBeLessThan(rows);
    });

    it('stand there with gapless entries, in step with a portal that was neither told nor asked', async () => {
      const { rows: found } = await database.pool.query(
        `select count(*)::int as dossiers, sum(head_seq)::int as heads, (select count(*)::int from timeline_entry) as entries,
           (select count(*)::int from sync_state where acked_seq = head_seq and blocked_reason is null) as "inStep" from dossier`,
      );
      const [{ dossiers, heads, entries, inStep }] = found as [Record<string, number>];
      expect(dossiers).toBe(good.length);
      expect(entries).toBe(heads);
      expect(inStep).toBe(good.length);
      const seen = await fetch(`${simulators.url}/_stats/national-portal`);
      const { effects, byService } = (await seen.json()) as { effects: number; byService: Record<string, number> };
      expect(effects).toBe(0);
      // It was asked about no dossier; what it lists it may have been asked after a minute.
      for (const service of ['DongBoHoSoMC', 'CapNhatTienDoHoSoMC', 'TraCuuHoSo'])
        expect([service, byService[service] ?? 0]).toEqual([service, 0]);
    });

    it('leave a file of faults that Excel opens, row by row, in Vietnamese', async () => {
      const bytes = Buffer.from(await (await get(`/v1/imports/${id}/errors`)).arrayBuffer());
      expect(bytes.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
      const [header, ...lines] = bytes.toString('utf8').slice(1).trimEnd().split('\r\n');
      expect(header).toBe('Dòng,Mã hồ sơ,Cột,Lỗi');
      const bad = all.flatMap(({ isBad }, n) => (isBad ? [n + 2] : []));
      expect(lines.map((line) => Number(line.split(',')[0]))).toEqual(bad);
      expect(lines[0]).toMatch(/^101,H15-1,Mã hồ sơ,"?mã hồ sơ phải có dạng/);
      expect(lines[1]).toMatch(/^201,.*,Chủ hồ sơ,Bắt buộc phải có\.$/);
      expect(lines[2]).toMatch(/^301,.*,Ngày tiếp nhận,không đọc được thời gian/);
      expect(lines[3]).toMatch(/^401,.*,Trạng thái,/);
      expect(lines[4]).toMatch(/^501,.*,,cơ quan không thuộc phạm vi được giao$/);
    });

    /** Codes of the dossiers that a list by an agency finds. */
    const listed = async (agency: string): Promise<string[]> => {
      const codes: string[] = [];
      let next: string | undefined = `/v1/dossiers?agency=${agency}&limit=500`;
      while (next !== undefined) {
        const answer = await get(next);
        const { items } = (await answer.json()) as { items: { code: string }[] };
        codes.push(...items.map(({ code }) => code));
        next = /<([^>]+)>/.exec(answer.headers.get('link') ?? '')?.[1];
      }
      return codes;
    };

    it('are found by either code of their agency', { timeout: patience }, async () => {
      for (const [agency, old] of [AGENCIES[0], AGENCIES[2], AGENCIES[5]!]) {
        const own = good.filter((dossier) => dossier.agency === agency).map(({ code }) => code);
        expect(await listed(agency)).toEqual(own);
        expect(await listed(old)).toEqual(own);
      }
    });

    it('are found under the successor of a merged agency, and read by it', { timeout: patience }, async () => {
      const under = good.filter(({ agency }) => MERGED.includes(agency));
      expect(await listed('H15.50')).toEqual(under.map(({ code }) => code));
      expect(new Set(under.map(({ isOld }) => isOld))).toEqual(new Set([true, false]));
    });

    it('are each found by their own code, and by its other spelling', { timeout: patience }, async () => {
      for (let n = 0; n < good.length; n += Math.ceil(good.length / 60)) {
        const { code, agency, isOld } = good[n]!;
        const [current, old] = AGENCIES.find(([now]) => now === agency)!;
        const [own, other] = isOld ? [old, current] : [current, old];
        for (const spelling of [code, code.replace(own, other)])
          expect(await json(`/v1/dossiers/${spelling}`)).toMatchObject({ code, agencyCode: own, incomplete: false });
      }
    });

    it('are not taken twice by the same file', { timeout: patience }, async () => {
      const before = await database.pool.query('select count(*)::int as n, max(id)::int as last from dossier');
      id = await post();
      await ended();
      expect(await progress()).toMatchObject({ rows, adopted: 0, known: good.length, refused: expected.refused });
      expect((await database.pool.query('select count(*)::int as n, max(id)::int as last from dossier')).rows).toEqual(
        before.rows,
      );
    });
  });
}
