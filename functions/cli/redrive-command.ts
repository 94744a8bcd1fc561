import type { Command } from 'commander';
import type { Terminal } from './terminal.ts';

/** `redrive`: what failed, and back into its queue with it. */
export function addRedriveCommand(program: Command, terminal: Terminal, finish: (exitCode: number) => void): void {
  program
    .command('redrive')
    .description("show what lies in a deployment's queues of failures, and put it back into its queue, without asking")
    .addHelpText(
      'after',
      '\nOf each queue up to ten messages are read and shown, and stay as they are: only their count of receives grows.',
    )
    .option('--queue <name...>', 'only these: denials, or denials-dead-letters (default: all)')
    .option('--dry-run', 'show it, put nothing back')
    .option('--region <region>', 'the Region of the deployment (default: the configured one)')
    .option('--deployment-id <id>', 'the name of its stack', 'exec-log')
    .option('--json', 'one JSON object a queue')
    .action(async (options) => {
      const { redrive } = await import('./redrive.ts');
      finish(await redrive(options, terminal));
    });
}
