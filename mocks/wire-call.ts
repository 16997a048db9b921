/** @module One call on a system's wire, from the socket to the answer, through the fault plane in the order a real call meets trouble. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { deliver, type Manner } from './deliver.ts';
import type { Interruption, Strike } from './faults.ts';
import { readBody } from './read-body.ts';
import type { RunningSystem } from './running-system.ts';
import { type Answer, type Call, jsonAnswer } from './simulator.ts';

/** How long a call that is never answered is held. */
const HANG_MS = 120_000;
const PLAIN: Manner = { disturbance: null, bytesPerSecond: null, date: null };

/** Makes a call of a request whose body has been read. */
export function callOf(request: IncomingMessage, path: string, query: string, body: string): Call {
  let parsed: { value: unknown } | null = null;
  return {
    method: request.method ?? 'GET',
    path,
    query: new URLSearchParams(query),
    headers: request.headers,
    body,
    json() {
      if (parsed === null) {
        try {
          parsed = { value: JSON.parse(body) };
        } catch {
          parsed = { value: undefined };
        }
      }
      return parsed.value;
    },
  };
}

/** Answers one call of the wire, or lets it fail as the faults say. */
export async function answerWireCall(
  system: RunningSystem,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  query: string,
): Promise<void> {
  const strike = system.plane.strike();
  if (strike.cutsConnection()) {
    response.destroy();
    system.count('unread', false, strike.fired);
    return;
  }
  const body = await readBody(request);
  if (body === null) {
    deliver(response, jsonAnswer({ message: 'body too large' }, 413, true), PLAIN);
    system.count('unread', true, strike.fired);
    return;
  }
  const call = callOf(request, path, query, body);
  const service = system.simulator.service(call);
  const delay = strike.delay();
  if (delay > 0) await wait(delay);

  const interruption = strike.interruption(Date.now());
  if (interruption !== null) {
    system.count(service, false, strike.fired);
    await interrupt(system, interruption, response, strike);
    return;
  }

  const late = system.simulator.writes(call) ? strike.lateness() : null;
  if (late !== null) {
    system.count(service, false, strike.fired);
    system.later(late, () => void system.simulator.answer(call, strike));
    response.destroy();
    return;
  }
  const answer = system.simulator.answer(call, strike);
  const manner = mannerOf(system, strike, system.simulator.writes(call));
  system.count(service, answer.refused ?? false, strike.fired);
  await system.written();
  if (!response.destroyed) deliver(response, answer, manner);
}

function mannerOf(system: RunningSystem, strike: Strike, write: boolean): Manner {
  const { clockSkewMs, lateEffectMs } = system.plane.faults;
  if (clockSkewMs) strike.fired.push('clockSkewMs');
  return {
    disturbance: strike.disturbance(write && lateEffectMs !== undefined && lateEffectMs > 0),
    bytesPerSecond: strike.bodySpeed(),
    date: clockSkewMs ? system.plane.skewed(Date.now()) : null,
  };
}

async function interrupt(
  system: RunningSystem,
  interruption: Interruption,
  response: ServerResponse,
  strike: Strike,
): Promise<void> {
  if (interruption.kind === 'timeout') {
    const hang = setTimeout(() => response.destroy(), HANG_MS);
    hang.unref();
    response.once('close', () => clearTimeout(hang));
    return;
  }
  const headers: Record<string, string> =
    'retryAfter' in interruption ? { 'retry-after': String(interruption.retryAfter) } : {};
  const answer = system.simulator.refusal?.(interruption) ?? plainRefusal(interruption);
  await system.written();
  if (!response.destroyed) deliver(response, answer, { ...PLAIN, bytesPerSecond: strike.bodySpeed() }, headers);
}

const html = (title: string, status: number): Answer => ({
  status,
  contentType: 'text/html; charset=utf-8',
  body: `<!DOCTYPE html>\n<html lang="vi"><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`,
});

function plainRefusal(interruption: Exclude<Interruption, { kind: 'timeout' }>): Answer {
  switch (interruption.kind) {
    case 'maintenance':
      return html('Hệ thống đang bảo trì', 503);
    case 'rate-limit':
      return jsonAnswer({ message: 'Vượt quá số lượng yêu cầu cho phép' }, 429);
    case 'error':
      return jsonAnswer({ message: 'Lỗi hệ thống' }, interruption.status);
    case 'html':
      return html('Trang thông báo', 200);
  }
}
