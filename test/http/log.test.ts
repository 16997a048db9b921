/** @module What the log never shows. */
import { expect, test } from 'vitest';
import { createLog, redactText, redactUrl } from '../../src/log.ts';

function logged(write: (log: ReturnType<typeof createLog>) => void): string {
  const lines: string[] = [];
  write(createLog({ level: 'info', destination: { write: (line) => lines.push(line) } }));
  return lines.join('');
}

test('a security code in a webhook address is removed wherever an address is written', () => {
  expect(redactUrl('/v1/webhooks/land-registry/ChuyenHoSo/s3cr3t?x=1')).toBe(
    '/v1/webhooks/land-registry/ChuyenHoSo/[removed]?x=1',
  );
  const line = logged((log) =>
    log.error({ err: new Error('GET http://h/v1/webhooks/land-registry/ChuyenHoSo/s3cr3t failed') }),
  );
  expect(line).not.toContain('s3cr3t');
  expect(line).toContain('ChuyenHoSo');
});

test.each([
  ['a personal number', 'no match for 066090000123 at the registry', '066090000123'],
  ['a webhook secret', 'secret whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw is old', 'MfKQ9'],
  ['a bearer token', 'sent Authorization: Bearer abcdefghijklmnop', 'abcdefghijklmnop'],
  ['a JWT', 'token eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln', 'eyJzdWIi'],
  ['the password of a database', 'cannot reach postgres://lienthong:hunter2@db:5432/x', 'hunter2'],
  ['a name in quoted JSON', 'upstream said {"HoTen":"Nguyễn Văn An","code":"0"}', 'Nguyễn'],
])('%s in a message is removed', (_name, message, secret) => {
  const line = logged((log) => log.info(message));
  expect(line).not.toContain(secret);
  expect(() => JSON.parse(line)).not.toThrow();
});

test('personal and secret members are removed at any depth, and the line stays JSON', () => {
  const line = logged((log) =>
    log.info({
      a: { b: [{ personalId: '1', phone: 900000000, name: 'An "Bé" \\ Lê' }] },
      clientSecret: 'x',
      status: 'paused',
    }),
  );
  const entry = JSON.parse(line);
  expect(entry.a.b[0]).toEqual({ personalId: '[removed]', phone: '[removed]', name: '[removed]' });
  expect(entry).toMatchObject({ clientSecret: '[removed]', status: 'paused' });
});

test('what is no secret stays readable', () => {
  const text = 'H15.50-260310-0001 4bf92f3577b34da6a3ce929d0e0e4736 2026-03-10T08:30:00+07:00 1760000000000';
  expect(redactText(text)).toBe(text);
});

test('an error is logged with its causes', () => {
  const line = logged((log) => log.error({ err: new Error('outer', { cause: new Error('inner') }) }, 'failed'));
  expect(JSON.parse(line).err).toMatchObject({ message: 'outer', cause: { message: 'inner' } });
});
