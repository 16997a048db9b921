/** @module The commands of `lienthong person`. */
import { type Command, Option } from 'commander';
import { ROLES } from '../access/roles.ts';
import type { PersonCommand, PersonOptions } from './person.ts';

/** Adds them to the program. */
export function addPerson(program: Command): void {
  const person = program.command('person').description('who logs in to the console, as what and for which agencies');

  const personCommand = (verb: PersonCommand, description: string): Command => {
    const command = person.command(verb).description(description);
    if (verb !== 'list') command.argument('<name>');
    if (verb !== 'list' && verb !== 'history')
      command.requiredOption('--reason <reason>', 'why; kept with the change, and so is who you are');
    return command.action(async (...given: unknown[]) => {
      const { personText } = await import('./person.ts');
      const [name, options] = verb === 'list' ? ['', {}] : (given as [string, PersonOptions]);
      process.stdout.write(await personText(verb, name, options, { env: process.env, now: Date.now() }));
    });
  };
  const roleOption = (): Option => new Option('--role <role>').choices(ROLES).makeOptionMandatory();
  const agencyOption = (command: Command): Command =>
    command.requiredOption('--agency <codes>', 'separated by commas, each with all below it');

  personCommand('list', 'all of them');
  personCommand('history', 'who changed one, when and why');
  agencyOption(personCommand('add', 'a new one; what they log in with is printed once'))
    .addOption(roleOption())
    .option('--full-name <name>', 'for people')
    .option('--second-factor', 'asks a code of an authenticator app too, as of every admin', false)
    .option('--outside', 'logs in at CONSOLE_OIDC_ISSUER: no password is kept here', false);
  personCommand('role', 'another role').addOption(roleOption());
  agencyOption(personCommand('agency', 'other agencies'));
  personCommand('reset', 'a new password, and a new second factor where there is one; printed once');
  personCommand('suspend', 'ends the sessions within seconds, and lets nobody in by that name');
  personCommand('resume', 'lets them in again');
}
