import { MODES } from '../domain/settings.ts';
import { asciiJson, printableLines } from '../messages/escape.ts';
import { invalidAccountFile, warnOfUnknownKeys } from './account-file.ts';
import { UsageError } from './failures.ts';
import { readInputs } from './read-files.ts';
import { loadPlay } from './simulated.ts';
import { EXIT, paintFor, type Terminal } from './terminal.ts';
import { readJsonFile } from './terminal-rules.ts';

export interface PlayOptions {
  /** An event to play instead of the scenario's own, or null. */
  readonly event: string | null;
  readonly scenario: string;
  readonly mode: string | undefined;
  readonly account: string | undefined;
  readonly json: boolean;
  readonly terminal: Terminal;
}

/** Plays a scenario or an event on a simulated account, step by step. Done only if what the mode promises happened. */
export async function play(options: PlayOptions): Promise<number> {
  const { terminal, json } = options;
  const mode = MODES.find((known) => known === (options.mode ?? 'attach'));
  if (mode === undefined) {
    throw new UsageError(`--mode: expected one of ${MODES.join(', ')}, found "${options.mode ?? ''}"`);
  }
  const request = {
    mode,
    scenario: options.scenario,
    event: options.event === null ? null : await readEvent(options.event, terminal),
    account: options.account === undefined ? null : await readJsonFile(options.account, 'account'),
  };
  const theatre = await loadPlay();
  if (options.account !== undefined) {
    warnOfUnknownKeys(options.account, theatre.unknownKeysIn(request.account), terminal);
  }
  const tell = theatre.createStory(paintFor(terminal));
  let exitCode: number = EXIT.failure;
  try {
    const steps = theatre.play(request);
    // What cannot be played is refused by now.
    if (!json) terminal.stdout.write('\nexec-log play: building the functions, synthesising the template ...\n\n');
    for await (const step of steps) {
      terminal.stdout.write(json ? `${asciiJson(step)}\n` : `${tell(printable(step))}\n`);
      if (step.step === 'promise') exitCode = step.kept ? EXIT.done : EXIT.findings;
    }
  } catch (error) {
    if (error instanceof theatre.PlayInputError) throw new UsageError(error.message);
    if (!(error instanceof theatre.AccountFileError)) throw error;
    throw invalidAccountFile(options.account ?? '', error);
  }
  return exitCode;
}

/** The story quotes events and the names of the account, and colours them only afterwards. */
function printable<Step>(step: Step): Step {
  return JSON.parse(JSON.stringify(step), (_key, part: unknown) =>
    typeof part === 'string' ? printableLines(part) : part,
  );
}

/** The one event of a file. */
async function readEvent(file: string, terminal: Terminal): Promise<Record<string, unknown>> {
  const inputs = [];
  // Whatever is wrong with the file is this command's one error.
  for await (const input of readInputs([file], terminal.stdin, () => {})) inputs.push(input);
  const [input] = inputs;
  if (input === undefined || inputs.length > 1) {
    throw new UsageError(`${file}: expected one event to play, found ${inputs.length}`);
  }
  if (input.kind === 'refusal') throw new UsageError(`${file}: ${input.refusal.detail}`);
  if (typeof input.value !== 'object' || input.value === null || Array.isArray(input.value)) {
    throw new UsageError(`${file}: expected an event, found ${JSON.stringify(input.value)?.slice(0, 40) ?? 'nothing'}`);
  }
  return { ...input.value };
}
