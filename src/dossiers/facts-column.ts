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

/** Members of a fact by which rows are found. */
type Said = 'st' | 'r' | 'w';

/** What stands in a row of which some fact says this. Quotation marks inside of texts are escaped, so that no other place looks like it. */
export const factsSay = (member: Said, value: string): string => `"${member}":${JSON.stringify(value)}`;

/** Whether a row says this; `position` skips what `like` would compare letter by letter. @param said an expression for what `factsSay` gives */
export const factsHave = (row: string, said: string): string => `position(${said} in ${row}.facts) > 0`;

/** Whether a row says any of these. Most say nothing of the kind, which is told by the member's name. @param said an expression for an array */
export const factsHaveAny = (row: string, members: readonly Said[], said: string): string => `
  ((${members.map((member) => factsHave(row, `'"${member}":'`)).join(' or ')})
   and exists (select from unnest(${said}) as said where ${factsHave(row, 'said')}))`;
