import { type Command, Option } from 'commander';
import type { Terminal } from './terminal.ts';

/** `backfill`: the ledger of the time before the deployment. */
export function addBackfillCommand(program: Command, terminal: Terminal, finish: (exitCode: number) => void): void {
  program
    .command('backfill')
    .description("build the ledger of the past from CloudTrail's history, and say what was lost and by whom; read-only")
    .option('--since <time>', 'how far back, such as 12h or 90d; CloudTrail keeps 90 days', '90d')
    .option('--region <region>', 'the Region (default: the configured one)')
    .addOption(new Option('--account <file>', 'look into the account in this file (default: the real one)'))
    .option(
      '--state <file>',
      'keeps how far it has come, so that it can go on (default: exec-log-backfill-ACCOUNT-REGION.json)',
    )
    .option('--restart', 'forget the state and begin again')
    .option('--into-ledger', 'also hand the sessions to the deployment, which records and audits them')
    .option('--deployment-id <id>', 'the name of its stack', 'exec-log')
    .option('--settings <file>', 'judge by these settings (default: $SETTINGS_FILE, else the defaults)')
    .option('--now <time>', 'as of this time (default: now; of an account file: a day after its last record)')
    .option('--json', 'one JSON object a session and case')
    .action(async (options) => {
      const { backfill } = await import('./backfill.ts');
      finish(await backfill(options, terminal));
    });
}
