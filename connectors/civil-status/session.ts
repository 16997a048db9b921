/** @module The log-in of the civil status system: with the account, and from then on with the token that gets the next one. */
import { parseAnswer } from '../../src/connector/answer.ts';
import { type Credentials, session } from '../../src/connector/credentials.ts';
import type { ConnectorContext } from '../../src/connector/define.ts';
import { UpstreamError } from '../../src/connector/upstream-error.ts';
import type { Settings } from './settings.ts';
import * as wire from './wire.ts';

type Context = Omit<ConnectorContext<Settings>, 'credentials'>;

/** It does not say how long a token lives (assumed); a shorter life is noticed by its refusal. */
const TOKEN_LIVES = 25 * 60_000;

export function credentials(context: Context): Credentials {
  let last: { readonly token: string; readonly refreshToken: string } | null = null;
  return session({
    now: context.now,
    tokens: context.tokens,
    async login() {
      const given = (last && (await refreshed(context, last))) ?? (await login(context, false));
      last = given.refreshToken ? { token: given.token, refreshToken: given.refreshToken } : null;
      return { token: given.token, livesMs: TOKEN_LIVES };
    },
  });
}

type Given = { readonly token: string; readonly refreshToken?: string | null | undefined };

/** Null where the former session is no longer worth anything. */
async function refreshed({ settings, upstream }: Context, last: NonNullable<object>): Promise<Given | null> {
  const operation = 'refresh';
  try {
    const answer = await upstream.json({ operation, method: 'POST', path: settings.PATH_REFRESH, json: last });
    return parseAnswer(wire.loginReply, answer, { upstream: upstream.name, operation });
  } catch (error) {
    if (error instanceof UpstreamError && (error.kind === 'auth' || error.kind === 'rejected')) return null;
    throw error;
  }
}

/** @param isProbe the health call: it asks nothing of a person or a dossier */
export async function login({ settings, upstream }: Context, isProbe: boolean): Promise<Given> {
  const operation = 'login';
  const json = { userName: settings.USERNAME, password: settings.PASSWORD };
  const answer = await upstream.json({
    operation,
    method: 'POST',
    path: settings.PATH_LOGIN,
    json,
    isProbe,
    repeat: 'harmless',
  });
  return parseAnswer(wire.loginReply, answer, { upstream: upstream.name, operation });
}
