/** @module What a file is by its content, whatever its name and header say: only images of screens and papers are taken. Pure. */

export const MEDIA = { 'image/png': 'png', 'image/jpeg': 'jpg', 'application/pdf': 'pdf' } as const;
export type MediaType = keyof typeof MEDIA;

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const JPEG = Buffer.from([0xff, 0xd8, 0xff]);
const PDF = Buffer.from('%PDF-');

/** Null for anything else, also for what begins as one of these and is cut off. */
export function mediaTypeOf(content: Buffer): MediaType | null {
  const begins = (mark: Buffer): boolean => content.subarray(0, mark.length).equals(mark);
  if (begins(PNG)) return content.includes('IEND', -16) ? 'image/png' : null;
  if (begins(JPEG)) return content.includes(Buffer.from([0xff, 0xd9]), -64) ? 'image/jpeg' : null;
  if (begins(PDF)) return content.includes('%%EOF', -1024) ? 'application/pdf' : null;
  return null;
}
