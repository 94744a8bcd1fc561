import type { SignalRuleName } from '../../../functions/domain/rules.ts';
import type { Ceiling, Mode } from '../../../functions/domain/settings.ts';
import { buildFunctions } from '../../../infra/build.ts';
import { synthesise } from '../../../infra/synthesise.ts';
import type { AccountState } from '../account-state.ts';
import { type ExecRequest, type ExecSessionResult, execSession } from '../agent/exec-session.ts';
import { effectiveTaskRole } from '../agent/log-configuration.ts';
import { type SimulatedAccount, type SimulatedAccountOptions, startSimulatedAccount } from '../server.ts';
import { type Bundle, deploy } from './deploy.ts';
import type { Deployment } from './deployment.ts';
import { LedgerReader } from './ledger-reader.ts';
import { type SlackWebhook, startSlackWebhook } from './slack-webhook.ts';

export interface ExecLogOptions extends Omit<SimulatedAccountOptions, 'account'> {
  readonly account: AccountState;
  /** The mode of settings and ceiling alike, unless one of them is given. */
  readonly mode: Mode;
  readonly ceiling?: Partial<Ceiling>;
  /** Opt-in rules by name (README "Further signals"); none without it. */
  readonly signals?: readonly SignalRuleName[];
  /** The bus that tickets may go to; none without it. */
  readonly ticketBus?: string;
  /** Deploys into the organisation's management account: the remediator may ask where accounts stand. */
  readonly organization?: boolean;
  /** Added to the account's mode and the Slack channel; text replaces the settings as it stands. */
  readonly settings?: Readonly<Record<string, unknown>> | string;
  /** Without a channel nobody is told, and that is no failure. */
  readonly withoutSlack?: boolean;
  /** A Slack with a bot in place of the webhook. */
  readonly slackBot?: SlackBot;
}

/** A Slack on this machine, and what its app's secret holds. */
interface SlackBot {
  readonly api: URL;
  readonly secret: { readonly botToken: string; readonly signingSecret: string };
}

/** This project, deployed to a simulated account: its template's roles, its built bundles, a Slack channel on loopback. */
export interface ExecLog {
  readonly account: SimulatedAccount;
  readonly deployment: Deployment;
  readonly slack: SlackWebhook;
  readonly ledger: LedgerReader;
  /** A person's session from the shell to the agent's last call; what it causes waits for `deployment.settle()`. */
  exec(request: ExecRequest): Promise<ExecSessionResult>;
  close(): Promise<void>;
}

/** Where the settings find the Slack channel. */
const SLACK_SECRET = 'exec-log/slack';

let building: Promise<readonly Bundle[]> | undefined;
const templates = new Map<string, unknown>();

/** The bundles that the template deploys, built once a process. */
function builtBundles(): Promise<readonly Bundle[]> {
  building ??= buildFunctions();
  return building;
}

/** Starts the account, deploys to it and opens the Slack channel. Whoever starts it closes it. */
export async function startExecLog(options: ExecLogOptions): Promise<ExecLog> {
  // Before anything listens: a build that fails must leave nothing behind.
  const bundles = await builtBundles();
  const template = synthesised({ ...ceilingFor(options.account, options.mode), ...options.ceiling }, options);
  const [account, slack] = await Promise.all([startSimulatedAccount(options), startSlackWebhook()]);
  const stopListening = () => Promise.all([slack.close(), account.close()]);
  account.stores.secrets.set(SLACK_SECRET, {
    arn: account.runtime.arn('secretsmanager', `secret:${SLACK_SECRET}-AbCdEf`),
    value: JSON.stringify(options.slackBot?.secret ?? { webhookUrl: slack.url }),
  });
  const deployment = await deploy({
    account,
    templates: { 'exec-log': template },
    bundles,
    settings: settingsFor(options),
    ...(options.slackBot && { environment: { SLACK_API_URL: options.slackBot.api.href } }),
  }).catch(async (error: unknown) => {
    // A server that listens keeps the process alive for ever.
    await stopListening();
    throw error;
  });
  const ledger = new LedgerReader(deployment);
  return {
    account,
    deployment,
    slack,
    ledger,
    exec: (request) => execSession(account, { whileOpen: () => deployment.settle(), ...request }),
    close: async () => {
      await deployment.close();
      ledger.close();
      await stopListening();
    },
  };
}

/** The ceiling that lets the account's own task roles be repaired, and no other. */
function ceilingFor(account: AccountState, mode: Mode): Ceiling {
  const taskRoles = account.ecs.tasks.flatMap((task) => effectiveTaskRole(account, task) ?? []);
  return {
    mode,
    accounts: [account.account],
    roles: [...new Set(taskRoles)],
    roleTag: null,
    approvers: null,
    logGroups: ['*'],
    buckets: ['*'],
    keys: ['*'],
    writesPerHour: 20,
  };
}

function settingsFor({ account, mode, settings, withoutSlack }: ExecLogOptions): unknown {
  if (typeof settings === 'string') return settings;
  return {
    accounts: { [account.account]: { mode } },
    ...(withoutSlack ? {} : { slack: { secret: `secretsmanager:${SLACK_SECRET}` } }),
    ...settings,
  };
}

/** Templates differ by ceiling, signals, bus and organisation only, so that each is synthesised once a process. */
function synthesised(
  ceiling: Ceiling,
  { signals = [], ticketBus, organization = false }: Pick<ExecLogOptions, 'signals' | 'ticketBus' | 'organization'>,
): unknown {
  const key = JSON.stringify({ ceiling, signals, ticketBus, organization });
  const bus = ticketBus === undefined ? {} : { ticketBus };
  const known = templates.get(key) ?? synthesise({ ceiling, signals, ...bus, organization, checked: false });
  templates.set(key, known);
  return known;
}
