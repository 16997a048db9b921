import { describe, expect, it, vi } from 'vitest';
import { RetryBudget, type RetryOptions, repeated } from '../../src/connector/retry.ts';
import { UpstreamError, type UpstreamErrorFacts, type UpstreamFailure } from '../../src/connector/upstream-error.ts';

const NOW = 1_000_000;

const failure = (kind: UpstreamFailure, facts: Partial<UpstreamErrorFacts> = {}): UpstreamError =>
  new UpstreamError(kind, { upstream: 'land-registry', operation: 'x', outcome: 'not-done', ...facts });

const options = (more: Partial<RetryOptions> = {}): RetryOptions => ({
  budget: new RetryBudget(),
  now: () => NOW,
  until: null,
  signal: undefined,
  mayRepeat: () => true,
  random: () => 0,
  ...more,
});

/** How often the work ran when each of its attempts fails with the error. */
async function attemptsOf(error: Error, more: Partial<RetryOptions> = {}): Promise<number> {
  const work = vi.fn().mockRejectedValue(error);
  await expect(repeated(work, options(more))).rejects.toBe(error);
  return work.mock.calls.length;
}

describe('a harmless call is tried again', () => {
  it('until it succeeds, three times at most', async () => {
    const work = vi.fn().mockRejectedValueOnce(failure('timeout')).mockResolvedValue('done');
    expect(await repeated(work, options())).toBe('done');
    expect(await attemptsOf(failure('unavailable'))).toBe(3);
  });

  it.each(['auth', 'rejected', 'exists', 'contract', 'busy'] as const)('but not after %s', async (kind) => {
    expect(await attemptsOf(failure(kind))).toBe(1);
  });

  it('but not for a caller that went', async () => {
    expect(await attemptsOf(failure('timeout', { byCaller: true }))).toBe(1);
    expect(await attemptsOf(failure('unavailable'), { signal: AbortSignal.abort() })).toBe(1);
  });

  it('but not once the breaker has opened', async () => {
    expect(await attemptsOf(failure('unavailable'), { mayRepeat: () => false })).toBe(1);
  });

  it('but not for a fault of ours', async () => {
    expect(await attemptsOf(new TypeError('a bug'))).toBe(1);
  });
});

describe('the wait before the next attempt', () => {
  it('is spread over a doubling bound', async () => {
    vi.useFakeTimers();
    try {
      const work = vi.fn().mockRejectedValue(failure('unavailable'));
      const running = repeated(work, options({ random: () => 0.5 }));
      running.catch(() => {});
      await vi.advanceTimersByTimeAsync(99);
      expect(work).toHaveBeenCalledTimes(1);
      await vi.advanceTimersByTimeAsync(1);
      expect(work).toHaveBeenCalledTimes(2);
      await vi.advanceTimersByTimeAsync(199);
      expect(work).toHaveBeenCalledTimes(2);
      await vi.advanceTimersByTimeAsync(1);
      expect(work).toHaveBeenCalledTimes(3);
      await expect(running).rejects.toThrow();
    } finally {
      vi.useRealTimers();
    }
  });

  it('honours Retry-After where that is soon, and answers the caller where it is not', async () => {
    vi.useFakeTimers();
    try {
      const work = vi
        .fn()
        .mockRejectedValueOnce(failure('quota', { until: NOW + 1_500 }))
        .mockResolvedValue('done');
      const running = repeated(work, options());
      await vi.advanceTimersByTimeAsync(1_499);
      expect(work).toHaveBeenCalledTimes(1);
      await vi.advanceTimersByTimeAsync(1);
      expect(await running).toBe('done');
    } finally {
      vi.useRealTimers();
    }
    expect(await attemptsOf(failure('maintenance', { until: NOW + 60_000 }))).toBe(1);
  });

  it('never reaches past the caller’s time', async () => {
    expect(await attemptsOf(failure('quota', { until: NOW + 1_000 }), { until: NOW + 1_000 })).toBe(1);
    expect(await attemptsOf(failure('unavailable'), { until: NOW })).toBe(1);
  });

  it('ends when the caller goes meanwhile', async () => {
    const caller = new AbortController();
    const work = vi.fn().mockRejectedValue(failure('unavailable'));
    const running = repeated(work, options({ random: () => 1, signal: caller.signal }));
    caller.abort();
    await expect(running).rejects.toThrow('unavailable');
    expect(work).toHaveBeenCalledTimes(1);
  });
});

describe('the budget', () => {
  it('ends repeats when an upstream fails all the time: at most ten, then one for ten successes', async () => {
    const budget = new RetryBudget();
    let attempts = 0;
    for (let call = 0; call < 100; call++) attempts += await attemptsOf(failure('unavailable'), { budget });
    expect(attempts).toBe(110);
    for (let call = 0; call < 10; call++) await repeated(async () => 'done', options({ budget }));
    expect(await attemptsOf(failure('unavailable'), { budget })).toBe(2);
  });
});
