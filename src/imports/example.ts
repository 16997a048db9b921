/** @module The file that stands as the example of an import: two dossiers as lines of NDJSON. */

const dossier = (sequence: string, more: object) => ({
  code: `000.00.50.H15-260309-${sequence}`,
  procedureCode: '1.005129',
  agencyCode: '000.00.50.H15',
  channel: 'counter',
  receivedAt: '2026-03-09T08:30:00+07:00',
  applicant: { kind: 'citizen', name: 'Trần Thị Bích' },
  appointment: { at: '2026-03-30T17:00:00+07:00', basis: 'slip', documentRef: 'GTN-7' },
  ...more,
});

const lines = [
  { dossier: dossier('7001', {}) },
  {
    dossier: dossier('7002', { channel: 'online' }),
    events: [
      {
        eventId: 'igate-70021',
        status: 'paused',
        pauseReason: 'financial-obligation',
        occurredAt: '2026-03-10T09:00:00+07:00',
      },
    ],
    baseline: { destination: 'national-portal', status: '6', asOf: '2026-03-12T00:00:00+07:00' },
  },
];

export const EXAMPLE_FILE = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
