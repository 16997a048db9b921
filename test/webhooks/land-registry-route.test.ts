import { afterEach, describe, expect, it } from 'vitest';
import { GatewayError } from '../../src/errors.ts';
import { CODE, FORMER_CODE, type Gateway, type GatewayOptions, gateway } from './gateway.ts';

const PAUSE = JSON.stringify({
  SoBienNhan: 'BN-2026-000123',
  NgayChoBoSung: '/Date(1773108000000)/',
  LaTamDung: true,
  danhSachVanBanChoBoSung: [{ loaiVanBanPhatSinh: 5 }],
});
const TAKEN = { Result: 1, Message: 'Đã tiếp nhận' };

let opened: Gateway | undefined;
afterEach(() => opened?.app.close());

async function push(path: string, body: string | Buffer = PAUSE, options: GatewayOptions = {}) {
  opened = await gateway(options);
  const response = await opened.app.inject({
    method: 'POST',
    url: `/v1/webhooks/land-registry/${path}`,
    headers: { 'content-type': 'application/json' },
    payload: body,
  });
  return { response, gateway: opened };
}

describe('a push with the right code', () => {
  it('is appended and answered in the form of VBDLIS', async () => {
    const {
      response,
      gateway: { appended },
    } = await push(`YeuCauBoSungHoSo/${CODE}`);
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual(TAKEN);
    expect(appended[0]!.commands).toMatchObject([
      { source: 'land-registry', status: 'paused', reason: 'tax-determination' },
    ]);
    expect(appended[0]!.raw).toMatchObject({ operation: 'YeuCauBoSungHoSo', body: Buffer.from(PAUSE) });
  });

  it('is taken with the former code while a new one is introduced', async () => {
    expect((await push(`YeuCauBoSungHoSo/${FORMER_CODE}`)).response.statusCode).toBe(200);
  });

  it.each([
    ['no JSON', '<html>'],
    ['an empty body', ''],
    ['invalid UTF-8', Buffer.from([0xff, 0xfe])],
    ['no receipt number', '{"NgayChoBoSung":"/Date(1773108000000)/"}'],
    ['a name twice', '{"SoBienNhan":"1","SoBienNhan":"2"}'],
    ['deep nesting', '['.repeat(50_000) + ']'.repeat(50_000)],
  ])('that can not be read is kept for a person and not refused: %s', async (_title, body) => {
    const {
      response,
      gateway: { appended, aside },
    } = await push(`YeuCauBoSungHoSo/${CODE}`, body);
    expect([response.statusCode, response.json()]).toEqual([200, TAKEN]);
    expect(appended).toEqual([]);
    expect(aside).toMatchObject([
      { reason: 'unreadable', raw: { body: Buffer.from(body), operation: 'YeuCauBoSungHoSo' } },
    ]);
  });

  it('whose code stands in no table is kept under the name its sender gave', async () => {
    const body = PAUSE.replace(':5', ':9');
    const {
      response,
      gateway: { aside },
    } = await push(`YeuCauBoSungHoSo/${CODE}`, body);
    expect(response.json()).toEqual(TAKEN);
    expect(aside).toMatchObject([{ reason: 'unmapped-code', dossierRef: 'BN-2026-000123' }]);
    expect(aside[0]!.detail).toContain('$.danhSachVanBanChoBoSung[0].loaiVanBanPhatSinh');
  });

  it.each(['queue-full', 'database-unavailable'] as const)(
    'is to come again while it can not be stored: %s',
    async (code) => {
      const { response } = await push(`YeuCauBoSungHoSo/${CODE}`, PAUSE, {
        append: () => Promise.reject(new GatewayError(code, { retryAfter: 2 })),
      });
      expect(response.statusCode).toBe(503);
      expect(response.headers['retry-after']).toBe('2');
      expect(response.json()).toMatchObject({ Result: 0, Message: expect.any(String) });
    },
  );

  it('is to come again when it could be neither read nor kept, and learns nothing of the inside', async () => {
    const { response } = await push(`YeuCauBoSungHoSo/${CODE}`, '<html>', {
      setAside: () => Promise.reject(new Error('relation "quarantine" is gone')),
    });
    expect(response.statusCode).toBe(503);
    expect(response.json()).toMatchObject({ Result: 0 });
    expect(response.body).not.toContain('quarantine');
  });
});

describe('a push is refused', () => {
  it.each([
    ['another code', 'YeuCauBoSungHoSo/land-security-code-2'],
    ['a part of the code', `YeuCauBoSungHoSo/${CODE.slice(0, -1)}`],
    ['a wrong code and an unknown operation, which it does not learn', 'XoaHoSo/wrong-code'],
  ])('401 with %s', async (_title, path) => {
    const {
      response,
      gateway: { appended, aside },
    } = await push(path);
    expect(response.statusCode).toBe(401);
    expect(response.json()).toMatchObject({ code: 'webhook-proof-invalid' });
    expect([appended, aside]).toEqual([[], []]);
  });

  it('401 while no code is set', async () => {
    const settings = { SECURITY_CODE: 'another-code-1', SECURITY_CODE_PREVIOUS: 'another-code-0' };
    expect((await push(`YeuCauBoSungHoSo/${CODE}`, PAUSE, { settings })).response.statusCode).toBe(401);
  });

  it('404 for an operation that VBDLIS does not have', async () => {
    expect((await push(`XoaHoSo/${CODE}`)).response.statusCode).toBe(404);
  });

  it('413 above 1 MiB', async () => {
    expect((await push(`ChuyenHoSo/${CODE}`, 'x'.repeat(1024 * 1024 + 1))).response.statusCode).toBe(413);
  });

  it('403 from an address that is not on the list', async () => {
    const { response } = await push(`YeuCauBoSungHoSo/${CODE}`, PAUSE, { settings: { ALLOW_FROM: '10.20.0.0/16' } });
    expect(response.statusCode).toBe(403);
    expect(response.json()).toMatchObject({ code: 'forbidden-address' });
  });

  it('and not from one that is', async () => {
    const { response } = await push(`YeuCauBoSungHoSo/${CODE}`, PAUSE, {
      settings: { ALLOW_FROM: '10.20.0.0/16, 127.0.0.1' },
    });
    expect(response.statusCode).toBe(200);
  });
});

it('the security code stands in no answer and no log line, whatever becomes of the push', async () => {
  for (const path of [`YeuCauBoSungHoSo/${CODE}`, `XoaHoSo/${CODE}`, `YeuCauBoSungHoSo/${CODE}/more`]) {
    const {
      response,
      gateway: { logLines, app },
    } = await push(path, '<html>');
    await app.close();
    expect(response.body + logLines.join('')).not.toContain(CODE);
  }
});

it('both webhooks stand in the API document with the errors they may answer', async () => {
  opened = await gateway();
  const document = (await opened.app.inject('/openapi.json')).json();
  expect(Object.keys(document.paths['/v1/webhooks/coordination'].post.responses)).toEqual(
    expect.arrayContaining(['202', '400', '401', '413', '422', '503']),
  );
  expect(Object.keys(document.paths['/v1/webhooks/land-registry/{operation}/{code}'].post.responses)).toEqual(
    expect.arrayContaining(['200', '401', '403', '404', '413', '503']),
  );
});
