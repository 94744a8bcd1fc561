import type { Ceiling } from '../../functions/domain/settings.ts';
import { SLACK_ACTION_IDS } from '../../functions/domain/slack-click.ts';
import { SimulatedClock } from '../simulated-account/simulated-clock.ts';
import { type SlackServer, startSlackServer } from '../support/vendors/slack-server.ts';
import { Play, type WholeEnd } from './whole-end.ts';

export const SECRET = { botToken: 'xoxb-0000-synthetic', signingSecret: '8f742231b10e8888abcd99yyyzzz85a5' };
const SECRET_NAME = 'exec-log/slack';
const user = (name: string) => `arn:aws:iam::111111111111:user/${name}`;
/** Mara and Noah may answer. Alice may too, but not for her own sessions; everybody else is unknown to the settings. */
const PEOPLE = [
  { slack: 'U0MARA', principals: [user('mara')] },
  { slack: 'U0NOAH', principals: [user('noah')] },
  { slack: 'U0ALICE', principals: [user('alice')] },
];

type Action = keyof typeof SLACK_ACTION_IDS;
type Manner = Parameters<SlackServer['click']>[4];

/** What the channel shows of the only case. */
export interface ShownMessage {
  /** The first word of its header. */
  readonly word: string | undefined;
  readonly buttons: readonly string[];
}

/** The scenario in mode propose, with a Slack that signs its clicks. */
export class ProposeWorld {
  private constructor(
    readonly play: Play,
    readonly slack: SlackServer,
  ) {}

  static async start(
    settings: Readonly<Record<string, unknown>> = {},
    ceiling: Partial<Ceiling> = {},
  ): Promise<ProposeWorld> {
    const clock = new SimulatedClock();
    const channels = [{ id: 'C0ALERTS', name: 'alerts' }];
    const slack = await startSlackServer({ ...SECRET, channels, clock: () => clock.now() });
    const play = await Play.start({
      mode: 'propose',
      ceiling,
      clock,
      slackBot: { api: slack.api, secret: SECRET },
      settings: { slack: { secret: `secretsmanager:${SECRET_NAME}`, channel: '#alerts' }, people: PEOPLE, ...settings },
    }).catch(async (error: unknown) => {
      await slack.close();
      throw error;
    });
    return new ProposeWorld(play, slack);
  }

  /** A session whose transcript is lost, and the proposal that it leads to. */
  async proposed(): Promise<void> {
    await this.play.session();
    await this.later(0);
  }

  /** So many milliseconds later, with all that is due until then. */
  async later(milliseconds: number): Promise<void> {
    await this.play.system.deployment.runFor(milliseconds);
  }

  get approver(): URL {
    return new URL(this.play.system.deployment.urlOf('approver'));
  }

  /** The click of a person, and all that it causes within the minute; what the approver answered to each. */
  async click(userId: string, action: Action = 'approve', manner: Manner = {}): Promise<readonly number[]> {
    const statuses = await this.slack.click(this.approver, this.ts, SLACK_ACTION_IDS[action], userId, manner);
    await this.later(60_000);
    return statuses;
  }

  /** A click that is sent later. */
  clickToCome(userId: string, action: Action = 'approve') {
    return this.slack.clickRequest(this.ts, SLACK_ACTION_IDS[action], userId);
  }

  /** What the case's message shows. */
  shown(): readonly ShownMessage[] {
    return this.slack.workspace.messages
      .filter(({ threadTs }) => threadTs === null)
      .map(({ text, blocks }) => ({ word: /\p{Letter}+/u.exec(text)?.[0], buttons: buttonsIn(blocks) }));
  }

  /** All text of the case's message. */
  text(): string {
    return JSON.stringify(this.slack.workspace.messages.find(({ ts }) => ts === this.ts)?.blocks);
  }

  /** Who was told something that nobody else sees. */
  whisperedTo(): readonly string[] {
    return this.slack.workspace.whispers.map(({ user: told }) => told);
  }

  /** The remediator's lines with this code. */
  logged(code: string): readonly string[] {
    return this.play.system.deployment
      .fn('remediator')
      .linesWithCode(code)
      .map((line) => JSON.stringify(line));
  }

  /** What waits in the approvals queue or was given up there. */
  waiting(): number {
    const { deployment } = this.play.system;
    const queues = [
      deployment.queueOf('remediator', 'approvals'),
      deployment.deadLetterQueueOf('remediator', 'approvals'),
    ];
    return queues.reduce((sum, queue) => sum + queue.all().length, 0);
  }

  /** Takes the Slack secret away, or puts another document in its place. */
  holds(document: unknown): void {
    const { secrets } = this.play.system.account.stores;
    const stored = secrets.get(SECRET_NAME);
    if (document === null) secrets.delete(SECRET_NAME);
    else if (stored !== undefined) stored.value = JSON.stringify(document);
  }

  end(): Promise<WholeEnd> {
    return this.play.end();
  }

  async close(): Promise<void> {
    await this.play.close();
    await this.slack.close();
  }

  private get ts(): string {
    return this.slack.workspace.messages[0]?.ts ?? '';
  }
}

function buttonsIn(blocks: readonly unknown[]): readonly string[] {
  const buttons: string[] = [];
  JSON.parse(JSON.stringify(blocks), (_key, value: unknown) => {
    if (Object(value)['type'] === 'button') buttons.push(String(Object(value)['text']['text']));
    return value;
  });
  return buttons;
}
