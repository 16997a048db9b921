/** @module Times in SQL: the program counts milliseconds since the epoch, the database keeps instants. */

/** An instant from a parameter, or another expression, in milliseconds. */
export const at = (parameter: string): string => `to_timestamp(${parameter}::float8 / 1000)`;

/** A column's instant in whole milliseconds, for where it is read as JSON. */
export const epoch = (column: string): string => `floor(extract(epoch from ${column}) * 1000)::float8`;
