import { SLACK_ACTION_IDS } from '../../../functions/domain/slack-click.ts';
import { type SlackServer, startSlackServer } from '../../support/vendors/slack-server.ts';
import type { AccountState } from '../account-state.ts';
import type { ExecLogOptions } from '../deployment/exec-log.ts';
import type { SimulatedClock } from '../simulated-clock.ts';

/** What the app's secret holds; made up. */
const SECRET = { botToken: 'xoxb-0000-synthetic', signingSecret: '8f742231b10e8888abcd99yyyzzz85a5' };
const CHANNEL = { id: 'C0EXECLOG', name: 'exec-log' };
/** Nobody of this name opens a shell in any scenario. */
const APPROVER = { name: 'mara', slackUserId: 'U0MARA' };

/** A Slack on this machine that signs what it sends, and the person in it who may answer. */
export interface PlayedSlack {
  readonly server: SlackServer;
  readonly approver: { readonly name: string; readonly slackUserId: string; readonly principal: string };
  /** What the deployment has to be told of it. */
  readonly deployment: Required<Pick<ExecLogOptions, 'slackBot'>> & {
    readonly settings: Readonly<Record<string, unknown>>;
  };
}

/** Starts it on the account's clock. Whoever starts it closes its server. */
export async function startPlayedSlack(
  { partition, account }: AccountState,
  clock: SimulatedClock,
): Promise<PlayedSlack> {
  const server = await startSlackServer({ ...SECRET, channels: [CHANNEL], clock: () => clock.now() });
  const principal = `arn:${partition}:iam::${account}:user/${APPROVER.name}`;
  return {
    server,
    approver: { ...APPROVER, principal },
    deployment: {
      slackBot: { api: server.api, secret: SECRET },
      settings: {
        slack: { secret: 'secretsmanager:exec-log/slack', channel: `#${CHANNEL.name}` },
        people: [{ slack: APPROVER.slackUserId, principals: [principal] }],
      },
    },
  };
}

/** The message that asks somebody to approve, by its time stamp; null where none does. */
export function askingMessage({ server }: PlayedSlack): string | null {
  const asking = server.workspace.messages.findLast(({ blocks }) =>
    JSON.stringify(blocks).includes(`"${SLACK_ACTION_IDS.approve}"`),
  );
  return asking?.ts ?? null;
}
