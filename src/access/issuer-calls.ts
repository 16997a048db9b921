/** @module Calls of an outside issuer: bounded in time and size, and their failure names the issuer. */
import { GatewayError } from '../errors.ts';
import { SECOND } from '../units.ts';

const TIMEOUT = 5 * SECOND;
const LARGEST_ANSWER = 512 * 1024;

/**
 * The JSON object that an issuer answers. No redirect is followed: what it names is what it was configured to be.
 *
 * @throws GatewayError issuer-unavailable
 */
export async function askIssuer(name: string, url: string, init: RequestInit = {}): Promise<Record<string, unknown>> {
  try {
    const answer = await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT) });
    const text = await boundedText(answer);
    if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) throw new Error(`${url} answered no JSON object`);
    return value as Record<string, unknown>;
  } catch (cause) {
    throw unavailable(name, cause);
  }
}

/** The issuer could not be asked, or answered what it may not. */
export const unavailable = (name: string, cause?: unknown): GatewayError =>
  new GatewayError('issuer-unavailable', {
    detail: `The issuer ${name} does not answer as it should.`,
    detailVi: `Nơi cấp mã ${name} không trả lời đúng.`,
    extra: { issuer: name },
    cause,
  });

async function boundedText(answer: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of answer.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > LARGEST_ANSWER) throw new Error(`an answer of more than ${LARGEST_ANSWER} characters`);
  }
  return text + decoder.decode();
}
