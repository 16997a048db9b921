import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type KeptCatalogue, keepCatalogue } from '../../src/catalogue/keep.ts';
import { openPipelinedClient } from '../../src/db/pool.ts';
import type { Appender, AppendRequest } from '../../src/dossiers/append.ts';
import type { ImportMode } from '../../src/imports/commands.ts';
import { faultFile } from '../../src/imports/fault-file.ts';
import { Importer, type ImporterOptions } from '../../src/imports/part.ts';
import { dropCutOff, stageFile, type Upload } from '../../src/imports/stage.ts';
import { cancelImport, findImport } from '../../src/imports/store.ts';
import { at } from '../support/commands.ts';
import { readers, testSeal } from '../support/seal.ts';
import { openTimeline, PORTAL, silent, type Timeline } from '../support/timeline.ts';
import { bytesOf, workbook } from '../support/workbook.ts';

const now = (): number => at('03-20T09:00');
let timeline: Timeline;
let kept: KeptCatalogue;
let appender: Appender;
beforeAll(async () => {
  timeline = await openTimeline(now);
  kept = await keepCatalogue(timeline.pool, silent);
  appender = timeline.appender();
});
beforeEach(async () => {
  await timeline.empty('import', 'import_piece', 'import_fault');
});
afterAll(async () => {
  await kept.stop();
  await timeline.close();
});

const importer = (more: Partial<ImporterOptions> = {}): Importer =>
  new Importer({
    db: timeline.pool,
    appender,
    connect: () =>
      openPipelinedClient(timeline.database.url, {
        applicationName: 'lienthong test',
        statementTimeoutMs: 30_000,
        readers,
      }),
    seal: testSeal,
    kept,
    destinations: [PORTAL],
    instance: 'one',
    log: silent,
    now,
    ...more,
  });
const stage = (content: string | Buffer | Readable, mode: ImportMode = 'adopt', more: Partial<Upload> = {}) =>
  stageFile(timeline.pool, content instanceof Readable ? content : Readable.from([Buffer.from(content)]), {
    mode,
    format: null,
    fileName: null,
    clientId: 'operator',
    officer: null,
    agencies: ['H15'],
    bytesAtMost: 10_000_000,
    seal: testSeal,
    now,
    ...more,
  });
const record = (id: number) => findImport(timeline.pool, id);
const faults = async (id: number): Promise<string[]> => {
  const text = (await Readable.from(faultFile(timeline.pool, id)).toArray()).join('');
  return text.trimEnd().split('\r\n');
};
const count = async (table: string): Promise<number> =>
  (await timeline.rows<{ n: number }>(`select count(*)::int as n from ${table}`))[0]!.n;

const HEADER = 'Mã hồ sơ,Mã thủ tục,Mã cơ quan,Hình thức nộp,Chủ hồ sơ,Ngày tiếp nhận,Trạng thái,Thời điểm trạng thái';
const code = (n: number, agency = 'H15.50'): string => `${agency}-260310-${String(n).padStart(4, '0')}`;
const row = (n: number, agency = 'H15.50', more = 'Đang xử lý,11/03/2026 08:00'): string =>
  `${code(n, agency)},1.005129,${agency},Trực tiếp,Nguyễn Văn An,10/03/2026 08:30,${more}`;
const csv = (...rows: string[]): string => [HEADER, ...rows].join('\n');
const many = (rows: number): string => csv(...Array.from({ length: rows }, (_, n) => row(n + 1)));

it('adopts what is right, in step with the portal, and says row by row what is wrong', async () => {
  const id = await stage(
    csv(
      row(1),
      row(2, '000.01.30.H15'),
      row(3, 'H16.01'),
      row(1),
      row(5, 'H15.50', 'Chờ,'),
      row(6, 'H15.99'),
      '=1+1,x',
    ),
  );
  expect(await importer().round()).toBe(true);
  expect(await record(id)).toMatchObject({
    state: 'done',
    format: 'csv',
    rows: 7,
    adopted: 3,
    known: 0,
    refused: 4,
    fraction: 1,
    unknownAgencies: ['H15.99'],
    unknownProcedures: [],
  });
  expect(await faults(id)).toEqual([
    '\uFEFFDòng,Mã hồ sơ,Cột,Lỗi',
    '4,H16.01-260310-0003,,cơ quan không thuộc phạm vi được giao',
    `5,${code(1)},Mã hồ sơ,mã hồ sơ trùng với dòng 2`,
    expect.stringMatching(new RegExp(`^6,${code(5)},Trạng thái,`)),
    expect.stringMatching(/^8,'=1\+1,Mã hồ sơ,"?mã hồ sơ phải có dạng/),
    expect.stringMatching(/^8,'=1\+1,Mã thủ tục,/),
    ...['Mã cơ quan', 'Hình thức nộp', 'Chủ hồ sơ'].map((column) => `8,'=1+1,${column},Bắt buộc phải có.`),
  ]);
  const [dossier] = await timeline.rows(
    `select status, agency_code as agency, (select json_agg(body->>'reasonText') from timeline_entry e where e.dossier_id = d.id and e.source <> 'igate') as others,
       (select acked_seq = head_seq and exists_there from sync_state s where s.dossier_id = d.id) as "inStep"
     from dossier d where code = $1`,
    [code(2, '000.01.30.H15')],
  );
  expect(dossier).toMatchObject({ status: 'processing', agency: '000.01.30.H15', inStep: true });
  // The file is forgotten; what it told has become dossiers and faults.
  expect(await count('import_piece')).toBe(0);
  expect(await importer().round()).toBe(false);
});

it('the same file again, of whatever format, changes nothing', async () => {
  await stage(many(20));
  await importer().round();
  const entries = await count('timeline_entry');
  const rows = many(20)
    .split('\n')
    .map((line) => line.split(','));
  const again = await stage(await bytesOf(workbook(rows)));
  await importer().round();
  expect(await record(again)).toMatchObject({
    state: 'done',
    format: 'xlsx',
    rows: 20,
    adopted: 0,
    known: 20,
    refused: 0,
  });
  expect(await count('timeline_entry')).toBe(entries);
});

it('a trial writes nothing and finds what adopting would', async () => {
  await stage(csv(row(1)));
  await importer().round();
  const content = csv(row(1), row(2), row(3, 'H16.01'), row(4, 'H15.50', 'Đang xử lý,09/03/2026'));
  const trial = await stage(content, 'validate');
  await importer().round();
  expect(await record(trial)).toMatchObject({ rows: 4, adopted: 1, known: 1, refused: 2 });
  expect(await count('dossier')).toBe(1);
  const adopted = await stage(content);
  await importer().round();
  expect(await faults(adopted)).toEqual(await faults(trial));
  expect((await faults(trial)).at(-1)).toContain('hồ sơ đã được nhận nhưng diễn biến bị từ chối');
});

describe('an import that was cut off', () => {
  /** An appender whose process dies after so many batches: with `said` before the last one's answer came. */
  const dying = (batches: number): Pick<Appender, 'append'> => ({
    async append(request: AppendRequest) {
      const results = await appender.append(request);
      batches -= 1;
      // Nothing after this happens: neither progress nor release.
      if (batches <= 0) await new Promise(() => {});
      return results;
    },
  });
  const cutOff = async (instance: string): Promise<number> => {
    const id = await stage(many(1_200));
    void importer({ appender: dying(2), instance }).round();
    await expect.poll(() => count('dossier'), { timeout: 20_000 }).toBe(900);
    return id;
  };

  it('goes on at once when its own process comes back, and counts each row once', async () => {
    const id = await cutOff('one');
    expect(await record(id)).toMatchObject({ state: 'running', rows: 450, adopted: 450 });
    await importer({ instance: 'one' }).round();
    expect(await record(id)).toMatchObject({ state: 'done', rows: 1_200, adopted: 1_200, known: 0, refused: 0 });
    expect(await count('dossier')).toBe(1_200);
  });

  it('is left alone by others until its lease has run out, and then taken over', async () => {
    const id = await cutOff('one');
    expect(await importer({ instance: 'two' }).round()).toBe(false);
    const later = (): number => now() + 31_000;
    expect(await importer({ instance: 'two', now: later }).round()).toBe(true);
    expect(await record(id)).toMatchObject({ state: 'done', rows: 1_200, adopted: 1_200 });
  });

  it('is given up when it never moves on', async () => {
    const id = await stage(many(10));
    await timeline.pool.query('update import set attempts = 20');
    await importer().round();
    expect(await record(id)).toMatchObject({ state: 'failed', failure: { vi: expect.stringContaining('20 lần') } });
  });
});

it('stops in order with its process, and goes on in the next', async () => {
  const id = await stage(many(1_200));
  const stopping = importer({
    appender: {
      async append(request) {
        const results = await appender.append(request);
        void stopping.stop();
        return results;
      },
    },
  });
  await stopping.round();
  const { rows } = (await record(id))!;
  expect(rows).toBeLessThan(1_200);
  await importer({ instance: 'two' }).round();
  expect(await record(id)).toMatchObject({ state: 'done', rows: 1_200, adopted: 1_200 });
});

it('stops when it is cancelled: what it has taken stays', async () => {
  const id = await stage(many(1_200));
  let batches = 0;
  const cancelling: Pick<Appender, 'append'> = {
    async append(request) {
      const results = await appender.append(request);
      if (++batches === 2) await cancelImport(timeline.pool, id, 'cb-1', 'Gửi nhầm tệp', now());
      return results;
    },
  };
  await importer({ appender: cancelling }).round();
  expect(await record(id)).toMatchObject({ state: 'cancelled', rows: 450, cancelledBy: 'cb-1' });
  expect(await count('dossier')).toBe(900);
  expect(await importer().round()).toBe(false);
  expect(await cancelImport(timeline.pool, id, 'cb-1', 'lần nữa', now())).toBe(false);
});

it('a row that the database refuses keeps no other out', async () => {
  const lines = [1, 2, 3].map((n) =>
    JSON.stringify({
      dossier: {
        code: code(n),
        procedureCode: '1.005129',
        agencyCode: 'H15.50',
        channel: 'counter',
        receivedAt: '2026-03-10T08:30:00+07:00',
        applicant: { kind: 'citizen', name: 'An' },
        serviceCode: n === 2 ? '1.005129\u0000' : '1.005129',
      },
    }),
  );
  const id = await stage(lines.join('\n'));
  await importer().round();
  expect(await record(id)).toMatchObject({ state: 'done', rows: 3, adopted: 2, refused: 1 });
  expect((await faults(id)).slice(1)).toEqual([
    `2,${code(2)},,cơ sở dữ liệu từ chối nội dung của dòng (kiểm tra ký tự lạ)`,
  ]);
});

it('a baseline is read in the destination’s codes or in ours; of no destination it is a fault', async () => {
  const line = (n: number, baseline: object): string =>
    JSON.stringify({
      dossier: {
        code: code(n),
        procedureCode: '1.005129',
        agencyCode: 'H15.50',
        channel: 'counter',
        receivedAt: '2026-03-10T08:30:00+07:00',
        applicant: { kind: 'citizen', name: 'An' },
      },
      baseline: { asOf: '2026-03-11T00:00:00+07:00', ...baseline },
    });
  const id = await stage(
    [
      line(1, { status: '2' }),
      line(2, { status: 'accepted' }),
      line(3, { status: '6' }),
      line(4, { destination: 'nowhere', status: '2' }),
      line(5, { status: '77' }),
    ].join('\n'),
    'adopt-and-sync',
  );
  await importer().round();
  expect(await record(id)).toMatchObject({ adopted: 3, refused: 2 });
  expect(
    await timeline.rows(
      `select seen_status as status, s.acked_seq = s.head_seq as "inStep" from sync_state s join dossier d on d.id = s.dossier_id order by code`,
    ),
  ).toEqual([
    { status: '2', inStep: true },
    { status: '2', inStep: true },
    { status: '6', inStep: false },
  ]);
  expect((await faults(id)).slice(1).map((each) => each.split(',')[2])).toEqual([
    'baseline.destination',
    'baseline.status',
  ]);
});

it('a file that cannot be read at all fails with what to do, whatever was read before', async () => {
  const id = await stage(Buffer.concat([Buffer.from(many(5)), Buffer.from([0x0a, 0xe3, 0x20])]));
  await importer().round();
  expect(await record(id)).toMatchObject({ state: 'failed', failure: { vi: expect.stringContaining('UTF-8') } });
  expect(await count('import_piece')).toBe(0);
});

describe('an upload', () => {
  it('larger than allowed is refused and leaves nothing', async () => {
    await expect(stage(many(2_000), 'adopt', { bytesAtMost: 10_000 })).rejects.toMatchObject({
      code: 'payload-too-large',
    });
    expect(await count('import')).toBe(0);
  });

  it('cut off leaves nothing', async () => {
    async function* broken(): AsyncGenerator<Buffer> {
      yield Buffer.from(many(20_000));
      throw new Error('aborted');
    }
    await expect(stage(Readable.from(broken()))).rejects.toThrow('aborted');
    expect(await count('import_piece')).toBe(0);
  });

  it('whose process died under it is forgotten in time', async () => {
    await stage(many(1));
    await timeline.pool.query("update import set state = 'receiving'");
    expect(await dropCutOff(timeline.pool, now() + 59 * 60_000)).toBe(0);
    expect(await dropCutOff(timeline.pool, now() + 61 * 60_000)).toBe(1);
  });

  it.each([
    ['that is empty', '', null],
    ['that is no workbook', 'Mã hồ sơ', 'xlsx'],
    ['that is a workbook of the old format', Buffer.from([0xd0, 0xcf, 0x11, 0xe0]), null],
  ] as const)('%s is refused', async (_title, content, format) => {
    const staging = stage(Buffer.from(content), 'adopt', { format });
    await expect(staging).rejects.toMatchObject({ code: 'validation', facts: { detailVi: expect.any(String) } });
  });
});
