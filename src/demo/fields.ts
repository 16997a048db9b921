/** @module What the counter writes down of a demo dossier: applicant, papers, fees, routing. */
import type { Agency } from '../agencies/agency.ts';
import type { ProcedureVersion } from '../catalogue/catalogue.ts';
import type { DossierFields } from '../dossiers/shape.ts';
import { rfc3339 } from '../http/answer.ts';
import { inventCompany, inventPerson } from './people.ts';
import { between, pick, type Random } from './random.ts';

/** The department that resolves what communes receive for it. */
export const LAND_AGENCY = 'H15.12';
const LAND_SECTOR = 'G15-DD02';

export const isLand = (procedure: ProcedureVersion): boolean => procedure.sector.code === LAND_SECTOR;

/** Documents asked for, by sector (mã lĩnh vực); every dossier begins with a form. */
const PAPERS: Readonly<Record<string, readonly string[]>> = {
  [LAND_SECTOR]: ['Giấy chứng nhận quyền sử dụng đất', 'Hợp đồng chuyển nhượng', 'Tờ khai lệ phí trước bạ'],
  'G03-HT01': ['Giấy chứng sinh', 'Giấy xác nhận nơi cư trú'],
  'G03-CT01': ['Bản chính giấy tờ cần chứng thực'],
  'G06-DN01': ['Bản sao giấy tờ pháp lý của chủ doanh nghiệp'],
  'G06-HKD1': ['Hợp đồng thuê địa điểm kinh doanh'],
  'G17-XD01': ['Bản vẽ thiết kế xây dựng', 'Giấy chứng nhận quyền sử dụng đất'],
};

const HOUSEHOLD_SECTOR = 'G06-HKD1';
const COMPANY_SHARE_OF_LAND = 0.15;

/** The moments that stand in a dossier's fields, epoch ms. */
export interface Receipt {
  readonly submittedAt: number;
  /** Null while it waits to be accepted. */
  readonly receivedAt: number | null;
  readonly channel: 'counter' | 'online' | 'post';
  /** The date on the slip (giấy tiếp nhận hồ sơ và hẹn trả kết quả); null where the clock is left to count it. */
  readonly slipAt: number | null;
}

/** A dossier's fields; `number` is the running part of its code and numbers its papers too. */
export function inventFields(
  random: Random,
  procedure: ProcedureVersion,
  agency: Agency,
  receipt: Receipt,
  number: string,
): DossierFields {
  const applicant = inventApplicant(random, procedure, agency);
  const resolving = isLand(procedure) ? LAND_AGENCY : agency.code;
  const papers = [`Đơn đề nghị: ${procedure.name}`, ...(PAPERS[procedure.sector.code] ?? ['Giấy tờ kèm theo'])];
  return {
    procedureCode: procedure.code,
    agencyCode: agency.code,
    channel: receipt.channel,
    applicant,
    serviceCode: `${procedure.code}.01`,
    summary: `${procedure.name} - ${applicant.name}`,
    origin: 'igate',
    submittedAt: rfc3339(receipt.submittedAt),
    ...(receipt.receivedAt === null ? {} : { receivedAt: rfc3339(receipt.receivedAt) }),
    routing: { receiving: agency.code, resolving, returning: agency.code, authority: 'own' },
    ...(receipt.slipAt === null
      ? {}
      : { appointment: { at: rfc3339(receipt.slipAt), basis: 'slip' as const, documentRef: `GTN-${number}` } }),
    components: papers.map((name) => ({ name, digitised: random() < 0.8, reused: random() < 0.3 })),
    fees: [
      {
        code: 'LP01',
        name: 'Lệ phí',
        amount: between(random, 1, 20) * 5_000,
        kind: 'charge',
        paidVia: receipt.channel === 'online' ? 'portal' : 'counter',
      },
    ],
    databasesUsed: ['population'],
  };
}

function inventApplicant(
  random: Random,
  procedure: ProcedureVersion,
  agency: Agency,
): NonNullable<DossierFields['applicant']> {
  const address = `Thôn ${between(random, 1, 15)}, ${placeOf(agency)}, tỉnh Đắk Lắk`;
  if (isLand(procedure) && random() < COMPANY_SHARE_OF_LAND) {
    const { name, enterpriseCode } = inventCompany(random);
    return { kind: 'enterprise', name, enterpriseCode, address };
  }
  const { name, personalId, birthDate, sex, phone } = inventPerson(random);
  const person = { personalId, birthDate, sex, phone, address, vneidVerified: random() < 0.7 };
  if (procedure.sector.code === HOUSEHOLD_SECTOR)
    return { kind: 'household', name: `Hộ kinh doanh ${name}`, enterpriseCode: personalId, ...person };
  return { kind: 'citizen', name, ...person };
}

/** "UBND xã Ea Kar" → "xã Ea Kar"; people who hand in at the department live in the city. */
const placeOf = (agency: Agency): string =>
  agency.level === 'commune' ? agency.name.replace('UBND ', '') : 'phường Buôn Ma Thuột';

const TITLES = ['Chuyên viên', 'Công chức', 'Viên chức'];

/** Who took the step. */
export function inventOfficer(random: Random, department: string): Record<string, string> {
  return {
    id: `cb-${between(random, 100, 399)}`,
    name: inventPerson(random).name,
    title: pick(random, TITLES),
    department,
  };
}
