import { describe, expect, it } from 'vitest';
import type { Order } from '../../src/capabilities/delivery.ts';
import { failureOf, joined, run } from '../../test/support/connector.ts';
import connector from './connector.ts';
import { trackedOf } from './mapping.ts';

const CODE = 'H15.50-260310-0001';
const ITEM = 'RA990000010VN';
const ORDER: Order = {
  dossierCode: CODE,
  kind: 'result',
  sender: { name: 'UBND xã Krông Pắc', phone: '0900000001', address: 'Thôn 1', communeCode: '24490' },
  receiver: { name: 'Nguyễn Văn An', phone: '0900000000', address: 'Thôn 4', communeCode: '24343' },
  weightGrams: 300,
  codAmount: 50_000,
  note: null,
};
const done = (Data: unknown) => ({ Status: '100', Message: 'Thành công', Data });

/** The connector over a post that gives a token and answers the calls in turn; what they carried. */
function post(...answers: [service: string, answer: object][]) {
  const { context, at, probe } = joined(connector, {
    CUSTOMER_CODE: 'H15',
    CUSTOMER_KEY: 'khoa',
    CUSTOMER_SECRET: 'mat',
  });
  const sent: unknown[] = [];
  at.post('/api/token', { CustomerKey: 'khoa', CustomerSecret: 'mat' }).reply(
    200,
    done({ Token: 't1', ExpiresIn: '3600' }),
  );
  for (const [service, answer] of answers)
    at.post(`/api/${service}`)
      .matchHeader('authorization', 'Bearer t1')
      .reply(200, async (request: Request) => {
        sent.push(await request.json());
        return answer;
      });
  return { context, at, probe, sent, carrier: connector.delivery!(context) };
}

describe('an order', () => {
  it('carries the dossier’s code as its number, both ends, and every number as a text', async () => {
    const { carrier, sent } = post(['order', done({ OrderNumber: CODE, ItemCode: ITEM, TotalFee: '26000' })]);
    expect(await carrier.order(ORDER)).toEqual({ itemCode: ITEM, fee: 26_000 });
    expect(sent).toEqual([
      {
        CustomerCode: 'H15',
        OrderNumber: CODE,
        FlagConfig: '2',
        Weight: '300',
        CODAmount: '50000',
        SenderName: 'UBND xã Krông Pắc',
        SenderPhone: '0900000001',
        SenderAddress: 'Thôn 1',
        SenderCommuneCode: '24490',
        ReceiverName: 'Nguyễn Văn An',
        ReceiverPhone: '0900000000',
        ReceiverAddress: 'Thôn 4',
        ReceiverCommuneCode: '24343',
        Note: '',
      },
    ]);
  });

  it('without an item number yet is an order all the same', async () => {
    const { carrier } = post(['order', done({ OrderNumber: CODE, ItemCode: '' })]);
    expect(await carrier.order({ ...ORDER, kind: 'papers' })).toEqual({ itemCode: null, fee: null });
  });

  it.each([
    ['an item number with a wrong check digit', { OrderNumber: CODE, ItemCode: 'RA990000018VN' }, '$.Data.ItemCode'],
    ['another order’s number', { OrderNumber: 'H15.50-260310-0002', ItemCode: ITEM }, '$.Data.OrderNumber'],
    ['a fee that is no number', { OrderNumber: CODE, ItemCode: ITEM, TotalFee: '26.000đ' }, '$.Data.TotalFee'],
    ['nothing', null, '$.Data'],
  ])('answered with %s is a broken contract, and nobody knows whether it was taken', async (_title, data, path) => {
    const { carrier } = post(['order', done(data)]);
    expect(await failureOf(carrier.order(ORDER))).toMatchObject({
      kind: 'contract',
      facts: { path, outcome: 'unknown' },
    });
  });
});

describe('a Status that is not "100" is no success in the disguise of HTTP 200', () => {
  it.each([
    ['102', 'rejected', 'not-done'],
    ['104', 'rejected', 'not-done'],
    ['105', 'rejected', 'not-done'],
    ['199', 'contract', 'unknown'],
    [100.5, 'contract', 'unknown'],
  ])('%s', async (Status, kind, outcome) => {
    const { carrier } = post(['order', { Status, Message: 'Lời của bưu điện' }]);
    expect(await failureOf(carrier.order(ORDER))).toMatchObject({ kind, facts: { outcome } });
  });

  it('the words of a refusal are kept', async () => {
    const { carrier } = post(['cancel', { Status: '105', Message: 'Đơn đã được thu gom' }]);
    expect(await failureOf(carrier.cancel(ORDER, 'đổi ý'))).toMatchObject({
      facts: { words: '105: Đơn đã được thu gom' },
    });
  });

  it('a token that has ended is replaced once, and the call made again', async () => {
    const { context, at } = joined(connector);
    at.post('/api/token').reply(200, done({ Token: 'old' }));
    at.post('/api/cancel').matchHeader('authorization', 'Bearer old').reply(200, { Status: '101', Message: 'Hết hạn' });
    at.post('/api/token').reply(200, done({ Token: 'new' }));
    at.post('/api/cancel').matchHeader('authorization', 'Bearer new').reply(200, { Status: '100' });
    await expect(connector.delivery!(context).cancel(ORDER, 'đổi ý')).resolves.toBeUndefined();
  });

  it('a wrong key is a wrong key, asked for once', async () => {
    const { context, at } = joined(connector);
    at.post('/api/token').reply(200, { Status: '101', Message: 'CustomerKey không đúng' });
    expect(await failureOf(connector.delivery!(context).cancel(ORDER, 'x'))).toMatchObject({ kind: 'auth' });
  });
});

describe('tracking', () => {
  const trace = (OrderStatus: string, StatusDate: string, Note = '') => ({ OrderStatus, StatusDate, Note });
  const record = {
    OrderNumber: CODE,
    FlagConfig: '2',
    ItemCode: ITEM,
    OrderStatus: '2',
    Traces: [trace('2', '11/03/2026 00:30:05', 'Nhân viên đến lấy'), trace('1', '10/03/2026 14:30:05')],
  };
  const at = (time: string): number => Date.parse(`${time}+07:00`);

  it('tells the steps in the order of time, in Viet Nam’s time of 24 hours', () => {
    expect(trackedOf(record, '[0]')).toEqual({
      dossierCode: CODE,
      kind: 'result',
      itemCode: ITEM,
      state: 'collecting',
      steps: [
        { state: 'registered', at: at('2026-03-10T14:30:05'), note: null },
        { state: 'collecting', at: at('2026-03-11T00:30:05'), note: 'Nhân viên đến lấy' },
      ],
    });
  });

  it.each([
    ['1', 'registered'],
    ['2', 'collecting'],
    ['3', 'handed-over'],
    ['4', 'cancelled'],
  ])('OrderStatus %s is %s', (OrderStatus, state) => {
    expect(trackedOf({ ...record, OrderStatus }, '[0]').state).toBe(state);
  });

  it.each([
    ['a state of no table', { OrderStatus: '9' }, '$.Data[0].OrderStatus'],
    ['a kind of no table', { FlagConfig: '3' }, '$.Data[0].FlagConfig'],
    ['no step at all', { Traces: [] }, '$.Data[0].Traces'],
    ['a time of twelve hours', { Traces: [trace('1', '10/03/2026 02:30:05 CH')] }, '$.Data[0].Traces[0].StatusDate'],
    ['a time in UTC', { Traces: [trace('1', '2026-03-10T07:30:05Z')] }, '$.Data[0].Traces[0].StatusDate'],
    ['a wrong item number', { ItemCode: 'RA000000001VN' }, '$.Data[0].ItemCode'],
  ])('with %s is a broken contract that names the place', async (_title, wrong, path) => {
    const { carrier } = post(['tracking', done([{ ...record, ...wrong }])]);
    const failure = await failureOf(carrier.tracking.track([ORDER]));
    expect(failure).toMatchObject({ kind: 'contract', facts: { path } });
    // What came is at hand for whoever finds out what has changed.
    expect(failure.answer).toContain(CODE);
  });

  it('asks about each number once and answers in the order of the question', async () => {
    const { carrier, sent } = post(['tracking', done([record])]);
    const other = { dossierCode: 'H15.50-260310-0002', kind: 'result' } as const;
    const told = await carrier.tracking.track([other, ORDER, { ...ORDER, kind: 'papers' }]);
    expect(told.map((order) => order?.dossierCode ?? null)).toEqual([null, CODE, null]);
    expect(sent).toEqual([{ CustomerCode: 'H15', OrderNumbers: ['H15.50-260310-0002', CODE] }]);
  });
});

describe('operations', () => {
  it('a price is told in whole đồng, whether the post writes texts or numbers', async () => {
    const { context, sent } = post(['price', done({ MainFee: '26000', CODFee: 8000, TotalFee: '34000' })]);
    const asked = { fromCommuneCode: '24490', toCommuneCode: '24343', weightGrams: 300, codAmount: 2_000_000 };
    expect(await run(connector, 'priceDelivery', context, asked)).toEqual({
      currency: 'VND',
      main: 26_000,
      cod: 8_000,
      total: 34_000,
    });
    expect(sent).toMatchObject([{ Weight: '300', CODAmount: '2000000' }]);
  });

  it('a commune leads to its post office, and one that none serves is not found', async () => {
    const { context } = post(
      ['postoffice', done({ PostCode: '634490', PostName: 'Bưu cục xã Krông Pắc', Phone: '' })],
      ['postoffice', { Status: '104', Message: 'Không tìm thấy' }],
    );
    const ask = () => run(connector, 'findPostOffice', context, { communeCode: '24490' });
    expect(await ask()).toEqual({
      communeCode: '24490',
      code: '634490',
      name: 'Bưu cục xã Krông Pắc',
      phone: null,
    });
    await expect(ask()).rejects.toMatchObject({ code: 'not-found' });
  });

  it('its health call is a log-in', async () => {
    const { probe } = post();
    await expect(probe()).resolves.toBeUndefined();
  });
});
