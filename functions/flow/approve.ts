import { type Case, MAX_SESSION_IDS } from '../domain/case.ts';
import { withRefresh } from '../domain/case-outcome.ts';
import { answerOf, clickObjection, isAnswerOf, isOnMessageOf } from '../domain/click-objection.ts';
import type { Reason } from '../domain/decision.ts';
import { type Approver, approverObjection, type Opener, permittedPeople } from '../domain/people.ts';
import type { Proposal } from '../domain/proposal.ts';
import type { SlackClick } from '../domain/slack-click.ts';
import { TrackerLater } from '../domain/tracker-error.ts';
import { refusalWhisper, waitingWhisper } from '../messages/slack-whisper.ts';
import type { ChatMessage, Chats, ClickReader, ForwardedClick, LedgerLines, ProposalStore } from '../ports.ts';
import { changeCase } from './change-case.ts';
import { type FinishedProposal, type FinishPorts, finishProposal, withEnding } from './finish-proposal.ts';
import { orderMessage } from './own-messages.ts';
import type { Invocation } from './remediate.ts';
import { RetryLater } from './retry-later.ts';

export interface ApprovePorts extends FinishPorts {
  readonly clicks: ClickReader;
  readonly proposals: ProposalStore;
  readonly chats: Chats;
  readonly lines: LedgerLines;
}

/** How a click ended. */
export type ClickEnd =
  | (FinishedProposal & { readonly click: SlackClick })
  /** This very click was carried out before. */
  | { readonly kind: 'duplicate'; readonly click: SlackClick; readonly fingerprint: string }
  /** The answer is stored, and waits for the ticket system. */
  | { readonly kind: 'waiting'; readonly click: SlackClick; readonly fingerprint: string; readonly because: string }
  | {
      readonly kind: 'refused';
      readonly code: string;
      readonly detail: string;
      /** null where nobody knows whether Slack sent it. */
      readonly click: SlackClick | null;
      readonly fingerprint: string | null;
    };

/** A click on a proposal that it may answer, or has answered. */
interface Answerable {
  readonly kind: 'answerable';
  readonly proposal: Proposal;
}
type Refused = { readonly kind: 'refused'; readonly reason: Reason; readonly fingerprint: string | null };

const MAX_ANSWER_ATTEMPTS = 5;
/** Sessions of a case that are looked up at the same time. */
const LINES_AT_ONCE = 10;

/**
 * A person's answer to a proposal: verified again, judged, stored once, carried out. Nothing of the click is believed but who clicked
 * which button of which message, as Slack signed it. A click that may not answer changes nothing, and whoever clicked is told why;
 * a click that comes again goes on where it stopped.
 * @throws Error where no click can be verified, RetryLater where the case's message is not known yet.
 */
export async function answerClick(
  forwarded: ForwardedClick,
  invocation: Invocation,
  ports: ApprovePorts,
): Promise<ClickEnd> {
  const secretId = invocation.rules.settings.slack?.secret ?? null;
  const reading = await ports.clicks.readClick(forwarded, secretId);
  if (reading.kind === 'refused') {
    return { kind: 'refused', code: reading.code, detail: reading.detail, click: null, fingerprint: null };
  }
  const { click } = reading;
  const answered = await storedAnswer(click, invocation, ports);
  if (answered.kind === 'refused') {
    const { reason, fingerprint } = answered;
    await tell(click, refusalWhisper(reason.code, reason.detail), secretId, ports);
    return { kind: 'refused', ...reason, click, fingerprint };
  }
  const { proposal } = answered;
  const { fingerprint } = proposal;
  // Before it is carried out: what a killed Lambda leaves is found by the auditor, and asked of nobody else.
  await changeCase(fingerprint, (found) => marked(found, proposal), ports);
  try {
    const finish = await finishProposal(proposal, invocation, ports);
    return finish.kind === 'done' ? { kind: 'duplicate', click, fingerprint } : { ...finish, click };
  } catch (error) {
    if (!(error instanceof TrackerLater)) throw error;
    // A ticket system that is away must not use up receives: the rest is an order of our own.
    const waitingSince = ports.clock().toISOString();
    await ports.queue.sendLater(orderMessage({ kind: 'lapse', fingerprint, waitingSince }), error.afterSeconds);
    await changeCase(fingerprint, (found, now) => found && withRefresh(found, now), ports);
    await tell(click, waitingWhisper(), secretId, ports);
    return { kind: 'waiting', click, fingerprint, because: error.message };
  }
}

/** Stores the click as the answer if it may be one. Of two clicks at once, one is written; the other is looked at again. */
async function storedAnswer(
  click: SlackClick,
  invocation: Invocation,
  ports: ApprovePorts,
): Promise<Answerable | Refused> {
  for (let attempt = 0; attempt < MAX_ANSWER_ATTEMPTS; attempt += 1) {
    const judged = await judgedClick(click, invocation, ports);
    if (judged.kind === 'refused' || judged.proposal.answer !== null) return judged;
    const { proposal } = judged;
    const answered: Proposal = { ...proposal, answer: answerOf(click), version: proposal.version + 1 };
    if ((await ports.proposals.saveProposal(answered, proposal.version)) === 'saved') {
      return { kind: 'answerable', proposal: answered };
    }
  }
  throw new RetryLater('other invocations kept changing the proposal');
}

async function judgedClick(
  click: SlackClick,
  { rules }: Invocation,
  ports: ApprovePorts,
): Promise<Answerable | Refused> {
  const proposal = await ports.proposals.findProposal(click.proposalId);
  if (proposal === undefined) {
    return refused({ code: 'proposal-unknown', detail: 'no such proposal is known' }, null);
  }
  const { fingerprint } = proposal;
  if (isAnswerOf(click, proposal)) return { kind: 'answerable', proposal };
  const found = (await ports.cases.findCase(fingerprint)) ?? null;
  const objection = clickObjection(proposal, found, ports.clock());
  if (objection !== null || found === null) {
    return refused(objection ?? { code: 'proposal-replaced', detail: 'the case is gone' }, fingerprint);
  }
  if (found.chat == null) {
    // A click can be faster than the note of where the message was posted.
    throw new RetryLater("it is not known yet where the case's message stands");
  }
  if (!isOnMessageOf(click, found)) {
    return refused(
      { code: 'wrong-message', detail: "the buttons are not those of the case's own message" },
      fingerprint,
    );
  }
  const people = permittedPeople(rules);
  const { slackUserId } = click;
  // Whoever may answer nothing costs no look at the ledger.
  const unmapped = approverObjection({ slackUserId, opener: null, otherOpeners: [] }, people);
  if (unmapped !== null) return refused(unmapped, fingerprint);
  const openers = await openersOf(proposal, found, ports);
  if (openers.kind === 'unknown') {
    const detail = `${openers.because}, so that nobody can be ruled out`;
    return refused({ code: 'person-unknown', detail }, fingerprint);
  }
  const { opener, otherOpeners } = openers;
  const person = approverObjection({ slackUserId, opener, otherOpeners }, people);
  return person === null ? { kind: 'answerable', proposal } : refused(person, fingerprint);
}

function refused(reason: Reason, fingerprint: string | null): Refused {
  return { kind: 'refused', reason, fingerprint };
}

type Openers =
  | ({ readonly kind: 'known' } & Pick<Approver, 'opener' | 'otherOpeners'>)
  | { readonly kind: 'unknown'; readonly because: string };

/**
 * Who opened the session that was denied, and the case's others as far as the ledger knows them. A container can make sessions up
 * until the case has forgotten the real ones: then nobody knows whose they were.
 */
async function openersOf(
  { evidence: { session } }: Proposal,
  { sessionIds }: Case,
  { lines }: Pick<ApprovePorts, 'lines'>,
): Promise<Openers> {
  const known = new Map<string, Opener>();
  let isReadable = true;
  const wanted = [...new Set([...(session === null ? [] : [session.sessionId]), ...sessionIds])];
  for (let first = 0; first < wanted.length; first += LINES_AT_ONCE) {
    await Promise.all(
      wanted.slice(first, first + LINES_AT_ONCE).map(async (sessionId) => {
        const line = await lines.findLine(sessionId);
        if (line.kind === 'unreadable') isReadable = false;
        if (line.kind !== 'read') return;
        const { personArn } = line.value.session;
        known.set(sessionId, { personArn, sourceIdentity: line.value.sourceIdentity });
      }),
    );
  }
  if (!isReadable) return { kind: 'unknown', because: 'who opened the sessions of this cause could not be read' };
  if (sessionIds.length >= MAX_SESSION_IDS && sessionIds.some((sessionId) => !known.has(sessionId))) {
    const because = `the last ${MAX_SESSION_IDS} sessions of this cause are not all in the ledger, and hide who opened earlier ones`;
    return { kind: 'unknown', because };
  }
  const otherOpeners = [...known.values()];
  if (session === null) return { kind: 'known', opener: null, otherOpeners };
  const { sessionId, personArn } = session;
  const opener = { personArn, sourceIdentity: known.get(sessionId)?.sourceIdentity ?? null };
  return { kind: 'known', opener, otherOpeners };
}

/** The case as answered, while the answer is carried out; null where that is known already. */
function marked(found: Case | null, proposal: Proposal): Case | null {
  const isOpen = found?.proposal?.proposalId === proposal.proposalId && found.proposal.state === 'open';
  return isOpen ? withEnding(found, proposal) : null;
}

/** Next to the message, for the eyes of whoever clicked. Never throws: a whisper that is not heard costs a second click. */
async function tell(
  { channel, ts, slackUserId }: SlackClick,
  message: ChatMessage,
  secretId: string | null,
  { chats }: Pick<ApprovePorts, 'chats'>,
): Promise<void> {
  try {
    const chat = secretId === null ? null : await chats.find(secretId);
    await chat?.whisper({ channel, ts }, slackUserId, message);
  } catch {
    // The refusal stands in the log, whoever heard of it.
  }
}
