import { type Command, Option } from 'commander';
import type { Terminal } from './terminal.ts';

/** `modes`: the effective mode of each account, and why. */
export function addModesCommand(program: Command, terminal: Terminal, finish: (exitCode: number) => void): void {
  program
    .command('modes')
    .description('say which mode each account of the organisation has, and why; reads only')
    .option('--account <id...>', 'only these accounts (default: all of the organisation)')
    .addOption(
      new Option('--settings <file>', 'by these settings (default: those of the deployment)').conflicts([
        'deploymentId',
        'settingsPath',
      ]),
    )
    .option('--region <region>', 'the Region of the deployment (default: the configured one)')
    .option('--deployment-id <id>', 'the name of its stack', 'exec-log')
    .option('--settings-path <path>', 'where its settings stand (default: $SETTINGS_PATH, else as deployed)')
    .option('--json', 'one JSON object an account')
    .action(async (options) => {
      const { modes } = await import('./modes.ts');
      finish(await modes(options, terminal));
    });
}
