/** @module Many rows as parameters of a hot statement: one array a column, which the server reads in half the time of a JSON document of the rows. */

type Value = string | number | boolean | null | undefined;

/**
 * The columns of rows, each as the literal of an array for `unnest($1::bigint[], …)`.
 * A column of arrays is one of their literals, cast row by row; a document is a text of JSON.
 */
export const columnsOf = <Row>(rows: readonly Row[], ...columns: readonly ((row: Row) => Value)[]): string[] =>
  columns.map((read) => arrayOf(rows.map(read)));

/** The literal of an array. */
export const arrayOf = (values: readonly Value[]): string => `{${values.map(elementOf).join(',')}}`;

const SPECIAL = /["\\]/;

function elementOf(value: Value): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value !== 'string') return String(value);
  return `"${SPECIAL.test(value) ? value.replace(/["\\]/g, '\\$&') : value}"`;
}
