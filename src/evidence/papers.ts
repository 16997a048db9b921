/** @module The papers of an evidence pack: the same case as PDF, to be sent, and as .docx, to be edited. */
import { paperTime } from '../deadlines/local-time.ts';
import { GatewayError } from '../errors.ts';
import type { Print } from '../papers/press.ts';
import { evidencePaper, type ShownImage } from './document.ts';
import type { Matter, StatedImage } from './matter.ts';

export interface Papers {
  readonly pdf: Buffer;
  readonly docx: Buffer;
}

export interface PapersOptions {
  readonly matter: Matter;
  readonly madeAt: number;
  /** The content of an image of the matter. */
  readonly read: (image: StatedImage) => Promise<Buffer>;
  readonly print: Print;
  readonly signal: AbortSignal;
}

/** An image that no paper can show still stands in the pack as its file. */
export async function papersOf({ matter, madeAt, read, print, signal }: PapersOptions): Promise<Papers> {
  const make = async (shown: readonly ShownImage[]): Promise<Papers> => {
    const paper = evidencePaper(matter, shown, madeAt);
    return { pdf: await print({ paper, file: 'pdf' }, signal), docx: await print({ paper, file: 'docx' }, signal) };
  };
  const shown: ShownImage[] = [];
  for (const image of matter.images)
    if (image.mediaType.startsWith('image/'))
      shown.push({ content: await read(image), mediaType: image.mediaType, caption: captionOf(image) });
  if (shown.length === 0) return make([]);
  try {
    return await make(shown);
  } catch (error) {
    if (signal.aborted || error instanceof GatewayError) throw error;
    return make([]);
  }
}

const captionOf = ({ name, takenAt, addedAt }: StatedImage): string =>
  takenAt === null
    ? `${name}, đính kèm lúc ${paperTime(Date.parse(addedAt))}`
    : `${name}, chụp lúc ${paperTime(Date.parse(takenAt))}`;
