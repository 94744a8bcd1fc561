import type { Command } from 'commander';
import type { Terminal } from './terminal.ts';

/** `capture`: an account as a file, to be replayed offline. */
export function addCaptureCommand(program: Command, terminal: Terminal, finish: (exitCode: number) => void): void {
  program
    .command('capture')
    .description('write the account file that --account reads, from the real account; read-only')
    .option('--cluster <cluster...>', 'only these clusters (names or ARNs), with their tasks, roles and targets')
    .option('--region <region>', 'the Region (default: the configured one)')
    .option('--since <time>', "how far back CloudTrail's records go, such as 24h or 7d", '24h')
    .option('--out <file>', 'where to write it (default: stdout)')
    .option('--mask', 'replace account ids and names, the same name by the same mask everywhere')
    .addHelpText('after', SECRETS)
    .action(async (options) => {
      const { capture } = await import('./capture.ts');
      finish(await capture(options, terminal));
    });
}

const SECRETS = `
Never written: values of environment variables, commands, labels, log options of other vendors, tokens of
sessions and the command of an ExecuteCommand record; *** stands in their place. What AWS does not show is
left out and named on stderr. CloudTrail is read at 2 requests a second, so that a busy account takes minutes.`;
