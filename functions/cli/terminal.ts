import { createColors } from 'picocolors';
import type { Paint } from '../messages/terminal-card.ts';

/** Where a command writes. A stream of Node's fits; a test hands in its own. */
interface Sink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** What a command gets from the process that runs it, so that a test can run it in its own. */
export interface Terminal {
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly stdin: AsyncIterable<string | Uint8Array>;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Exit codes of every command (README "Terminal"). */
export const EXIT = {
  done: 0,
  /** Findings, or not as expected: for a pipeline to notice. */
  findings: 1,
  /** Usage, unreadable input or invalid settings. */
  usage: 2,
  /** Internal or AWS error. */
  failure: 3,
} as const;

/** Colours are for people: on a terminal, unless `NO_COLOR` is set; `FORCE_COLOR` wants them in a pipe too. */
export function paintFor({ stdout, environment }: Pick<Terminal, 'stdout' | 'environment'>): Paint {
  return createColors(wantsColor(stdout, environment));
}

function wantsColor(stdout: Sink, environment: Terminal['environment']): boolean {
  const forced = environment['FORCE_COLOR'];
  if ((environment['NO_COLOR'] ?? '') !== '') return false;
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return stdout.isTTY === true && environment['TERM'] !== 'dumb';
}
