/** @module How the province's catalogues and another side's may differ, and what a side may tell. */
import type { Bilingual } from '../../errors.ts';

export const SUBJECTS = ['procedure', 'agency'] as const;
export type Subject = (typeof SUBJECTS)[number];

export const SUBJECT_WORDS: Readonly<Record<Subject, Bilingual>> = {
  procedure: { vi: 'Thủ tục', en: 'Procedure' },
  agency: { vi: 'Cơ quan', en: 'Agency' },
};

export const CATALOGUE_KINDS = [
  'only-here',
  'only-there',
  'ended-here',
  'code-differs',
  'name-differs',
  'sector-differs',
  'limit-differs',
  'fees-differ',
  'parent-differs',
] as const;
export type CatalogueKind = (typeof CATALOGUE_KINDS)[number];

export const KIND_WORDS: Readonly<Record<CatalogueKind, Bilingual>> = {
  'only-here': { vi: 'Chỉ có ở tỉnh', en: 'Only the province has it' },
  'only-there': { vi: 'Chỉ có ở bên kia', en: 'Only the other side has it' },
  'ended-here': { vi: 'Ở tỉnh đã hết hiệu lực, bên kia vẫn còn', en: 'Ended here, the other side still has it' },
  'code-differs': { vi: 'Bên kia dùng mã cũ', en: 'The other side goes by a former code' },
  'name-differs': { vi: 'Tên khác nhau', en: 'The names differ' },
  'sector-differs': { vi: 'Lĩnh vực khác nhau', en: 'The sectors differ' },
  'limit-differs': { vi: 'Thời hạn giải quyết khác nhau', en: 'The limits differ' },
  'fees-differ': { vi: 'Phí, lệ phí khác nhau', en: 'The fees differ' },
  'parent-differs': { vi: 'Cơ quan cấp trên khác nhau', en: 'The agencies above differ' },
};

/** What is compared; what a side tells nothing of is named, so that silence is not taken for agreement. */
export const FACTS = ['procedures', 'names', 'sectors', 'limits', 'fees', 'agencies'] as const;
export type Fact = (typeof FACTS)[number];

export const FACT_WORDS: Readonly<Record<Fact, Bilingual>> = {
  procedures: { vi: 'thủ tục', en: 'procedures' },
  names: { vi: 'tên thủ tục', en: 'names of procedures' },
  sectors: { vi: 'lĩnh vực', en: 'sectors' },
  limits: { vi: 'thời hạn giải quyết', en: 'limits' },
  fees: { vi: 'phí, lệ phí', en: 'fees' },
  agencies: { vi: 'cơ quan', en: 'agencies' },
};

/** What differs in one thing; both values as people read them, in Vietnamese. */
export interface CatalogueDifference {
  readonly subject: Subject;
  readonly kind: CatalogueKind;
  /** Of a procedure the national part of its code, by which both sides are compared; of an agency the code it goes by here. */
  readonly code: string;
  readonly ours: string | null;
  readonly theirs: string | null;
}

/** Which of the province's procedures a list should hold: each of them, those that its side resolves, or no more than it has. */
export const COVERS = ['all', 'own', 'listed'] as const;
export type Covers = (typeof COVERS)[number];
