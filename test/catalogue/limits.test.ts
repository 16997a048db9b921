/** @module Which version, which limit and which rule for a pause a dossier stands under. */
import { describe, expect, it } from 'vitest';
import { Catalogue, type ProcedureVersion } from '../../src/catalogue/catalogue.ts';
import { limitInForce } from '../../src/catalogue/limit.ts';
import { toDeadlineAnswer } from '../../src/dossiers/answers.ts';
import { deadlineInput, limitOverrideOf } from '../../src/dossiers/appointment.ts';
import { foldOf } from '../../src/dossiers/folded.ts';
import { catalogue as shipped } from '../support/catalogue.ts';
import { at } from '../support/commands.ts';

const version = (more: Partial<ProcedureVersion> = {}): ProcedureVersion => ({
  code: '1.009999',
  name: 'Cấp giấy phép thử',
  sector: { code: 'G11-XD', name: 'Xây dựng' },
  limit: { amount: 20, unit: 'day' },
  startRule: 'next-day',
  mayEnd: ['igate'],
  pauses: {},
  pauseNeedsDocument: false,
  effectiveFrom: '2025-07-01',
  effectiveTo: null,
  ...more,
});
const withVersions = (...procedures: ProcedureVersion[]) => new Catalogue({ ...shipped.data, procedures });

/** The answer for a dossier received on Monday 9 March 2026. */
function answer(catalogue: Catalogue, fields: Parameters<typeof limitOverrideOf>[0] = {}) {
  const subject = {
    procedureCode: '1.009999',
    agencyCode: 'H15.50',
    receivedAt: at('03-09T09:00'),
    limitOverride: limitOverrideOf(fields),
    facts: [],
  };
  const input = deadlineInput(subject, foldOf(subject, catalogue), catalogue, at('03-10T09:00'), 'now')!;
  const { steps, ...rest } = toDeadlineAnswer(input, catalogue.calendar);
  return { ...rest, told: steps.map(({ vi }) => vi).join('\n') };
}

describe('the version of a procedure', () => {
  const former = version({
    effectiveFrom: '2020-01-01',
    effectiveTo: '2025-06-30',
    limit: { amount: 30, unit: 'day' },
  });
  const catalogue = withVersions(former, version());

  it.each([
    ['2025-06-30T23:59:00+07:00', 30],
    ['2025-07-01T00:00:00+07:00', 20],
    ['2026-03-09T09:00:00+07:00', 20],
  ])('is the one in force when the dossier was received: %s', (receivedAt, days) => {
    expect(catalogue.procedureAt('1.009999', Date.parse(receivedAt))?.limit?.amount).toBe(days);
  });

  it('is found by the national part of either code', () => {
    const written = withVersions(version({ code: '1.009999.000.00.00.H15' }));
    expect(written.procedureAt('1.009999', at('03-09T09:00'))).not.toBeNull();
    expect(written.procedureAt('1.009999.H15', at('03-09T09:00'))).not.toBeNull();
  });

  it('is none before the first came into force', () => {
    expect(catalogue.procedureAt('1.009999', Date.parse('2019-12-31T09:00:00+07:00'))).toBeNull();
  });
});

describe('the limit', () => {
  const cut = { limit: { amount: 10, unit: 'working-day' as const }, decision: 'QĐ 15/2026/QĐ-UBND' };
  const fastTrackLimit = { limit: { amount: 5, unit: 'working-day' as const }, decision: 'QĐ 16/2026/QĐ-UBND' };

  it('is the procedure’s own where nothing was decided', () => {
    expect(answer(withVersions(version()))).toMatchObject({
      appointmentAt: '2026-03-30T17:00:00+07:00',
      limit: { amount: 20, unit: 'day' },
      decided: null,
    });
  });

  it('is the province’s cut, named with its decision', () => {
    const found = answer(withVersions(version({ cut })));
    expect(found).toMatchObject({
      appointmentAt: '2026-03-23T17:00:00+07:00',
      decided: { by: 'province', decision: cut.decision },
    });
    expect(found.told).toContain('Thời hạn 10 ngày làm việc (tỉnh cắt giảm, QĐ 15/2026/QĐ-UBND)');
  });

  it('is the fast track’s for a dossier that was granted it', () => {
    const found = answer(withVersions(version({ cut, fastTrackLimit })), { fastTrack: true });
    expect(found).toMatchObject({
      appointmentAt: '2026-03-16T17:00:00+07:00',
      decided: { by: 'fast-track', decision: fastTrackLimit.decision },
    });
    expect(found.told).toContain('(luồng xanh, QĐ 16/2026/QĐ-UBND)');
  });

  it('stays as it is where the procedure has no fast track', () => {
    expect(answer(withVersions(version({ cut })), { fastTrack: true }).decided).toMatchObject({ by: 'province' });
  });

  it('is the dossier’s own by decision before any other', () => {
    const limitOverride = { limit: { amount: 2, unit: 'working-day' as const }, decision: 'QĐ 99/QĐ-UBND' };
    const found = answer(withVersions(version({ cut, fastTrackLimit })), { fastTrack: true, limitOverride });
    expect(found).toMatchObject({
      appointmentAt: '2026-03-11T17:00:00+07:00',
      decided: { by: 'dossier', decision: 'QĐ 99/QĐ-UBND' },
    });
    expect(found.told).toContain('(thời hạn riêng của hồ sơ, QĐ 99/QĐ-UBND)');
  });

  it('is absent, and the answer marked, for a procedure without one', () => {
    expect(answer(withVersions(version({ limit: null })))).toMatchObject({
      appointmentAt: null,
      absentBecause: 'no-limit-and-no-slip',
    });
    expect(limitInForce(null, null)).toEqual({ limit: null, decided: null });
  });
});

describe('the rule for a pause', () => {
  const law = 'NĐ 61/2018/NĐ-CP Điều 19 khoản 4';
  const staged = version({
    pauses: {
      supplement: {
        effect: 'restart',
        legalBasis: law,
        stages: { appraisal: { effect: 'none', legalBasis: 'NĐ 100/2026' } },
      },
    },
  });
  const catalogue = withVersions(staged);
  const ruleFor = (reason: string) => catalogue.pauseRule(staged, reason, at('03-10T09:00'));

  it.each([
    ['supplement-appraisal', { effect: 'none', legalBasis: 'NĐ 100/2026' }],
    ['supplement-intake', { effect: 'restart', legalBasis: law }],
    ['supplement', { effect: 'restart', legalBasis: law }],
  ])('of %s follows the stage where the procedure tells one', (reason, rule) => {
    expect(ruleFor(reason)).toEqual(rule);
  });

  it('moves nothing without a legal basis', () => {
    const bare = version({ pauses: { consultation: { effect: 'suspend', legalBasis: null } } });
    expect(catalogue.pauseRule(bare, 'consultation', at('03-10T09:00'))).toEqual({ effect: 'none', legalBasis: null });
  });
});
