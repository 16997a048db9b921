/** @module What an officer of the civil status system does with a dossier, as the step that its record tells afterwards. */
import { oneOf, optionalText, optionalTime, requiredText } from '../act-input.ts';
import { seedOf } from '../random.ts';
import { type Act, ActRefused } from '../simulator.ts';
import { DAY, toPrintedDay } from '../times.ts';
import { type CivilDossier, type CivilDossiers, step } from './dossiers.ts';

const ACTS = ['process', 'request-supplement', 'result-ready', 'return', 'reject', 'break', 'mend'] as const;

/** How long a supplement is waited for when the act does not say. */
const SUPPLEMENT_DAYS = 15;
/** A document that any viewer opens, for results. */
const EMPTY_PDF = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n').toString(
  'base64',
);

/**
 * @param now the instant the act means when it names none
 * @param onItsClock what the system's clock shows at an instant: what it writes into its records
 */
export function perform(
  act: Act,
  dossiers: CivilDossiers,
  now: number,
  onItsClock: (at: number) => number,
): CivilDossier {
  const name = oneOf(requiredText(act, 'act'), 'act', ACTS);
  const code = requiredText(act, 'dossier');
  const known = dossiers.of(code);
  if (!known) throw new ActRefused(404, `the civil status system has no dossier ${code}`);
  const at = onItsClock(optionalTime(act, 'at') ?? now);
  const note = (usual: string): string => optionalText(act, 'note') ?? usual;
  const after = (made: ReturnType<typeof step>): CivilDossier => ({ ...known, steps: [...known.steps, made] });
  switch (name) {
    case 'process':
      return after(step(3, at, note('Đủ điều kiện giải quyết, đang xử lý')));
    case 'request-supplement': {
      const supplementUntil = onItsClock(optionalTime(act, 'until') ?? at + SUPPLEMENT_DAYS * DAY);
      return after(step(2, at, note('Yêu cầu bổ sung giấy tờ chứng minh'), { supplementUntil }));
    }
    case 'result-ready':
      return after(step(4, at, note('Đã hoàn thành đăng ký'), { result: resultOf(known, at) }));
    case 'return':
      return after(step(5, at, note('Đã trả kết quả'), { result: lastResult(known) }));
    case 'reject':
      return after(step(6, at, note('Không đủ điều kiện đăng ký')));
    case 'break':
      return { ...known, broken: note('Dữ liệu hồ sơ đang được đồng bộ lại') };
    case 'mend':
      return { ...known, broken: null };
  }
}

const lastResult = ({ steps }: CivilDossier): object | null =>
  steps.findLast(({ result }) => result !== null)?.result ?? null;

/** What is registered, with the paper itself. */
function resultOf({ dossier, module, form }: CivilDossier, at: number): object {
  const number = String((seedOf(dossier) % 900) + 1);
  const book = { soDangKy: number, quyenSo: `01/${new Date(at).getUTCFullYear()}`, trangSo: number };
  const day = toPrintedDay(at);
  switch (module) {
    case 'LTKS':
      return {
        soDinhDanh: `066${form.nksGioiTinh === '1' ? 2 : 3}2699${number.padStart(4, '0')}`,
        ngayDangKy: day,
        nksHoTen: form.nksHoTen,
        nksNgaySinh: form.nksNgaySinh,
        meHoTen: form.meHoTen ?? null,
        chaHoTen: form.chaHoTen ?? null,
        ...book,
        giayKhaiSinh: EMPTY_PDF,
      };
    case 'LTKT':
      return {
        ngayDangKy: day,
        nktHoTen: form.nktHoTen,
        nktNgayChet: form.nktNgayChet,
        nktSoGiayTo: form.nktSoGiayToTuyThan ?? null,
        ...book,
        giayKhaiTu: EMPTY_PDF,
      };
    case 'LTKH':
      return {
        ngayDangKy: day,
        chongHoTen: form.chongHoTen,
        chongSoGiayTo: form.chongSoGiayToTuyThan,
        voHoTen: form.voHoTen,
        voSoGiayTo: form.voSoGiayToTuyThan,
        ...book,
        giayKetHon: EMPTY_PDF,
      };
  }
}
