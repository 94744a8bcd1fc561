import { type Command, Option } from 'commander';
import { MODES } from '../domain/settings.ts';
import { PREVIEW_SYSTEMS } from '../messages/preview-card.ts';
import type { Terminal } from './terminal.ts';

/** `preview`: what people would see of an event. */
export function addPreviewCommand(program: Command, terminal: Terminal, finish: (exitCode: number) => void): void {
  program
    .command('preview')
    .description('show the message or the ticket that people would get for an event; files and sends nothing')
    .argument('<event>', 'one event or record, as explain reads it; - is stdin')
    .addOption(
      new Option('--as <system>', 'where people see it').choices([...PREVIEW_SYSTEMS]).makeOptionMandatory(true),
    )
    .addOption(new Option('--account <file>', 'look into the account in this file').conflicts('live'))
    .option('--live', 'look into the real account, read-only')
    .option('--settings <file>', 'decide by these settings (default: $SETTINGS_FILE, else the defaults)')
    .option('--mode <mode>', `replace the account's mode: ${MODES.join(', ')}`)
    .option('--now <time>', "decide as of this time (default: now with --live, else the event's time plus one minute)")
    .addOption(new Option('--html', 'one page for a browser').conflicts('json'))
    .option('--json', 'what the system would be sent, without credentials, as one JSON object')
    .option('--output <file>', 'write it to this file')
    .action(async (event: string, options) => {
      const { preview } = await import('./preview.ts');
      finish(await preview(event, options, terminal));
    });
}
