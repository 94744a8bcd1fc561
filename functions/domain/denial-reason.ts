import { parseArn } from './arn.ts';
import type { DenialKind, PolicyType } from './denial.ts';

export interface DenialReason {
  readonly policyType: PolicyType | null;
  readonly denialKind: DenialKind;
  readonly policyArn: string | null;
}

/** A place where a reason begins. It is complete if a whole clause of one of AWS's two shapes stands there. */
export interface ReasonClause {
  readonly start: number;
  readonly isComplete: boolean;
  readonly reason: DenialReason;
}

/** What is believed when AWS gives no reason, an unknown one, a cut one, or one that the accused party may have written. */
export const UNKNOWN_REASON: DenialReason = { policyType: null, denialKind: 'unknown', policyArn: null };

/** Closed: a policy that is not here is an unknown reason. Older texts say "sessions policy"; a boundary is no "policy". */
const POLICY_TYPES: readonly (readonly [RegExp, PolicyType])[] = [
  [/^identity-\s?based\s+policy(?![\w-])/i, 'identity-based'],
  [/^resource-\s?based\s+policy(?![\w-])/i, 'resource-based'],
  [/^role\s+trust\s+policy(?![\w-])/i, 'resource-based'],
  [/^permissions?\s+boundary(?![\w-])/i, 'permissions-boundary'],
  [/^sessions?\s+policy(?![\w-])/i, 'session'],
  [/^(?:service\s+control\s+policy|scp)(?![\w-])/i, 'scp'],
  [/^(?:resource\s+control\s+policy|rcp)(?![\w-])/i, 'rcp'],
  [/^vpc\s+endpoint\s+policy(?![\w-])/i, 'vpc-endpoint'],
];

const CLAUSE_STARTS = /\s(?:because\s+no\s+|with\s+an\s+explicit\s+deny(?![\w-]))/g;

const ALLOWS_ACTION =
  /^\s+allows\s+the\s+[^\s:]{1,64}(?:\n[^\s:]{1,64})?:\s?[^\s:]{1,128}(?:\n[^\s:]{1,128})?\s+action(?![\w-])/i;

/** What SDKs, services and people put after the sentence; a line break, unless a broken-off reason may follow it. */
const TEXT_AROUND = /^(?:\s*$|[.,;:)"'\]}\\]|\s+[(:[]|\s+status code|\s+Encoded\s|\n(?![bwi]))/;

function policyTypeAt(text: string): { type: PolicyType; after: string } | null {
  for (const [pattern, type] of POLICY_TYPES) {
    const found = pattern.exec(text);
    if (found !== null) return { type, after: text.slice(found[0].length) };
  }
  return null;
}

/**
 * Reads "<TYPE> allows the <ACTION> action". The action must carry its service's colon: no stream name can hold one, so a
 * stream cannot spell this clause, the only one that may lead to a grant. It is not compared: AWS's own pages mistype it.
 */
function readImplicit(tail: string, mayBeCut: boolean): Omit<ReasonClause, 'start'> {
  const type = policyTypeAt(tail);
  const allows = type === null ? null : ALLOWS_ACTION.exec(type.after);
  if (type === null || allows === null) return { isComplete: false, reason: UNKNOWN_REASON };
  // If AWS's own clause may have followed and been cut ("... action with an expl"), this one is perhaps forged.
  const isLast = !mayBeCut && TEXT_AROUND.test(type.after.slice(allows[0].length));
  if (!isLast) return { isComplete: true, reason: UNKNOWN_REASON };
  return { isComplete: true, reason: { policyType: type.type, denialKind: 'implicit', policyArn: null } };
}

/** The ARN in ": ARN", ", with policy ARN: ARN" or ": NAME, with policy ARN: ARN"; an inline policy's name is none. */
function readPolicyArn(text: string): string | null {
  const found =
    /^(?:\s?:\s?[^\s:]{1,200})?\s?,?\s{1,3}with\s+policy\s+ARN:\s*(\S+)(\s?)/i.exec(text) ??
    /^\s*:\s*(\S+)(\s?)/.exec(text);
  const [, token = '', after = ''] = found ?? [];
  // After a line break the ARN may go on, and half an ARN is a wrong one.
  if (after === '\n') return null;
  const arn = token.replace(/[.,;)"'\]]$/, '');
  return parseArn(arn) === null ? null : arn;
}

/** Reads "[ in a TYPE[ transitively through a service control policy][: POLICY][, with policy ARN: ARN]]". */
function readExplicit(tail: string, mayBeCut: boolean): DenialReason {
  const place = /^\s+in\s+(?:an?|the)\s+/i.exec(tail);
  if (place === null) {
    return TEXT_AROUND.test(tail) && !mayBeCut ? { ...UNKNOWN_REASON, denialKind: 'explicit' } : UNKNOWN_REASON;
  }
  const type = policyTypeAt(tail.slice(place[0].length));
  if (type === null) return UNKNOWN_REASON;
  const through = /^\s+transitively\s+through\s+an?\s+service\s+control\s+policy(?![\w-])/i.exec(type.after);
  const after = type.after.slice(through?.[0].length ?? 0);
  // A cut "identity-based policy transitively thro" is an SCP, and a cut text may end right before "transitively".
  if (/^\s+t/i.test(after) || (mayBeCut && !/^\s*[:,]/.test(after))) return UNKNOWN_REASON;
  const policyType = through === null ? type.type : 'scp';
  return { policyType, denialKind: 'explicit', policyArn: mayBeCut ? null : readPolicyArn(after) };
}

/** Finds every place where one of AWS's two reason shapes begins, in order, complete or not; the reader chooses among them. */
export function findReasonClauses(text: string, mayBeCut: boolean): readonly ReasonClause[] {
  return [...text.matchAll(CLAUSE_STARTS)].map((found) => {
    const start = found.index;
    const tail = text.slice(start + found[0].length);
    if (found[0].trimStart().startsWith('because')) return { start, ...readImplicit(tail, mayBeCut) };
    return { start, isComplete: true, reason: readExplicit(tail, mayBeCut) };
  });
}
