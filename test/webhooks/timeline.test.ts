import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadCatalogue, seedCatalogues } from '../../src/catalogue/store.ts';
import { openPipelinedClient } from '../../src/db/pool.ts';
import { Appender } from '../../src/dossiers/append.ts';
import { createLog } from '../../src/log.ts';
import { setAside } from '../../src/webhooks/store.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { readers, testSeal } from '../support/seal.ts';
import { CODE, type Gateway, gateway, NOW } from './gateway.ts';
import { SECRET, signedHeaders } from './signed.ts';

let database: TestDatabase;
let appender: Appender;
let opened: Gateway;

beforeAll(async () => {
  database = await testDatabase();
  await seedCatalogues(database.pool);
  const catalogue = await loadCatalogue(database.pool);
  appender = new Appender({
    connect: () =>
      openPipelinedClient(database.url, { applicationName: 'lienthong test', statementTimeoutMs: 30_000, readers }),
    seal: testSeal,
    catalogue: () => catalogue,
    destinations: ['national-portal'],
    committed() {},
    log: createLog({ level: 'silent' }),
    now: () => NOW,
  });
  opened = await gateway({
    append: (request) => appender.append(request),
    setAside: (message) => setAside(database.pool, testSeal, message),
  });
});
afterAll(async () => {
  await opened.app.close();
  await appender.close();
  await database.drop();
});

async function coordinate(data: object): Promise<object> {
  const body = JSON.stringify({ type: 'dossier.status.changed', timestamp: '2026-03-10T09:00:00+07:00', data });
  const headers = { 'content-type': 'application/json', ...signedHeaders(SECRET, NOW / 1000, body) };
  return (await opened.app.inject({ method: 'POST', url: '/v1/webhooks/coordination', headers, payload: body })).json();
}

async function register(operation: string, message: object): Promise<object> {
  const url = `/v1/webhooks/land-registry/${operation}/${CODE}`;
  return (await opened.app.inject({ method: 'POST', url, payload: message })).json();
}

async function dossier(code: string) {
  const { rows } = await database.pool.query(
    'select id, status, pause_reason as "pauseReason", incomplete, origin, head_seq as "headSeq" from dossier where code = $1',
    [code],
  );
  return rows[0];
}

describe('a dossier that nobody registered', () => {
  const code = 'H15.12-260310-0001';

  it('is opened by a signed push and held until its identity is known', async () => {
    const data = { dossierCode: code, status: 'processing', occurredAt: '2026-03-10T08:40:00+07:00' };
    expect(await coordinate(data)).toEqual({ accepted: 0, duplicates: 0, held: 1, quarantined: 0 });
    expect(await dossier(code)).toMatchObject({ incomplete: true, origin: 'coordination' });
  });

  it('flows once a push tells who and what it is', async () => {
    const data = {
      dossierCode: code,
      status: 'processing',
      occurredAt: '2026-03-10T08:50:00+07:00',
      procedureCode: '1.005129',
      agencyCode: 'H15.50',
      receivedAt: '2026-03-10T08:30:00+07:00',
      applicant: { kind: 'citizen', name: 'Nguyễn Văn An' },
    };
    expect(await coordinate(data)).toEqual({ accepted: 1, duplicates: 0, held: 0, quarantined: 0 });
    expect(await dossier(code)).toMatchObject({ incomplete: false, status: 'processing' });
  });

  it('is only counted as a duplicate when the same message comes again', async () => {
    const data = { dossierCode: code, status: 'processing', occurredAt: '2026-03-10T08:40:00+07:00' };
    expect(await coordinate(data)).toEqual({ accepted: 0, duplicates: 1, held: 0, quarantined: 0 });
  });

  it('is paused by the land registry for its own reasons, one after the other', async () => {
    const documents = [{ loaiVanBanPhatSinh: 5 }];
    const at = (time: string) => `/Date(${Date.parse(`2026-03-10T${time}+07:00`)})/`;
    await register('YeuCauBoSungHoSo', {
      SoBienNhan: code,
      NgayChoBoSung: at('08:52:00'),
      LaTamDung: true,
      danhSachVanBanChoBoSung: documents,
    });
    expect(await dossier(code)).toMatchObject({ status: 'paused', pauseReason: 'tax-determination' });
    await register('GuiKetQuaThue', { SoBienNhan: code, NgayCoKetQuaThue: at('08:54:00') });
    expect(await dossier(code)).toMatchObject({ status: 'paused', pauseReason: 'citizen-payment' });
    await register('YeuCauCapNhatHoSo', { SoBienNhan: code, NgayYeuCau: at('08:55:00') });
    expect(await dossier(code)).toMatchObject({ status: 'paused', pauseReason: 'citizen-payment' });
    await register('NhanBoSungHoSo', { SoBienNhan: code, NgayNhanBoSung: at('08:56:00') });
    expect(await dossier(code)).toMatchObject({ status: 'processing', pauseReason: null });
  });
});
