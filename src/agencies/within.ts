/** @module The condition that a row's agencies count for those asked for, as SQL. */

/** `codes` is a parameter of `AgenciesOn.codesUnder`; the index over a dossier's agencies answers it. */
export const within = (agencies: string, codes: string): string => `${agencies} && ${codes}::text[]`;

/** The same for many rows that no index narrows: the codes are looked up by their hash. */
export const withinEach = (agencies: string, codes: string): string =>
  `exists (select from unnest(${agencies}) as own (code) where own.code in (select unnest(${codes}::text[])))`;
