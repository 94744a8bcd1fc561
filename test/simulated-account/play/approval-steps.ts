import { SLACK_ACTION_IDS } from '../../../functions/domain/slack-click.ts';
import { askingMessage, type PlayedSlack } from './played-slack.ts';
import type { Ending, RolePolicies } from './promise.ts';
import type { PlayStep } from './steps.ts';
import { type Played, toldMessages, toldPolicies } from './system-steps.ts';

/** Slack takes one message a second; Slack's signatures are good for five minutes. */
const UNTIL_SHOWN_MILLISECONDS = 60_000;
/** Slack shows what happens a moment later; nobody sees the old buttons for longer. */
const A_MOMENT_MILLISECONDS = 2000;

/** Whether somebody is asked now, and roles are as before until then. */
export function askedBy({ slack, system }: Played, before: RolePolicies): Ending['asked'] {
  if (slack === null || askingMessage(slack) === null) return 'nobody';
  return toldPolicies(system, before).next().done === true ? 'and-nothing-was-written' : 'after-a-write';
}

/**
 * A person approves what is proposed, and clicks a second time on a screen that still shows the buttons. Nothing where nobody is
 * asked.
 */
export async function* toldApproval(played: Played, before: RolePolicies): AsyncGenerator<PlayStep> {
  const { slack, system } = played;
  const ts = slack === null ? null : askingMessage(slack);
  if (slack === null || ts === null) return;
  const { server, approver } = slack;
  const requested = () => server.clickRequest(ts, SLACK_ACTION_IDS.approve, approver.slackUserId);
  const first = requested();
  system.account.clock.advance(A_MOMENT_MILLISECONDS);
  const second = requested();
  const click = async (request: typeof first): Promise<Extract<PlayStep, { step: 'click' }>> => {
    const earlier = { writes: policyWrites(played), whispers: server.workspace.whispers.length };
    const status = await server.send(new URL(system.deployment.urlOf('approver')), request);
    await system.deployment.runFor(UNTIL_SHOWN_MILLISECONDS);
    return {
      step: 'click',
      person: approver.name,
      slackUserId: approver.slackUserId,
      principal: approver.principal,
      button: 'Approve',
      status,
      again: request === second,
      policyWrites: policyWrites(played) - earlier.writes,
      whispers: whispersSince(slack, earlier.whispers),
    };
  };
  yield await click(first);
  yield* toldPolicies(system, before);
  yield* toldMessages(played);
  yield await click(second);
}

function policyWrites({ system }: Played): number {
  return system.account.calls.filter(({ operation, outcome }) => operation === 'PutRolePolicy' && outcome === 'ok')
    .length;
}

function whispersSince({ server }: PlayedSlack, count: number): readonly string[] {
  return server.workspace.whispers.slice(count).map(({ text }) => text);
}
