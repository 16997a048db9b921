/** @module The files of an evidence pack, their digests and the signature over those, streamed as one ZIP. */
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { paperTime } from '../deadlines/local-time.ts';
import { toDocx } from '../papers/docx.ts';
import type { Paper } from '../papers/paper.ts';
import { toPdf } from '../papers/pdf.ts';
import { evidencePaper, type ShownImage } from './document.ts';
import type { Matter, StatedImage } from './matter.ts';
import type { Signer } from './signing.ts';

/** Where the public half of the signing key is published. */
export const KEY_PATH = '/.well-known/lienthong-evidence-key.pem';

export interface PackFilesOptions {
  readonly matter: Matter;
  readonly madeAt: number;
  readonly signer: Signer;
  /** The gateway's own address, for the reader to fetch the key from. */
  readonly publicUrl: string;
  /** The content of an image of the matter. */
  readonly read: (image: StatedImage) => Promise<Buffer>;
}

/** The ZIP as a stream; files are added one after the other, so that one image at a time is held. */
export function packFiles(options: PackFilesOptions): Readable {
  const zip = new ZipFile();
  addAll(zip, options).then(
    () => zip.end(),
    (error: Error) => zip.outputStream.emit('error', error),
  );
  return zip.outputStream as Readable;
}

async function addAll(zip: ZipFile, { matter, madeAt, signer, publicUrl, read }: PackFilesOptions): Promise<void> {
  const digests: string[] = [];
  const add = (name: string, content: Buffer | string): void => {
    const bytes = Buffer.from(content as string);
    digests.push(`${createHash('sha256').update(bytes).digest('hex')}  ${name}\n`);
    put(name, bytes);
  };
  const put = (name: string, bytes: Buffer): void => zip.addBuffer(bytes, name, { mtime: new Date(madeAt) });
  const shown: ShownImage[] = [];
  for (const image of matter.images) {
    const content = await read(image);
    add(image.name, content);
    if (image.mediaType.startsWith('image/'))
      shown.push({ content, mediaType: image.mediaType, caption: captionOf(image) });
  }
  const { pdf, docx } = await papers(matter, shown, madeAt);
  add('ho-so-chung-minh.pdf', pdf);
  add('ho-so-chung-minh.docx', docx);
  add('ho-so-chung-minh.json', `${JSON.stringify({ madeAt: new Date(madeAt).toISOString(), ...matter }, null, 2)}\n`);
  for (const { exchanges } of matter.dossiers)
    for (const { name, request, answer } of exchanges) {
      add(`trao-doi/${name}-yeu-cau.json`, request);
      if (answer !== null) add(`trao-doi/${name}-tra-loi.json`, answer);
    }
  add('khoa-cong-khai.pem', signer.publicKey);
  add('CACH-KIEM-TRA.txt', howToCheck(publicUrl));
  const sums = Buffer.from(digests.join(''));
  put('SHA256SUMS', sums);
  put('SHA256SUMS.sig', signer.sign(sums));
}

/** An image that no paper can show still stands in the pack as its file. */
async function papers(
  matter: Matter,
  shown: readonly ShownImage[],
  madeAt: number,
): Promise<{ pdf: Buffer; docx: Buffer }> {
  const make = async (paper: Paper) => ({ pdf: await toPdf(paper), docx: await toDocx(paper) });
  if (shown.length === 0) return make(evidencePaper(matter, [], madeAt));
  try {
    return await make(evidencePaper(matter, shown, madeAt));
  } catch {
    return make(evidencePaper(matter, [], madeAt));
  }
}

const captionOf = ({ name, takenAt, addedAt }: StatedImage): string =>
  takenAt === null
    ? `${name}, đính kèm lúc ${paperTime(Date.parse(addedAt))}`
    : `${name}, chụp lúc ${paperTime(Date.parse(takenAt))}`;

const howToCheck = (publicUrl: string): string => `CÁCH KIỂM TRA BỘ TỆP NÀY

1. Các tệp không bị sửa (Linux, macOS; trên Windows dùng Git Bash):
   sha256sum -c SHA256SUMS

2. Danh sách mã SHA-256 do cổng kết nối của tỉnh ký (Ed25519, OpenSSL 3.0 trở lên):
   openssl pkeyutl -verify -pubin -inkey khoa-cong-khai.pem -rawin -in SHA256SUMS -sigfile SHA256SUMS.sig

   Kết quả đúng: Signature Verified Successfully

3. Khóa công khai trong bộ tệp trùng với khóa tỉnh công bố tại
   ${publicUrl}${KEY_PATH}
`;
