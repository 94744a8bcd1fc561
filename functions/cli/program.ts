import { Command, CommanderError, Option } from 'commander';

import { MODES } from '../domain/settings.ts';
import { addBackfillCommand } from './backfill-command.ts';
import { addBreakerCommand } from './breaker-command.ts';
import { addCaptureCommand } from './capture-command.ts';
import { describeFailure, UsageError } from './failures.ts';
import { addFixCodeCommand } from './fix-code-command.ts';
import { addLedgerCommands } from './ledger-commands.ts';
import { addModesCommand } from './modes-command.ts';
import { addPreflightCommand } from './preflight-command.ts';
import { addPreviewCommand } from './preview-command.ts';
import { addRedriveCommand } from './redrive-command.ts';
import { EXIT, type ProcessTerminal, safeTerminal, type Terminal } from './terminal.ts';
import { VERSION } from './version.ts';

/** Runs one command line and returns its exit code. Never throws: every failure is a message on stderr and a code. */
export async function run(argv: readonly string[], process: ProcessTerminal): Promise<number> {
  const terminal = safeTerminal(process);
  let exitCode: number = EXIT.done;
  const program = programFor(terminal, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander's own errors are printed by commander; --help and --version are no errors.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    return reported(error, terminal);
  }
}

function reported(error: unknown, { stderr, environment }: Terminal): number {
  const isUsage = error instanceof UsageError;
  stderr.write(`exec-log: ${isUsage ? error.message : describeFailure(error)}\n`);
  if (environment['DEBUG']) stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  return isUsage ? EXIT.usage : EXIT.failure;
}

/** Each command's module is loaded when it runs: start-up loads no SDK. */
function programFor(terminal: Terminal, finish: (exitCode: number) => void): Command {
  const program = new Command('exec-log')
    .description('Finds out why an ECS Exec transcript was lost, and repairs it.')
    .version(VERSION)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .showHelpAfterError('(run "exec-log --help" for the commands and their options)')
    .addHelpText('after', EXIT_CODES);
  program
    .command('explain')
    .description('say what a denial is and what would be done about it; writes nothing anywhere')
    .argument(
      '<file...>',
      'EventBridge events, CloudTrail records, trail files, lookup-events output, SQS messages; - is stdin',
    )
    .addOption(new Option('--account <file>', 'look into the account in this file').conflicts('live'))
    .option('--live', 'look into the real account, read-only')
    .option('--settings <file>', 'decide by these settings (default: $SETTINGS_FILE, else the defaults)')
    .option('--mode <mode>', `replace the account's mode: ${MODES.join(', ')}`)
    .option('--now <time>', "decide as of this time (default: now with --live, else the event's time plus one minute)")
    .option('--json', 'one JSON object a line')
    .action(async (files: string[], options) => {
      const { explain } = await import('./explain.ts');
      finish(await explain(files, options, terminal));
    });
  program
    .command('revert')
    .description("remove this system's own policy from one role, or from all that it repaired")
    .argument('[role]', 'name or ARN')
    .option('--fingerprint <fingerprint>', 'the role of this case')
    .option('--all', 'every role that the table says has a policy of ours')
    .option('--region <region>', 'the Region of the deployment (default: the configured one)')
    .option('--deployment-id <id>', 'the name of its stack', 'exec-log')
    .option('--table <name>', 'its table (default: $TABLE_NAME, else as deployed)')
    .option('--unrecorded', 'without a record of it, accept a policy that has exactly the form of ours')
    .option('--dry-run', 'show what would be removed, remove nothing')
    .option('--json', 'one JSON object')
    .action(async (role: string | undefined, options) => {
      const { revert } = await import('./revert.ts');
      finish(await revert(role, options, terminal));
    });
  addPreviewCommand(program, terminal, finish);
  addPreflightCommand(program, terminal, finish);
  addFixCodeCommand(program, terminal, finish);
  addLedgerCommands(program, terminal, finish);
  addBreakerCommand(program, terminal, finish);
  addBackfillCommand(program, terminal, finish);
  addCaptureCommand(program, terminal, finish);
  addModesCommand(program, terminal, finish);
  addRedriveCommand(program, terminal, finish);
  program
    .command('doctor')
    .description('check a deployment: trail, rules, queues, settings, table, audit; of a hub also its members')
    .option('--region <region>', 'the Region of the deployment (default: the configured one)')
    .option('--deployment-id <id>', 'the name of its stack', 'exec-log')
    .option('--settings-path <path>', 'where its settings stand (default: $SETTINGS_PATH, else as deployed)')
    .option('--table <name>', 'its table (default: $TABLE_NAME, else as deployed)')
    .option('--json', 'one JSON object a line')
    .action(async (options) => {
      const { doctor } = await import('./doctor.ts');
      finish(await doctor(options, terminal));
    });
  program
    .command('play')
    .description('play a lost transcript and its repair on a simulated account')
    .argument('[event]', 'an event to play instead of the scenario')
    .option(
      '--scenario <name>',
      'which set-up: nginx-default, demo-override, cfn-override, exec-clients, firelens or ledger',
      'nginx-default',
    )
    .option('--mode <mode>', `what the deployment may do: ${MODES.join(', ')}`)
    .option('--account <file>', 'play in the account in this file')
    .option('--json', 'one JSON object a step')
    .action(async (event: string | undefined, options) => {
      const { play } = await import('./play.ts');
      const { scenario, mode, account, json = false } = options;
      finish(await play({ event: event ?? null, scenario, mode, account, json, terminal }));
    });
  return program;
}

const EXIT_CODES = `
Exit codes: 0 done, 1 findings or not as expected, 2 usage, unreadable input or invalid settings,
3 internal or AWS error (DEBUG=1 shows the stack).`;
