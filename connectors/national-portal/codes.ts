/** @module The portal's code tables, both ways. */
import type { DossierFields } from '../../src/capabilities/portal.ts';

export const CHANNEL = { counter: '1', online: '2', post: '3' } as const;
export const CHANNEL_BACK: Readonly<Record<string, DossierFields['channel']>> = {
  '': 'counter',
  '1': 'counter',
  '2': 'online',
  '3': 'post',
};

/** LoaiDoiTuong of the portal: 1 is a citizen here and an enterprise in the ministries' central systems. */
export const APPLICANT = {
  citizen: '1',
  enterprise: '2',
  household: '2',
  'state-body': '3',
  organisation: '4',
} as const;
export const APPLICANT_BACK: Readonly<Record<string, NonNullable<DossierFields['applicant']>['kind']>> = {
  '1': 'citizen',
  '2': 'enterprise',
  '3': 'state-body',
  '4': 'organisation',
};

/** DuocThanhToanTrucTuyen. */
export const PAID_ONLINE = { portal: '1', agency: '2', none: '0' } as const;
export const yesNo = (value: boolean | null | undefined): string => (value ? '1' : '0');
