import { parseArn } from './arn.ts';
import { type DenialReason, findReasonClauses, UNKNOWN_REASON } from './denial-reason.ts';
import { type DeniedResource, NO_RESOURCE, readResource } from './denied-resource.ts';
import type { Refusal } from './refusal.ts';

/** Whom the sentence names; an ARN where there is one. */
export type SentencePrincipal =
  | { readonly kind: 'arn'; readonly arn: string }
  | { readonly kind: 'account'; readonly account: string }
  | { readonly kind: 'service'; readonly name: string }
  | { readonly kind: 'anonymous' };

/** "User: P is not authorized to perform: A on resource: R because ...", read without looking at the record around it. */
export interface DenialSentence {
  readonly principal: SentencePrincipal;
  /** As written. Without a service where the sentence gives none ("to perform CreateLogGroup with Tags"). */
  readonly action: string;
  /** The text stops where a resource could still have come. */
  readonly endsBeforeResource: boolean;
  readonly resource: DeniedResource;
  readonly reason: DenialReason;
}

export type SentenceReading =
  | { readonly kind: 'sentence'; readonly sentence: DenialSentence }
  | { readonly kind: 'refusal'; readonly refusal: Refusal };

/** Four times what CloudTrail lets through. */
const MAX_SENTENCE_LENGTH = 4096;

/** CloudTrail cuts `errorMessage` at 1 KB. */
const CUT_AT_BYTES = 1024;

const LINE_BREAK = /[\r\n\u2028\u2029]/;
const ANCHOR = /is\s+not\s+authorized\s+to\s+perform:/;
const ACCOUNT_SENTENCE =
  /User\s+with\s+accountId:\s*(\d{12})\s+is\s+not\s+authorized\s+to\s+perform:?\s+([A-Za-z0-9]{1,128})(?![\w:])/;
const ACTION_AND_RESOURCE = /^\s*([^\s]{1,200}(?:\n[^\s]{1,200})?)\s+on\s+resources?:\s*/;
const ACTION = /^[A-Za-z0-9-]{1,64}:[A-Za-z0-9]{1,128}$/;

const refuse = (code: Refusal['code'], detail: string): SentenceReading => ({
  kind: 'refusal',
  refusal: { code, detail },
});

/** White space that holds a line break was put there by whoever copied the text; one that holds none may be a name's own. */
const markLineBreaks = (message: string): string => {
  if (!LINE_BREAK.test(message)) return message.trim();
  return message.replace(/\s+/g, (space) => (LINE_BREAK.test(space) ? '\n' : space)).trim();
};

/** How a text may have been cut: `noReasonMeansCut` from 1 KB on, `reasonMayBeCut` only where it ends at 1 KB. */
function cutSigns(message: string): { noReasonMeansCut: boolean; reasonMayBeCut: boolean } {
  const bytes = new TextEncoder().encode(message).length;
  const isMarked = /(?:\.\.\.|…|[[(]truncated[\])])\s*$/i.test(message.slice(-40));
  // A character of several bytes at the border makes the cut text up to three bytes shorter than 1 KB.
  const border = bytes === message.length ? CUT_AT_BYTES : CUT_AT_BYTES - 3;
  const reachesBorder = bytes >= border;
  // A longer text was not cut at 1 KB, so a whole reason in it is one.
  return {
    noReasonMeansCut: isMarked || reachesBorder,
    reasonMayBeCut: isMarked || (reachesBorder && message.length <= 1027),
  };
}

/** CodeBuild and others put an ARN of something else before the sentence, so the principal is what stands last before the anchor. */
function readPrincipal(before: string): SentencePrincipal | null {
  const service = /Service\s+Principal:\s*([A-Za-z0-9.-]{1,200})$/.exec(before);
  if (service?.[1] !== undefined) return { kind: 'service', name: service[1] };
  const user = before.lastIndexOf('User:');
  if (user === -1) return null;
  const name = before.slice(user + 'User:'.length).trim();
  if (name === 'anonymous') return { kind: 'anonymous' };
  if (/^\d{12}$/.test(name)) return { kind: 'account', account: name };
  // No principal's name holds white space, so a line break in it is certainly not its own; the record has the ARN to compare.
  const arn = name.replaceAll('\n', '');
  return parseArn(arn) === null || /\s/.test(arn) ? null : { kind: 'arn', arn };
}

/** A text that stops inside "User: P is not authorized to perform:". */
function stopsBeforeAnchor(text: string): boolean {
  const user = text.lastIndexOf('User:');
  if (user === -1) return false;
  const words = text
    .slice(user + 'User:'.length)
    .trim()
    .split(/\s+/);
  return 'is not authorized to perform:'.startsWith(words.slice(1).join(' '));
}

function readAccountSentence(text: string, found: RegExpExecArray): SentenceReading {
  const [, account = '', action = ''] = found;
  const endsBeforeResource = found.index + found[0].length === text.length;
  const principal = { kind: 'account', account } as const;
  return {
    kind: 'sentence',
    sentence: { principal, action, endsBeforeResource, resource: NO_RESOURCE, reason: UNKNOWN_REASON },
  };
}

/** The part after the action of a sentence that names no resource. Only a reason that begins at once is AWS's. */
function readReasonAlone(tail: string, mayBeCut: boolean): DenialReason {
  const [clause, ...others] = findReasonClauses(tail, mayBeCut);
  return clause === undefined || clause.start !== 0 || others.length > 0 ? UNKNOWN_REASON : clause.reason;
}

/** Reads the sentence of an access denial out of the text around it; total, and bounded by the 4 KB that it looks at. */
export function readSentence(message: string): SentenceReading {
  if (message.length > MAX_SENTENCE_LENGTH) {
    return refuse('over-limit', `The error message is longer than ${MAX_SENTENCE_LENGTH} characters.`);
  }
  const { noReasonMeansCut, reasonMayBeCut } = cutSigns(message);
  const text = markLineBreaks(message);
  const anchor = ANCHOR.exec(text);
  if (anchor === null) {
    const accountSentence = ACCOUNT_SENTENCE.exec(text);
    if (accountSentence !== null) return readAccountSentence(text, accountSentence);
    if (noReasonMeansCut || stopsBeforeAnchor(text))
      return refuse('truncated', 'The error message is cut before the action.');
    return refuse('unreadable-sentence', 'The error message does not say who "is not authorized to perform:" what.');
  }
  const principal = readPrincipal(text.slice(0, anchor.index).trim());
  if (principal === null) return refuse('unreadable-sentence', 'The error message does not name the principal.');
  const tail = text.slice(anchor.index + anchor[0].length);
  const withResource = ACTION_AND_RESOURCE.exec(tail);
  if (withResource === null) return readWithoutResource(principal, tail, reasonMayBeCut);
  const action = (withResource[1] ?? '').replaceAll('\n', '');
  if (!ACTION.test(action)) return refuse('unreadable-sentence', 'The error message does not name the action.');
  const found = readResource(tail.slice(withResource[0].length), noReasonMeansCut, reasonMayBeCut);
  if (found === 'cut') return refuse('truncated', 'The error message is cut within the resource.');
  const { resource, reason } = found;
  return { kind: 'sentence', sentence: { principal, action, endsBeforeResource: false, resource, reason } };
}

function readWithoutResource(principal: SentencePrincipal, tail: string, reasonMayBeCut: boolean): SentenceReading {
  const [action = '', ...words] = tail.trim().split(/\s+/);
  if (principal.kind === 'account' && /^[A-Za-z0-9]{1,128}$/.test(action)) {
    return {
      kind: 'sentence',
      sentence: {
        principal,
        action,
        endsBeforeResource: words.length === 0,
        resource: NO_RESOURCE,
        reason: UNKNOWN_REASON,
      },
    };
  }
  const rest = words.join(' ');
  const endsBeforeResource = 'on resource:'.startsWith(rest);
  const name = action.replace(/[.,;)"']$/, '');
  if (!ACTION.test(name)) {
    if (rest === '') return refuse('truncated', 'The error message is cut within the action.');
    return refuse('unreadable-sentence', 'The error message does not name the action.');
  }
  const reason = readReasonAlone(tail.trimStart().slice(action.length), reasonMayBeCut);
  return { kind: 'sentence', sentence: { principal, action: name, endsBeforeResource, resource: NO_RESOURCE, reason } };
}
