/** @module Whom incidents are addressed to, who answers for the province, and how long each may take: data of the installation. */
import { z } from 'zod';
import { readSettingsFile } from '../settings-file.ts';

const contact = z.strictObject({
  unit: z.string().min(1).max(300).optional(),
  person: z.string().min(1).max(200).optional(),
  address: z.string().min(1).max(500).optional(),
  email: z.email().optional(),
  phone: z.string().min(1).max(50).optional(),
});
/** How somebody is reached; what is not known is left out. */
export type Contact = z.output<typeof contact>;

const party = z.strictObject({
  /** How the incidents' answers and messages call it. */
  party: z.string().regex(/^[a-z][a-z0-9-]{1,39}$/),
  name: z.string().min(1).max(300),
  contact: contact.default({}),
  /** Working days until an answer is due. */
  answerWorkingDays: z.int().min(1).max(250).default(3),
});
export type Addressee = z.output<typeof party>;

const addressBook = z
  .strictObject({
    /** Who of the province sends, and is to be asked; the rest is for the head and the end of its papers. */
    sender: z.strictObject({
      name: z.string().min(1).max(300),
      /** The body that it belongs to. */
      superior: z.string().min(1).max(300).optional(),
      /** The province or place of the line of the date. */
      place: z.string().min(1).max(100).optional(),
      /** Whose signature its papers bear, such as GIÁM ĐỐC. */
      signatory: z.string().min(1).max(100).optional(),
      contact: contact.default({}),
    }),
    parties: z.array(party).min(1).max(20),
  })
  .refine(({ parties }) => new Set(parties.map((one) => one.party)).size === parties.length, {
    path: ['parties'],
    message: 'each party stands once',
  });
export type AddressBook = z.output<typeof addressBook>;

/** The three that a fault is to be reported to; their addresses only an installation knows. */
const USUAL: AddressBook = addressBook.parse({
  sender: { name: 'Đơn vị vận hành Hệ thống thông tin giải quyết TTHC của tỉnh' },
  parties: [
    { party: 'data-centre', name: 'Trung tâm Dữ liệu quốc gia – Bộ Công an' },
    { party: 'ministry', name: 'Bộ, ngành chủ quản' },
    { party: 'supplier', name: 'Đơn vị kỹ thuật vận hành hệ thống' },
  ],
});

export const readAddressBook = (file: string | undefined): Promise<AddressBook> =>
  file === undefined ? Promise.resolve(USUAL) : readSettingsFile(file, addressBook);
