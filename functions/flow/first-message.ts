import { type BreakerLimits, breakerAt } from '../domain/breaker.ts';
import type { Case, Notice } from '../domain/case.ts';
import type { OpenBreaker } from '../domain/cause-digest.ts';
import type { CaseStore } from '../ports.ts';
import { changeNotice, withNotice, withoutNotice } from './change-notice.ts';
import { type DigestPorts, intoDigest } from './digest.ts';

export interface FirstMessagePorts extends DigestPorts {
  readonly cases: Pick<CaseStore, 'findCase' | 'saveCase' | 'readBreaker' | 'countCase'>;
}

/** What has to happen before the message of a notice. */
export type BeforeMessage =
  /** `isClaimed`: it is the case's first message, and nobody else posts it now. */
  | { readonly kind: 'go-on'; readonly found: Case; readonly isClaimed: boolean }
  | { readonly kind: 'waits'; readonly afterSeconds: number }
  /** The notice is off the case: the digest tells of it. `isFirst`: it is the first cause of this digest. */
  | { readonly kind: 'digested'; readonly isFirst: boolean }
  /** Another worker was faster. */
  | { readonly kind: 'gone' };

/** Longer than Slack may take for a post, and shorter than anybody waits for the message of a Lambda that was killed. */
const CLAIM_MILLISECONDS = 30_000;
/** What is asked of people is asked soon after a person closed the breaker, though time would have kept it open. */
const LONGEST_WAIT_SECONDS = 300;

/**
 * Sees to it that the first message of a case is posted once, counted once, and not at all while the breaker is open: then the case
 * goes into the digest. What was asked of people is not lost with it: a proposal's message waits until the breaker is closed.
 */
export async function beforeFirstMessage(
  found: Case,
  notice: Notice,
  { limits, owner }: { readonly limits: BreakerLimits; readonly owner: string },
  ports: FirstMessagePorts,
): Promise<BeforeMessage> {
  if (!isFirstMessage(found, notice)) return { kind: 'go-on', found, isClaimed: false };
  const now = ports.clock();
  const claimed = await claim(found, notice, owner, now, ports);
  if (claimed.kind !== 'go-on') return claimed;
  const record =
    found.firstTold === undefined
      ? await ports.cases.countCase({ fingerprint: found.fingerprint, at: now, limits })
      : await ports.cases.readBreaker();
  const breaker = breakerAt(record, limits, now);
  return breaker.kind === 'closed' ? claimed : digested(claimed.found, notice, breaker, ports);
}

/** Whether people see nothing of the case yet that this message would only bring up to date. */
function isFirstMessage({ chat, firstTold }: Case, { quiet }: Notice): boolean {
  return chat == null && firstTold !== 'webhook' && quiet !== true;
}

/** Puts the owner's claim on the notice, unless somebody else's holds on any notice of the case. */
async function claim(
  found: Case,
  notice: Notice,
  owner: string,
  now: Date,
  { cases }: FirstMessagePorts,
): Promise<BeforeMessage> {
  const until = new Date(now.getTime() + CLAIM_MILLISECONDS).toISOString();
  let waitsUntil: number | null = null;
  const saved = await changeNotice(
    found.fingerprint,
    notice,
    (current) => {
      waitsUntil = othersClaim(current, owner, now);
      return waitsUntil === null && isFirstMessage(current, notice) && isDue(current, notice)
        ? withNotice(current, { ...notice, claim: { owner, until } })
        : null;
    },
    cases,
  );
  if (saved !== null) return { kind: 'go-on', found: saved, isClaimed: true };
  if (waitsUntil !== null) return { kind: 'waits', afterSeconds: Math.ceil((waitsUntil - now.getTime()) / 1000) };
  const current = await cases.findCase(found.fingerprint);
  // Its first message was posted a moment ago: this notice brings it up to date.
  return current !== undefined && isDue(current, notice)
    ? { kind: 'go-on', found: current, isClaimed: false }
    : { kind: 'gone' };
}

/** Not delivered, and not announced anew since: then another message stands for it. */
function isDue({ outbox }: Case, { noticeId, announcedAt }: Notice): boolean {
  return outbox.some((due) => due.noticeId === noticeId && due.announcedAt === announcedAt);
}

function othersClaim({ outbox }: Case, owner: string, now: Date): number | null {
  const ends = outbox.flatMap(({ claim }) =>
    claim !== undefined && claim.owner !== owner ? [Date.parse(claim.until)] : [],
  );
  const end = Math.max(...ends);
  return end > now.getTime() ? end : null;
}

async function digested(
  found: Case,
  notice: Notice,
  breaker: OpenBreaker,
  ports: FirstMessagePorts,
): Promise<BeforeMessage> {
  const isAsked = found.state === 'proposed';
  // Whoever heard of it by an earlier digest hears of its news by this one.
  const isWaiting = isAsked && found.firstTold !== undefined;
  const isFirst = !isWaiting && (await intoDigest(found, breaker, ports));
  await changeNotice(
    found.fingerprint,
    notice,
    (current) => ({
      ...(isAsked ? withNotice(current, { ...notice, claim: undefined }) : withoutNotice(current, notice)),
      firstTold: 'digest',
    }),
    ports.cases,
  );
  return isAsked ? { kind: 'waits', afterSeconds: waitOf(breaker, ports.clock()) } : { kind: 'digested', isFirst };
}

function waitOf({ until }: OpenBreaker, now: Date): number {
  const seconds = Math.ceil((Date.parse(until) - now.getTime()) / 1000);
  return Math.min(Math.max(seconds, 1), LONGEST_WAIT_SECONDS);
}

/** Gives the claim on a notice back that could not be posted now, so that its next delivery need not wait for the claim's end. */
export async function withoutClaim(
  { fingerprint }: Case,
  notice: Notice,
  { cases }: Pick<FirstMessagePorts, 'cases'>,
): Promise<void> {
  await changeNotice(fingerprint, notice, (current) => withNotice(current, { ...notice, claim: undefined }), cases);
}
