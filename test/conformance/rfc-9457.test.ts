/** @module Every error as a problem document, member by member of RFC 9457, and what HTTP asks of its status beside. */
import { STATUS_CODES } from 'node:http';
import Fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ErrorCode, errors, GatewayError } from '../../src/errors.ts';
import { sendProblem } from '../../src/http/problem.ts';
import { traceOf } from '../../src/http/trace.ts';
import { silent } from '../support/timeline.ts';

const app = Fastify();
beforeAll(async () => {
  app.decorate('gatewayLog', silent);
  app.addHook('onRequest', async (request) => {
    request.trace = traceOf(undefined);
  });
  app.setErrorHandler((error, request, reply) => sendProblem(error, request, reply));
  app.get<{ Params: { code: ErrorCode } }>('/:code', async ({ params }) => {
    throw new GatewayError(params.code, { detail: 'What happened.', detailVi: 'Điều đã xảy ra.' });
  });
});
afterAll(() => app.close());

describe.each(Object.keys(errors) as ErrorCode[])('%s', (code) => {
  it.each(['vi', 'en'] as const)('in %s', async (language) => {
    const answer = await app.inject({ url: `/${code}`, headers: { 'accept-language': language } });
    const problem = answer.json();
    const { status, who, title, action } = errors[code];
    // 3: the media type, and the language of its texts (RFC 9110, 8.5).
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.headers['content-language']).toBe(language);
    // 3.1.1: a URI reference, the page of this very problem.
    expect(problem.type).toBe(`/docs/errors#${code}`);
    expect(URL.canParse(problem.type, 'https://gateway.test')).toBe(true);
    // 3.1.2: the status that was sent, one that HTTP knows.
    expect([problem.status, answer.statusCode]).toEqual([status, status]);
    expect(STATUS_CODES).toHaveProperty(String(status));
    // 3.1.3: the title of the problem's type; 3.1.4: this occurrence, nothing of what failed inside.
    expect(problem.title).toBe(title[language]);
    expect(problem.detail).toBe(
      who === 'gateway' ? action[language] : language === 'vi' ? 'Điều đã xảy ra.' : 'What happened.',
    );
    // 3.1.5: a URI reference that names the occurrence.
    expect(problem.instance).toBe(`/${code}`);
    // 3.2: extension members whose names any format can hold.
    expect(problem).toMatchObject({
      code,
      who,
      action: action[language],
      traceId: expect.stringMatching(/^[\da-f]{32}$/),
    });
    for (const member of Object.keys(problem)) expect(member).toMatch(/^[A-Za-z]\w{2,}$/);
    // RFC 9110, 10.2.3 and RFC 6585, 4: when to come back; RFC 9110, 11.6.1: how to prove oneself.
    expect(answer.headers['retry-after']).toBe(status === 429 || status === 503 ? '2' : undefined);
    if (status === 401 && !code.startsWith('webhook-'))
      expect(answer.headers['www-authenticate']).toMatch(/^Bearer realm="lienthong"/);
  });
});
