import { describe, expect, it } from 'vitest';
import { fromCompactTime, toCompactTime } from '../../src/connector/compact-time.ts';

describe('the compact time of the ministries’ systems', () => {
  it('has 24 hours and is that of Viet Nam, whatever the machine’s zone', () => {
    expect(toCompactTime(Date.parse('2026-03-10T14:30:05+07:00'))).toBe('20260310143005');
    expect(toCompactTime(Date.parse('2026-03-10T17:30:00Z'))).toBe('20260311003000');
    expect(toCompactTime(null)).toBe('');
  });

  it('is read back to the same instant, and nothing is made of an impossible one', () => {
    expect(fromCompactTime('20260311003000')).toBe(Date.parse('2026-03-10T17:30:00Z'));
    for (const text of ['', '20260230120000', '20260310250000', '2026-03-10', '00010101000000x', null, undefined])
      expect(fromCompactTime(text)).toBeNull();
  });
});
