/** @module The tax authority's simulator: notices as XML, vouchers for what is owed, and the mistakes that are seen. */
import { expect, test } from 'vitest';
import { type Json, startGateway, startSimulators } from './support.ts';

const CODE = 'H15.50-260310-0001';
const AT = '2026-03-12T16:00:00+07:00';

async function tax() {
  const gateway = await startGateway();
  gateway.answer = { status: 207, body: '{}' };
  const { send } = await startSimulators({ webhooks: { tax: { url: `${gateway.url}/tax`, secret: 'the-key' } } });
  return {
    gateway,
    act: async (act: Json) => (await send('POST', '/_act/tax', { dossier: CODE, at: AT, ...act })).body,
    last: () => gateway.received.at(-1)!.body as Json & { readonly Data: Json },
  };
}

const xmlOf = ({ Data }: { readonly Data: Json }): string =>
  Buffer.from(Data.FileThongBaoThue as string, 'base64').toString();

test('gives out a notice for a dossier, with wrong rows beside it where it is told to', async () => {
  const { act, last } = await tax();
  const rows = [{ dossier: 'H15.50-260310-0002', amount: 'một triệu', name: 'Thuế <TNCN>' }];
  expect(await act({ act: 'send-notice', noticeNumber: 'TB-1', amount: 2_000_000, rows })).toMatchObject({
    pushed: true,
  });
  expect(last()).toMatchObject({ SecurityKey: 'the-key', Ngay: '20260312160000', IsUpdating: '0' });
  expect(xmlOf(last())).toContain(`<MA_HSO>${CODE}</MA_HSO>`);
  expect(xmlOf(last())).toContain('<NGAY_QUYET_DINH>12-03-2026</NGAY_QUYET_DINH>');
  expect(xmlOf(last())).toContain('<SO_TIEN>một triệu</SO_TIEN>');
  expect(xmlOf(last())).toContain('<TEN_TIEUMUC>Thuế &lt;TNCN&gt;</TEN_TIEUMUC>');
});

test('passes on the payment of what is still owed on a notice', async () => {
  const { act, last } = await tax();
  await act({ act: 'send-notice', noticeNumber: 'TB-1', amount: 2_000_000 });
  await act({ act: 'send-voucher', amount: 500_000 });
  await act({ act: 'send-voucher' });
  expect(last().Data).toMatchObject({
    MaHoSo: CODE,
    ThongTinThanhToan: { MaThongBaoThue: 'TB-1', SoTien: 1_500_000, ThoiGianThanhToan: '20260312160000' },
  });
  expect(await act({ act: 'send-voucher' })).toMatchObject({ message: expect.stringContaining('no notice') });
});
