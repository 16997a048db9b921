/** @module One row of the table of errors, and how rows are written. */

/** Who has to act for the call to succeed. */
type Culprit = 'caller' | 'gateway' | 'upstream';

/** A text in both languages of the product. */
export interface Bilingual {
  readonly vi: string;
  readonly en: string;
}

/** One row of the table. */
export interface ErrorDeclaration {
  readonly status: number;
  readonly who: Culprit;
  /** Whether the same call may succeed later without any change. */
  readonly retryable: boolean;
  readonly title: Bilingual;
  readonly action: Bilingual;
}

type Texts = readonly [titleVi: string, titleEn: string, actionVi: string, actionEn: string];

export const row = (status: number, who: Culprit, retryable: boolean, texts: Texts): ErrorDeclaration => ({
  status,
  who,
  retryable,
  title: { vi: texts[0], en: texts[1] },
  action: { vi: texts[2], en: texts[3] },
});
export const caller = (status: number, ...texts: Texts) => row(status, 'caller', false, texts);
export const callerLater = (status: number, ...texts: Texts) => row(status, 'caller', true, texts);
export const gateway = (status: number, ...texts: Texts) => row(status, 'gateway', true, texts);
export const upstream = (status: number, ...texts: Texts) => row(status, 'upstream', false, texts);
export const upstreamLater = (status: number, ...texts: Texts) => row(status, 'upstream', true, texts);
