import type { Case } from '../../functions/domain/case.ts';
import { SLACK_ACTION_IDS } from '../../functions/domain/slack-click.ts';
import { memberOf } from '../../functions/domain/unread-json.ts';
import { approvalMessage } from '../../functions/flow/approval-message.ts';
import { rules } from './builders.ts';
import { FakeChat } from './fakes/outside.ts';
import { aDenialRecord, delivered } from './records.ts';
import { APPROVALS_QUEUE, RemediatorWorld, SIGNING_SECRET } from './remediator.ts';
import { clickPayload, formOf, signedRequest } from './vendors/slack-click.ts';

const CHANNEL = 'C0ALERTS';
/** May approve: mapped to a user of IAM Identity Center who opened nothing. */
export const BOB = 'U0BOB';
const BOB_ARN = 'arn:aws:sts::111111111111:assumed-role/AWSReservedSSO_Ops_0123456789abcdef/bob@example.com';
/** May approve as well. */
export const CAROL = 'U0CAROL';
export const CAROL_ARN = 'arn:aws:iam::111111111111:user/carol';

/** Settings under which a person approves each repair. */
export const proposeRules = (document: object = {}) =>
  rules({
    defaultMode: 'propose',
    slack: { secret: 'secretsmanager:exec-log/slack', channel: CHANNEL },
    people: [
      { slack: BOB, principals: [BOB_ARN] },
      { slack: CAROL, principals: [CAROL_ARN] },
    ],
    ...document,
  });

export interface ProposedWorld {
  readonly world: RemediatorWorld;
  readonly chat: FakeChat;
}

/** A world in which a denial was proposed, as things stood before, and its message stands in the channel with its buttons. */
export async function proposedWorld(
  document: object = {},
  before: (world: RemediatorWorld) => void = () => undefined,
): Promise<ProposedWorld> {
  const world = new RemediatorWorld();
  before(world);
  const chat = new FakeChat();
  chat.tsOf = (post) => `1676097364.00000${post}`;
  world.chat = chat;
  world.rules = proposeRules(document);
  await world.deliver(delivered(aDenialRecord({})));
  await world.deliverOwn();
  world.calls.splice(0);
  return { world, chat };
}

export const theCase = (world: RemediatorWorld): Case => {
  const [found] = world.cases.cases.values();
  if (found === undefined) throw new Error('no case was saved');
  return found;
};

/** As another invocation has changed the case meanwhile. */
export function changed(world: RemediatorWorld, change: Partial<Case>): void {
  const found = theCase(world);
  world.cases.cases.set(found.fingerprint, { ...found, ...change });
}

export const pass = (world: RemediatorWorld, milliseconds: number) => {
  world.now = new Date(world.now.getTime() + milliseconds);
};

export interface Click {
  readonly action: 'approve' | 'reject';
  readonly userId: string;
  readonly proposalId: string;
  readonly channel: string;
  readonly ts: string;
  readonly signingSecret: string;
}

/** What the approver hands on of a click that is made now, by default Bob's approval of the case's proposal on its own message. */
export function clickMessage(world: RemediatorWorld, over: Partial<Click> = {}): string {
  const { proposal, chat } = theCase(world);
  const { action, userId, proposalId, channel, ts, signingSecret } = {
    action: 'approve' as const,
    userId: BOB,
    proposalId: proposal?.proposalId ?? '',
    channel: chat?.channel ?? CHANNEL,
    ts: chat?.ts ?? '1676097364.000001',
    signingSecret: SIGNING_SECRET,
    ...over,
  };
  const facts = { channel, ts, actionId: SLACK_ACTION_IDS[action], value: proposalId, userId, teamId: 'T0SYNTHETIC' };
  const { body, headers } = signedRequest(formOf(clickPayload({ ...facts, at: world.now })), signingSecret, world.now);
  return approvalMessage({
    body: Buffer.from(body).toString('base64'),
    timestamp: headers['X-Slack-Request-Timestamp'] ?? '',
    signature: headers['X-Slack-Signature'] ?? '',
  });
}

/** Delivers clicks from the queue of the approver; the messages that go back to it. */
export async function deliverClicks(world: RemediatorWorld, ...messages: string[]): Promise<string[]> {
  return world.deliverFrom(APPROVALS_QUEUE, null, ...messages);
}

/** Clicks, and delivers the click. */
export async function click(world: RemediatorWorld, over: Partial<Click> = {}): Promise<string[]> {
  return deliverClicks(world, clickMessage(world, over));
}

/** The codes of the refused clicks, in order. */
export function refusals(world: RemediatorWorld): unknown[] {
  return world.telemetry.lines
    .filter(({ code }) => code === 'EXECLOG_APPROVAL_REFUSED')
    .map(({ fields }) => memberOf(fields['refusal'], 'code'));
}
