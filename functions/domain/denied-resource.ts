import { isLogGroupName, isLogStreamName, parseArn } from './arn.ts';
import { type DenialReason, findReasonClauses, type ReasonClause, UNKNOWN_REASON } from './denial-reason.ts';
import { isAwslogsStream, isExecStream } from './log-stream.ts';

/** What the call was denied on. The group and stream are null where they are empty, absent, or not certain. */
export interface DeniedResource {
  readonly text: string | null;
  /** Of its ARN, which can be certain where the stream, and so the text, is not. */
  readonly partition: string | null;
  readonly region: string | null;
  readonly logGroupName: string | null;
  readonly logStreamName: string | null;
  /** The resource is a log group's, and its name is certain or certainly empty. */
  readonly isLogGroup: boolean;
  /** A log group's ARN without `:log-stream:` that ends the sentence: CreateLogStream never prints it so. */
  readonly mayLackStream: boolean;
}

export const NO_RESOURCE: DeniedResource = {
  text: null,
  partition: null,
  region: null,
  logGroupName: null,
  logStreamName: null,
  isLogGroup: false,
  mayLackStream: false,
};

interface ResourceAndReason {
  readonly resource: DeniedResource;
  readonly reason: DenialReason;
}

interface LogResource {
  /** Up to and with `:log-stream:`, or all of it. */
  readonly head: string;
  readonly group: string;
  /** Null if there is no `:log-stream:`. */
  readonly stream: string | null;
}

const STREAM_MARKER = ':log-stream:';

/** Where a resource ends that has no reason of AWS's two shapes after it. */
const AFTER_RESOURCE = /[.,;]?\s(?:because\s|with\s+an\s|[(:[]|status code|Encoded\s)|[.,;]?$/;

/**
 * Takes a log group's resource apart. Neither an ARN up to the stream nor a group's name can hold white space, so line breaks
 * there are certainly not its own and are taken out; from the stream on the text is left as it is.
 */
function splitLogResource(text: string): LogResource | null {
  const flat = text.replaceAll('\n', '');
  if (!/^arn:[^\s:]*:logs:[^\s:]*:[^\s:]*:log-group:/.test(flat)) return null;
  const marker = flat.indexOf(STREAM_MARKER);
  const group = flat.split(':')[6] ?? '';
  if (marker === -1) return { head: flat, group, stream: null };
  const headLength = marker + STREAM_MARKER.length;
  let at = flat.length === text.length ? headLength : 0;
  for (let left = headLength - at; left > 0; at++) if (text.charAt(at) !== '\n') left--;
  return { head: flat.slice(0, headLength), group, stream: text.slice(at).trim() };
}

/** A stream's name may hold spaces, but a line break in it came from copying: what stood there is not known. */
const isCertainStream = (stream: string): boolean => isLogStreamName(stream) && !stream.includes('\n');

function logResource({ head, group, stream }: LogResource, streamIsCertain: boolean): DeniedResource {
  const arn = parseArn(head);
  const isWhole =
    stream === null
      ? /^log-group:[^:]*(?::\*?)?$/.test(arn?.resource ?? '')
      : arn?.resource === `log-group:${group}${STREAM_MARKER}`;
  const groupIsCertain = isWhole && (group === '' || isLogGroupName(group));
  const hasName = groupIsCertain && stream !== null && streamIsCertain && isCertainStream(stream);
  const streamIsEmpty = stream === null || stream === '' || stream === '*';
  return {
    text: groupIsCertain && (hasName || streamIsEmpty) ? head + (stream ?? '') : null,
    partition: arn?.partition ?? null,
    region: arn?.region || null,
    logGroupName: groupIsCertain && group !== '' ? group : null,
    logStreamName: hasName ? stream : null,
    isLogGroup: groupIsCertain,
    mayLackStream: stream === null,
  };
}

/** S3 prints its resources in double quotes, sometimes escaped. */
const unquoted = (text: string): string => /^\\?"(.*?)\\?"$/s.exec(text)?.[1] ?? text;

/** Any other resource: an ARN, `*` or a bare name. Only a line break inside an ARN is certainly not its own. */
function otherResource(text: string): DeniedResource {
  const inner = unquoted(text.trim());
  const flat = inner.startsWith('arn:') ? inner.replaceAll('\n', '') : inner;
  if (flat === '' || flat.includes('\n')) return NO_RESOURCE;
  const arn = parseArn(flat);
  return { ...NO_RESOURCE, text: flat, partition: arn?.partition ?? null, region: arn?.region || null };
}

function resourceBefore(text: string): DeniedResource {
  const log = splitLogResource(unquoted(text.trim()));
  return log === null ? otherResource(text) : { ...logResource(log, true), mayLackStream: false };
}

/** Whether AWS could have printed this as a resource: what holds a colon after `:log-stream:` ran on into a reason. */
function isFeasible(text: string): boolean {
  const stream = splitLogResource(text.trim())?.stream ?? '';
  return stream === '' || stream === '*' || isLogStreamName(stream);
}

/**
 * The accused party chooses the stream, and may write a reason into its name. AWS's own reason comes last, so the last split
 * that leaves a legal stream gives the names; but with several reasons in the text none is believed, except that a single
 * possible split before an explicit deny is one (then the others stand in the policy's name). So a forged reason can
 * only turn a reason that a grant could cure into one that it could not.
 */
function chooseAmong(rest: string, clauses: readonly ReasonClause[]): ResourceAndReason {
  const feasible = clauses.filter((clause) => isFeasible(rest.slice(0, clause.start)));
  const split = feasible.at(-1) ?? clauses[0];
  const resource = resourceBefore(rest.slice(0, split?.start));
  const isCertain = clauses.length === 1 || (feasible.length === 1 && split?.reason.denialKind === 'explicit');
  return { resource, reason: isCertain && split !== undefined ? split.reason : UNKNOWN_REASON };
}

/** Without a whole reason a stream ends nowhere for certain, unless all that follows is a stream, or it has a known form without spaces. */
function readLogResource(rest: string, log: LogResource, mayBeCut: boolean): DeniedResource | 'cut' {
  if (log.stream === null) {
    const end = AFTER_RESOURCE.exec(rest);
    const bare = splitLogResource(rest.slice(0, end?.index));
    const endsTheText = end === null || end.index + end[0].length >= rest.length;
    if (bare === null || (mayBeCut && endsTheText)) return 'cut';
    // Nothing shows whether the name goes on after a line break.
    if (rest.slice(0, end?.index).includes('\n')) return NO_RESOURCE;
    return { ...logResource(bare, true), mayLackStream: endsTheText };
  }
  const known = (/^\S+/.exec(log.stream)?.[0] ?? '').replace(/[.,;:]{1,3}$/, '');
  if (known !== log.stream && (isExecStream(known) || isAwslogsStream(known))) {
    const isOwnName = isCertainStream(log.stream) && !/\s(?:because|with|wi|w|be?c?a?u?s?)(?:\s|$)/.test(log.stream);
    if (!isOwnName) return logResource({ ...log, stream: known }, true);
  }
  const looksLikeReason = /\s(?:because|with\s+an\s+explicit)(?:\s|$)/.test(log.stream);
  if (mayBeCut && !looksLikeReason) return 'cut';
  return { ...logResource(log, !looksLikeReason), mayLackStream: log.stream === '' };
}

/** Reads what stands after "on resource:", or says that the text is cut before the resource has certainly ended. */
export function readResource(
  rest: string,
  noReasonMeansCut: boolean,
  reasonMayBeCut: boolean,
): ResourceAndReason | 'cut' {
  const clauses = findReasonClauses(rest, reasonMayBeCut);
  if (clauses.some((clause) => clause.isComplete)) return chooseAmong(rest, clauses);
  const log = splitLogResource(rest);
  if (log !== null) {
    const resource = readLogResource(rest, log, noReasonMeansCut);
    return resource === 'cut' ? 'cut' : { resource, reason: UNKNOWN_REASON };
  }
  const quoted = /^\\?"[^"]*"/.exec(rest)?.[0];
  const end = AFTER_RESOURCE.exec(rest);
  const text = quoted ?? rest.slice(0, end?.index);
  if (noReasonMeansCut && text.length === rest.length) return 'cut';
  // An object's key may hold spaces: what follows one is then neither certainly the key nor certainly text around it.
  const isCertain = quoted !== undefined || !/ /.test(text);
  return { resource: isCertain ? otherResource(text) : NO_RESOURCE, reason: UNKNOWN_REASON };
}
