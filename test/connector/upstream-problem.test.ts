import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseAnswer } from '../../src/connector/answer.ts';
import { UpstreamError, type UpstreamErrorFacts, type UpstreamFailure } from '../../src/connector/upstream-error.ts';
import { gatewayErrorOf } from '../../src/connector/upstream-problem.ts';
import { problemOf } from '../../src/http/problem.ts';

const NOW = Date.parse('2026-03-10T09:00:00+07:00');
const AT = { instance: '/v1/population/citizens/verify', traceId: 't', language: 'vi' } as const;

const answered = (kind: UpstreamFailure, facts: Partial<UpstreamErrorFacts> = {}) =>
  problemOf(
    gatewayErrorOf(
      new UpstreamError(kind, { upstream: 'population', operation: 'verify', outcome: 'not-done', ...facts }),
      NOW,
    ),
    AT,
  );

describe('a failed upstream is answered', () => {
  it.each([
    ['unavailable', 503, 'upstream-unavailable', true],
    ['timeout', 504, 'upstream-timeout', true],
    ['auth', 502, 'upstream-auth', false],
    ['rejected', 502, 'upstream-rejected', false],
    ['exists', 502, 'upstream-rejected', false],
    ['contract', 502, 'upstream-contract', false],
    ['maintenance', 503, 'upstream-maintenance', true],
    ['quota', 503, 'upstream-quota', true],
    ['busy', 503, 'bulkhead-full', true],
  ] as const)('%s as %i %s', (kind, status, code, retryable) => {
    expect(answered(kind)).toMatchObject({ status, code, retryable, upstream: 'population' });
  });

  it('with when to come back, where it is known', () => {
    expect(answered('maintenance', { until: NOW + 90_000 })).toMatchObject({ retryAfter: 90 });
    expect(answered('unavailable', { until: NOW - 5 })).toMatchObject({ retryAfter: 1 });
    expect(answered('unavailable')).toMatchObject({ retryAfter: 2 });
    expect(answered('contract')).not.toHaveProperty('retryAfter');
  });

  it('with the operation, and whether the work may have been done', () => {
    expect(answered('timeout', { outcome: 'unknown' })).toMatchObject({ operation: 'verify', outcome: 'unknown' });
  });

  it('in its own words only where it refuses', () => {
    expect(answered('rejected', { words: 'Số định danh sai' }).detail).toBe('Số định danh sai');
    expect(answered('unavailable', { words: 'HTTP 500 stack trace' }).detail).not.toContain('stack');
  });

  it('as the caller’s own deadline where that has passed', () => {
    expect(answered('timeout', { byCaller: true })).toMatchObject({ status: 504, code: 'deadline-exceeded' });
  });
});

describe('an answer of another shape', () => {
  const schema = z.object({ people: z.array(z.object({ số: z.string() })) });
  const origin = { upstream: 'population', operation: 'household' };

  it('names upstream, operation and path', () => {
    const read = (): unknown => parseAnswer(schema, { people: [{ số: '1' }, { số: 2 }] }, origin);
    expect(read).toThrow(UpstreamError);
    try {
      read();
    } catch (error) {
      const problem = problemOf(gatewayErrorOf(error as UpstreamError, NOW), AT);
      expect(problem).toMatchObject({ status: 502, upstream: 'population', operation: 'household' });
      expect(problem).toMatchObject({ path: '$.people[1]["số"]' });
      expect(problem.detail).toContain('$.people[1]');
    }
  });

  it('is given on where it fits', () => {
    expect(parseAnswer(schema, { people: [], more: 1 }, origin)).toEqual({ people: [] });
  });
});
