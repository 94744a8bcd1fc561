import { type Command, Option } from 'commander';
import type { Terminal } from './terminal.ts';

/** `preflight`: every gap before anybody needs a shell. */
export function addPreflightCommand(program: Command, terminal: Terminal, finish: (exitCode: number) => void): void {
  program
    .command('preflight')
    .description('say whether a shell would open and its transcript arrive, before anybody needs it; read-only')
    .option('--cluster <cluster>', 'only this cluster (name or ARN)')
    .option('--service <service>', 'only this service; needs --cluster')
    .option('--task <task>', 'only this task (id or ARN); needs --cluster')
    .addOption(new Option('--account <file>', 'look into the account in this file (default: the real one)'))
    .option('--region <region>', 'the Region of the clusters (default: the configured one)')
    .addOption(new Option('--sarif <file>', 'also write the findings as SARIF 2.1.0, for code scanning'))
    .addOption(
      new Option('--fail-on <status>', 'exit with 1 from this status on')
        .choices(['yellow', 'red', 'never'])
        .default('red'),
    )
    .option('--all', 'show green checks too')
    .option('--json', 'one JSON object a container')
    .action(async (options) => {
      const { preflight } = await import('./preflight.ts');
      finish(await preflight(options, terminal));
    });
}
