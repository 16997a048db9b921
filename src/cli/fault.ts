/** @module What a command says when it cannot be done: the fault for the person who typed it, the stack only for our own mistakes. */
import { ConfigError } from '../config.ts';
import { GatewayError } from '../errors.ts';

/** What was asked for cannot be done; the message says what to do instead. */
export class CommandFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CommandFault';
  }
}

/** The text for the terminal. */
export function faultText(error: unknown): string {
  if (error instanceof GatewayError) {
    const { title, action } = error.declaration;
    const violations = (error.facts.violations ?? []).map(({ path, message }) => `  ${path}: ${message}`);
    const words = violations.length > 0 ? violations : [error.facts.detailVi ?? action.vi];
    return [title.vi, ...words].join('\n');
  }
  if (error instanceof ConfigError || error instanceof CommandFault) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
