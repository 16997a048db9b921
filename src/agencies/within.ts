/** @module The condition that a row's agencies count for those asked for, as SQL. */

/** `codes` is a parameter of `AgenciesOn.codesUnder`; the index over a dossier's agencies answers it. */
export const within = (agencies: string, codes: string): string => `${agencies} && ${codes}::text[]`;

/** For the agency asked for, if any, and for the caller: the narrower is looked at first, for a caller may bring a thousand codes. */
export const withinBoth = (agencies: string, asked: string, own: string): string =>
  `(${asked}::text[] is null or ${within(agencies, asked)}) and ${within(agencies, own)}`;

/** The same for many rows that no index narrows: the codes are looked up by their hash. */
export const withinEach = (agencies: string, codes: string): string =>
  `exists (select from unnest(${agencies}) as own (code) where own.code in (select unnest(${codes}::text[])))`;
