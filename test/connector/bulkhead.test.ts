import { describe, expect, it } from 'vitest';
import { Bulkhead } from '../../src/connector/bulkhead.ts';

/** Work that ends when it is told, and the order in which it began. */
function room(concurrency: number, queue: number) {
  const bulkhead = new Bulkhead({ concurrency, queue });
  const began: string[] = [];
  const gates = new Map<string, PromiseWithResolvers<void>>();
  return {
    bulkhead,
    began,
    run: (name: string, signal?: AbortSignal) =>
      bulkhead.run(
        () => {
          began.push(name);
          const gate = Promise.withResolvers<void>();
          gates.set(name, gate);
          return gate.promise.then(() => name);
        },
        signal,
        (why) => new Error(why),
      ),
    end: (name: string) => gates.get(name)!.resolve(),
    fail: (name: string) => gates.get(name)!.reject(new Error('failed')),
  };
}

describe('a bulkhead', () => {
  it('runs so many at once, and the others in the order they came', async () => {
    const { run, began, end } = room(2, 2);
    const all = [run('a'), run('b'), run('c'), run('d')];
    expect(began).toEqual(['a', 'b']);
    end('b');
    expect(await all[1]).toBe('b');
    await Promise.resolve();
    expect(began).toEqual(['a', 'b', 'c']);
    end('a');
    await all[0];
    end('c');
    await all[2];
    end('d');
    expect(await all[3]).toBe('d');
  });

  it('refuses at once what finds no room to wait', async () => {
    const { run, bulkhead, end } = room(1, 1);
    const first = run('a');
    const second = run('b');
    await expect(run('c')).rejects.toThrow('full');
    expect(bulkhead).toMatchObject({ running: 1, waiting: 1 });
    end('a');
    await first;
    end('b');
    await second;
    expect(bulkhead).toMatchObject({ running: 0, waiting: 0 });
  });

  it('gives the place of a failed call to the next', async () => {
    const { run, began, fail, end } = room(1, 1);
    const first = run('a');
    const second = run('b');
    fail('a');
    await expect(first).rejects.toThrow('failed');
    end('b');
    expect(await second).toBe('b');
    expect(began).toEqual(['a', 'b']);
  });

  it('lets one that waits go with its caller, and its place is free at once', async () => {
    const { run, began, end } = room(1, 1);
    const first = run('a');
    const caller = new AbortController();
    const second = run('b', caller.signal);
    caller.abort();
    await expect(second).rejects.toThrow('left');
    const third = run('c');
    await expect(run('d', AbortSignal.abort())).rejects.toThrow('full');
    end('a');
    await first;
    end('c');
    expect(await third).toBe('c');
    expect(began).toEqual(['a', 'c']);
  });
});
