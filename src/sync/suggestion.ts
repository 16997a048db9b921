/** @module What to do about a dossier that a destination refuses, as far as its words tell. Pure. */
import type { Bilingual } from '../errors.ts';

const KNOWN: readonly (readonly [pattern: RegExp, words: Bilingual])[] = [
  [
    /quyền|rights|-2\b/i,
    {
      vi: 'Tài khoản của tỉnh không có quyền với hồ sơ này: đề nghị đơn vị vận hành Cổng cấp quyền, rồi thử lại mọi hồ sơ cùng nguyên nhân.',
      en: 'The province’s account may not write this dossier: ask the portal’s operators for the right, then retry all of this cause.',
    },
  ],
  [
    /thủ tục|MaTTHC|procedure/i,
    {
      vi: 'Mã thủ tục không có trên Cổng: đối chiếu danh mục thủ tục, sửa mã ở hồ sơ hoặc đề nghị công khai thủ tục, rồi thử lại.',
      en: 'The portal does not know the procedure: compare the catalogues, correct the dossier or have the procedure published, then retry.',
    },
  ],
  [
    /cơ quan|đơn vị|DonVi|agency/i,
    {
      vi: 'Mã cơ quan không có trên Cổng: đối chiếu danh mục cơ quan, sửa mã rồi thử lại.',
      en: 'The portal does not know the agency: compare the catalogues, correct the code, then retry.',
    },
  ],
  [
    /ngày|thời điểm|yyyyMMdd|date|time/i,
    {
      vi: 'Cổng không nhận một mốc thời gian: xem dòng thời gian của hồ sơ, đính chính mốc sai rồi thử lại.',
      en: 'The portal refuses a time: look at the dossier’s time line, correct the wrong one, then retry.',
    },
  ],
  [
    /bắt buộc|thiếu|trống|required|missing/i,
    {
      vi: 'Hồ sơ thiếu thông tin mà Cổng bắt buộc: bổ sung ở hệ thống một cửa rồi thử lại.',
      en: 'The dossier lacks what the portal requires: complete it in iGate, then retry.',
    },
  ],
];

const OTHERWISE: Bilingual = {
  vi: 'Đọc lời từ chối của Cổng, sửa hồ sơ nếu sai; nếu hồ sơ đúng, lập sự cố gửi đơn vị vận hành Cổng, rồi thử lại.',
  en: 'Read the portal’s words and correct the dossier if it is wrong; if it is right, open an incident for the portal’s operators, then retry.',
};

/** @param reason the destination's words */
export const suggestionFor = (reason: string): Bilingual =>
  KNOWN.find(([pattern]) => pattern.test(reason))?.[1] ?? OTHERWISE;
