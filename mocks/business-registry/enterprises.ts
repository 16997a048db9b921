/** @module What the business registry writes of an enterprise: `GetEntCert`. */
import { companies, type InventedCompany, type InventedPerson, people } from '../people.ts';

const PROVINCE = '66';

/** The wire's days: midnight in Vietnam, without a zone. */
const day = (date: string): string | null => (date === '' ? null : `${date}T00:00:00`);

/** The certificate of a code; null where the registry has none. */
export function certificateOf(code: string): object | null {
  const company = companies.find(({ enterpriseCode }) => enterpriseCode === code);
  return company === undefined
    ? null
    : certificate(company, people.find((one) => one.personalId === company.representative)!);
}

const certificate = (company: InventedCompany, representative: InventedPerson): object => ({
  MaNoiBo: `NB-${company.enterpriseCode}`,
  MaSoDoanhNghiep: company.enterpriseCode,
  SoGCNDKKD: company.enterpriseCode,
  MaLoaiHinhDN: company.type,
  LoaiHinhDN: company.typeName,
  TenTiengViet: company.name,
  TenNuocNgoai: company.foreignName,
  TenVietTat: company.shortName,
  NgayDangKyLanDau: day(company.registeredOn),
  NgayDangKyThayDoi: day(company.changedOn),
  // Numbers come as texts here and as numbers elsewhere.
  SoLanDangKyThayDoi: company.changes,
  TinhTrangPhapLy: [
    {
      MaTinhTrangPhapLy: company.state,
      TinhTrangPhapLy: company.stateName,
      NgayBatDauTamNgung: day(company.suspendedFrom),
      NgayKetThucTamNgung: day(company.suspendedTo),
      LyDoTamNgung: company.suspendedWhy,
    },
  ],
  DaiDienPhapLuat: [
    {
      ThongTinCaNhan: [
        {
          HoVaTen: representative.name.toLocaleUpperCase('vi'),
          MaLoaiGiayToChungThuc: '2',
          SoGiayChungThuc: representative.personalId,
          NgayCap: '2021-06-15T00:00:00',
          NoiCap: 'Cục Cảnh sát quản lý hành chính về trật tự xã hội',
          QuocTich: 'VN',
        },
      ],
    },
  ],
  DiaChiTruSo: [
    {
      DiaChi: [
        { MaTinhThanh: PROVINCE, MaQuanHuyen: '', MaPhuongXa: company.commune, DiaChi: '', SoNha: company.address },
      ],
    },
  ],
  NganhNgheKinhDoanh: company.activities.split('|').map((activity, position) => {
    const [MaNganh, TenNganh] = activity.split(':');
    return { MaNganh, TenNganh, LaNganhChinh: position === 0 ? '1' : '0' };
  }),
});
