/** @module The post's simulator: an order is known by dossier and kind, its repeats are marked, its states are people's acts. */
import { expect, test } from 'vitest';
import { type Json, startSimulators } from './support.ts';

const ORDER = {
  CustomerCode: 'H15',
  OrderNumber: 'H15.50-260310-0001',
  FlagConfig: '2',
  Weight: '300',
  CODAmount: '0',
  SenderName: 'UBND xã Krông Pắc',
  SenderPhone: '0900000001',
  SenderAddress: 'Thôn 1',
  SenderCommuneCode: '24490',
  ReceiverName: 'Nguyễn Văn An',
  ReceiverPhone: '0900000000',
  ReceiverAddress: 'Thôn 4',
  ReceiverCommuneCode: '24343',
};

async function post() {
  const simulators = await startSimulators();
  const call = async (service: string, body: Json, token = ''): Promise<Json> => {
    const response = await fetch(`${simulators.url}/vnpost/api/${service}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
    expect(response.status, 'whatever it says').toBe(200);
    return (await response.json()) as Json;
  };
  const { Data } = await call('token', { CustomerKey: 'h15', CustomerSecret: 'h15' });
  const { Token } = Data as { Token: string };
  return { simulators, ask: (service: string, body: Json) => call(service, body, Token), call };
}

test('an order is taken once; the same again is the same item, marked as a repeat', async () => {
  const { simulators, ask } = await post();
  const first = await ask('order', ORDER);
  expect(first).toMatchObject({ Status: '100', Data: { OrderNumber: ORDER.OrderNumber } });
  const { ItemCode } = first.Data as { ItemCode: string };
  expect(ItemCode).toMatch(/^RA\d{9}VN$/);
  expect((await ask('order', ORDER)).Data).toMatchObject({ ItemCode });
  expect((await ask('order', { ...ORDER, FlagConfig: '1' })).Data).not.toMatchObject({ ItemCode });
  const { body } = await simulators.get(`/_seen/vnpost?dossier=${ORDER.OrderNumber}`);
  expect((body.records as Json[]).map(({ effect }) => effect)).toEqual([true, false, true]);
});

test('what people there do is told by tracking, in the time of Vietnam', async () => {
  const { simulators, ask } = await post();
  await ask('order', ORDER);
  const dossier = ORDER.OrderNumber;
  await simulators.send('POST', '/_act/vnpost', { act: 'collect', dossier, at: '2026-03-10T17:30:05Z' });
  const { Data } = await ask('tracking', { OrderNumbers: [dossier, 'H15.50-260310-9999'] });
  expect(Data).toMatchObject([
    { OrderStatus: '2', Traces: [{ OrderStatus: '1' }, { OrderStatus: '2', StatusDate: '11/03/2026 00:30:05' }] },
  ]);
  expect(await ask('cancel', { OrderNumber: dossier, FlagConfig: '2' })).toMatchObject({ Status: '105' });
});

test('an order is cancelled while nobody has come for it, and may then be made anew', async () => {
  const { ask } = await post();
  const cancel = { OrderNumber: ORDER.OrderNumber, FlagConfig: '2', Reason: 'đổi ý' };
  expect(await ask('cancel', cancel)).toMatchObject({ Status: '104' });
  const first = (await ask('order', ORDER)).Data as Json;
  expect(await ask('cancel', cancel)).toMatchObject({ Status: '100' });
  const second = (await ask('order', ORDER)).Data as Json;
  expect(second.ItemCode).not.toBe(first.ItemCode);
});

test('a commune has its post office, and prices follow weight, way and money to be collected', async () => {
  const { ask } = await post();
  expect(await ask('postoffice', { CommuneCode: '24154' })).toMatchObject({
    Status: '100',
    Data: { PostName: 'Bưu cục phường Buôn Ma Thuột' },
  });
  expect(await ask('postoffice', { CommuneCode: '00001' })).toMatchObject({ Status: '104' });
  const feeOf = async (more: Json) => ((await ask('price', { ...ORDER, ...more })).Data as Json).TotalFee;
  expect(await feeOf({})).toBe('26000');
  expect(await feeOf({ ReceiverCommuneCode: '24490' })).toBe('22000');
  expect(await feeOf({ Weight: '1200', CODAmount: '2000000' })).toBe('53000');
  expect(await ask('price', { ...ORDER, ReceiverCommuneCode: '99999' })).toMatchObject({ Status: '102' });
});

test('without a token that lives nothing is done, though HTTP says 200', async () => {
  const { simulators, ask, call } = await post();
  expect(await call('order', ORDER)).toMatchObject({ Status: '101' });
  await simulators.send('PUT', '/_faults/vnpost', { expireTokens: true });
  expect(await ask('order', ORDER)).toMatchObject({ Status: '101' });
  expect((await simulators.get('/_stats/vnpost')).body).toMatchObject({ effects: 0 });
});
