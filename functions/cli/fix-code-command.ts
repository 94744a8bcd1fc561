import { type Command, Option } from 'commander';
import type { Terminal } from './terminal.ts';

/** `fix-code`: the repair for the team's own code. */
export function addFixCodeCommand(program: Command, terminal: Terminal, finish: (exitCode: number) => void): void {
  program
    .command('fix-code')
    .description('print the permission that is missing as CloudFormation, Terraform and CDK; changes nothing in AWS')
    .argument('[file...]', 'the denials: what explain reads; - is stdin')
    .addOption(new Option('--account <file>', 'look into the account in this file').conflicts('live'))
    .option('--live', 'look into the real account, read-only')
    .option('--cluster <cluster>', 'instead of a denial: the cluster of a task')
    .option('--task <task>', 'the task of that cluster')
    .option('--container <container>', 'its container (default: the only one)')
    .option('--settings <file>', 'read declared log-router targets from these settings (default: $SETTINGS_FILE)')
    .addOption(
      new Option('--format <format>', 'which language')
        .choices(['all', 'cloudformation', 'terraform', 'cdk'])
        .default('all'),
    )
    .option('--write <dir>', 'write one file a language and role there instead of printing; never changes a file')
    .option('--json', 'one JSON object a role')
    .action(async (files: string[], options) => {
      const { fixCode } = await import('./fix-code.ts');
      finish(await fixCode(files, options, terminal));
    });
}
