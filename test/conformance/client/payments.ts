/** @module What an iGate does about money: what a dossier costs, asking for it, giving it back, and the accounts of it all. */
import { access, an, type Client, dataOf, once } from './calls.ts';

const dossierCode = access['X-Dossier'];

const SETTLED = `STT,LoaiGD,MaThamChieu,MaGiaoDich,SoTien,MaTienTe,MaNganHang,MaDonVi,ThoiGianGD,NgayQuyetToan
1,TT,LT260310083000C0FFEE,PP0A1B2C3D4E70,50000,VND,BIDV,H15.58,20260310143005,20260311
TONG,1,,,50000,VND,,,,
`;

export async function payments({ GET, POST }: Client) {
  const quote = dataOf(
    await POST('/v1/fees/quote', { body: { procedureCode: '1.005129', channel: 'online', groups: [] } }),
  );
  const payment = dataOf(
    await POST('/v1/payments', {
      params: { header: once() },
      body: {
        dossierCode,
        fees: [{ code: 'LP01', name: 'Lệ phí', kind: 'charge', amount: 50_000 }],
        payer: { ...an, address: 'Thôn 4, xã Krông Pắc', ip: '203.0.113.7' },
      },
    }),
  );
  const again = dataOf(await GET('/v1/payments/{id}', { params: { path: { id: payment.id }, header: access } }));
  const ofDossier = dataOf(await GET('/v1/payments', { params: { query: { dossierCode }, header: access } }));

  const paid = { path: { id: '5f0c6e1a-7d3b-4c58-9a61-2b8f4d9e0a17' } };
  const bill = dataOf(await GET('/v1/payments/{id}/bill', { params: { ...paid, header: access } }));
  const refunded = dataOf(
    await POST('/v1/payments/{id}/refund', {
      params: { ...paid, header: once() },
      body: { reason: 'Công dân rút hồ sơ' },
    }),
  );

  const settled = dataOf(
    await POST('/v1/settlements', {
      params: { header: access },
      body: SETTLED,
      headers: { 'Content-Type': 'text/csv' },
      bodySerializer: (file) => file,
    }),
  );
  const files = dataOf(await GET('/v1/settlements', { params: { query: { limit: 20 } } }));
  const file = dataOf(await GET('/v1/settlements/{id}', { params: { path: { id: settled.id } } }));
  const period = { from: '2026-03-01', to: '2026-03-31' };
  const differences = dataOf(await GET('/v1/payments/differences', { params: { query: period } }));
  const report = dataOf(
    await GET('/v1/reports/payments', { params: { query: { ...period, format: 'csv' } }, parseAs: 'text' }),
  );
  return {
    quote: quote.total,
    payments: [payment.state, again.id === payment.id, bill.url !== '', refunded.state],
    listedPayments: ofDossier.items.some(({ id }) => id === payment.id),
    settled: [settled.lines, file.id === settled.id, files.items.some(({ id }) => id === settled.id)],
    differences: differences.items.length,
    report: report.split(/\r?\n/)[0],
  };
}
