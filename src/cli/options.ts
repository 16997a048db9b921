/** @module Options that mean the same at every operator's command, and how their values are read. */
import { userInfo } from 'node:os';
import { InvalidArgumentError } from 'commander';

export const AUTHOR = ['--author <name>', 'who decides it; kept in the audit'] as const;
/** Of what is only read: most of it leaves no entry of the audit. */
export const READER = ['--author <name>', 'who reads it', `cli:${userInfo().username}`] as const;
export const REASON = ['--reason <reason>', 'why; kept in the audit'] as const;
export const DESTINATION = ['--destination <name>', 'the system that is meant', 'national-portal'] as const;

export const whole = (text: string): number => {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('a number');
  return Number(text);
};

/** For an option that may be repeated. */
export const collected = (text: string, former: readonly string[] = []): readonly string[] => [...former, text];

/** A time with its offset; seconds may be left out. */
export const instant = (text: string): string => text.replace(/^(\S+T\d{2}:\d{2})([+-]\d{2}:\d{2}|Z)$/i, '$1:00$2');
