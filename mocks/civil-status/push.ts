/** @module The dossier that the province pushes to the civil status system: what it must hold, form by form. */
import { z } from 'zod';
import { parseCompact } from '../times.ts';

const text = z.string().trim().min(1);
const compactTime = z.string().refine((value) => parseCompact(value) !== null, 'phải là thời gian yyyyMMddHHmmss');
const printedDay = z.string().regex(/^\d{2}\/\d{2}\/\d{4}$/, 'phải là ngày dd/MM/yyyy');
const sex = z.enum(['1', '2']);

/** Who asks for the registration: in every form but the marriage's. */
const asker = { nycHoTen: text, nycQuanHe: text, nycSoGiayToTuyThan: text };

/** LTKS birth, LTKT death, LTKH marriage. */
const FORMS = {
  LTKS: z.looseObject({
    nksHoTen: text,
    nksGioiTinh: sex,
    nksNgaySinh: printedDay,
    meHoTen: z.string().nullish(),
    chaHoTen: z.string().nullish(),
    ...asker,
  }),
  LTKT: z.looseObject({ nktHoTen: text, nktNgayChet: printedDay, nktNguyenNhanChet: z.string().nullish(), ...asker }),
  LTKH: z.looseObject({
    chongHoTen: text,
    chongNgaySinh: printedDay,
    chongSoGiayToTuyThan: text,
    voHoTen: text,
    voNgaySinh: printedDay,
    voSoGiayToTuyThan: text,
  }),
} as const;
export type Module = keyof typeof FORMS;
export const MODULES = Object.keys(FORMS) as Module[];

const file = z.object({
  id: z.int(),
  loaiGiayTo: z.int(),
  tenGiayTo: text,
  tenTepDinhKem: text,
  huyGiayTo: z.int().min(0).max(1),
  duLieuTepDinhKem: z.base64(),
});

const envelope = z.object({
  maDonVi: text,
  maTinh: text,
  module: z.enum(['LTKS', 'LTKT', 'LTKH']),
  maHoSoLT: z.string().nullish(),
  maHoSoMCDT: text,
  ngayTiepNhan: compactTime,
  /** The form, as JSON inside the JSON. */
  data: z.string(),
  fileDinhKem: z.array(file).nullish(),
});

export interface Pushed {
  readonly module: Module;
  readonly dossier: string;
  readonly receivedAt: number;
  readonly form: Readonly<Record<string, unknown>>;
}

/** The dossier, or what is wrong with it. */
export function readPush(body: unknown): Pushed | { readonly wrong: string } {
  const parsed = envelope.safeParse(body);
  if (!parsed.success) return { wrong: firstFault(parsed.error) };
  const { module, maHoSoMCDT, ngayTiepNhan, data } = parsed.data;
  const form = FORMS[module].safeParse(jsonOf(data));
  if (!form.success) return { wrong: `data.${firstFault(form.error)}` };
  return { module, dossier: maHoSoMCDT, receivedAt: parseCompact(ngayTiepNhan)!, form: form.data };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function firstFault({ issues }: z.ZodError): string {
  const [issue] = issues;
  return `${issue?.path.join('.') || 'nội dung'}: ${issue?.message}`;
}
