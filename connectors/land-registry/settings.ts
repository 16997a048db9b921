/** @module What an installation says of its land registry. */
import { z } from 'zod';
import { callsPerDay } from '../../src/connector/agreed-limit.ts';

const code = z.string().min(8).max(200);

/** Where VBDLIS takes a call: its own name for it unless the installation's address differs. */
const path = (name: string) =>
  z
    .string()
    .regex(/^\/[\w./-]*$/)
    .default(`/${name}`)
    .meta({ description: `Where ${name} is taken, below BASE_URL` });

export const settings = z.object({
  CALLS_PER_DAY: callsPerDay,
  SECURITY_CODE: code
    .optional()
    .meta({ secret: true, description: 'Stands last in the path of its pushes; without it every push is refused' }),
  SECURITY_CODE_PREVIOUS: code
    .optional()
    .meta({ secret: true, description: 'The former code while a new one is introduced' }),
  ALLOW_FROM: z.string().default('').meta({
    description: 'Addresses and networks it pushes from, comma-separated (10.20.0.5,10.30.0.0/16); empty: any',
  }),
  TIMES_ARE: z
    .enum(['utc', 'local'])
    .default('utc')
    .meta({ description: 'What its times without a zone mean: UTC, or the time in Viet Nam' }),
  BASE_URL: z.url().optional().meta({ description: 'Where its own services are called' }),
  OAUTH_PATH: z
    .string()
    .default('')
    .meta({ description: 'Where a token is fetched by client credentials; empty where none is asked for' }),
  CLIENT_ID: z.string().default('').meta({ description: 'Client for that token' }),
  CLIENT_SECRET: z.string().default('').meta({ description: 'Its secret', secret: true }),
  READS_DOSSIERS: z
    .stringbool()
    .default(false)
    .meta({ description: 'Whether GetThongTinHoSo answers where a dossier is; no document says so' }),
  PATH_SUBMIT: path('TiepNhanHoSo'),
  PATH_SUPPLEMENT: path('CapNhatTrangThaiBoSungHoSo'),
  PATH_HAND_OVER: path('CapNhatKetQuaTraHoSo'),
  PATH_WRONG_RESULT: path('PhanHoiHoSoSaiKetQua'),
  PATH_PARCELS: path('TraCuuThuaDat'),
});
export type Settings = z.output<typeof settings>;
