import { writeFile } from 'node:fs/promises';
import { messageOf, UsageError } from './failures.ts';
import type { Terminal } from './terminal.ts';

/**
 * Writes a command's output into the file of `--output`, and says so, else to stdout.
 * @throws UsageError where the file cannot be written.
 */
export async function deliverOutput(
  what: string,
  text: string,
  output: string | undefined,
  { stdout, stderr }: Pick<Terminal, 'stdout' | 'stderr'>,
): Promise<void> {
  if (output === undefined) {
    stdout.write(text);
    return;
  }
  try {
    await writeFile(output, text);
  } catch (error) {
    throw new UsageError(`--output: cannot write ${output}: ${messageOf(error)}`);
  }
  stderr.write(`exec-log: ${what} is in ${output}\n`);
}
