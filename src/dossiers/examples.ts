/** @module The documents' examples: an invented person's dossier that can be sent as it stands. */
export const EXAMPLE_CODE = 'H15.50-260310-0001';

export const examplePut = {
  procedureCode: '1.005129',
  agencyCode: 'H15.50',
  channel: 'online' as const,
  receivedAt: '2026-03-10T08:30:00+07:00',
  submittedAt: '2026-03-10T08:00:00+07:00',
  applicant: {
    kind: 'citizen' as const,
    name: 'Nguyễn Văn An',
    personalId: '066090000123',
    birthDate: '1990-05-17',
    phone: '0900000000',
    vneidVerified: true,
  },
  summary: 'Đăng ký biến động đất đai',
};

export const exampleEvent = {
  eventId: 'igate-77120',
  dossierCode: EXAMPLE_CODE,
  type: 'status' as const,
  status: 'paused' as const,
  pauseReason: 'financial-obligation',
  occurredAt: '2026-03-12T16:00:00+07:00',
  officer: { id: 'cb-204', name: 'Lê Thị Bình', title: 'Chuyên viên', department: 'Phòng Đăng ký' },
  reasonText: 'Chờ thông báo thuế',
};
