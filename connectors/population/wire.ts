/**
 * @module What the national population database takes and sends through the exchange axis: SOAP 1.1. The fields of a
 * question and of `CongDan` are observed; the elements around them and `MaKetQua` are assumed (README).
 */
import { z } from 'zod';
import { parseAnswer } from '../../src/connector/answer.ts';
import { readXml, xmlText } from '../../src/connector/read-xml.ts';
import { UpstreamError } from '../../src/connector/upstream-error.ts';

const SOAP = 'http://schemas.xmlsoap.org/soap/envelope/';
const NAMESPACE = 'urn:csdlqg-dancu:tracuu:1';

export const TOKEN_PATH = '/token';
export const PATH = '/tracuu';

/** MaTichHop by what is asked. */
export const SERVICE = { read: '037', confirm: '033', household: '034' } as const;

/** A question; what is not known of the person is an empty text. */
export interface Question {
  /** Unique for each question. */
  readonly MaYeuCau: string;
  readonly MaTichHop: string;
  readonly MaDVC: string;
  readonly MaCanBo: string;
  readonly HoVaTen: string;
  readonly SoDinhDanh: string;
  readonly SoCMND: string;
  /** `yyyyMMdd`. */
  readonly NgayThangNam: string;
  /** `yyyy`. */
  readonly Nam: string;
}

export function envelope(question: Question): string {
  const members = Object.entries(question).map(([name, value]) => `<${name}>${xmlText(value)}</${name}>`);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<soapenv:Envelope xmlns:soapenv="${SOAP}"><soapenv:Body><YeuCauTraCuu xmlns="${NAMESPACE}">${members.join('')}</YeuCauTraCuu></soapenv:Body></soapenv:Envelope>`;
}

/** MaKetQua. */
export const HAS_DATA = '1';
export const HAS_NONE = '0';
export const NOT_PERMITTED = '2';
/** The question itself was wrong: its number was used before, or something is missing. */
export const REFUSED: ReadonlySet<string> = new Set(['3', '4']);

/** An element without content is read as an empty text. */
const emptyAs =
  <T>(value: T) =>
  (read: unknown): unknown =>
    read === '' ? value : read;
const group = <S extends z.ZodRawShape>(shape: S) =>
  z.preprocess(emptyAs(null), z.looseObject(shape).nullable()).optional();

const name = group({ Ho: z.string(), ChuDem: z.string(), Ten: z.string() });
const place = group({
  MaTinhThanh: z.string(),
  MaQuanHuyen: z.string().optional(),
  MaPhuongXa: z.string(),
  ChiTiet: z.string(),
  QuocGia: z.string(),
});
const relative = group({ HoVaTen: name, SoDinhDanh: z.string().optional(), QuocTich: z.string().optional() });

/** A person. What the province is not granted is not there. */
export const citizen = z.looseObject({
  SoDinhDanh: z.string().optional(),
  SoCMND: z.string().optional(),
  HoVaTen: name,
  GioiTinh: z.string().optional(),
  DanToc: z.string().optional(),
  TonGiao: z.string().optional(),
  TinhTrangHonNhan: z.string().optional(),
  NgayThangNamSinh: group({ Nam: z.string(), NgayThangNam: z.string() }),
  NoiDangKyKhaiSinh: place,
  QueQuan: place,
  ThuongTru: place,
  NoiOHienTai: place,
  Cha: relative,
  Me: relative,
  VoChong: relative,
  NguoiDaiDien: relative,
  ChuHo: group({ HoVaTen: name, SoDinhDanh: z.string().optional(), QuanHe: z.string() }),
  SoSoHoKhau: z.string().optional(),
});
export type Citizen = z.output<typeof citizen>;
export type Name = Citizen['HoVaTen'];
export type Place = Citizen['ThuongTru'];
export type Relative = Citizen['Cha'];

const answer = z.looseObject({
  Envelope: z.looseObject({
    Body: z.looseObject({
      KetQuaTraCuu: z.looseObject({
        MaYeuCau: z.string(),
        MaKetQua: z.string(),
        MoTa: z.string().optional(),
        CongdanCollection: z
          .preprocess(emptyAs({ CongDan: [] }), z.looseObject({ CongDan: z.array(citizen) }))
          .optional(),
      }),
    }),
  }),
});

/** What was answered: data, none, or that it may not be told. */
export type Answered =
  | { readonly outcome: 'found'; readonly citizens: readonly [Citizen, ...Citizen[]] }
  | { readonly outcome: 'none' | 'not-permitted' };

const RESULT_PATH = '$.Envelope.Body.KetQuaTraCuu';

/**
 * Reads an answer.
 * @param number the question's, which its answer carries too
 * @throws UpstreamError `contract` where it has another shape, `rejected` where the question was found wrong
 */
export function readAnswer(text: string, number: string, origin: { upstream: string; operation: string }): Answered {
  const { Envelope } = parseAnswer(answer, readXml(text, origin, ['CongDan']), origin);
  const { MaYeuCau, MaKetQua, MoTa, CongdanCollection } = Envelope.Body.KetQuaTraCuu;
  const contract = (member: string, words: string): UpstreamError =>
    new UpstreamError('contract', { ...origin, outcome: 'unknown', path: `${RESULT_PATH}.${member}`, words });
  if (REFUSED.has(MaKetQua))
    throw new UpstreamError('rejected', { ...origin, outcome: 'not-done', words: `${MaKetQua}: ${MoTa ?? ''}` });
  if (MaYeuCau !== number) throw contract('MaYeuCau', 'answered another question');
  if (MaKetQua === NOT_PERMITTED) return { outcome: 'not-permitted' };
  if (MaKetQua === HAS_NONE) return { outcome: 'none' };
  if (MaKetQua !== HAS_DATA) throw contract('MaKetQua', 'answered a code that stands in no table');
  const [first, ...more] = CongdanCollection?.CongDan ?? [];
  if (!first) throw contract('CongdanCollection', 'says that it has data, and sends none');
  return { outcome: 'found', citizens: [first, ...more] };
}
