import { afterAll, beforeAll, expect, it } from 'vitest';
import { createAudit } from '../../src/audit/record.ts';
import { findDossier } from '../../src/dossiers/read-store.ts';
import { erasePerson, exportPerson, type PersonDataDeps } from '../../src/person-data/person-data.ts';
import { DAY } from '../../src/units.ts';
import { at, registration, status } from '../support/commands.ts';
import { testSeal } from '../support/seal.ts';
import { openTimeline, type Timeline } from '../support/timeline.ts';

const AN = { kind: 'citizen' as const, name: 'Nguyễn Văn An', personalId: '066090000123', birthDate: '1990-05-17' };
const BINH = { kind: 'citizen' as const, name: 'Lê Thị Bình', personalId: '066190000456' };
const [ENDED, BROUGHT, OTHER] = ['H15.50-260310-0001', 'H15.50-260310-0002', 'H15.50-260310-0003'] as const;
const order = { personalId: AN.personalId, author: 'cb-1', reason: 'Đơn đề nghị số 12' };

const TARGET_KEY = 'a key of the tests, long enough for it';
let timeline: Timeline;
let now = at('11-02T09:00');
const deps = (): PersonDataDeps => ({
  pool: timeline.pool,
  seal: testSeal,
  audit: createAudit(timeline.pool, { targetKey: TARGET_KEY, seal: testSeal }),
  now: () => now,
  targetKey: TARGET_KEY,
  keptDays: 365,
});
const names = async (code: string): Promise<string> => {
  const dossier = (await findDossier(timeline.pool, code))!;
  const entries = await timeline.rows('select body from timeline_entry where dossier_id = $1', [dossier.id]);
  return JSON.stringify([dossier.fields, entries]);
};

beforeAll(async () => {
  timeline = await openTimeline(() => now);
  const raw = { system: 'igate', operation: 'x', traceId: 't', body: Buffer.from(`{"note":"${AN.personalId}"}`) };
  await timeline.appender().append({
    commands: [
      registration(ENDED, { fields: { applicant: AN, summary: 'Hồ sơ của ông An' } }),
      status(ENDED, 'processing', '03-12T09:00', { body: { note: 'Gọi ông An', document: { form: '02' } } }),
      status(ENDED, 'completed', '03-20T09:00'),
      registration(BROUGHT, { fields: { applicant: BINH, submitter: { name: AN.name, personalId: AN.personalId } } }),
      registration(OTHER, { fields: { applicant: BINH } }),
    ],
    raw,
  });
});
afterAll(() => timeline.close());

it('hands over everything in which the person is named, whole', async () => {
  const document = JSON.stringify(await exportPerson(deps(), order));
  expect(document).toContain('Gọi ông An');
  expect(document).toContain(BROUGHT);
  expect(document).not.toContain(OTHER);
});

it('erases nothing while a dossier is open or must be kept, and says which', async () => {
  expect(await erasePerson(deps(), order)).toEqual({
    erased: false,
    kept: [
      { code: ENDED, why: 'archive', until: at('03-20T09:00') + 365 * DAY },
      { code: BROUGHT, why: 'open', until: null },
    ],
  });
  expect(await names(ENDED)).toContain(AN.name);
});

it('erases the person from what has ended and leaves the others in it, and the history of the dossier', async () => {
  await timeline.append(status(BROUGHT, 'withdrawn', '04-01T09:00', { body: { reasonText: 'Ông An rút' } }));
  now += 2 * 365 * DAY;
  expect(await erasePerson(deps(), order)).toEqual({
    erased: true,
    dossiers: [ENDED, BROUGHT],
    messages: 1,
    payments: 0,
  });
  for (const code of [ENDED, BROUGHT]) expect(await names(code)).not.toMatch(/An\b|066090000123/);
  expect(await names(BROUGHT)).toContain(BINH.name);
  expect((await findDossier(timeline.pool, ENDED))!).toMatchObject({ status: 'completed', headSeq: 5 });
  expect(await names(ENDED)).toContain('"form":"02"');
  expect(await timeline.rows('select from exchange_log')).toEqual([]);
  expect(await exportPerson(deps(), order)).toMatchObject({ dossiers: [] });

  const audited = await timeline.rows<{ operation: string; officer: string; details: object; target_hash: string }>(
    'select operation, officer, details, target_hash from audit_entry order by id',
  );
  expect(audited.map(({ operation }) => operation)).toEqual([
    'exportPersonData',
    'erasePersonData',
    'erasePersonData',
    'exportPersonData',
  ]);
  expect(audited[2]).toMatchObject({ officer: 'cb-1', details: { reason: order.reason, dossiers: [ENDED, BROUGHT] } });
  expect(new Set(audited.map(({ target_hash }) => target_hash)).size).toBe(1);
});
