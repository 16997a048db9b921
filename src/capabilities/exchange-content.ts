/** @module What a dossier holds for the system that it is handed to, kind by kind, in the gateway's vocabulary. */
import { isIP } from 'node:net';
import { z } from 'zod';
import { isPublic } from '../connector/addresses.ts';
import { personalIdFault } from '../dossiers/identifiers.ts';

const text = (most: number) => z.string().trim().min(1).max(most);
const day = z.iso.date();

export const personalId = z
  .string()
  .max(20)
  .check((ctx) => {
    const fault = personalIdFault(ctx.value);
    if (fault) ctx.issues.push({ code: 'custom', params: fault, input: ctx.value });
  });

/** Codes of the administrative units (QĐ 19/2025): two levels since 2025-07-01. */
export const provinceCode = z
  .string()
  .regex(/^\d{2}$/)
  .meta({ example: '66' });
export const communeCode = z
  .string()
  .regex(/^\d{5}$/)
  .meta({ example: '24154' });

/** A place; abroad it has no codes. */
const place = z.strictObject({
  provinceCode: provinceCode.nullish(),
  communeCode: communeCode.nullish(),
  detail: text(500).nullish(),
});
export type Place = z.output<typeof place>;

const identityPaper = z.strictObject({
  number: text(50),
  issuedOn: day.nullish(),
  issuedBy: text(200).nullish(),
});

const person = {
  name: text(200),
  birthDate: day.nullish(),
  personalId: personalId.nullish(),
  /** Where there is no personal number. */
  identityPaper: identityPaper.nullish(),
  ethnicity: text(50).nullish(),
  nationality: text(50).nullish(),
  residence: place.nullish(),
};
const sex = z.enum(['male', 'female']);

/** Who asks for a registration (người yêu cầu). */
const asker = z.strictObject({
  ...person,
  relation: text(100).meta({ description: 'What the asker is to the person registered: father, mother, child …' }),
  phone: text(30).nullish(),
  email: z.email().nullish(),
});
const registrationOffice = text(35)
  .nullish()
  .meta({ description: 'Code of the office that is to register; by default the commune of the residence.' });
const copies = z.int().min(0).max(50).default(0).meta({ description: 'Certified copies asked for' });

const land = z.strictObject({
  kind: z.literal('land'),
  receiptNumber: text(100)
    .nullish()
    .meta({ description: 'Number under which the land office knows the dossier; by default the dossier code.' }),
  provinceCode,
  communeCode,
  process: z
    .strictObject({ code: text(50), name: text(300) })
    .nullish()
    .meta({ description: "The land registry's own process; by default the one its catalogue has for the procedure." }),
  assetAddress: text(500).nullish(),
  parcels: z
    .array(
      z.strictObject({
        mapSheet: text(20),
        number: text(20),
        area: z.number().positive().nullish().meta({ description: 'Square metres' }),
        address: text(500).nullish(),
      }),
    )
    .max(100)
    .default([]),
});

const birth = z.strictObject({
  kind: z.literal('birth'),
  registrationOffice,
  child: z.strictObject({
    name: text(200),
    sex,
    birthDate: day,
    birthplace: place,
    hometown: place.nullish(),
    ethnicity: text(50).nullish(),
    nationality: text(50).nullish(),
  }),
  /** The maternity's certificate (giấy chứng sinh). */
  birthCertificate: z.strictObject({ number: text(100), issuedOn: day.nullish() }).nullish(),
  mother: z.strictObject(person).nullish(),
  father: z.strictObject(person).nullish(),
  asker,
  copies,
});

const death = z.strictObject({
  kind: z.literal('death'),
  registrationOffice,
  deceased: z.strictObject({ ...person, sex }),
  diedOn: day,
  diedAt: z.iso.time({ precision: -1 }).nullish().meta({ description: 'Hour and minute in Viet Nam, where known' }),
  place,
  cause: text(500).nullish(),
  /** The notice of death (giấy báo tử) or what stands for it. */
  notice: z.strictObject({ number: text(100), issuedOn: day.nullish(), issuedBy: text(200).nullish() }).nullish(),
  asker,
  copies,
});

const spouse = z.strictObject({ ...person, birthDate: day, marriages: z.int().min(1).max(20).default(1) });
const marriage = z.strictObject({
  kind: z.literal('marriage'),
  registrationOffice,
  husband: spouse,
  wife: spouse,
  copies,
});

/** What a dossier holds, by the kind of matter. */
export const content = z.discriminatedUnion('kind', [land, birth, death, marriage]);
export type Content = z.output<typeof content>;
export type ContentKind = Content['kind'];
export type ContentOf<K extends ContentKind> = Extract<Content, { kind: K }>;

/** An address of the province's own network opens nowhere else. */
function isReachable(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  const host = hostname.replace(/^\[|\]$/g, '');
  return protocol === 'https:' && (isIP(host) === 0 ? host.includes('.') : isPublic(host));
}

const link = z
  .string()
  .max(1000)
  .refine(isReachable, {
    params: {
      vi: 'liên kết https mà hệ thống nhận mở được, không phải địa chỉ mạng nội bộ',
      en: 'an https link that the receiving system can open, not an address of the internal network',
    },
  });

/** A paper of the dossier (giấy tờ), with its file as a link or in base64. */
export const paper = z.strictObject({
  name: text(500),
  kind: z.int().min(0).max(9999).nullish().meta({ description: "The receiving system's code of such a paper" }),
  originals: z.int().min(0).max(999).default(0),
  copies: z.int().min(0).max(999).default(0),
  replacesEarlier: z.boolean().default(false).meta({ description: 'An earlier paper of this kind no longer counts.' }),
  file: z
    .union([
      z.strictObject({ name: text(300), link }),
      z.strictObject({ name: text(300), data: z.base64().max(14_000_000) }),
    ])
    .nullish(),
});
export type Paper = z.output<typeof paper>;
