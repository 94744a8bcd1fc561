import type { Disposition } from '../domain/decision.ts';
import type { Denial } from '../domain/denial.ts';
import type { Language } from '../domain/language.ts';
import { parseDenial } from '../domain/parse-denial.ts';
import { ENVIRONMENT } from '../domain/settings.ts';
import { asciiJson } from '../messages/escape.ts';
import { type PreviewSystem, previewText } from '../messages/preview-card.ts';
import { previewPage } from '../messages/preview-html.ts';
import { deliverOutput } from './deliver-output.ts';
import { clockFor, openWorld } from './explain.ts';
import { UsageError } from './failures.ts';
import type { Input } from './inputs.ts';
import { type Told, toldOf } from './preview-case.ts';
import { placesOf } from './preview-places.ts';
import { type Rendered, renderedMessage, renderedTicket } from './preview-vendors.ts';
import { readInputs } from './read-files.ts';
import { EXIT, type Terminal } from './terminal.ts';
import { readRules } from './terminal-rules.ts';

export interface PreviewOptions {
  readonly as: PreviewSystem;
  readonly account?: string;
  readonly live?: boolean;
  readonly settings?: string;
  readonly mode?: string;
  readonly now?: string;
  readonly html?: boolean;
  readonly json?: boolean;
  readonly output?: string;
}

/** What another mode would make a ticket. */
const BY_MODE: readonly Disposition[] = ['observe', 'propose-policy', 'attach-policy'];

/** Shows what people would see of one event. A usage error where that is nothing; it says why. Files and sends nothing. */
export async function preview(file: string, options: PreviewOptions, terminal: Terminal): Promise<number> {
  const { environment } = terminal;
  const rules = await readRules(options, environment);
  const nowOf = clockFor(options);
  const denial = denialIn(await onlyInput(file, terminal));
  const world = await openWorld(options, terminal);
  try {
    const told = await toldOf(denial, { rules, world, nowOf }, environment[ENVIRONMENT.deploymentId] || 'exec-log');
    const { settings } = rules;
    const rendered = renderedFor(options.as, told, () => placesOf(settings), settings.language);
    await deliverOutput('the preview', shown(rendered, options, settings.language), options.output, terminal);
  } finally {
    await world?.close();
  }
  return EXIT.done;
}

async function onlyInput(file: string, { stdin, stderr }: Terminal): Promise<Input> {
  let found: Input | null = null;
  const warn = (line: string) => stderr.write(`exec-log: ${line}\n`);
  for await (const input of readInputs([file], stdin, warn)) {
    if (found !== null) throw new UsageError(`${file} holds several events: a preview is of one`);
    found = input;
  }
  if (found === null) throw new UsageError(`${file} holds no event`);
  return found;
}

function denialIn(input: Input): Denial {
  if (input.kind === 'refusal') throw refusalOf(input.name, input.refusal);
  const parsed = parseDenial(input.value);
  if (parsed.kind === 'refusal') throw refusalOf(input.name, parsed.refusal);
  return parsed.denial;
}

function refusalOf(name: string, { code, detail }: { readonly code: string; readonly detail: string }): UsageError {
  return new UsageError(`${name}: ${code}: ${detail} Nobody would be told.`);
}

function renderedFor(
  system: PreviewSystem,
  told: Told,
  places: () => ReturnType<typeof placesOf>,
  language: Language,
): Rendered {
  const { decision, draft, message, channel } = told;
  if (system === 'slack') {
    if (message !== null) return renderedMessage(message, channel);
    throw nobodyIsTold(told, 'no message');
  }
  if (draft !== null) return renderedTicket(system, draft, places(), language);
  const hint = BY_MODE.includes(decision.disposition) ? '; --mode ticket shows what a ticket would say' : '';
  throw nobodyIsTold(told, 'no ticket', hint);
}

function nobodyIsTold({ decision, draft, message }: Told, nothing: string, hint = ''): UsageError {
  const { disposition, reasons } = decision;
  const [reason] = reasons;
  const because = reason === undefined ? '' : ` (${reason.code})`;
  const others =
    draft === null && message === null
      ? 'nobody would be told'
      : `nobody would be told there, but --as ${message === null ? 'opscenter' : 'slack'} shows who is`;
  return new UsageError(`the event leads to ${nothing}: its disposition is ${disposition}${because}, ${others}${hint}`);
}

function shown({ payload, card }: Rendered, { html, json }: PreviewOptions, language: Language): string {
  if (json === true) return `${asciiJson(payload)}\n`;
  // Messages are English whatever the language.
  return html === true ? previewPage(card, card.system === 'slack' ? 'en' : language) : previewText(card);
}
