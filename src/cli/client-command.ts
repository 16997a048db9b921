/** @module The commands of `lienthong client`. */
import type { Command } from 'commander';
import type { ClientCommand, ClientOptions } from './client.ts';

/** Adds them to the program. */
export function addClient(program: Command): void {
  const client = program.command('client').description('who may call, what each may, and who changed it');

  const clientCommand = (verb: ClientCommand, description: string): Command => {
    const command = client.command(verb).description(description);
    if (verb !== 'list') command.argument('<client-id>');
    return command.action(async (...given: unknown[]) => {
      const { clientText } = await import('./client.ts');
      const [id, options] = verb === 'list' ? ['', {}] : (given as [string, ClientOptions]);
      process.stdout.write(await clientText(verb, id, options, { env: process.env, now: Date.now() }));
    });
  };
  const withReason = (command: Command): Command =>
    command.requiredOption('--reason <reason>', 'why; kept with the change');
  const withFacts = (command: Command): Command =>
    withReason(command)
      .option('--name <name>', 'who it is, for people')
      .option('--scopes <scopes>', 'separated by commas; igate, operator, auditor, admin: all that such a one needs')
      .option('--agencies <codes>', 'whose dossiers it may touch, each with all below it')
      .option('--roles <roles>', 'viewer, operator, auditor, admin')
      .option('--addresses <networks>', 'addresses and networks it may call from; an empty list: any')
      .option('--valid-from <time>', 'with its offset; none: at once')
      .option('--valid-until <time>', 'with its offset; none: without end')
      .option('--purposes <codes>', 'for which it may ask for personal data; all: any of the catalogue')
      .option('--personal-data <kinds>', 'that it is answered, such as name,birth; all')
      .option('--rate-limit <calls/seconds>', '600/60, or none')
      .option('--jwks <file>', 'JSON with its public keys, by which alone it proves itself then; none: by its secret');

  clientCommand('list', 'all clients');
  clientCommand('show', 'one client');
  clientCommand('history', 'who changed it, when and why');
  withFacts(clientCommand('create', 'a new client; its secret is printed once'));
  withFacts(clientCommand('change', 'what is not named stays as it is'));
  withReason(clientCommand('suspend', 'refuse its calls within seconds'));
  withReason(clientCommand('resume', 'take its calls again'));
  withReason(clientCommand('rotate-secret', 'a new secret, printed once')).option(
    '--overlap-hours <hours>',
    'how long the former one stays right; 0: it has leaked, its tokens end too',
    '24',
  );
}
