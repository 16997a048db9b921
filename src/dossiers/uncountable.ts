/** @module A command whose times no calendar can count: refused or set aside by itself, as nothing is wrong with the database. */
import { DeadlineInputError } from '../deadlines/input-error.ts';
import type { Command, CommandResult } from './commands.ts';

export const isUncountable = (error: unknown): error is DeadlineInputError => error instanceof DeadlineInputError;

/** What such a command comes to. */
export function uncountable(command: Command, error: DeadlineInputError): CommandResult {
  const detail = `a time or a limit cannot be counted: ${error.message}`;
  return command.type === 'event' && command.onFault === 'quarantine'
    ? { outcome: 'quarantined', reason: 'implausible-time', detail }
    : { outcome: 'refused', code: 'implausible-time', detail };
}
