/** @module The documents' examples of payments: `npm start` plants the one that they read and give back, as a payer there pays it. */
import { EXAMPLE_CODE } from '../dossiers/examples.ts';

/** Planted and paid in the demo; the examples read it and give it back. */
export const EXAMPLE_PAYMENT = '5f0c6e1a-7d3b-4c58-9a61-2b8f4d9e0a17';

/** What the planted payment is for. */
export const plantedPost = {
  dossierCode: EXAMPLE_CODE,
  fees: [{ code: 'PH01', name: 'Phí thẩm định hồ sơ cấp Giấy chứng nhận', kind: 'fee' as const, amount: 200_000 }],
};

/** Asked for by the examples themselves. */
export const examplePost = {
  dossierCode: EXAMPLE_CODE,
  fees: [{ code: 'LP01', name: 'Lệ phí đăng ký biến động đất đai', kind: 'charge' as const, amount: 50_000 }],
  payer: {
    name: 'Nguyễn Văn An',
    personalId: '066090000123',
    address: 'Thôn 4, xã Krông Pắc, tỉnh Đắk Lắk',
    ip: '203.0.113.7',
  },
};

/** Handed over by an example; the demo hands it over first, so that it has this number. */
export const EXAMPLE_SETTLEMENT_ID = '1';
export const EXAMPLE_SETTLEMENT = `STT,LoaiGD,MaThamChieu,MaGiaoDich,SoTien,MaTienTe,MaNganHang,MaDonVi,ThoiGianGD,NgayQuyetToan
1,TT,LT260310083000A1B2C3,PP0A1B2C3D4E5F,50000,VND,BIDV,H15.58,20260310143005,20260311
2,TT,LT260310091500D4E5F6,PP0A1B2C3D4E60,50.000,VND,BIDV,H15.58,20260310150012,20260311
TONG,2,,,100000,VND,,,,
`;
