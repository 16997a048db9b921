import { describe, expect, it } from 'vitest';
import { addressCheck, codeCheck } from '../../src/webhooks/path-code.ts';

describe('a list of addresses', () => {
  const isAllowed = addressCheck(['10.20.0.0/16', '192.168.1.7', 'fd00:1::/32']);

  it.each(['10.20.0.1', '10.20.255.254', '192.168.1.7', '::ffff:10.20.3.4', 'fd00:1::7'])('lets %s in', (address) => {
    expect(isAllowed(address)).toBe(true);
  });

  it.each(['10.21.0.1', '192.168.1.8', '::ffff:192.168.1.8', 'fd00:2::7', '', 'unknown'])(
    'keeps "%s" out',
    (address) => {
      expect(isAllowed(address)).toBe(false);
    },
  );

  it('that is empty lets everybody in', () => {
    expect(addressCheck([])('203.0.113.9')).toBe(true);
  });

  it.each(['10.20.0.0/33', '10.20.0.0/', '10.20.0.0/x', 'vbdlis.example', '10.20'])(
    'refuses to be built with %s',
    (entry) => {
      expect(() => addressCheck([entry])).toThrow(`not an address or network: ${entry}`);
    },
  );
});

describe('a security code', () => {
  it('is right when it equals one of those set', () => {
    const isCode = codeCheck(['former-code', 'present-code']);
    expect(['former-code', 'present-code'].map(isCode)).toEqual([true, true]);
  });

  it.each(['', 'present-cod', 'present-code ', 'PRESENT-CODE'])('"%s" is wrong', (given) => {
    expect(codeCheck(['present-code'])(given)).toBe(false);
  });

  it('is never right while none is set, not even an empty one', () => {
    expect(codeCheck([])('')).toBe(false);
  });
});
