/** @module What the API answers to the console in tests of the catalogues: one side that differs, one dossier with a wrong system. */
import { DOSSIER } from './canned.ts';

export const CATALOGUES = {
  asOf: '2026-03-20T09:45:00+07:00',
  open: 3,
  ignored: 0,
  sides: [
    {
      ...{
        side: 'national-portal',
        title: { vi: 'Cổng Dịch vụ công quốc gia', en: '' },
        open: 3,
        ignored: 0,
        unread: 0,
      },
      since: '2026-03-18T02:00:00+07:00',
      kinds: { 'name-differs': 1, 'only-there': 2 },
      comparedAt: '2026-03-20T02:00:00+07:00',
      told: [{ fact: 'procedures', way: 'asked', asOf: '2026-03-20T02:00:00+07:00', listId: null }],
      notTold: ['limits', 'fees'],
      fault: null,
    },
  ],
  misrouted: {
    ...{ open: 1, ignored: 0, systems: [], looked: 120, unjudged: 4, fault: null },
    lookedAt: '2026-03-20T02:00:00+07:00',
  },
};

export const CATALOGUE_DIFFERENCE = {
  ...{ id: 5, side: 'national-portal', subject: 'procedure', code: '1.005129', kind: 'name-differs', state: 'open' },
  title: { vi: 'Tên khác nhau', en: '' },
  ...{
    ours: 'Đăng ký biến động',
    theirs: 'Đăng ký biến động đất đai',
    way: 'asked',
    asOf: '2026-03-20T02:00:00+07:00',
  },
  ...{ since: '2026-03-18T02:00:00+07:00', decidedBy: null, decidedReason: null, ignoredUntil: null },
};

export const MISROUTED = {
  ...{ dossierCode: DOSSIER, procedureCode: '1.005129', agencyCode: 'H15.50', system: 'civil-status', owner: 'igate' },
  systemTitle: { vi: 'Hệ thống hộ tịch điện tử', en: '' },
  rightly: ['land-registry'],
  since: '2026-03-11T08:05:00+07:00',
  words: 'Hồ sơ không thuộc hệ thống này',
  act: { vi: 'Rút lại, chuyển sang Hệ thống thông tin đất đai (VBDLIS)', en: '' },
};
