import type { Command } from 'commander';
import type { Terminal } from './terminal.ts';

/** `breaker`: how the breaker stands, and a person's way to close it. */
export function addBreakerCommand(program: Command, terminal: Terminal, finish: (exitCode: number) => void): void {
  program
    .command('breaker')
    .description('say whether the breaker is open, and why; with --close, close it in your own name')
    .option('--close', 'close it: what was counted until now counts no more')
    .option('--reason <text>', 'with --close: why; kept with your name and shown in the digest')
    .option('--region <region>', 'the Region of the deployment (default: the configured one)')
    .option('--deployment-id <id>', 'the name of its stack', 'exec-log')
    .option('--account <id>', "of a hub: a member's breaker (default: that of the hub's own account)")
    .option('--table <name>', 'its table (default: $TABLE_NAME, else as deployed)')
    .option('--settings-path <path>', 'where its settings stand (default: $SETTINGS_PATH, else as deployed)')
    .option('--json', 'one JSON object')
    .action(async (options) => {
      const { breaker } = await import('./breaker.ts');
      finish(await breaker(options, terminal));
    });
}
