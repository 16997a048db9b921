/** @module Catalogues over HTTP and from the command line: a look asked for, what it finds, an uploaded list, a dossier with a wrong system, the report. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { withFile } from '../../src/cli/file.ts';
import { handText } from '../../src/cli/hands.ts';
import type { Given } from '../../src/cli/operation.ts';
import { openScratch } from '../../src/spreadsheet/scratch.ts';
import { openXlsx } from '../../src/spreadsheet/xlsx.ts';
import { registration } from '../support/commands.ts';
import { type Product, startProduct } from '../support/product.ts';
import { until } from '../support/until.ts';

const DOSSIER = 'H15.50-260310-0001';

interface Kept {
  readonly id: number;
  readonly side: string;
  readonly kind: string;
  readonly code: string;
  readonly state: string;
  readonly since: string;
  readonly ours: string | null;
  readonly theirs: string | null;
}
interface Look {
  readonly id: string;
  readonly state: string;
  readonly parts: readonly { readonly part: string; readonly notTold: readonly string[] }[];
}
interface Summary {
  readonly open: number;
  readonly sides: readonly { readonly side: string; readonly open: number; readonly notTold: readonly string[] }[];
  readonly misrouted: { readonly open: number };
}

let product: Product;
let folder: string;

beforeAll(async () => {
  product = await startProduct();
  folder = await mkdtemp(join(tmpdir(), 'lienthong-catalogues-'));
  await product.deps.appender.append({ commands: [registration(DOSSIER)], raw: null });
});
afterAll(async () => {
  await product.stop();
  await rm(folder, { recursive: true });
});

const AUTHOR = 'an.nguyen';
const command = async <T>(operation: string, given: Given): Promise<T> =>
  JSON.parse(
    await handText(
      { subject: 'catalogues', operation, given, author: AUTHOR },
      {
        DATABASE_URL: product.databaseUrl,
        ENCRYPTION_KEY: randomBytes(32).toString('base64'),
        AUDIT_KEY: 'a key of the tests, long enough for it',
      },
    ),
  ) as T;
const done = (id: string): Promise<Look> =>
  until('the look is done', async () => {
    const look = await product.igate<Look>('GET', `/v1/catalogues/looks/${id}`);
    return look.state !== 'running' && look;
  });
const look = async (body: object = {}): Promise<Look> =>
  done((await product.igate<Look>('POST', '/v1/catalogues/looks', body)).id);
const differences = async (query = ''): Promise<readonly Kept[]> =>
  (await product.igate<{ items: Kept[] }>('GET', `/v1/catalogues/differences?limit=1000${query}`)).items;

it('a look asked for compares with every connected side that lists its own; what each does not tell is named', async () => {
  const { parts } = await look();
  expect(parts).toMatchObject([
    { part: 'dossiers' },
    { part: 'land-registry', notTold: ['names', 'sectors', 'limits', 'fees', 'agencies'] },
    { part: 'national-portal', notTold: [] },
  ]);
  const found = await differences('&side=national-portal');
  // The portal has 22 days for it, the fee of one line, and an agency that we do not know by that name.
  expect(found).toContainEqual(
    expect.objectContaining({ kind: 'fees-differ', code: '1.005129', theirs: '50.000 đồng', state: 'open' }),
  );
  expect(await differences('&side=land-registry')).toContainEqual(
    expect.objectContaining({ kind: 'only-here', code: '1.004193' }),
  );
  const ids = (await differences()).map(({ id, since }) => [id, since]);
  await look({ sides: ['national-portal', 'land-registry'] });
  expect((await differences()).map(({ id, since }) => [id, since])).toEqual(ids);
});

it('a difference is ignored with a reason and an end, which is audited', async () => {
  const [first] = await differences('&side=land-registry');
  const path = `/v1/catalogues/differences/${first!.id}/ignore`;
  const until = '2099-01-31T17:00:00+07:00';
  const ignored = await product.igate<Kept>('POST', path, { reason: 'Bộ đang bổ sung quy trình', until });
  expect(ignored).toMatchObject({ state: 'ignored', ignoredUntil: until });
  const summary = await product.igate<Summary>('GET', '/v1/catalogues/differences/summary');
  expect(summary.sides.find(({ side }) => side === 'land-registry')).toMatchObject({ ignored: 1 });
  const { rows } = await product.database.query(
    `select details from audit_entry where operation = 'ignoreCatalogueDifference'`,
  );
  expect(rows).toMatchObject([{ details: { catalogueDifference: first!.id, reason: 'Bộ đang bổ sung quy trình' } }]);
  await expect(product.igate('POST', path, { reason: 'abc', until: '2020-01-01T00:00:00+07:00' })).rejects.toThrow(
    /422/,
  );
});

it('a ministry’s list is uploaded as told by it at that time, and compared', async () => {
  const query = new URLSearchParams({
    side: 'criminal-records',
    kind: 'procedures',
    covers: 'own',
    asOf: '2026-03-01T08:00:00+07:00',
  });
  const answer = await fetch(`${product.url}/v1/catalogues/lists?${query}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${product.token}`, 'content-type': 'text/csv' },
    body: 'Mã TTHC;Tên TTHC;Thời hạn giải quyết;Mức thu\n2.000488;Cấp Phiếu lý lịch tư pháp;10 ngày làm việc;100.000 đồng\n',
  });
  expect(answer.status).toBe(201);
  expect(await answer.json()).toMatchObject({ rows: 1, tells: ['code', 'name', 'limit', 'fee'], counts: true });
  await look({ sides: ['criminal-records'] });
  expect(await differences('&side=criminal-records')).toMatchObject([
    { kind: 'limit-differs', ours: '10 ngày', theirs: '10 ngày làm việc', asOf: '2026-03-01T08:00:00+07:00' },
    { kind: 'fees-differ', ours: 'PH04: 200.000 đồng', theirs: '100.000 đồng' },
  ]);
  const nobody = await fetch(`${product.url}/v1/catalogues/diff?destination=nobody`, {
    headers: { authorization: `Bearer ${product.token}` },
  });
  expect(nobody.status).toBe(404);
});

it('a dossier that another system tells of is listed with who has to act, for its own agencies, until it is right', async () => {
  const told = (source: string, eventId: string) => ({
    type: 'event' as const,
    source,
    ref: { code: DOSSIER, alias: null },
    eventId,
    operation: 'status',
    bodyDigest: null,
    kind: 'status' as const,
    status: 'processing' as const,
    reason: null,
    outcome: null,
    occurredAt: Date.parse(eventId),
    appointment: null,
    body: null,
    known: null,
    onFault: 'quarantine' as const,
    agencies: null,
    opens: null,
  });
  await product.deps.appender.append({ commands: [told('civil-status', '2026-03-11T09:00:00+07:00')], raw: null });
  await look({ sides: ['dossiers'] });
  const misrouted = (token: string) =>
    fetch(`${product.url}/v1/catalogues/misrouted-dossiers`, { headers: { authorization: `Bearer ${token}` } }).then(
      (answer) => answer.json() as Promise<{ items: { differenceId: number }[] }>,
    );
  const { items } = await misrouted(product.token);
  expect(items).toMatchObject([
    {
      kind: 'told-by-wrong-system',
      dossierCode: DOSSIER,
      procedureCode: '1.005129',
      agencyCode: 'H15.50',
      system: 'civil-status',
      rightly: ['land-registry'],
      since: '2026-03-11T09:00:00+07:00',
      owner: 'ministry',
      state: 'confirmed',
    },
  ]);
  const elsewhere = await product.tokenOf('of-another', ['reconciliation.read'], 'H15.51');
  expect((await misrouted(elsewhere)).items).toEqual([]);
  const id = items[0]!.differenceId;
  expect(await product.igate('GET', '/v1/differences?kind=told-by-wrong-system')).toMatchObject({ items: [{ id }] });

  const report = (format: string) =>
    fetch(`${product.url}/v1/reports/catalogues?format=${format}`, {
      headers: { authorization: `Bearer ${product.token}` },
    });
  const csv = await (await report('csv')).text();
  expect(csv).toContain('Mã hồ sơ,Mã thủ tục,Cơ quan,Đang ở,Phải ở');
  expect(csv).toContain(
    `${DOSSIER},1.005129,H15.50,Hệ thống thông tin đăng ký và quản lý hộ tịch điện tử,VBDLIS (hệ thống thông tin đất đai),11/03/2026 09:00`,
  );
  const scratch = openScratch();
  scratch.write(Buffer.from(await (await report('xlsx')).arrayBuffer()));
  const workbook = await openXlsx(scratch.fd);
  const sheet: string[] = [];
  for await (const { cells } of workbook.rows) sheet.push(cells.join(' | '));
  expect(sheet[0]).toMatch(/^So với \| Chưa xử lý/);
  expect(sheet.join('\n')).toContain('Cổng Dịch vụ công quốc gia');
  workbook.close();
  scratch.close();
  const metrics = await product.deps.app.metrics.metrics();
  expect(metrics).toContain('lienthong_misrouted_dossiers{system="civil-status",kind="told-by-wrong-system"} 1');
  expect(metrics).toMatch(
    /lienthong_catalogue_differences\{side="national-portal",subject="procedure",kind="fees-differ"\} [1-9]/,
  );

  await product.deps.appender.append({ commands: [told('land-registry', '2026-03-12T09:00:00+07:00')], raw: null });
  await look({ sides: ['dossiers'] });
  expect((await misrouted(product.token)).items).toEqual([]);
  expect(await product.igate<Summary>('GET', '/v1/catalogues/differences/summary')).toMatchObject({
    misrouted: { open: 0, looked: 1 },
  });
});

it('the command line does the same', async () => {
  const asked = await command<Look>('postCatalogueLook', { body: { sides: ['land-registry'] } });
  expect((await done(asked.id)).parts).toMatchObject([{ part: 'land-registry', state: 'done' }]);
  await expect(command('postCatalogueLook', { body: { sides: ['nobody'] } })).rejects.toThrow(/land-registry/);
  const file = join(folder, 'bo.csv');
  await writeFile(file, 'code,name\n2.000815,Chứng thực bản sao\n');
  const upload = (path: string, asOf: string) =>
    withFile(path, (body, fileName) => {
      const query = { side: 'bo-tu-phap', kind: 'procedures', covers: 'listed', asOf, fileName };
      return command('postCatalogueList', { query, body });
    });
  const refused = { facts: { violations: [{ path: 'query.asOf' }] } };
  await expect(upload(file, 'hôm qua')).rejects.toMatchObject(refused);
  await expect(upload(`${file}x`, '2026-03-01T08:00:00+07:00')).rejects.toThrow(/ENOENT/);
  expect(await upload(file, '2026-03-01T08:00:00+07:00')).toMatchObject({ rows: 1, fileName: 'bo.csv' });
  const all = await command<Look>('postCatalogueLook', { body: {} });
  expect((await done(all.id)).parts.map(({ part }) => part)).toEqual([
    'bo-tu-phap',
    'criminal-records',
    'dossiers',
    'land-registry',
    'national-portal',
  ]);
  const query = { side: 'bo-tu-phap' };
  const { items } = await command<{ items: Kept[] }>('listCatalogueDifferences', { query });
  expect(items).toMatchObject([{ kind: 'name-differs', code: '2.000815' }]);
  const { id } = items[0]!;
  const word = { until: '2099-01-01T00:00:00+07:00', reason: 'Tên rút gọn' };
  expect(await command('ignoreCatalogueDifference', { params: { id }, body: word })).toMatchObject({
    state: 'ignored',
    decidedBy: AUTHOR,
  });
  expect(await command<Summary>('getCatalogueSummary', {})).toMatchObject({ misrouted: { open: 0 } });
  expect(await command('listMisroutedDossiers', {})).toEqual({ items: [] });
});
