/** @module An operator's hands, by the API and from the command line: what is blocked and quarantined tried again by cause, pause and resume, void and supersede, each with a reason in the audit. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { OPERATOR_SCOPES } from '../../src/access/clients.ts';
import { sealedText } from '../../src/access/sealed-json.ts';
import { type Asked, handText } from '../../src/cli/hands.ts';
import { registration, status } from '../support/commands.ts';
import { type Product, startProduct } from '../support/product.ts';
import { ENCRYPTION_KEY } from '../support/seal.ts';
import { PORTAL } from '../support/timeline.ts';
import { until } from '../support/until.ts';

const RIGHTS = 'Đơn vị không có quyền với hồ sơ của Đặng Văn Bình';
const FIELD = 'Trường MaLinhVuc là bắt buộc';
const REASON = 'Cổng đã bổ sung quyền';

let product: Product;
/** An operator of one commune. */
let ofCommune: (path: string, body?: object) => Promise<{ status: number; body: Record<string, unknown> }>;
beforeAll(async () => {
  product = await startProduct();
  const token = await product.tokenOf('van-hanh-xa', OPERATOR_SCOPES, 'H15.58');
  ofCommune = async (path, body) => {
    const answer = await fetch(product.url + path, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
});
afterAll(() => product.stop());

const code = (n: number, agency = 'H15.50'): string => `${agency}-260310-70${String(n).padStart(2, '0')}`;
const register = (dossier: string) =>
  registration(dossier, {
    fields: { agencyCode: dossier.slice(0, 6), receivedAt: '2026-03-10T08:30:00+07:00' },
  } as object);
const run = async <T>(asked: Omit<Asked, 'author'>): Promise<T> =>
  JSON.parse(
    await handText(
      { author: 'cb-01', ...asked },
      { DATABASE_URL: product.databaseUrl, ENCRYPTION_KEY, AUDIT_KEY: 'a key of the tests, long enough for it' },
    ),
  ) as T;
const params = { name: PORTAL };
const blockedNow = async (): Promise<string[]> =>
  (await product.igate<{ items: { dossierCode: string }[] }>('GET', `/v1/destinations/${PORTAL}/blocked`)).items
    .map(({ dossierCode }) => dossierCode)
    .toSorted();
const audited = async (operation: string) =>
  (
    await product.database.query<{ by: string; dossier: string | null; details: Record<string, unknown> }>(
      'select client_id as by, dossier, details from audit_entry where operation = $1 and status = 200 order by id',
      [operation],
    )
  ).rows;

async function append(...commands: Parameters<Product['deps']['appender']['append']>[0]['commands']): Promise<void> {
  for (const command of commands) await product.deps.appender.append({ commands: [command], raw: null });
}

const inStep = async (...codes: string[]): Promise<void> => {
  for (const one of codes)
    await until(`${one} is in step`, async () => {
      const { destinations } = await product.igate<{ destinations: { state: string }[] }>(
        'GET',
        `/v1/dossiers/${one}/sync`,
      );
      return destinations[0]?.state === 'in-step';
    });
};

/** As the drain leaves one that the portal refuses. */
async function refuse(words: string, ...codes: string[]): Promise<void> {
  await product.database.query(
    `update sync_state set acked_seq = 0, blocked_reason = $2, blocked_at = now()
     where dossier_id in (select id from dossier where code = any($1))`,
    [codes, sealedText(words, product.seal)],
  );
}

it('what is blocked is tried again one by one, all of a cause, or all – within the agencies of whoever asks', async () => {
  const [a, b, c, d] = [code(1), code(2), code(3), code(4)];
  const commune = code(5, 'H15.58');
  await append(...[a, b, c, d, commune].map(register));
  await inStep(a, b, c, d, commune);
  await refuse(RIGHTS, a, b, commune);
  await refuse(FIELD, c, d);

  const path = `/v1/destinations/${PORTAL}/blocked`;
  expect(await product.igate('GET', path)).toMatchObject({
    total: 5,
    causes: [
      { cause: RIGHTS, dossiers: 3, suggestion: { en: expect.stringContaining('ask the portal’s operators') } },
      { cause: FIELD, dossiers: 2, suggestion: { vi: expect.stringContaining('bổ sung') } },
    ],
  });
  expect(await ofCommune(path)).toMatchObject({ status: 200, body: { total: 1, causes: [{ dossiers: 1 }] } });

  expect(await ofCommune(`${path}/retry`, {})).toMatchObject({ status: 422 });
  expect(await ofCommune(`${path}/retry`, { reason: REASON, dossier: a })).toMatchObject({ status: 404 });
  expect(await ofCommune(`${path}/retry`, { reason: REASON })).toMatchObject({ status: 200, body: { released: 1 } });
  expect(await blockedNow()).toEqual([a, b, c, d]);

  const retry = (body: object) => ({
    subject: 'destinations' as const,
    operation: 'retryBlocked',
    given: { params, body: { reason: REASON, ...body } },
  });
  expect(await run(retry({ dossier: d }))).toEqual({ matched: 1, released: 1 });
  expect(await run(retry({ cause: RIGHTS }))).toEqual({ matched: 2, released: 2 });
  expect(await blockedNow()).toEqual([c]);
  await expect(run(retry({ reason: '' }))).rejects.toMatchObject({ code: 'validation' });
  expect(await product.igate('POST', `${path}/retry`, { reason: REASON, cause: FIELD })).toEqual({
    matched: 1,
    released: 1,
  });
  await inStep(a, b, c, d, commune);

  const entries = await audited('retryBlocked');
  expect(entries).toMatchObject([
    { by: 'van-hanh-xa', details: { destination: PORTAL, reason: REASON, released: 1 } },
    { by: 'cb-01', dossier: d, details: { isOneCause: false } },
    { by: 'cb-01', details: { isOneCause: true, released: 2 } },
    { by: 'igate', details: { isOneCause: true, released: 1 } },
  ]);
  expect(JSON.stringify(entries)).not.toContain('Đặng Văn Bình');
});

it('quarantined items of one reason are tried again together; those of another stay', async () => {
  const known = code(11);
  const later = [code(12), code(13)];
  await append(
    register(known),
    status(known, 'processing', '03-01T08:00', { onFault: 'quarantine', eventId: 'too-early' }),
    ...later.map((one) => status(one, 'processing', '03-11T08:00', { onFault: 'quarantine', eventId: `of-${one}` })),
  );
  const list = (cause: string) =>
    product.igate<{ items: { id: number; reason: string }[] }>('GET', `/v1/quarantine?cause=${cause}`);
  const [early] = (await list('implausible-time')).items;
  expect((await list('unknown-dossier')).items).toHaveLength(2);
  const complaints = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const first = { query: { cause: 'unknown-dossier', limit: 1 } };
  const { items } = await run<{ items: { id: number }[] }>({
    subject: 'quarantine',
    operation: 'listQuarantine',
    given: first,
  });
  expect(complaints).toHaveBeenCalledWith(expect.stringContaining(`--after ${items[0]!.id} `));
  expect(await ofCommune(`/v1/quarantine/${early!.id}/retry`, { reason: REASON })).toMatchObject({ status: 403 });

  await append(register(later[0]!));
  const retry = { subject: 'quarantine' as const, operation: 'retryQuarantine' };
  const body = { cause: 'unknown-dossier', reason: 'Đã đăng ký hồ sơ' };
  expect(await run({ ...retry, given: { body } })).toEqual({ tried: 2, released: 1 });
  await append(register(later[1]!));
  expect(await product.igate('POST', '/v1/quarantine/retry', body)).toEqual({ tried: 1, released: 1 });
  expect((await list('unknown-dossier')).items).toEqual([]);
  expect((await list('implausible-time')).items).toMatchObject([{ id: early!.id }]);

  const one = { params: { id: early!.id }, body: { reason: 'Thử lại sau khi sửa' } };
  expect(await run({ subject: 'quarantine', operation: 'retryQuarantined', given: one })).toMatchObject({
    released: false,
    outcome: 'refused',
  });
  await run({ subject: 'quarantine', operation: 'discardQuarantined', given: one });
  expect((await list('implausible-time')).items).toEqual([]);
  await expect(run({ ...retry, given: { body: { cause: 'unknown-dossier' } } })).rejects.toMatchObject({
    code: 'validation',
  });
  expect(await audited('retryQuarantine')).toMatchObject([
    { by: 'cb-01', details: { cause: 'unknown-dossier', reason: 'Đã đăng ký hồ sơ', tried: 2, released: 1 } },
    { by: 'igate', details: { tried: 1, released: 1 } },
  ]);
  for (const operation of ['retryQuarantined', 'discardQuarantined'])
    expect(await audited(operation)).toMatchObject([
      { by: 'cb-01', details: { item: early!.id, cause: 'implausible-time', reason: 'Thử lại sau khi sửa' } },
    ]);
});

it('a destination is paused and resumed, its repairs are stopped and resumed, by whoever answers for every agency', async () => {
  const word = (operation: string, subject: Asked['subject'] = 'destinations') =>
    run({ subject, operation, given: { params, body: { reason: REASON } } });
  for (const act of ['pause', 'resume', 'repairs/stop', 'repairs/resume'])
    expect(await ofCommune(`/v1/destinations/${PORTAL}/${act}`, { reason: REASON })).toMatchObject({ status: 403 });

  expect(await word('pauseDestination')).toEqual({ name: PORTAL, paused: true });
  expect(await run({ subject: 'destinations', operation: 'listDestinations', given: {} })).toMatchObject({
    items: [{ name: PORTAL, paused: { by: 'cb-01', reason: REASON } }],
  });
  expect(await word('resumeDestination')).toEqual({ name: PORTAL, paused: false });
  await append(register(code(21)));
  await inStep(code(21));
  expect(await word('stopRepairs', 'reconciliation')).toEqual({ name: PORTAL, repairs: 'stopped' });
  expect(await word('resumeRepairs', 'reconciliation')).toEqual({ name: PORTAL, repairs: 'running' });
  for (const operation of ['pauseDestination', 'resumeDestination', 'stopRepairs', 'resumeRepairs'])
    expect(await audited(operation)).toMatchObject([
      { by: 'cb-01', details: { kind: 'write', destination: PORTAL, reason: REASON } },
    ]);
});

it('an entry is taken back and a dossier given up from the command line', async () => {
  const [right, wrong] = [code(31), code(32)];
  await append(register(right), register(wrong), status(right, 'processing', '03-11T09:00'));
  const timeline = () =>
    product.igate<{ events: { seq: number; status: string; effect: boolean }[] }>(
      'GET',
      `/v1/dossiers/${right}/timeline`,
    );
  const { seq } = (await timeline()).events.find((entry) => entry.status === 'processing')!;
  const voided = { params: { code: right, seq }, body: { reason: 'Ghi nhầm hồ sơ', document: 'Phiếu đề nghị số 12' } };
  await run({ subject: 'corrections', operation: 'voidEntry', given: voided });
  expect((await timeline()).events.find((entry) => entry.seq === seq)).toMatchObject({ effect: false });
  await expect(run({ subject: 'corrections', operation: 'voidEntry', given: voided })).rejects.toMatchObject({
    code: 'conflict',
  });

  const given = { params: { code: wrong }, body: { by: right, reason: 'Hồ sơ nộp hai lần' } };
  await run({ subject: 'corrections', operation: 'supersedeDossier', given });
  expect(await product.igate('GET', `/v1/dossiers/${wrong}`)).toMatchObject({ supersededBy: right });
  expect(await audited('voidEntry')).toMatchObject([
    { by: 'cb-01', dossier: right, details: { kind: 'write', seq, reason: 'Ghi nhầm hồ sơ' } },
  ]);
  expect(await audited('supersedeDossier')).toMatchObject([
    { by: 'cb-01', dossier: wrong, details: { by: right, reason: 'Hồ sơ nộp hai lần' } },
  ]);
  const resync = { params: { code: right }, body: { reason: 'Cổng hiển thị sai' } };
  expect(await run({ subject: 'destinations', operation: 'resyncDossier', given: resync })).toEqual({
    dossierCode: right,
    destination: PORTAL,
  });
});
