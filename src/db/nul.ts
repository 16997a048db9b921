/** @module The one character that no text of the database can hold. */

/** Whether something of that name can stand in the database at all: asking for one that cannot is an error there. */
export const canStand = (name: string): boolean => !name.includes('\0');
