/** @module The public keys of an outside issuer: in memory, renewed in the background, asked for again when a token names another. */
import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey, errors as joseErrors } from 'jose';
import type { Log } from '../log.ts';
import { HOUR, MINUTE, SECOND } from '../units.ts';
import { askIssuer, unavailable } from './issuer-calls.ts';

const RENEWED_AFTER = 10 * MINUTE;
/** How long keys are believed that cannot be renewed. */
const BELIEVED_FOR = 24 * HOUR;
/** Between two attempts, whatever tokens come: keys nobody has heard of are cheap to invent. */
const ASKED_AGAIN_AFTER = 5 * SECOND;
const MOST_KEYS = 100;

export interface OutsideKeysOptions {
  /** For people: the log, the answer of a call that fails for it. */
  readonly name: string;
  readonly issuer: string;
  /** What its discovery document names, unless told. */
  readonly jwksUri?: string | undefined;
  readonly log: Log;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Finds the key of a token. @throws GatewayError issuer-unavailable where no keys are known and none are to be had */
export function outsideKeys({ name, issuer, jwksUri, log, now }: OutsideKeysOptions): JWTVerifyGetKey {
  let kept: { readonly find: JWTVerifyGetKey; readonly at: number } | null = null;
  let attempt = { at: Number.NEGATIVE_INFINITY, done: Promise.resolve() };

  const read = async (): Promise<void> => {
    const { keys } = await askIssuer(name, jwksUri ?? (await discovered(name, issuer)));
    if (!Array.isArray(keys) || keys.length > MOST_KEYS) throw unavailable(name, new Error('no set of keys'));
    kept = { find: createLocalJWKSet({ keys } as JSONWebKeySet), at: now() };
  };
  /** The attempt under way or the last one, unless that is long ago. */
  const renewed = (): Promise<void> => {
    if (now() - attempt.at >= ASKED_AGAIN_AFTER) attempt = { at: now(), done: read() };
    return attempt.done;
  };

  return async (header, token) => {
    if (kept === null || now() - kept.at > BELIEVED_FOR) await renewed();
    else if (now() - kept.at > RENEWED_AFTER)
      renewed().catch((error: unknown) => log.warn({ err: error, issuer: name }, 'its keys could not be renewed'));
    try {
      return await kept!.find(header, token);
    } catch (error) {
      if (!(error instanceof joseErrors.JWKSNoMatchingKey)) throw error;
      await renewed();
      return kept!.find(header, token);
    }
  };
}

async function discovered(name: string, issuer: string): Promise<string> {
  const document = await askIssuer(name, `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  const { issuer: named, jwks_uri: jwksUri } = document;
  if (named !== issuer || typeof jwksUri !== 'string') throw unavailable(name, new Error(`it calls itself ${named}`));
  return jwksUri;
}
