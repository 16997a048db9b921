/** @module When two texts that people have typed say the same. */
const folded = (text: string): string => text.normalize('NFC').replace(/\s+/g, ' ').trim().toLowerCase();

/** Spaces, capitals and the way marks are encoded make no difference. */
export const alike = (a: string, b: string): boolean => folded(a) === folded(b);
