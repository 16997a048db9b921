/**
 * @module How facts stand on the dossier's row: as texts of JSON, one after the other with commas between, so that an
 * append adds its own and reads none of those before it. As `jsonb` each append would take all of them apart and write them anew.
 */
import type { Fact } from './state.ts';

/** Facts as they are written. */
export const factsText = (facts: readonly Fact[]): string => facts.map((fact) => JSON.stringify(fact)).join(',');

/** The facts of a row as the list they are, under the name of the column. */
export const factsOf = (row: string): string => `('[' || ${row}.facts || ']')::json as facts`;

/** The column with others behind it. */
export const factsWith = (row: string, added: string): string =>
  `case ${row}.facts when '' then ${added} else ${row}.facts || ',' || ${added} end`;

/**
 * A pattern of `like` for rows of which some fact says this. Quotation marks inside of texts are escaped, so that no other place looks like it.
 * @param value a code, without `%`, `_` or backslash that would mean anything to `like`
 */
export const factsSay = (member: 'st' | 'r' | 'w', value: string): string =>
  `%"${member}":${JSON.stringify(value).replace(/[\\%_]/g, '\\$&')}%`;
