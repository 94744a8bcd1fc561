import * as z from 'zod/mini';
import type { Decision } from '../domain/decision.ts';
import { asDelivered } from '../domain/delivered-event.ts';
import type { Denial } from '../domain/denial.ts';
import { matchesPattern } from '../domain/event-pattern.ts';
import { effectiveMode, type Rules } from '../domain/mode.ts';
import { type ParsedDenial, parseDenial } from '../domain/parse-denial.ts';
import { DENIAL_RULE_PATTERN } from '../domain/rules.ts';
import { asciiJson } from '../messages/escape.ts';
import { type Explanation, toExplanation } from '../messages/explanation.ts';
import { explainCard } from '../messages/terminal-card.ts';
import { UsageError } from './failures.ts';
import type { Input } from './inputs.ts';
import { type Judging, judgeDenial } from './judge-denial.ts';
import { progressOn } from './progress.ts';
import { readInputs } from './read-files.ts';
import { EXIT, paintFor, type Terminal } from './terminal.ts';
import { readRules } from './terminal-rules.ts';
import type { World } from './world.ts';

export interface ExplainOptions {
  readonly account?: string;
  readonly live?: boolean;
  readonly settings?: string;
  readonly mode?: string;
  readonly now?: string;
  readonly json?: boolean;
}

const MILLISECONDS_PER_MINUTE = 60_000;

/** Explains every input in order as it is decided. Done if all were read, a usage error if any was not. */
export async function explain(files: readonly string[], options: ExplainOptions, terminal: Terminal): Promise<number> {
  const rules = await readRules(options, terminal.environment);
  const nowOf = clockFor(options);
  const world = await openWorld(options, terminal);
  const show = options.json === true ? jsonLine : cardFor(terminal);
  const progress = progressOn(terminal);
  let exitCode: number = EXIT.done;
  try {
    const warn = (line: string) => terminal.stderr.write(`exec-log: ${line}\n`);
    for await (const input of readInputs(files, terminal.stdin, warn)) {
      const explanation = await explainOne(input, { rules, world, nowOf });
      progress.step();
      if (explanation.refusal !== null) exitCode = EXIT.usage;
      terminal.stdout.write(show(explanation));
    }
  } finally {
    progress.end();
    await world?.close();
  }
  return exitCode;
}

/** Loads the live and the simulated account only where they are asked for: the SDK takes longer than all the rest. */
export async function openWorld(
  options: Pick<ExplainOptions, 'account' | 'live'>,
  terminal: Terminal,
): Promise<World | null> {
  if (options.live === true) {
    const { openLiveWorld } = await import('./live.ts');
    return openLiveWorld(terminal);
  }
  if (options.account !== undefined) {
    const { openSimulatedWorld } = await import('./simulated.ts');
    return openSimulatedWorld(options.account, terminal);
  }
  return null;
}

/** A day that does not exist would otherwise roll over into the next month. */
const dateTime = z.iso.datetime({ offset: true });

/** The time that a denial is judged at: `--now`, else now with `--live`, else a minute after the event. */
export function clockFor({ now, live }: Pick<ExplainOptions, 'now' | 'live'>): (denial: Denial) => Date {
  if (now !== undefined) {
    if (!z.safeParse(dateTime, now).success) {
      throw new UsageError(
        `--now: expected a date and time with its offset, such as 2023-02-11T06:36:04Z or 2023-02-11T15:36:04+09:00, found "${now}"`,
      );
    }
    const time = new Date(now);
    return () => time;
  }
  const startedAt = new Date();
  if (live === true) return () => startedAt;
  return ({ eventTime }) =>
    eventTime === null ? startedAt : new Date(Date.parse(eventTime) + MILLISECONDS_PER_MINUTE);
}

async function explainOne(input: Input, explaining: Judging): Promise<Explanation> {
  const matchesRule = input.kind === 'value' && matchesPattern(DENIAL_RULE_PATTERN, asDelivered(input.value));
  const parsed: ParsedDenial =
    input.kind === 'value'
      ? parseDenial(input.value)
      : { kind: 'refusal', refusal: input.refusal, deniedCreateLogStream: false };
  const { finding, decision } =
    parsed.kind === 'denial'
      ? await judgeDenial(parsed.denial, explaining)
      : { finding: null, decision: refused(parsed, explaining.rules) };
  return toExplanation({ input: input.name, matchesRule, parsed, finding, decision });
}

/** A denied CreateLogStream that cannot be read is a lost transcript all the same: a person has to look. */
function refused(parsed: Extract<ParsedDenial, { kind: 'refusal' }>, rules: Rules): Decision {
  return {
    disposition: parsed.deniedCreateLogStream ? 'open-ticket' : 'not-applicable',
    mode: effectiveMode(rules, null, []).mode,
    reasons: [{ code: parsed.refusal.code, detail: parsed.refusal.detail }],
    guardrails: [],
    policy: null,
  };
}

function jsonLine(explanation: Explanation): string {
  return `${asciiJson(explanation)}\n`;
}

function cardFor(terminal: Terminal): (explanation: Explanation) => string {
  const paint = paintFor(terminal);
  return (explanation) => `${explainCard(explanation, paint)}\n\n`;
}
