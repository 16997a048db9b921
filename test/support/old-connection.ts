/** @module The connection that a province had before: straight to the portal's wire, in the name of its own officer. */

/** What it says of any dossier. */
const RECORD = {
  MaTTHC: '1.005129',
  TenTTHC: 'Đăng ký biến động',
  MaLinhVuc: 'G15-DD',
  TenLinhVuc: 'Đất đai',
  KenhThucHien: '2',
  ChuHoSo: 'Nguyễn Văn An',
  LoaiDoiTuong: '1',
  NgayTiepNhan: '20260310083000',
  TrangThaiHoSo: '2',
  DonViXuLy: 'UBND phường Tân Lập',
};
const STEP = { NguoiXuLy: 'Lê Thị Bình', PhongBanXuLy: 'Bộ phận Một cửa', NoiDungXuLy: 'Cập nhật tiến độ' };

export interface OldConnection {
  /** DongBoHoSoMC of one dossier. */
  dossier(record: Readonly<Record<string, string | readonly object[]>>, isUpdating: boolean): Promise<void>;
  /** CapNhatTienDoHoSoMC of one step: dossier, status code, `yyyyMMddHHmmss`. */
  progress(MaHoSo: string, TrangThai: string, ThoiDiemXuLy: string): Promise<void>;
}

/** @param simulators where the portal's simulator is */
export async function openOldConnection(simulators: string): Promise<OldConnection> {
  const call = async (path: string, body: object): Promise<Record<string, unknown>> => {
    const response = await fetch(`${simulators}/national-portal/mapi/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return (await response.json()) as Record<string, unknown>;
  };
  const { session } = await call('login', { username: 'h15', password: 'h15' });
  const post = async (service: string, body: object): Promise<void> => {
    const { error_code, message } = await call('g', { session, madonvi: 'H15', service, ...body });
    if (Number(error_code) !== 0) throw new Error(`${service}: ${error_code} ${message}`);
  };
  return {
    dossier: (record, isUpdating) =>
      post('DongBoHoSoMC', { isUpdating: isUpdating ? 'True' : 'False', data: [{ ...RECORD, ...record }] }),
    progress: (MaHoSo, TrangThai, ThoiDiemXuLy) =>
      post('CapNhatTienDoHoSoMC', { data: [{ ...STEP, MaHoSo, TrangThai, ThoiDiemXuLy }] }),
  };
}
