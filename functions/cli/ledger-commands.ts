import { type Command, Option } from 'commander';
import type { Terminal } from './terminal.ts';

/** The commands of the session ledger. Their modules are loaded when they run. */
export function addLedgerCommands(program: Command, terminal: Terminal, finish: (exitCode: number) => void): void {
  program
    .command('report')
    .description('say how many exec sessions were recorded, and which were not; reads only')
    .option(
      '--since <time>',
      'from here: 30d or 24h before now, a date or a time (default: 30d; all of an account file)',
    )
    .option('--until <time>', 'up to here, which does not belong to it: likewise (default: now)')
    .option(
      '--format <format>',
      'table, json, csv (a line for each session) or html (one file, prints well) (default: table)',
    )
    .option('--json', 'the same as --format json')
    .option('--output <file>', 'write it there instead of to stdout')
    .option('--fail-under <percent>', 'end with 1 where the coverage is lower')
    .addOption(
      new Option('--account <file>', 'audit the account in this file').conflicts(['region', 'table', 'settingsPath']),
    )
    .option('--settings <file>', 'with --account: audit by these settings (default: $SETTINGS_FILE, else the defaults)')
    .option('--now <time>', 'as of this time (default: now)')
    .option('--region <region>', 'the Region of the deployment (default: the configured one)')
    .option('--deployment-id <id>', 'the name of its stack', 'exec-log')
    .option('--table <name>', 'its table (default: $TABLE_NAME, else as deployed)')
    .option(
      '--settings-path <path>',
      'where its settings stand, for the suppressions (default: $SETTINGS_PATH, else as deployed)',
    )
    .action(async (options) => {
      const { report } = await import('./report.ts');
      finish(await report(options, terminal));
    });
  program
    .command('accept')
    .description('accept that a session left no transcript, in your own name')
    .argument('<session>', 'its id, as the report shows it')
    .requiredOption('--reason <text>', 'why the gap is acceptable; kept with it')
    .option('--region <region>', 'the Region of the deployment (default: the configured one)')
    .option('--deployment-id <id>', 'the name of its stack', 'exec-log')
    .option('--url <url>', "the acceptor's function URL (default: as deployed)")
    .option('--json', 'one JSON object')
    .action(async (session: string, options) => {
      const { accept } = await import('./accept.ts');
      finish(await accept(session, options, terminal));
    });
}
