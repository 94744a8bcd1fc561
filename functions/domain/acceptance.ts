import * as z from 'zod/mini';
import { type Acceptance, isUnrecorded, type SessionVerdict } from './ledger.ts';
import { ownSessionObjection } from './own-session.ts';
import { personOf } from './person.ts';

/** What a person asks for: that the gap of one session be accepted. */
export interface AcceptanceRequest {
  readonly sessionId: string;
  /** Trimmed, 10 to 500 characters, none of which controls a terminal. */
  readonly reason: string;
}

/** Who asks, and when. */
export interface AcceptanceCaller {
  /** As AWS verified it; null where nobody did. */
  readonly arn: string | null;
  /** ISO 8601, UTC, by our clock. */
  readonly askedAt: string;
}

export type AcceptanceRefusalCode =
  | 'bad-request'
  | 'unknown-caller'
  | 'session-unknown'
  | 'not-settled'
  | 'nothing-to-accept'
  | 'already-accepted'
  | 'own-session';

/** Why nothing was accepted: a machine code and one sentence. */
export interface AcceptanceRefusal {
  readonly kind: 'refused';
  readonly code: AcceptanceRefusalCode;
  readonly detail: string;
  /** The status of an HTTP answer. */
  readonly status: number;
}

export type AcceptanceJudgement = { readonly kind: 'accepted'; readonly acceptance: Acceptance } | AcceptanceRefusal;

const STATUS: Readonly<Record<AcceptanceRefusalCode, number>> = {
  'bad-request': 400,
  'unknown-caller': 403,
  'session-unknown': 404,
  'not-settled': 409,
  'nothing-to-accept': 409,
  'already-accepted': 409,
  'own-session': 403,
};

const SHORTEST_REASON = 10;
const LONGEST_REASON = 500;
/** Of the shortest reason, blanks between its words aside. */
const FEWEST_SEEN = 5;

/** Systems Manager's ids, of ECS Exec and of others; a separator of the table's keys is not among their characters. */
const SESSION_ID = /^[\w+=,.@-]{1,128}$/;

/** Control characters, line separators and what turns the direction of text: a reason is shown in terminals and pages. */
const UNSHOWN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;

/** What takes no ink, U+2800 too: scripts and emoji join with some of it, but ten of these are no reason. */
const BLANK = /[\s\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/gu;

const bodySchema = z.object({ sessionId: z.string(), reason: z.string() });

/** Reads what the caller sent; total. Whatever else the body says, of the caller above all, is not looked at. */
export function readAcceptanceRequest(
  body: unknown,
): { readonly kind: 'request'; readonly request: AcceptanceRequest } | AcceptanceRefusal {
  const parsed = z.safeParse(bodySchema, body);
  if (!parsed.success) {
    return acceptanceRefusal('bad-request', 'Send a JSON object with the texts sessionId and reason.');
  }
  const { sessionId, reason: given } = parsed.data;
  if (!SESSION_ID.test(sessionId)) return acceptanceRefusal('bad-request', 'The sessionId is not the id of a session.');
  const reason = given.trim();
  const { length } = [...reason];
  if (length < SHORTEST_REASON || length > LONGEST_REASON) {
    const limits = `${SHORTEST_REASON} to ${LONGEST_REASON} characters`;
    return acceptanceRefusal('bad-request', `The reason has ${length} characters; give one of ${limits}.`);
  }
  if ([...reason.replace(BLANK, '')].length < FEWEST_SEEN) {
    return acceptanceRefusal('bad-request', 'The reason shows next to nothing: write one that people can read.');
  }
  if (UNSHOWN.test(reason)) {
    return acceptanceRefusal('bad-request', 'The reason holds line breaks or other control characters.');
  }
  return { kind: 'request', request: { sessionId, reason } };
}

/**
 * Decides whether this caller may accept the gap of this session, from what the ledger holds; total. An earlier acceptance stands,
 * whoever asks again.
 */
export function judgeAcceptance(
  request: AcceptanceRequest,
  caller: AcceptanceCaller,
  verdict: SessionVerdict | undefined,
  existing: Acceptance | undefined,
): AcceptanceJudgement {
  const { arn, askedAt } = caller;
  if (arn === null || personOf(arn).kind === 'unknown') {
    return acceptanceRefusal('unknown-caller', 'AWS names no user, role or root as the caller of this request.');
  }
  if (verdict === undefined) return acceptanceRefusal('session-unknown', 'The ledger has no session of this id.');
  if (verdict.state === 'open') {
    return acceptanceRefusal('not-settled', 'The session is still open; accept a gap once the auditor has found one.');
  }
  if (!isUnrecorded(verdict)) {
    return acceptanceRefusal('nothing-to-accept', `The session is ${verdict.state} and counts as no gap.`);
  }
  if (existing !== undefined) return alreadyAccepted(existing);
  const objection = ownSessionObjection(arn, verdict);
  if (objection !== null) return acceptanceRefusal('own-session', objection);
  const { startedAt } = verdict;
  const { sessionId, reason } = request;
  return { kind: 'accepted', acceptance: { sessionId, acceptedBy: arn, reason, acceptedAt: askedAt, startedAt } };
}

/** The refusal of a second acceptance, with who gave the first. */
export function alreadyAccepted({ acceptedBy, acceptedAt }: Acceptance): AcceptanceRefusal {
  return acceptanceRefusal('already-accepted', `${acceptedBy} accepted this gap at ${acceptedAt}.`);
}

/** A refusal with the status that its code has. */
export function acceptanceRefusal(code: AcceptanceRefusalCode, detail: string): AcceptanceRefusal {
  return { kind: 'refused', code, detail, status: STATUS[code] };
}
