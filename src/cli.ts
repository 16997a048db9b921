/** @module `lienthong` on the command line. */
import { faultText } from './cli/fault.ts';
import { program } from './cli/program.ts';

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${faultText(error)}\n`);
  process.exit(1);
}
