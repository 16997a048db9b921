/** @module The files of an evidence pack, their digests and the signature over those, streamed as one ZIP. */
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import type { Matter, StatedImage } from './matter.ts';
import type { Papers } from './papers.ts';
import type { Signer } from './signing.ts';

/** Where the public half of the signing key is published. */
export const KEY_PATH = '/.well-known/lienthong-evidence-key.pem';

export interface PackFilesOptions {
  readonly matter: Matter;
  readonly papers: Papers;
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

async function addAll(zip: ZipFile, options: PackFilesOptions): Promise<void> {
  const { matter, papers, madeAt, signer, publicUrl, read } = options;
  const digests: string[] = [];
  const add = (name: string, content: Buffer | string): void => {
    const bytes = Buffer.from(content as string);
    digests.push(`${createHash('sha256').update(bytes).digest('hex')}  ${name}\n`);
    put(name, bytes);
  };
  const put = (name: string, bytes: Buffer): void => zip.addBuffer(bytes, name, { mtime: new Date(madeAt) });
  for (const image of matter.images) add(image.name, await read(image));
  add('ho-so-chung-minh.pdf', papers.pdf);
  add('ho-so-chung-minh.docx', papers.docx);
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

const howToCheck = (publicUrl: string): string => `CÁCH KIỂM TRA BỘ TỆP NÀY

1. Các tệp không bị sửa (Linux, macOS; trên Windows dùng Git Bash):
   sha256sum -c SHA256SUMS

2. Danh sách mã SHA-256 do cổng kết nối của tỉnh ký (Ed25519, OpenSSL 3.0 trở lên):
   openssl pkeyutl -verify -pubin -inkey khoa-cong-khai.pem -rawin -in SHA256SUMS -sigfile SHA256SUMS.sig

   Kết quả đúng: Signature Verified Successfully

3. Khóa công khai trong bộ tệp trùng với khóa tỉnh công bố tại
   ${publicUrl}${KEY_PATH}
`;
