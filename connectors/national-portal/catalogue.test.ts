import { describe, expect, it } from 'vitest';
import { contextOf } from '../../src/connector/connections.ts';
import type { Client } from '../../src/connector/define.ts';
import type { UpstreamCall } from '../../src/connector/upstream.ts';
import connector from './connector.ts';

describe('its catalogues', () => {
  const listed = (service: string, data: readonly object[]) => {
    const calls: UpstreamCall[] = [];
    const upstream: Client = {
      name: 'national-portal',
      json: (call) => {
        calls.push(call);
        return Promise.resolve({ error_code: '0', session: 's1', data: call.path === '/mapi/g' ? data : undefined });
      },
      text: () => Promise.reject(new Error('not asked for')),
    };
    const settings = connector.settings.parse({ UNIT: 'H15' });
    const source = connector.catalogue!(contextOf(connector, { settings, upstream, now: Date.now }));
    return { source, asked: () => calls.map(({ json }) => (json as { service?: string }).service).includes(service) };
  };

  it('tell what stands in them, and name what they write that no table has', async () => {
    const { source, asked } = listed('LayDanhSachTTHC', [
      {
        MaTTHC: '1.005129',
        TenTTHC: 'Đăng ký',
        MaLinhVuc: 'G15-DD',
        TenLinhVuc: 'Đất đai',
        ThoiHanGiaiQuyet: '2,5',
        DonViThoiHan: 'Ngày làm việc',
        MucThu: '1.250.000',
      },
      {
        MaTTHC: '1.000894',
        TenTTHC: 'Kết hôn',
        ThoiHanGiaiQuyet: 'ngay khi nhận',
        DonViThoiHan: '',
        MucThu: 'theo quy định',
      },
      { MaTTHC: '2.000815', TenTTHC: 'Chứng thực' },
    ]);
    expect(await source.listProcedures!()).toEqual([
      {
        code: '1.005129',
        name: 'Đăng ký',
        sector: { code: 'G15-DD', name: 'Đất đai' },
        limit: { amount: 2.5, unit: 'working-day' },
        fees: [{ code: null, amount: 1_250_000 }],
        unread: [],
      },
      {
        code: '1.000894',
        name: 'Kết hôn',
        sector: null,
        limit: null,
        fees: null,
        unread: ['ThoiHanGiaiQuyet ngay khi nhận', 'MucThu theo quy định'],
      },
      { code: '2.000815', name: 'Chứng thực', sector: null, limit: null, fees: null, unread: [] },
    ]);
    expect(asked()).toBe(true);
  });

  it('hold agencies with those above them', async () => {
    const { source, asked } = listed('LayDanhMucCoQuan', [
      { MaCoQuan: 'H15', TenCoQuan: 'UBND tỉnh', MaCoQuanCha: '' },
      { MaCoQuan: 'H15.12', TenCoQuan: 'Sở', MaCoQuanCha: 'H15' },
    ]);
    expect(await source.listAgencies!()).toEqual([
      { code: 'H15', name: 'UBND tỉnh', parentCode: null },
      { code: 'H15.12', name: 'Sở', parentCode: 'H15' },
    ]);
    expect(asked()).toBe(true);
  });
});
