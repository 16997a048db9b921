import { describe, expect, it } from 'vitest';
import { dossierPatch, dossierPost, dossierPut, event, webhookData } from '../../src/dossiers/shape.ts';

const put = {
  procedureCode: '1.005129',
  agencyCode: 'H15.50',
  channel: 'online',
  receivedAt: '2026-03-10T08:30:00+07:00',
  applicant: { kind: 'citizen', name: 'Nguyễn Văn An' },
};
const told = { eventId: 'igate-1', status: 'processing', occurredAt: '2026-03-12T16:00:00+07:00' };

const faultsOf = (result: {
  success: boolean;
  error?: { issues: readonly { path: readonly PropertyKey[] }[] };
}): string[] => (result.error?.issues ?? []).map(({ path }) => path.join('.'));

describe('a registration', () => {
  it('takes the example of the document whole', () => {
    const whole = {
      ...put,
      applicant: {
        kind: 'citizen',
        name: 'Nguyễn Văn An',
        personalId: '066090000123',
        birthDate: '1990-05-17',
        phone: '0900000000',
        vneidVerified: true,
      },
      submitter: null,
      authorisation: null,
      serviceCode: '1.005129.01',
      summary: 'Đăng ký biến động đất đai',
      aliases: ['BN-2026-000123', { system: 'land-registry', code: 'BN-1' }],
      origin: 'igate',
      submittedAt: '2026-03-10T08:00:00+07:00',
      routing: { receiving: 'H15.50', resolving: 'H15.12', returning: 'H15.50', authority: 'own', authorityRef: null },
      appointment: { at: '2026-03-31T17:00:00+07:00', basis: 'slip', documentRef: 'GTN-123' },
      limitOverride: null,
      fastTrack: false,
      components: [
        { code: 'K1', name: 'Đơn đăng ký', fileRef: null, digitised: true, reused: false, resultCode: null },
      ],
      fees: [{ code: 'LP01', name: 'Lệ phí', amount: 50000, kind: 'charge', paidVia: 'portal', exemption: null }],
      results: [],
      databasesUsed: ['population'],
    };
    expect(faultsOf(dossierPut.safeParse(whole))).toEqual([]);
    expect(faultsOf(dossierPost.safeParse({ ...whole, code: 'H15.50-260310-0001' }))).toEqual([]);
  });

  it.each([
    ['no procedure', { procedureCode: undefined }, 'procedureCode'],
    ['an agency of no scheme', { agencyCode: 'Sở' }, 'agencyCode'],
    ['an unknown channel', { channel: 'fax' }, 'channel'],
    ['no time at all', { receivedAt: undefined }, 'receivedAt'],
    ['a time without offset', { receivedAt: '2026-03-10T08:30:00' }, 'receivedAt'],
    ['a submission after the receipt', { submittedAt: '2026-03-11T08:30:00+07:00' }, 'submittedAt'],
    [
      'a personal number of another year',
      { applicant: { ...put.applicant, personalId: '066090000123', birthDate: '1991-05-17' } },
      'applicant.personalId',
    ],
    ['a fee in fractions of a đồng', { fees: [{ code: 'L', name: 'L', amount: 0.5, kind: 'fee' }] }, 'fees.0.amount'],
    ['a member that nobody knows', { colour: 'red' }, ''],
  ])('with %s is refused with its path', (_title, changes, path) => {
    expect(faultsOf(dossierPut.safeParse({ ...put, ...changes }))).toEqual([path]);
  });

  it('takes the nine digits of an old identity card', () => {
    expect(dossierPut.safeParse({ ...put, applicant: { ...put.applicant, personalId: '240123456' } }).success).toBe(
      true,
    );
  });

  it('may be patched in any part', () => {
    expect(dossierPatch.safeParse({ summary: null }).success).toBe(true);
    expect(dossierPatch.safeParse({}).success).toBe(true);
  });
});

describe('an event', () => {
  it('is a status unless it says otherwise', () => {
    expect(event.parse(told)).toMatchObject({ type: 'status' });
  });

  it.each([
    ['a pause without a reason', { status: 'paused' }, 'pauseReason'],
    ['a pause for a reason of no catalogue', { status: 'paused', pauseReason: 'holiday' }, 'pauseReason'],
    ['a refusal without words', { status: 'rejected' }, 'reasonText'],
    ['a withdrawal without words', { status: 'withdrawn' }, 'reasonText'],
    ['a stop without words', { status: 'stopped' }, 'reasonText'],
    ['no status', { status: undefined }, 'status'],
    ['a transfer to nobody', { type: 'transferred' }, 'toAgency'],
    ['a reopening without a document', { type: 'reopened', approvedBy: 'Giám đốc' }, 'document'],
    ['a reopening that nobody approved', { type: 'reopened', document: { number: '1' } }, 'approvedBy'],
    ['an extension without a date', { type: 'extended' }, 'newAppointmentAt'],
    ['no id', { eventId: undefined }, 'eventId'],
  ])('with %s is refused with its path', (_title, changes, path) => {
    expect(faultsOf(event.safeParse({ ...told, ...changes }))).toEqual([path]);
  });

  it.each(['supplement', 'financial-obligation', 'consultation', 'other', 'tax-determination', 'public-posting'])(
    'may pause for %s',
    (pauseReason) => {
      expect(event.safeParse({ ...told, status: 'paused', pauseReason }).success).toBe(true);
      const { eventId: _, ...data } = told;
      expect(
        webhookData.safeParse({ ...data, dossierCode: 'H15.50-260310-0001', status: 'paused', pauseReason }).success,
      ).toBe(true);
    },
  );
});
