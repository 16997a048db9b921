/** @module An iGate's call handed on to the portal under the province's account. */
import type { ConnectorContext } from '../../src/connector/define.ts';
import { UpstreamError } from '../../src/connector/upstream-error.ts';
import { type Answer, answer, FAILED, say, UNAVAILABLE } from './replies.ts';
import * as wire from './wire.ts';

/** The portal's account: what is passed on goes under it. */
export interface Account {
  readonly UNIT: string;
  readonly DSTCODE: string;
}
/** Null where no portal is configured. */
export type Upstream = ConnectorContext<Account> | null;

/** Asks the portal in its own words, under the province's account, and gives back its answer as it is. */
export async function passOn(name: string, body: object, unit: string, upstream: Upstream): Promise<Answer> {
  if (upstream === null)
    return { status: 503, ...answer(say(UNAVAILABLE, 'Chưa cấu hình kết nối tới Cổng Dịch vụ công quốc gia')) };
  const { settings, credentials, upstream: portal } = upstream;
  try {
    const told = await credentials.withToken(async (session) => {
      const replied = await portal.json({
        operation: name,
        method: 'POST',
        path: '/mapi/g',
        headers: settings.DSTCODE === '' ? {} : { dstcode: settings.DSTCODE },
        json: { ...body, session, madonvi: unit || settings.UNIT, service: name },
      });
      const read = wire.reply.safeParse(replied);
      if (read.success && wire.SESSION_ENDED.has(read.data.error_code))
        throw new UpstreamError('auth', { upstream: portal.name, operation: name, outcome: 'not-done' });
      return replied;
    });
    return { body: told };
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    const isAway = error.facts.outcome === 'not-done';
    return {
      status: isAway ? 503 : 200,
      ...answer(
        isAway
          ? say(UNAVAILABLE, 'Cổng Dịch vụ công quốc gia đang gián đoạn, gửi lại sau')
          : say(FAILED, 'Cổng Dịch vụ công quốc gia không trả lời, chưa rõ kết quả'),
      ),
    };
  }
}
