/** @module What VBDLIS answers at once: parcels, and its catalogues. */
import { z } from 'zod';
import { communeCode, provinceCode } from '../../src/capabilities/exchange-content.ts';
import { personal } from '../../src/capabilities/lookup.ts';
import { defineOperation, type OperationContext } from '../../src/connector/operation.ts';
import { call, read } from './call.ts';
import {
  type CatalogueRow,
  officersOf,
  processesOf,
  statusesOf,
  toParcel,
  toParcelQuestion,
} from './province-mapping.ts';
import * as wire from './province-wire.ts';
import type { Settings } from './settings.ts';

const parcel = z.object({
  provinceCode: z.string(),
  communeCode: z.string(),
  mapSheet: z.string(),
  number: z.string(),
  /** Square metres. */
  area: z.number(),
  address: z.string().nullable(),
  uses: z.array(
    z.object({
      code: z.string(),
      name: z.string().nullable(),
      area: z.number().nullable(),
      /** The last day of its term; null where there is none or it is not told. */
      until: z.string().nullable(),
      lasting: z.boolean(),
    }),
  ),
  certificate: z
    .object({ number: z.string(), entry: z.string().nullable(), issuedOn: z.string().nullable() })
    .nullable(),
  owners: z.array(
    z.object({
      name: personal('name', z.string()),
      number: personal('identity-number', z.string().nullable()),
      kind: z.enum(['person', 'household', 'organisation']).nullable(),
    }),
  ),
  restrictions: z.array(z.object({ code: z.string(), text: z.string().nullable() })),
});
export type Parcel = z.output<typeof parcel>;

const byPlace = z.strictObject({
  provinceCode,
  communeCode,
  mapSheet: z.string().regex(/^\d{1,4}$/),
  number: z.string().regex(/^\d{1,5}$/),
});
const parcelQuestion = z
  .strictObject({
    place: byPlace.optional(),
    certificateNumber: z
      .string()
      .regex(/^[A-Z]{2} ?\d{6,8}$/)
      .optional()
      .meta({ description: 'As printed on the certificate: AA 00123456' }),
  })
  .refine(({ place, certificateNumber }) => (place === undefined) !== (certificateNumber === undefined), {
    params: { vi: 'cần một trong hai: place hoặc certificateNumber', en: 'takes one of place and certificateNumber' },
  });

const lookUpParcels = defineOperation({
  id: 'lookUpParcels',
  capability: 'lookup',
  method: 'POST',
  path: '/v1/land/parcels/lookup',
  summary: { vi: 'Tra cứu thửa đất', en: 'Look up a parcel of land' },
  description: {
    vi: 'Theo tờ bản đồ và số thửa, hoặc số phát hành Giấy chứng nhận. Không có thửa: danh sách rỗng.',
    en: 'By map sheet and number, or by the certificate. No such parcel: an empty list.',
  },
  scope: 'lookup.land-parcels',
  effect: 'read',
  personalData: true,
  input: parcelQuestion,
  output: z.object({ parcels: z.array(parcel) }),
  errors: [],
  example: {
    headers: { 'x-purpose': 'dossier-processing', 'x-dossier': 'H15.58-260310-8006', 'x-officer': 'cb-204' },
    body: { place: { provinceCode: '66', communeCode: '24490', mapSheet: '12', number: '345' } },
  },
  subject: ({ place, certificateNumber }) => certificateNumber ?? (place ? Object.values(place).join('/') : null),
  async run(context: OperationContext<Settings>, { place, certificateNumber }) {
    const json = toParcelQuestion(place ?? certificateNumber!);
    const path = context.settings.PATH_PARCELS;
    const found = await read(context, { operation: 'TraCuuThuaDat', method: 'POST', path, json }, wire.parcels);
    return { parcels: (found ?? []).map(toParcel) };
  },
});

/** Its catalogues by our names, each row as a code and a name. */
const CATALOGUES = {
  officers: { service: 'GetDanhMucNguoiDung', rows: wire.officers.transform(officersOf) },
  processes: { service: 'GetDanhMucThuTuc', rows: wire.procedures.transform(processesOf) },
  statuses: { service: 'GetDanhMucTrangThai', rows: wire.statuses.transform(statusesOf) },
} as const;
const NAMES = Object.keys(CATALOGUES) as [keyof typeof CATALOGUES];

const HOUR_SECONDS = 3600;

const readCatalogue = defineOperation({
  id: 'readLandCatalogue',
  capability: 'lookup',
  method: 'GET',
  path: '/v1/land-registry/catalogues/:catalogue',
  summary: { vi: 'Danh mục của hệ thống đất đai', en: 'A catalogue of the land registry' },
  description: {
    vi: 'Người dùng, quy trình (of: mã TTHC) và trạng thái của VBDLIS.',
    en: 'Its officers (of: their office), processes (of: the procedure code) and statuses.',
  },
  scope: 'lookup.land-catalogues',
  effect: 'read',
  personalData: false,
  params: z.object({ catalogue: z.enum(NAMES) }),
  output: z.object({ items: z.array(z.object({ code: z.string(), name: z.string(), of: z.string().nullable() })) }),
  cache: { seconds: HOUR_SECONDS, staleSeconds: 24 * HOUR_SECONDS, key: ({ catalogue }) => catalogue },
  errors: ['not-found'],
  example: { params: { catalogue: 'processes' } },
  async run(context: OperationContext<Settings>, { catalogue }) {
    const { service, rows } = CATALOGUES[catalogue];
    const asked = { operation: service, method: 'GET', path: `/${service}` } as const;
    return { items: (await read(context, asked, rows as z.ZodType<CatalogueRow[]>)) ?? [] };
  },
});

export const operations = [lookUpParcels, readCatalogue];

/** The health call: a catalogue asks nothing of a person or a dossier. */
export async function probe(context: Parameters<typeof call>[0]): Promise<void> {
  const operation = 'GetDanhMucTrangThai';
  await call(context, { operation, method: 'GET', path: `/${operation}`, isProbe: true });
}
