import { type ExecLog, type ExecLogOptions, startExecLog } from '../simulated-account/deployment/exec-log.ts';
import { envelopeOf, type JsonObject } from '../simulated-account/index.ts';
import { policiesIn, type RolePolicies } from '../simulated-account/play/promise.ts';
import { nginxDefaultAccount, nginxDefaultSession } from '../simulated-account/scenarios/nginx-default.ts';

export const ROLE = 'nginx-sample-task-nginx-role';
export const POLICY = 'ExecLogDelivery-ap-northeast-1';

const logs = (rest: string) => `arn:aws:logs:ap-northeast-1:111111111111:log-group:${rest}`;

/** The whole policy that a repair of the scenario writes. */
const repairPolicy = {
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'ExecLogDeliveryStreams',
      Effect: 'Allow',
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: [logs('/ecs/nginx-sample/nginx:log-stream:ecs-execute-command-*')],
    },
    {
      Sid: 'ExecLogDeliveryDescribeStreams',
      Effect: 'Allow',
      Action: ['logs:DescribeLogStreams'],
      Resource: [logs('/ecs/nginx-sample/nginx:*')],
    },
    {
      Sid: 'ExecLogDeliveryDescribeGroups',
      Effect: 'Allow',
      Action: ['logs:DescribeLogGroups'],
      Resource: [logs('*')],
    },
  ],
};

/** Everything that the system has written or said since it was deployed, and what still lies in its queues. */
export interface WholeEnd {
  /** Inline policies that are not as they were, by `role/policy`. */
  readonly policies: Readonly<Record<string, unknown>>;
  readonly policyWrites: number;
  /** Open tickets: how often each was opened is one, by AWS's deduplication. */
  readonly tickets: number;
  readonly cases: readonly {
    readonly state: string;
    readonly disposition: string;
    readonly reasons: readonly string[];
    readonly count: number;
  }[];
  /** The first word of each Slack message. */
  readonly posts: readonly string[];
  readonly deadLetters: number;
  /** Calls that the template does not permit to the functions' own roles. */
  readonly refusedToUs: readonly string[];
}

/** An end in which nothing was written, said or kept. */
export const nothing: WholeEnd = {
  policies: {},
  policyWrites: 0,
  tickets: 0,
  cases: [],
  posts: [],
  deadLetters: 0,
  refusedToUs: [],
};

/** The end of one case that became a ticket for these reasons. */
export function ticketFor(...reasons: readonly string[]): WholeEnd {
  return {
    ...nothing,
    tickets: 1,
    cases: [{ state: 'ticketed', disposition: 'open-ticket', reasons, count: 1 }],
    posts: ['Ticket'],
  };
}

/** The end of one case that was repaired. */
export function repaired(count = 1): WholeEnd {
  return {
    ...nothing,
    policies: { [`${ROLE}/${POLICY}`]: repairPolicy },
    policyWrites: 1,
    cases: [{ state: 'repaired', disposition: 'attach-policy', reasons: ['all-guardrails-hold'], count }],
    posts: ['Repaired'],
  };
}

/** The scenario, deployed. */
export class Play {
  private constructor(
    readonly system: ExecLog,
    private readonly before: RolePolicies,
  ) {}

  static async start(options: Partial<ExecLogOptions> = {}): Promise<Play> {
    const system = await startExecLog({ account: nginxDefaultAccount(), mode: 'attach', ...options });
    return new Play(system, policiesIn(system));
  }

  /** A session of the scenario, and all that it causes. */
  async session(request: Partial<Record<keyof typeof nginxDefaultSession, string>> = {}) {
    const result = await this.system.exec({ ...nginxDefaultSession, minutes: 2, ...request });
    await this.system.deployment.settle();
    return result;
  }

  /** The denial of the last session as delivered; with changes to its record and envelope. */
  lastDenial(detail: JsonObject = {}, envelope: JsonObject = {}): JsonObject {
    const record = this.system.account.state.cloudtrail.records.findLast(
      ({ eventName }) => eventName === 'CreateLogStream',
    );
    return { ...envelopeOf({ ...record, ...detail }), ...envelope };
  }

  async end(): Promise<WholeEnd> {
    const { account, ledger, slack, deployment } = this.system;
    const changed = [...policiesIn(this.system)].filter(([key, { text }]) => this.before.get(key)?.text !== text);
    const cases = await ledger.cases();
    return {
      policies: Object.fromEntries(changed.map(([key, { document }]) => [key, document])),
      policyWrites: account.calls.filter(({ operation, outcome }) => operation === 'PutRolePolicy' && outcome === 'ok')
        .length,
      tickets: [...account.stores.opsItems.values()].filter(({ Status }) => Status !== 'Resolved').length,
      cases: cases.map(({ state, disposition, reasons, count }) => ({
        state,
        disposition,
        reasons: reasons.map(({ code }) => code),
        count,
      })),
      posts: slack.posts.map(({ text }) => /\p{Letter}+/u.exec(String(text))?.[0] ?? ''),
      deadLetters: deployment.deadLetterQueueOf('remediator').all().length,
      refusedToUs: account.calls
        .filter(({ caller, outcome }) => caller?.includes(':role/exec-log/') && outcome.startsWith('AccessDenied'))
        .map(({ service, operation }) => `${service}:${operation}`),
    };
  }

  close(): Promise<void> {
    return this.system.close();
  }
}
