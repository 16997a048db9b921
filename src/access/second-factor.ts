/** @module Codes of an authenticator app as a second factor (TOTP, RFC 6238). */
import { Secret, TOTP } from 'otpauth';
import { SECOND } from '../units.ts';

const STEP = 30 * SECOND;

/** Under which name a person's secret is sealed. */
export const secretName = (name: string): string => `second-factor/${name}`;

/** A new secret in base32, as apps take it typed. */
export const newSecret = (): string => new Secret({ size: 20 }).base32;

const totpOf = (name: string, secret: string): TOTP =>
  new TOTP({ issuer: 'Liên Thông', label: name, secret: Secret.fromBase32(secret) });

/** The secret as an app takes it from a link or a picture of it. */
export const uriOf = (name: string, secret: string): string => totpOf(name, secret).toString();

/** The step of which a code is, one before or after now included; null where it is wrong. */
export function stepOf(code: string, secret: string, now: number): number | null {
  const delta = totpOf('', secret).validate({ token: code.replace(/\s/g, ''), window: 1, timestamp: now });
  return delta === null ? null : Math.floor(now / STEP) + delta;
}
