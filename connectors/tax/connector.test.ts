import { describe, expect, it } from 'vitest';
import type { CommandResult, PushedRow } from '../../src/connector/define.ts';
import connector from './connector.ts';
import { amountOf, dayOf, instantOf, timeOf } from './values.ts';

const CODE = 'H15.50-260310-0001';
const OTHER = 'H15.50-260310-0002';
const KEY = 'the-key-of-the-tax-office';
const RECEIVED = Date.parse('2026-03-12T16:00:05+07:00');
const SENT = '20260312160000';
const webhook = connector.webhook!;

const row = (code: string, ...charges: string[]) => `<ROW_LIST><MA_HSO>${code}</MA_HSO>${charges.join('')}</ROW_LIST>`;
const charge = (number: string, amount: string, day = '12-03-2026') =>
  `<LIST><MA_SO_THUE>9900000019</MA_SO_THUE><SO_QUYET_DINH>${number}</SO_QUYET_DINH><NGAY_QUYET_DINH>${day}</NGAY_QUYET_DINH><TEN_TIEUMUC>Lệ phí</TEN_TIEUMUC><SO_TIEN>${amount}</SO_TIEN></LIST>`;
const xml = (...rows: string[]) => `<?xml version="1.0"?><DATA><BODY>${rows.join('')}</BODY></DATA>`;
const notice = (text: string, more: object = {}) => ({
  SecurityKey: KEY,
  Service: 'ThongBaoThue',
  Ngay: SENT,
  IsUpdating: '0',
  Data: { FileThongBaoThue: Buffer.from(text).toString('base64') },
  ...more,
});
const payment = (more: object = {}) => ({
  MaThongBaoThue: 'TB-1',
  SoTien: 1_500_000,
  ThoiGianThanhToan: '20260313091500',
  TrangThaiThanhToan: 1,
  NoiDungThanhToan: 'Nộp lệ phí',
  ...more,
});
const voucher = (more: object = {}, code: string = CODE) => ({
  SecurityKey: KEY,
  Service: 'ChungTuThue',
  IsUpdating: '0',
  Data: { MaHoSo: code, MaSoThue: '9900000019', ThongTinThanhToan: payment(more), HoTenNguoiNopTien: 'Nguyễn Văn An' },
});

function map(message: unknown) {
  const body = Buffer.from(typeof message === 'string' ? message : JSON.stringify(message));
  return webhook.map({
    operation: null,
    body,
    receivedAt: RECEIVED,
    settings: connector.settings.parse({}),
    language: 'en',
  });
}

function taken(message: unknown) {
  const mapped = map(message);
  if (!('commands' in mapped)) throw new Error(JSON.stringify(mapped));
  return { commands: mapped.commands, rows: mapped.rows! };
}
const faultsOf = (message: unknown) => taken(message).rows.flatMap(({ violations }) => violations);

describe('a notice', () => {
  it('pauses each of its dossiers for the citizen’s payment, owing what it asks for', () => {
    const { commands, rows } = taken(
      notice(xml(row(CODE, charge('TB-1', '1500000'), charge('TB-2', '90.000')), row(OTHER, charge('TB-3', '5')))),
    );
    expect(rows).toEqual([
      { name: CODE, command: 0, violations: [] },
      { name: OTHER, command: 1, violations: [] },
    ]);
    expect(commands[0]).toMatchObject({
      source: 'tax',
      operation: 'ThongBaoThue',
      ref: { code: CODE, alias: null },
      kind: 'status',
      status: 'paused',
      reason: 'citizen-payment',
      occurredAt: Date.parse('2026-03-12T16:00:00+07:00'),
      obligations: [
        ['TB-1', 1_500_000],
        ['TB-2', 90_000],
      ],
      opens: null,
      onFault: 'quarantine',
      body: { amount: 1_590_000, document: { number: 'TB-1, TB-2', date: '2026-03-12' } },
    });
  });

  it('adds up the charges of one decision', () => {
    const { commands } = taken(notice(xml(row(CODE, charge('TB-1', '100'), charge('TB-1', '50')))));
    expect(commands[0]!.obligations).toEqual([['TB-1', 150]]);
  });

  it('is the same event whenever it is told, unless it says that it changes', () => {
    const [again, updated] = [
      notice(xml(row(CODE, charge('TB-1', '100'))), { Ngay: '20260313080000' }),
      notice(xml(row(CODE, charge('TB-1', '80'))), { IsUpdating: 'true' }),
    ];
    const idOf = (message: unknown) => taken(message).commands[0]!.eventId;
    expect(idOf(again)).toBe(idOf(notice(xml(row(CODE, charge('TB-1', '100'))))));
    expect(idOf(updated)).not.toBe(idOf(again));
  });

  it.each([
    ['an amount that is a word', charge('TB-1', 'một triệu'), 'LIST[1]/SO_TIEN'],
    ['no amount', charge('TB-1', ''), 'LIST[1]/SO_TIEN'],
    ['a negative amount', charge('TB-1', '-5'), 'LIST[1]/SO_TIEN'],
    ['half a đồng', charge('TB-1', '1.5'), 'LIST[1]/SO_TIEN'],
    ['a day that does not exist', charge('TB-1', '5', '31-02-2026'), 'LIST[1]/NGAY_QUYET_DINH'],
    ['year one', charge('TB-1', '5', '01-01-0001'), 'LIST[1]/NGAY_QUYET_DINH'],
    ['a day written otherwise', charge('TB-1', '5', '2026-03-12'), 'LIST[1]/NGAY_QUYET_DINH'],
    ['no number of its decision', charge('', '5'), 'LIST/0/SO_QUYET_DINH'],
    ['nothing in it', '', 'LIST'],
  ])('a row with %s is named with its place, and the others are taken', (_title, charges, path) => {
    const message = notice(xml(row(CODE, charges), row(OTHER, charge('TB-9', '5'))));
    const { commands, rows } = taken(message);
    expect(commands.map(({ ref }) => ref.code)).toEqual([OTHER]);
    expect(rows[0]).toMatchObject({ name: CODE, command: null });
    expect(rows[0]!.violations[0]!.path).toBe(`$.Data.FileThongBaoThue/DATA/BODY/ROW_LIST[1]/${path}`);
  });

  it('takes all charges of a dossier or none', () => {
    const { commands } = taken(notice(xml(row(CODE, charge('TB-1', '5'), charge('TB-2', 'x')))));
    expect(commands).toEqual([]);
  });

  it('names a dossier that stands in it twice', () => {
    expect(faultsOf(notice(xml(row(CODE, charge('TB-1', '5')), row(CODE, charge('TB-2', '5')))))[0]!.path).toMatch(
      /ROW_LIST\[2\]\/MA_HSO$/,
    );
  });

  it.each([
    ['no base64', notice('', { Data: { FileThongBaoThue: '!!!' } })],
    ['no XML', notice('ROW_LIST')],
    ['XML with entities', notice(`<!DOCTYPE x [<!ENTITY e "1">]>${xml(row(CODE, charge('TB-1', '&e;')))}`)],
    ['XML of another shape', notice('<DATA><BODY/></DATA>')],
    ['no UTF-8', notice('', { Data: { FileThongBaoThue: Buffer.from([0x3c, 0xff]).toString('base64') } })],
  ])('that is %s is refused as a whole, with where', (_title, message) => {
    const mapped = map(message);
    expect('unreadable' in mapped && mapped.unreadable[0]!.path.startsWith('$.Data.FileThongBaoThue')).toBe(true);
  });
});

describe('a voucher', () => {
  it('says what was paid of which notice, and keeps nobody’s name', () => {
    const { commands } = taken(voucher());
    expect(commands).toMatchObject([
      {
        status: 'resumed',
        reason: null,
        ref: { code: CODE },
        occurredAt: Date.parse('2026-03-13T09:15:00+07:00'),
        obligations: [['TB-1', 1_500_000]],
        body: { amount: 1_500_000, document: { number: 'TB-1' }, note: 'Nộp lệ phí' },
      },
    ]);
    expect(JSON.stringify(commands)).not.toContain('Nguyễn Văn An');
  });

  it('may carry the payment beside the dossier, and come with others', () => {
    const flat = { SecurityKey: KEY, Data: { MaHoSo: CODE, ...payment({ SoTien: '1,500,000' }) } };
    expect(taken(flat).commands[0]!.obligations).toEqual([['TB-1', 1_500_000]]);
    const { rows } = taken({ SecurityKey: KEY, Data: [flat.Data, { MaHoSo: OTHER, ...payment({ SoTien: 'x' }) }] });
    expect(rows.map(({ name, command }) => [name, command])).toEqual([
      [CODE, 0],
      [OTHER, null],
    ]);
    expect(rows[1]!.violations[0]!.path).toBe('$.Data[1].SoTien');
  });

  it.each([
    ['no amount', { SoTien: null }, 'SoTien'],
    ['an amount of nothing', { SoTien: 0 }, 'SoTien'],
    ['a time of year one', { ThoiGianThanhToan: '00010101000000' }, 'ThoiGianThanhToan'],
    ['an hour that does not exist', { ThoiGianThanhToan: '20260313251500' }, 'ThoiGianThanhToan'],
    ['no notice', { MaThongBaoThue: '' }, 'MaThongBaoThue'],
    ['a payment that failed', { TrangThaiThanhToan: 0 }, 'TrangThaiThanhToan'],
  ])('with %s is named', (_title, more, member) => {
    expect(faultsOf(voucher(more)).map(({ path }) => path)).toEqual([`$.Data.ThongTinThanhToan.${member}`]);
  });

  it('finds a dossier by the tax office’s own number for it', () => {
    expect(taken(voucher({}, 'NVTC-77')).commands[0]!.ref).toEqual({
      code: null,
      alias: { system: 'tax', code: 'NVTC-77' },
    });
  });
});

describe('its proof', () => {
  const proves = (message: unknown, ...secrets: string[]) =>
    webhook.proves!(Buffer.from(JSON.stringify(message)), secrets);

  it('is the key in the message, of which two may be right', () => {
    expect([
      proves(voucher(), KEY),
      proves(voucher(), 'another-key', KEY),
      proves(voucher(), 'another-key'),
      proves(voucher()),
    ]).toEqual([true, true, false, false]);
    expect([proves({}, KEY), proves({ SecurityKey: 1 }, KEY), webhook.proves!(Buffer.from('{'), [KEY])]).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('is not kept with the message', () => {
    const kept = webhook.kept!(
      Buffer.from(JSON.stringify({ ...voucher(), SecurityKey: 'a "quoted" key' }, null, 1)),
    ).toString();
    expect(kept).not.toContain('quoted');
    expect(JSON.parse(kept)).toMatchObject({ SecurityKey: '***', Data: { MaHoSo: CODE } });
  });
});

describe('its answer', () => {
  const good: PushedRow = { name: CODE, command: 0, violations: [] };
  const bad: PushedRow = { name: OTHER, command: null, violations: [{ path: '$.x', message: 'is wrong' }] };
  const accepted = { outcome: 'accepted', dossierId: 1, code: CODE, seq: 3, created: false } as CommandResult;
  const unknown: CommandResult = { outcome: 'quarantined', reason: 'unknown-dossier', detail: 'not known here' };

  it.each([
    ['all were taken', [accepted], [good], 200, '0'],
    ['it came before', [{ outcome: 'duplicate', dossierId: 1, seq: 3 } as CommandResult], [good], 200, '0'],
    ['some were taken', [accepted], [good, bad], 207, '1'],
    ['its dossier is not known', [unknown], [good], 422, '1'],
    ['none could be read', [], [bad], 422, '1'],
  ])('says row by row what became of it: %s', (_title, results, rows, status, code) => {
    const reply = webhook.reply!.taken(results, rows);
    expect(reply).toMatchObject({ status, body: { error_code: code } });
    expect(webhook.reply!.schema.parse(reply.body)).toMatchObject({ data: rows.map(({ name }) => ({ MA_HSO: name })) });
  });

  it('names the fault of a message, and asks for it again where it could not be kept', () => {
    expect(webhook.reply!.unreadable!([{ path: '$.Data', message: 'is missing' }])).toMatchObject({
      status: 400,
      body: { message: '$.Data: is missing' },
    });
    expect(webhook.reply!.failed('quá tải')).toMatchObject({ status: 503, body: { message: 'quá tải' } });
  });
});

describe('values', () => {
  it.each([
    ['1500000', 1_500_000],
    [1_500_000, 1_500_000],
    ['1500000.00', 1_500_000],
    ['1.500.000', 1_500_000],
    ['1,500,000', 1_500_000],
    ['0', 0],
    ['1.500,000', null],
    ['15e5', null],
    [Number.NaN, null],
    ['', null],
    [null, null],
    ['99999999999999', null],
  ])('the amount %s is %s', (written, amount) => {
    expect(amountOf(written)).toBe(amount);
  });

  it.each([
    ['12-03-2026', '2026-03-12'],
    ['12/03/2026', '2026-03-12'],
    ['29-02-2026', null],
    ['1-3-2026', null],
  ])('the day %s is %s', (written, day) => {
    expect(dayOf(written)).toBe(day);
  });

  it.each([
    ['20260312160000', '2026-03-12T16:00:00+07:00'],
    ['202603121600', '2026-03-12T16:00:00+07:00'],
    ['2026-03-12T09:00:00Z', '2026-03-12T16:00:00+07:00'],
    ['12/03/2026', null],
  ])('the time %s is %s', (written, time) => {
    expect(timeOf(written)).toBe(time === null ? null : Date.parse(time));
  });

  it('a day happened when it was told, received, or by the close', () => {
    const sent = Date.parse('2026-03-12T16:00:00+07:00');
    expect(instantOf('2026-03-12', sent, RECEIVED)).toBe(sent);
    expect(instantOf('2026-03-12', null, RECEIVED)).toBe(RECEIVED);
    expect(instantOf('2026-03-11', sent, RECEIVED)).toBe(Date.parse('2026-03-11T17:00:00+07:00'));
  });
});
