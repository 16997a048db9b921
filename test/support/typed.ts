/** @module A command as somebody types it, carried out by this very process: a start of `lienthong` takes longer than its work. */
import type { Command } from 'commander';
import { vi } from 'vitest';
import { program } from '../../src/cli/program.ts';

/** A fault of the words is thrown instead of ending the process. */
function overrideExits(command: Command): void {
  command.exitOverride().configureOutput({ writeErr() {} });
  command.commands.forEach(overrideExits);
}

/** What it prints; its settings are the environment's. */
export async function typed(words: readonly string[]): Promise<string> {
  overrideExits(program);
  let printed = '';
  const output = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    printed += String(chunk);
    return true;
  });
  try {
    await program.parseAsync(words, { from: 'user' });
    return printed;
  } finally {
    output.mockRestore();
  }
}
