/** @module What an iGate does with dossiers at ministries: hands one over, follows, supplements, withdraws it, hands its result over. */
import { an, type Client, dataOf, access as header, once } from './calls.ts';

const BIRTH = 'H15.58-260310-8005';

export async function exchanges({ GET, POST }: Client) {
  const handed = dataOf(
    await POST('/v1/exchanges', {
      params: { header: once() },
      body: {
        dossierCode: BIRTH,
        content: {
          kind: 'birth',
          child: {
            name: 'Nguyễn Minh Khôi',
            sex: 'male',
            birthDate: '2026-03-01',
            birthplace: { provinceCode: '66', communeCode: '24490', detail: 'Trung tâm Y tế khu vực Krông Pắc' },
            ethnicity: 'Kinh',
            nationality: 'Việt Nam',
          },
          birthCertificate: { number: 'GCS-2026-000123', issuedOn: '2026-03-02' },
          mother: { name: 'Dương Kim Châu', birthDate: '1990-09-02', personalId: '066190990001' },
          father: { ...an, birthDate: '1990-05-17' },
          asker: { ...an, relation: 'Cha', phone: '0900000000' },
        },
      },
    }),
  );
  const listed = dataOf(await GET('/v1/exchanges', { params: { query: { dossier: BIRTH } } }));

  const land = { path: { id: 'H15.58-260310-8006~land-registry' } };
  const found = dataOf(await GET('/v1/exchanges/{id}', { params: land }));
  const supplemented = dataOf(
    await POST('/v1/exchanges/{id}/supplement', {
      params: { ...land, header: once() },
      body: { note: 'Bổ sung bản sao', papers: [{ name: 'Giấy chứng nhận quyền sử dụng đất', copies: 1 }] },
    }),
  );
  const handedOver = dataOf(
    await POST('/v1/exchanges/{id}/hand-over', {
      params: { ...land, header: once() },
      body: { handedOverAt: '2026-03-30T10:00:00+07:00' },
    }),
  );
  const corrected = dataOf(
    await POST('/v1/exchanges/{id}/wrong-result', {
      params: { ...land, header: once() },
      body: { reason: 'Sai diện tích' },
    }),
  );
  const results = dataOf(await GET('/v1/exchanges/{id}/results', { params: { ...land, header } }));
  const withdrawn = dataOf(
    await POST('/v1/exchanges/{id}/withdraw', {
      params: { path: { id: 'H15.58-260310-8007~civil-status' }, header: once() },
      body: { reason: 'Công dân rút hồ sơ' },
    }),
  );
  return {
    handed: [handed.provider, handed.state],
    listed: listed.items.map(({ id }) => id === handed.id),
    exchanges: [found, supplemented, handedOver, corrected, withdrawn].map(({ provider }) => provider),
    results: results.items.length,
  };
}
