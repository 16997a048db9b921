import { describe, expect, it, vi } from 'vitest';
import { Breaker } from '../../src/connector/breaker.ts';
import { UpstreamError, type UpstreamFailure } from '../../src/connector/upstream-error.ts';
import { until } from '../support/until.ts';

const failure = (kind: UpstreamFailure): UpstreamError =>
  new UpstreamError(kind, { upstream: 'portal', operation: 'x', outcome: 'not-done' });
const refused = (): Error => new Error('the breaker is open');

/** A breaker whose clock is moved by hand; its reset still takes real milliseconds. */
function breakerAt(resetMs = 30, isProbed = true) {
  let now = 1_000_000;
  const breaker = new Breaker({ name: 'portal', now: () => now, resetMs, isProbed });
  const run = async (work: () => Promise<unknown>, isProbe = false): Promise<string> => {
    const outcome = await breaker.fire(work, isProbe, refused).then(
      () => 'done',
      (error: Error) => error.message,
    );
    // What opossum counts, it counts beside the caller.
    await new Promise(setImmediate);
    return outcome;
  };
  return {
    breaker,
    now: () => now,
    run,
    fails: (kind: UpstreamFailure = 'unavailable', isProbe = false) =>
      run(() => Promise.reject(failure(kind)), isProbe),
    succeeds: (isProbe = false) => run(() => Promise.resolve(1), isProbe),
    pass: (ms: number) => {
      now += ms;
    },
    /** Three failures in a row after two seconds without a success. */
    async open() {
      now += 2_000;
      for (let i = 0; i < 3; i++) await this.fails();
    },
    halfOpen: () => until('it is half-open', () => breaker.state === 'half-open'),
  };
}

describe('the breaker opens', () => {
  it('not on one failure of a busy upstream: volumeThreshold 0 would', async () => {
    const { breaker, fails, succeeds } = breakerAt();
    await succeeds();
    await fails();
    await fails();
    expect(breaker.state).toBe('closed');
  });

  it('on half of at least twenty calls', async () => {
    const { breaker, fails, succeeds } = breakerAt(60_000);
    for (let i = 0; i < 10; i++) await succeeds();
    for (let i = 0; i < 9; i++) await fails();
    expect(breaker.state).toBe('closed');
    await fails();
    await fails();
    expect(breaker.state).toBe('open');
  });

  it('on three failures in a row of an upstream that has answered nothing else for two seconds', async () => {
    const { breaker, fails, pass } = breakerAt(60_000);
    await fails();
    await fails();
    await fails();
    expect(breaker.state).toBe('closed');
    pass(2_000);
    await fails();
    expect(breaker.state).toBe('open');
  });

  it('and refuses everything until its reset, without running it', async () => {
    const opened = breakerAt(60_000);
    await opened.open();
    const work = vi.fn(() => Promise.resolve());
    expect(await opened.run(work)).toBe('the breaker is open');
    expect(await opened.run(work, true)).toBe('the breaker is open');
    expect(work).not.toHaveBeenCalled();
  });
});

describe('opossum’s traps', () => {
  it('a late success of a call sent before the opening does not close a half-open breaker', async () => {
    const opened = breakerAt();
    const late = Promise.withResolvers<number>();
    const waiting = opened.run(() => late.promise);
    await opened.open();
    await opened.halfOpen();
    late.resolve(1);
    expect(await waiting).toBe('done');
    expect(opened.breaker.state).toBe('half-open');
  });

  it('a late failure of such a call does not open it again either', async () => {
    const opened = breakerAt();
    const late = Promise.withResolvers<number>();
    const waiting = opened.run(() => late.promise);
    await opened.open();
    await opened.halfOpen();
    late.reject(failure('timeout'));
    await waiting;
    expect(opened.breaker.state).toBe('half-open');
  });

  it('the reset is spread, so that replicas do not probe together', async () => {
    const delays = new Set<number>();
    for (let i = 0; i < 20; i++) {
      const opened = breakerAt(10_000);
      await opened.open();
      delays.add(opened.breaker.until! - opened.now());
      opened.breaker.close();
    }
    expect(delays.size).toBeGreaterThan(1);
    for (const delay of delays) expect(Math.abs(delay - 10_000)).toBeLessThanOrEqual(1_000);
  });

  it('a refusal is an answer: it neither opens a closed breaker nor counts against it', async () => {
    const { breaker, fails, pass } = breakerAt();
    pass(10_000);
    for (let i = 0; i < 40; i++) await fails('rejected');
    for (let i = 0; i < 40; i++) await fails('exists');
    expect(breaker.state).toBe('closed');
  });

  it('a refusal of the probe is an answer too, and closes a half-open breaker', async () => {
    const opened = breakerAt();
    await opened.open();
    await opened.halfOpen();
    await opened.fails('rejected', true);
    expect(opened.breaker.state).toBe('closed');
  });

  it('a caller that goes says nothing: it opens no breaker, and its trial holds none half-open for ever', async () => {
    const left = new UpstreamError('timeout', {
      upstream: 'portal',
      operation: 'x',
      outcome: 'unknown',
      byCaller: true,
    });
    const opened = breakerAt(30, false);
    opened.pass(10_000);
    for (let i = 0; i < 40; i++) await opened.run(() => Promise.reject(left));
    expect(opened.breaker.state).toBe('closed');
    await opened.open();
    await opened.halfOpen();
    await opened.run(() => Promise.reject(left));
    expect(opened.breaker.state).toBe('open');
    await opened.halfOpen();
    expect(await opened.succeeds()).toBe('done');
    expect(opened.breaker.state).toBe('closed');
  });

  it('only the declared probe may try a half-open upstream, never a queued dossier', async () => {
    const opened = breakerAt();
    await opened.open();
    await opened.halfOpen();
    expect(await opened.succeeds()).toBe('the breaker is open');
    expect(opened.breaker.state).toBe('half-open');
    expect(await opened.succeeds(true)).toBe('done');
    expect(opened.breaker.state).toBe('closed');
  });

  it('a failed probe opens it again', async () => {
    const opened = breakerAt();
    await opened.open();
    await opened.halfOpen();
    await opened.fails('unavailable', true);
    expect(opened.breaker.state).toBe('open');
    expect(opened.breaker.until).not.toBeNull();
  });

  it('has no timeout of its own that would free the slot while the call still runs', async () => {
    const { breaker, run } = breakerAt();
    const slow = Promise.withResolvers<string>();
    const waiting = run(() => slow.promise);
    vi.useFakeTimers();
    try {
      await vi.advanceTimersByTimeAsync(60_000);
    } finally {
      vi.useRealTimers();
    }
    slow.resolve('at last');
    expect(await waiting).toBe('done');
    expect(breaker.state).toBe('closed');
  });

  it('caches nothing: the next call runs again after a failure', async () => {
    const { run } = breakerAt();
    const work = vi.fn().mockRejectedValueOnce(failure('unavailable')).mockResolvedValue(1);
    expect(await run(work)).toMatch(/unavailable/);
    expect(await run(work)).toBe('done');
    expect(work).toHaveBeenCalledTimes(2);
  });

  it('counts no bound of ours against the upstream: any number of calls runs at once', async () => {
    const { breaker, run } = breakerAt();
    const gate = Promise.withResolvers<void>();
    const all = Array.from({ length: 200 }, () => run(() => gate.promise));
    gate.resolve();
    expect(new Set(await Promise.all(all))).toEqual(new Set(['done']));
    expect(breaker.state).toBe('closed');
  });
});

describe('a breaker tells', () => {
  it('what opened it, since when, and when it is tried again', async () => {
    const opened = breakerAt(10_000);
    expect(opened.breaker).toMatchObject({ why: null, openedAt: null, until: null });
    await opened.fails('timeout');
    expect(opened.breaker.why).toBeNull();
    await opened.open();
    expect(opened.breaker.why).toMatchObject({ kind: 'unavailable', facts: { operation: 'x' } });
    expect(opened.breaker.openedAt).toBe(opened.now());
    expect(opened.breaker.until).toBeGreaterThan(opened.now());
  });
});

it('a breaker without a health call lets one call at a time try, and closes when that succeeds', async () => {
  const opened = breakerAt(30, false);
  await opened.open();
  await opened.halfOpen();
  const trial = Promise.withResolvers<number>();
  const waiting = opened.run(() => trial.promise);
  expect(await opened.succeeds()).toBe('the breaker is open');
  trial.reject(failure('unavailable'));
  await waiting;
  expect(opened.breaker.state).toBe('open');
  await opened.halfOpen();
  expect(await opened.succeeds()).toBe('done');
  expect(opened.breaker.state).toBe('closed');
});
