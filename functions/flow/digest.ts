import { type BreakerLimits, type BreakerRecord, breakerAt } from '../domain/breaker.ts';
import type { Case } from '../domain/case.ts';
import { type CauseDigest, type OpenBreaker, openDigest, withDigested } from '../domain/cause-digest.ts';
import type { SlackSettings } from '../domain/slack-settings.ts';
import { type DigestNow, slackDigest } from '../messages/slack-digest.ts';
import type { CaseStore, CauseDigests, Chats, Clock, DelayQueue, Delivery, Messenger, Shown } from '../ports.ts';
import { ended, type OrderEnd } from './order-end.ts';
import { type Order, type OrderPlace, orderMessage } from './own-messages.ts';
import { RetryLater } from './retry-later.ts';

export interface DigestPorts {
  readonly cases: Pick<CaseStore, 'readBreaker'>;
  readonly digests: CauseDigests;
  readonly messenger: Messenger;
  readonly chats: Chats;
  readonly queue: DelayQueue;
  readonly clock: Clock;
  readonly deploymentId: string;
  /** Of a hub: where its turns are ordered to. */
  readonly orderPlace?: OrderPlace | undefined;
  /** Of a hub: whose breaker it is, where it is not the hub's own account's. */
  readonly breakerAccount?: string | undefined;
}

type DigestOrder = Extract<Order, { kind: 'digest' }>;

/** In a storm the second cause follows within seconds: the first text then says how many there are. */
const FIRST_TURN_SECONDS = 10;
/** The message is brought up to date at most so often, and looked after as often while it stands open. */
const TURN_SECONDS = 60;
/** The longest delay of our queue. */
const MAX_DELAY_SECONDS = 900;
const MAX_WAIT_SECONDS = 86_400;
/** Queues and clocks are this exact. */
const TOLERANCE_MILLISECONDS = 2_000;
/** A turn that is late by more has lost its order: somebody deleted it, or it died in the dead-letter queue. */
const LOST_MILLISECONDS = 120_000;
/** What nobody can be shown for so long after its end is given up; each cause of it has its ticket. */
const GIVE_UP_MILLISECONDS = 86_400_000;
const MAX_SAVE_ATTEMPTS = 20;

/** Puts a case into the digest of an opening, once; whether it opened the digest. The order to show it is on its way then. */
export async function intoDigest(found: Case, breaker: OpenBreaker, ports: DigestPorts): Promise<boolean> {
  for (let attempt = 0; attempt < MAX_SAVE_ATTEMPTS; attempt += 1) {
    const now = ports.clock();
    const standing = await ports.digests.findDigest(breaker.since);
    const dueAt = new Date(now.getTime() + FIRST_TURN_SECONDS * 1000);
    const alive =
      standing === undefined
        ? openDigest(found, breaker, dueAt)
        : isAsleep(standing, now)
          ? awake(standing, dueAt)
          : standing;
    const next = withDigested(alive, found, breaker);
    if (next === standing) return false;
    // An order too many is void; a turn without one is never shown.
    if (alive !== standing) await sendTurn(alive, FIRST_TURN_SECONDS, ports);
    const saved = await ports.digests.saveDigest({ ...next, version: next.version + 1 }, standing?.version ?? null);
    if (saved === 'saved') return standing === undefined;
  }
  throw new RetryLater('other invocations kept changing the digest');
}

/** Nobody looks after it any more: it was closed, and its opening stands again; or its order was lost. */
function isAsleep({ closedAt, dueAt }: CauseDigest, now: Date): boolean {
  return closedAt !== null || now.getTime() - Date.parse(dueAt) > LOST_MILLISECONDS;
}

function awake(digest: CauseDigest, dueAt: Date): CauseDigest {
  return { ...digest, closedAt: null, turn: digest.turn + 1, dueAt: dueAt.toISOString() };
}

async function sendTurn(
  { openedAt, turn }: CauseDigest,
  afterSeconds: number,
  { queue, orderPlace }: DigestPorts,
): Promise<void> {
  const place = orderPlace === undefined ? {} : { place: orderPlace };
  const message = orderMessage({ kind: 'digest', openedAt, turn, ...place });
  await queue.sendLater(message, Math.min(afterSeconds, MAX_DELAY_SECONDS));
}

/**
 * One turn of a digest: its message is posted or brought up to date, and the next turn ordered, until people were told that the
 * breaker is closed. By a webhook there is one post at the beginning and one at the end. An order of another turn changes nothing.
 * @throws RetryLater when the channel refuses, so that the log says so; the next turn is ordered already.
 */
export async function showDigest(
  order: DigestOrder,
  { slack, limits }: { readonly slack: SlackSettings | null; readonly limits: BreakerLimits },
  ports: DigestPorts,
): Promise<OrderEnd> {
  let isOrdered = false;
  for (let attempt = 0; attempt < MAX_SAVE_ATTEMPTS; attempt += 1) {
    const digest = await ports.digests.findDigest(order.openedAt);
    if (digest === undefined || digest.turn !== order.turn || digest.closedAt !== null) {
      return ended('void', 'no such turn of a digest is due');
    }
    const now = ports.clock();
    const early = Date.parse(digest.dueAt) - now.getTime();
    if (early > TOLERANCE_MILLISECONDS) {
      await sendTurn(digest, Math.ceil(early / 1000), ports);
      return ended('postponed', 'its turn is later');
    }
    const state = stateOf(digest, await ports.cases.readBreaker(), limits, now);
    const dueAt = new Date(now.getTime() + TURN_SECONDS * 1000).toISOString();
    const next = { ...digest, until: state.until, turn: digest.turn + 1, dueAt, version: digest.version + 1 };
    // First the next order, then the turn: whoever is killed between leaves one that is void, never none.
    if (!isOrdered) await sendTurn(next, TURN_SECONDS, ports);
    isOrdered = true;
    // Causes that come at this moment are no other turn.
    if ((await ports.digests.saveDigest(next, digest.version)) === 'conflict') continue;
    if (now.getTime() - Date.parse(state.until) > GIVE_UP_MILLISECONDS) {
      await change(next, { closedAt: now.toISOString() }, ports);
      return ended('void', 'nobody could be shown its end for a day');
    }
    if (state.isOpen && digest.shownCauses === digest.causes) return ended('kept', 'nothing new since the last turn');
    return shownAs(next, state, slack, ports);
  }
  throw new RetryLater('other invocations kept changing the digest');
}

function stateOf(digest: CauseDigest, record: BreakerRecord, limits: BreakerLimits, now: Date): DigestNow {
  const breaker = breakerAt(record, limits, now);
  const isOpen = breaker.kind === 'open' && breaker.since === digest.openedAt;
  const { reclosed } = record;
  const isReclosed = reclosed !== null && Date.parse(reclosed.at) >= Date.parse(digest.openedAt);
  return { isOpen, until: isOpen ? breaker.until : digest.until, limits, reclosed: isReclosed ? reclosed : null };
}

async function shownAs(
  digest: CauseDigest,
  state: DigestNow,
  slack: SlackSettings | null,
  ports: DigestPorts,
): Promise<OrderEnd> {
  const shown = await show(digest, state, slack, ports);
  switch (shown.kind) {
    case 'later': {
      const afterSeconds = Math.min(shown.afterSeconds, MAX_WAIT_SECONDS);
      const dueAt = new Date(ports.clock().getTime() + afterSeconds * 1000).toISOString();
      // The turn that is ordered already finds itself early, or void.
      if (afterSeconds < TURN_SECONDS) await sendTurn(digest, afterSeconds, ports);
      await change(digest, { dueAt }, ports);
      return ended('postponed', 'the channel takes it later');
    }
    case 'refused':
      throw new RetryLater(`the digest was refused: ${shown.because}`);
    case 'not-configured':
    case 'delivered':
    case 'shown': {
      const chat = shown.kind === 'shown' ? shown.at : digest.chat;
      const closedAt = state.isOpen ? null : ports.clock().toISOString();
      await change(digest, { chat, closedAt, shownCauses: digest.causes }, ports);
      const because = `${digest.causes} causes, the breaker is ${state.isOpen ? 'open' : 'closed'}`;
      return ended(state.isOpen ? 'reported' : 'closed', because);
    }
  }
}

async function show(
  digest: CauseDigest,
  state: DigestNow,
  slack: SlackSettings | null,
  ports: DigestPorts,
): Promise<Shown | Delivery> {
  if (slack === null) return { kind: 'not-configured' };
  const { deploymentId, breakerAccount: account } = ports;
  const message = slackDigest(digest, state, { deploymentId, account });
  const chat = await ports.chats.find(slack.secret);
  if (chat !== null) {
    const channel = slack.channel ?? digest.chatChannel;
    return channel === null
      ? { kind: 'refused', because: 'the Slack secret is of a bot, and the settings name no channel (slack.channel)' }
      : chat.show({ ...message, channel }, digest.chat);
  }
  // What a webhook posted cannot be brought up to date: between the first post and the last, the tickets tell.
  return state.isOpen && digest.shownCauses !== null
    ? { kind: 'delivered' }
    : ports.messenger.post(message, slack.secret);
}

/** Saves what became of a turn; causes that came meanwhile stay. */
async function change(
  { openedAt, turn }: CauseDigest,
  changed: Partial<CauseDigest>,
  { digests }: DigestPorts,
): Promise<void> {
  for (let attempt = 0; attempt < MAX_SAVE_ATTEMPTS; attempt += 1) {
    const digest = await digests.findDigest(openedAt);
    if (digest === undefined || digest.turn !== turn) return;
    const next = { ...digest, ...changed, version: digest.version + 1 };
    if ((await digests.saveDigest(next, digest.version)) === 'saved') return;
  }
  throw new RetryLater('other invocations kept changing the digest');
}
