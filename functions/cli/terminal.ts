import { createColors } from 'picocolors';
import { printableLines } from '../messages/escape.ts';
import type { Paint } from '../messages/terminal-card.ts';

/** Where a command writes. A stream of Node's fits; a test hands in its own. */
interface Sink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** Where a command writes to people: names in the text cannot move the cursor, since only a redrawn line may. */
interface SafeSink extends Sink {
  /** Replaces the line that the cursor is on. */
  redraw(line: string): unknown;
}

/** What the program gets from the process that runs it, so that a test can run it in its own. */
export interface ProcessTerminal extends Omit<Terminal, 'stderr'> {
  readonly stderr: Sink;
}

/** What a command gets. Every message and error goes to `stderr`; what goes to `stdout` is escaped by what renders it. */
export interface Terminal {
  readonly stdout: Sink;
  readonly stderr: SafeSink;
  readonly stdin: AsyncIterable<string | Uint8Array>;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The same terminal, with a `stderr` that no text can repaint: messages quote files, arguments and AWS's own errors. */
export function safeTerminal(terminal: ProcessTerminal): Terminal {
  const { stderr } = terminal;
  return {
    ...terminal,
    stderr: {
      isTTY: stderr.isTTY === true,
      write: (text) => stderr.write(printableLines(text)),
      redraw: (line) => stderr.write(`\r${printableLines(line)}\x1b[K`),
    },
  };
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
