/** @module What an installation says of itself at the payment platform; what is only recalled or assumed of the wire stands here, too. */
import { z } from 'zod';
import { callsPerDay } from '../../src/connector/agreed-limit.ts';

const codes = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .transform((text) =>
      text
        .split(',')
        .map((code) => code.trim())
        .filter((code) => code !== ''),
    );
const path = (fallback: string) => z.string().startsWith('/').default(fallback);

export const settings = z.object({
  CALLS_PER_DAY: callsPerDay,
  BASE_URL: z.url().optional().meta({ description: 'Address of the payment platform, e.g. through the LGSP adapter' }),
  PARTNER: z.string().default('').meta({ description: 'MaDoiTac: the province’s code at the platform' }),
  SECRET: z.string().default('').meta({
    description: 'Stands last under every checksum, ours and theirs; without it every notice is refused',
    secret: true,
  }),
  SECRET_PREVIOUS: z.string().optional().meta({
    description: 'The former secret, still taken from the platform while a new one is introduced',
    secret: true,
  }),
  ALLOW_FROM: codes('').meta({
    description: 'Addresses and networks its notices come from, comma-separated (10.20.0.5,10.30.0.0/16); empty: any',
  }),
  COUNTS_AS: z.enum(['portal', 'agency']).default('portal').meta({
    description:
      'How the national portal counts what is paid here (DuocThanhToanTrucTuyen): on the portal, or at the agency’s gateway',
  }),
  COLLECTION_KIND: z.string().default('1').meta({ description: 'MaLoaiHinhThuPhat of fees and charges' }),
  PAYER_PROVINCE: z.string().default('').meta({ description: 'TinhNguoiNop: the province written for a payer' }),
  ABSENT_CODES: codes('03').meta({ description: 'MaLoi values that say: no such payment is known' }),
  NO_BILL_CODES: codes('07').meta({ description: 'MaLoi values that say: there is no receipt yet' }),
  PROOF_CODES: codes('01').meta({ description: 'MaLoi values that say: wrong partner or checksum' }),
  INIT_PATH: path('/init').meta({ description: 'Where a payment is asked for, below the address' }),
  QUERY_PATH: path('/query').meta({ description: 'Where a payment is asked about' }),
  BILL_PATH: path('/bill').meta({ description: 'Where a receipt is asked for' }),
  REFUND_PATH: path('/refund').meta({ description: 'Where a refund is asked for' }),
});
export type Settings = z.output<typeof settings>;
