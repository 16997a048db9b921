/** @module The rows of an import as they are read: checked, made into commands, and handed on some at a time. */
import type { Command } from '../dossiers/commands.ts';
import { columnAt } from './cells.ts';
import { checkLine, codeOf } from './check.ts';
import { type CommandRules, commandsOf } from './commands.ts';
import type { LineFault } from './line.ts';
import type { ImportFile } from './read.ts';
import { SeenCodes } from './seen-codes.ts';

/** One row: what is to be appended, or what is wrong with it. */
export interface ReadRow {
  readonly row: number;
  readonly code: string | null;
  readonly commands: readonly Command[];
  readonly faults: readonly LineFault[];
  readonly agencyCodes: readonly string[];
  readonly procedureCode: string | null;
}

/** As large as a transaction of the append, which other senders' events share in turn. */
const COMMANDS_AT_ONCE = 900;
const ROWS_AT_ONCE = 500;

/** The rows after the first `skip`, which were taken before; those are read again for the codes that they hold. */
export async function* chunksOf(file: ImportFile, rules: CommandRules, skip: number): AsyncGenerator<ReadRow[]> {
  const seen = new SeenCodes();
  const whole = { path: 'dossier.code', column: columnAt(file.columns, 'dossier.code') };
  let chunk: ReadRow[] = [];
  let commands = 0;
  let passed = 0;
  for await (const candidate of file.candidates) {
    const code = codeOf(candidate.value);
    const first = code === null ? null : seen.add(code, candidate.row);
    if (passed++ < skip) continue;
    const read = (faults: readonly LineFault[], more: Partial<ReadRow> = {}): ReadRow => ({
      row: candidate.row,
      code,
      commands: [],
      faults,
      agencyCodes: [],
      procedureCode: null,
      ...more,
    });
    let next: ReadRow;
    const checked = checkLine(candidate, file.columns);
    if ('faults' in checked) next = read(checked.faults);
    else if (first !== null) next = read([{ ...whole, message: `mã hồ sơ trùng với dòng ${first}` }]);
    else {
      const made = commandsOf(checked.line, rules);
      const { agencyCode, procedureCode, routing } = checked.line.dossier;
      const agencyCodes = [agencyCode, routing?.resolving, routing?.returning].filter((each) => each != null);
      next = 'fault' in made ? read([made.fault]) : read([], { commands: made.commands, agencyCodes, procedureCode });
    }
    if (chunk.length > 0 && (commands + next.commands.length > COMMANDS_AT_ONCE || chunk.length === ROWS_AT_ONCE)) {
      yield chunk;
      chunk = [];
      commands = 0;
    }
    chunk.push(next);
    commands += next.commands.length;
  }
  if (chunk.length > 0) yield chunk;
}
