/** @module The register that is looked up: what was registered here, and older entries invented from whom they are about. */
import { z } from 'zod';
import { inventPerson } from '../people.ts';
import { between, seededRandom, seedOf } from '../random.ts';
import type { CivilDossiers } from './dossiers.ts';

/** By personal number, or by the entry's number in its book. */
const question = z.object({
  loaiViec: z.enum(['KS', 'KT', 'KH']),
  soDinhDanh: z
    .string()
    .regex(/^\d{12}$/, 'phải có 12 chữ số')
    .nullish(),
  soDangKy: z.string().nullish(),
  quyenSo: z.string().nullish(),
  hoTen: z.string().nullish(),
});
type Question = z.output<typeof question>;

const MODULE_OF = { KS: 'LTKS', KT: 'LTKT', KH: 'LTKH' } as const;
/** Those whose number ends in 9 are in no book, so that nothing found can be seen too. */
const IN_NO_BOOK = /9$/;

/** The entries that fit the question, or what is wrong with it. */
export function lookUp(
  asked: unknown,
  dossiers: CivilDossiers,
): { readonly entries: object[] } | { readonly wrong: string } {
  const parsed = question.safeParse(asked);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { wrong: `${issue?.path.join('.') || 'nội dung'}: ${issue?.message}` };
  }
  const { data } = parsed;
  const isByNumber = Boolean(data.soDangKy && data.quyenSo);
  if (!data.soDinhDanh && !isByNumber) return { wrong: 'cần soDinhDanh, hoặc soDangKy và quyenSo' };
  const own = [...dossiers.registered()]
    .filter(({ module }) => module === MODULE_OF[data.loaiViec])
    .map(({ result }) => ({ loaiViec: data.loaiViec, ...withoutPaper(result) }) as Record<string, unknown>)
    .filter((entry) =>
      isByNumber
        ? entry.soDangKy === data.soDangKy && entry.quyenSo === data.quyenSo
        : Object.values(entry).includes(data.soDinhDanh),
    );
  if (own.length > 0 || isByNumber) return { entries: own };
  // Old births are in the books; deaths and marriages only where someone registered them here.
  const older = data.loaiViec === 'KS' && !IN_NO_BOOK.test(data.soDinhDanh!) ? [olderBirth(data)] : [];
  return { entries: older };
}

const withoutPaper = (result: object): object =>
  Object.fromEntries(Object.entries(result).filter(([name]) => !name.startsWith('giay')));

function olderBirth({ soDinhDanh, hoTen }: Question): object {
  const random = seededRandom(seedOf(soDinhDanh!));
  const [mother, father] = [inventPerson(random), inventPerson(random)];
  const year = 1900 + Math.floor(Number(soDinhDanh![3]) / 2) * 100 + Number(soDinhDanh!.slice(4, 6));
  return {
    loaiViec: 'KS',
    soDinhDanh,
    nksHoTen: hoTen ?? inventPerson(random).name,
    nksNgaySinh: `${String(between(random, 1, 28)).padStart(2, '0')}/${String(between(random, 1, 12)).padStart(2, '0')}/${year}`,
    meHoTen: mother.name,
    chaHoTen: father.name,
    soDangKy: String(between(random, 1, 400)),
    quyenSo: `01/${year}`,
    ngayDangKy: `28/12/${year}`,
    noiDangKy: 'UBND phường Buôn Ma Thuột, tỉnh Đắk Lắk',
  };
}
