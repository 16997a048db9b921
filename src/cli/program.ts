/** @module The commands of `lienthong`; each loads what it does when it is asked for. */
import { userInfo } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { ImportMode } from '../imports/commands.ts';
import { addCatalogue } from './catalogue-command.ts';
import { addClient } from './client-command.ts';
import type { DeadlineOptions } from './deadline.ts';
import { addDestination } from './destination-command.ts';
import { addDossier } from './dossier-command.ts';
import { addEvidence } from './evidence-command.ts';
import { addIncident } from './incident-command.ts';
import { addPerson } from './person-command.ts';
import { addQuarantine } from './quarantine-command.ts';
import { addReconcile } from './reconcile-command.ts';
import { addReport } from './report-command.ts';

export const program = new Command('lienthong').description('The integration gateway of a province.');

program
  .command('start')
  .description('run everything on this machine, the outside systems simulated, and print what to try')
  .option('--fresh', 'begin anew: everything in DATA_DIR is removed', false)
  .action(async ({ fresh }: { fresh: boolean }) => {
    const { startDemo } = await import('../demo/start.ts');
    await startDemo(process.env, { fresh });
  });

program
  .command('serve')
  .description('run the gateway, the worker or both against DATABASE_URL')
  .option('--role <role>', 'all, gateway or worker', (role: string) => {
    if (!['all', 'gateway', 'worker'].includes(role)) throw new InvalidArgumentError('all, gateway or worker');
    return role;
  })
  .action(async ({ role }: { role?: string }) => {
    const { serveFromEnvironment } = await import('../serve.ts');
    await serveFromEnvironment({ ...process.env, ...(role ? { ROLE: role } : {}) });
  });

program
  .command('migrate')
  .description('bring the schema up to date as DATABASE_OWNER_URL, and give the role of DATABASE_URL what it needs')
  .action(async () => {
    const { migrateText } = await import('./migrate.ts');
    process.stdout.write(await migrateText(process.env));
  });

program
  .command('calendar')
  .description('print the working calendar of a year, as the API answers it')
  .argument('<year>')
  .addOption(new Option('--format <format>').choices(['json', 'ics']).default('json'))
  .option('--offline', 'use the shipped days off, whatever database there is', false)
  .action(async (year: string, { format, offline }: { format: 'json' | 'ics'; offline: boolean }) => {
    const { calendarText } = await import('./calendar.ts');
    process.stdout.write(await calendarText(year, { env: process.env, offline, format, now: Date.now() }));
  });

program
  .command('deadline')
  .description('compute a deadline and explain it, as the API answers it')
  .requiredOption('--received <time>', 'time of receipt with its offset: 2026-02-12T09:00+07:00')
  .requiredOption('--limit <limit>', '2.5wd (working days), 20d, 4wh, 48h, 1m, or none')
  .option('--rule <rule>', 'next-day, instant, or a cutoff such as 15:00', 'next-day')
  .option(
    '--suspend <from/to:reason>',
    'a pause, may be repeated; an empty end is still open; :restart or :none after the reason changes its effect',
    (text: string, former: string[]) => [...former, text],
    [],
  )
  .option('--slip <time>', 'the date on the slip')
  .option('--explain', 'print only the steps', false)
  .option('--offline', 'use the shipped days off, whatever database there is', false)
  .action(async (options: DeadlineOptions) => {
    const { deadlineText } = await import('./deadline.ts');
    process.stdout.write(await deadlineText(options, process.env, Date.now()));
  });

addCatalogue(program);

addPerson(program);

const keys = program.command('keys').description('the keys that sign access tokens');

keys
  .command('list')
  .description('every key that is kept, who made it and why')
  .action(async () => {
    const { listKeys } = await import('./keys.ts');
    process.stdout.write(await listKeys({ env: process.env, now: Date.now() }));
  });

keys
  .command('rotate')
  .description('a new key signs in ten seconds; the former is published until its last token has expired')
  .requiredOption('--reason <reason>', 'why; kept with the key')
  .option('--compromised', 'the former keys are in wrong hands: refuse what they signed, within seconds', false)
  .action(async (options: { reason: string; compromised: boolean }) => {
    const { rotateKeys } = await import('./keys.ts');
    process.stdout.write(await rotateKeys({ env: process.env, now: Date.now(), ...options }));
  });

program
  .command('token')
  .description('access tokens')
  .command('revoke')
  .description('refuse one token, by its jti, within seconds')
  .argument('<jti>')
  .requiredOption('--reason <reason>', 'why; kept with the revocation')
  .action(async (jti: string, { reason }: { reason: string }) => {
    const { revokeToken } = await import('./keys.ts');
    process.stdout.write(await revokeToken({ env: process.env, now: Date.now(), jti, reason }));
  });

addClient(program);

const audit = program.command('audit').description('the record of who read whose data');

audit
  .command('verify')
  .description('compute the chain of the whole log again and name the first entry that does not hold; exit code 1 then')
  .option('--heads <file>', 'another copy of the heads file')
  .option('--key <file>', 'public keys as PEM, as `audit key` prints them')
  .action(async (options: { heads?: string; key?: string }) => {
    const { verifyAudit } = await import('./audit.ts');
    const say = (line: string): void => void process.stdout.write(`${line}\n`);
    if (!(await verifyAudit({ env: process.env, say, ...options }))) process.exitCode = 1;
  });

audit
  .command('key')
  .description("print the public keys of the log's signed heads, to be kept elsewhere")
  .action(async () => {
    const { auditKeyText } = await import('./audit.ts');
    process.stdout.write(await auditKeyText(process.env));
  });

const sealing = program.command('sealing').description('the key with which personal data and secrets are sealed');

sealing
  .command('status')
  .description('how far everything is sealed with ENCRYPTION_KEY, and whether former keys may go')
  .action(async () => {
    const { sealingStatus } = await import('./sealing.ts');
    process.stdout.write(await sealingStatus(process.env));
  });

sealing
  .command('now')
  .description('seal everything with ENCRYPTION_KEY now, instead of a worker piece by piece')
  .action(async () => {
    const { reseal } = await import('./sealing.ts');
    process.stdout.write(await reseal(process.env));
  });

const retention = program.command('retention').description('what is kept for a time, and its removal');

retention
  .command('show')
  .description('every kind with the days it is kept and the setting that says so')
  .action(async () => {
    const { retentionText } = await import('./retention.ts');
    process.stdout.write(retentionText(process.env));
  });

retention
  .command('run')
  .description('remove now what is due, as the worker does every hour')
  .requiredOption('--author <name>', 'who removes it; kept in the audit')
  .requiredOption('--reason <reason>', 'why; kept in the audit')
  .action(async (by: { author: string; reason: string }) => {
    const { runRetention } = await import('./retention.ts');
    process.stdout.write(await runRetention(process.env, by));
  });

const personData = program.command('person-data').description('what is kept of one person');

for (const [name, description] of [
  ['export', 'print everything that is kept of the person as JSON'],
  ['erase', 'erase the person from ended dossiers and raw messages; refused while the law wants them kept'],
] as const)
  personData
    .command(name)
    .description(`${description}; the personal number comes by standard input`)
    .requiredOption('--author <name>', 'who asks for it; kept in the audit')
    .requiredOption('--reason <reason>', 'why; kept in the audit')
    .action(async (by: { author: string; reason: string }) => {
      const { eraseText, exportText } = await import('./person-data.ts');
      const run = name === 'export' ? exportText : eraseText;
      process.stdout.write(await run({ env: process.env, input: process.stdin, ...by }));
    });

audit
  .command('purge')
  .description('end the months that have been kept for AUDIT_KEPT_MONTHS; the worker does so by itself')
  .requiredOption('--reason <reason>', 'why; kept in the audit')
  .action(async ({ reason }: { reason: string }) => {
    const { purgeAudit } = await import('./audit-keeping.ts');
    process.stdout.write(await purgeAudit(process.env, { author: `cli:${userInfo().username}`, reason }));
  });

audit
  .command('show')
  .description('one entry, with whom it is about; that it was looked at is audited')
  .argument('<id>', 'its number')
  .requiredOption('--reason <reason>', 'why; kept in the audit')
  .action(async (id: string, { reason }: { reason: string }) => {
    const { showAudit } = await import('./audit-keeping.ts');
    process.stdout.write(await showAudit(process.env, Number(id), { author: `cli:${userInfo().username}`, reason }));
  });

const connector = program.command('connector').description('what outside systems are joined by');

connector
  .command('check')
  .description('prove the rules of a connector against its simulator with every fault, and print its grade')
  .argument('<name>')
  .option('--simulators <url>', 'simulators that run already; without it the project’s own are started')
  .action(async (name: string, { simulators }: { simulators?: string }) => {
    const { checkConnector } = await import('./connector/check.ts');
    const say = (line: string): void => void process.stdout.write(`${line}\n`);
    const holds = await checkConnector(name, { env: process.env, say, ...(simulators && { simulators }) });
    if (!holds) process.exitCode = 1;
  });

connector
  .command('new')
  .description('write a new connector with a lookup, its test and its simulator, that works at once')
  .argument('<name>', 'lower-case words joined by hyphens; a name of data/systems.csv brings its titles')
  .option('--vi <title>', 'its title in Vietnamese')
  .option('--en <title>', 'its title in English')
  .action(async (name: string, titles: { vi?: string; en?: string }) => {
    const { newConnectorText } = await import('./connector/new.ts');
    process.stdout.write(await newConnectorText(name, titles));
  });

program
  .command('import')
  .description('import open dossiers from a file (.xlsx, .csv, .ndjson); the running worker takes them')
  .argument('<file>')
  .addOption(
    new Option('--mode <mode>', 'validate only checks; adopt sends nothing; adopt-and-sync sends what the portal lacks')
      .choices(['validate', 'adopt', 'adopt-and-sync'])
      .makeOptionMandatory(),
  )
  .action(async (file: string, { mode }: { mode: ImportMode }) => {
    const { importFile } = await import('./import.ts');
    const say = (line: string): void => void process.stderr.write(`${line}\n`);
    process.stdout.write(await importFile(file, { env: process.env, mode, say }));
  });

addReconcile(program);
addDestination(program);
addQuarantine(program);
addDossier(program);
addIncident(program);
addEvidence(program);
addReport(program);

program
  .command('restored')
  .description('say that the database was put back to an earlier state: sending stops until what was lost is listed')
  .requiredOption('--author <name>', 'who says it; kept in the audit')
  .requiredOption('--reason <reason>', 'why; kept in the audit')
  .action(async (by: { author: string; reason: string }) => {
    const { restoredText } = await import('./restored.ts');
    process.stdout.write(await restoredText(process.env, by));
  });
