import { DeleteRolePolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import type { SessionVerdict } from '../../functions/domain/ledger.ts';
import { type Ran, runCli } from '../cli/run-cli.ts';
import type { ExecRequest } from '../simulated-account/agent/exec-session.ts';
import { type ExecLog, type ExecLogOptions, startExecLog } from '../simulated-account/deployment/exec-log.ts';
import { type LedgerSession, ledgerAccount, ledgerSessions } from '../simulated-account/scenarios/ledger.ts';
import { type MoreWays, requestOfWay } from './ledger-ways.ts';
import { POLICY, ROLE } from './whole-end.ts';

export const MINUTE = 60_000;

export const MISSING_TICKET =
  'Unrecorded ECS Exec session: the session ended, and no transcript of it arrived (nginx-sample-cluster, 111111111111 ap-northeast-1)';

/** How a session goes: as one of the scenario's, as the recorded one whose container dies, or in one of more ways. */
export type SessionKind = LedgerSession['ends'] | 'killed' | MoreWays;

/** What the system has said and done since it was deployed, and what it could not do. */
interface LedgerEnd {
  /** The state of each session, in the order in which they were opened; a session without exactly one verdict is an error. */
  readonly states: readonly string[];
  /** State, first reason and count of each case, sorted. */
  readonly cases: readonly string[];
  /** Titles of tickets, sorted, with their status. */
  readonly tickets: readonly string[];
  /** The first word of each Slack message, sorted. */
  readonly posts: readonly string[];
  /** PutRolePolicy and DeleteRolePolicy, as far as they succeeded: `remediator:PutRolePolicy`. */
  readonly policyWrites: readonly string[];
  readonly deadLetters: number;
  /** Calls that the template does not permit to the functions' own roles. */
  readonly refusedToUs: readonly string[];
}

/**
 * The end of the scenario's four sessions, each opened once, whatever went wrong on the way. The refused one's denial is found by the
 * auditor: its rule is opt-in.
 */
export const usualEnd: LedgerEnd = {
  states: ['recorded', 'refused', 'missing', 'denied'],
  cases: ['repaired all-guardrails-hold 1', 'repaired all-guardrails-hold 1', 'ticketed unrecorded-missing 1'],
  tickets: [`Open: ${MISSING_TICKET}`],
  posts: ['Repaired', 'Repaired', 'Unrecorded'],
  policyWrites: ['Remediator:PutRolePolicy', 'Remediator:PutRolePolicy'],
  deadLetters: 0,
  refusedToUs: [],
};

/** The ledger's scenario, deployed: sessions are opened, time passes, the auditor runs. */
export class LedgerPlay {
  /** Session ids in the order in which the sessions were opened. */
  readonly opened: string[] = [];

  private constructor(readonly system: ExecLog) {}

  static async start(options: Partial<ExecLogOptions> = {}): Promise<LedgerPlay> {
    return new LedgerPlay(await startExecLog({ account: ledgerAccount(), mode: 'attach', ...options }));
  }

  /** A whole session, and all that it causes at once. */
  async session(kind: SessionKind, changes: Partial<ExecRequest> = {}): Promise<string> {
    const { sessionId } = await this.system.exec({ ...requestOf(kind), ...changes });
    this.opened.push(sessionId);
    await this.system.deployment.settle();
    return sessionId;
  }

  /** The four sessions of the scenario, one after the other. */
  async sessions(): Promise<void> {
    for (const { ends } of ledgerSessions) await this.session(ends);
  }

  /** Time passes, then the schedule comes; how the auditor's runs ended. */
  async audit(minutesLater = 0): Promise<readonly string[]> {
    const { deployment } = this.system;
    await deployment.runFor(minutesLater * MINUTE);
    return (await deployment.runSchedule()).map(({ kind }) => kind);
  }

  /** The schedule as it runs until nothing that happened so far is open any more, and what it orders. */
  async audited(): Promise<void> {
    await this.audit(10);
    await this.audit(35);
    await this.passes(5);
  }

  passes(minutes: number): Promise<void> {
    return this.system.deployment.runFor(minutes * MINUTE);
  }

  async verdict(sessionId: string): Promise<SessionVerdict | undefined> {
    return (await this.system.ledger.verdicts()).find((verdict) => verdict.sessionId === sessionId);
  }

  /** What the ledger stores of the policy that was attached to the scenario's role. */
  async policyRecord(): Promise<Readonly<Record<string, unknown>>> {
    const records = await this.system.ledger.rows('attachedPolicy');
    const [record, ...others] = records.filter(({ roleArn }) => String(roleArn).endsWith(`/${ROLE}`));
    if (record === undefined || others.length > 0) throw new Error(`there are ${others.length} records of policies`);
    return record;
  }

  /** The inline policies of the role that is repaired. */
  policies(): readonly string[] {
    const role = this.system.account.state.iam.roles.find(({ RoleName }) => RoleName === ROLE);
    return (role?.RolePolicyList ?? []).map(({ PolicyName = '' }) => PolicyName);
  }

  /** Somebody removes our policy from the role. */
  async removePolicy(): Promise<void> {
    const { account } = this.system;
    const client = new IAMClient({
      endpoint: account.url,
      region: 'us-east-1',
      credentials: account.credentialsFor('operator', 'mallory'),
    });
    await client.send(new DeleteRolePolicyCommand({ RoleName: ROLE, PolicyName: POLICY }));
    client.destroy();
  }

  /**
   * Kills the auditor when its call of that number reaches the account, counted from 0; the call itself goes through or is lost.
   * False where the audit made fewer calls.
   */
  async auditKilledAt(call: number, goesThrough: boolean): Promise<boolean> {
    const { account, deployment } = this.system;
    const take = account.faults.take.bind(account.faults);
    let left = call;
    account.faults.take = (service, operation) => {
      left -= 1;
      if (left !== -1) return take(service, operation);
      void deployment.fn('auditor').kill();
      return goesThrough ? null : { kind: '500' };
    };
    try {
      const [ended] = await deployment.runSchedule();
      return ended?.kind === 'killed';
    } finally {
      account.faults.take = take;
    }
  }

  async end(): Promise<LedgerEnd> {
    const { account, ledger, slack, deployment } = this.system;
    const verdicts = await ledger.verdicts();
    const stateOf = (id: string) => {
      const found = verdicts.filter(({ sessionId }) => sessionId === id);
      return found.length === 1 ? String(found[0]?.state) : `${found.length} verdicts`;
    };
    const ours = account.calls.filter(({ caller }) => caller?.includes(':role/exec-log/'));
    return {
      states: this.opened.map(stateOf),
      cases: (await ledger.cases()).map(({ state, reasons, count }) => `${state} ${reasons[0]?.code} ${count}`).sort(),
      tickets: [...account.stores.opsItems.values()].map(({ Title, Status }) => `${Status}: ${Title}`).sort(),
      posts: slack.posts.map(({ text }) => /\p{Letter}+/u.exec(String(text))?.[0] ?? '').sort(),
      policyWrites: ours
        .filter(({ operation, outcome }) => /^(Put|Delete)RolePolicy$/.test(operation) && outcome === 'ok')
        .map(({ operation, caller }) => `${/Auditor|Remediator|Recorder/.exec(caller ?? '')?.[0]}:${operation}`),
      deadLetters: ['remediator', 'recorder'].reduce(
        (sum, name) => sum + deployment.deadLetterQueueOf(name).all().length,
        0,
      ),
      refusedToUs: ours
        .filter(({ outcome }) => outcome.startsWith('AccessDenied'))
        .map(({ service, operation }) => `${service}:${operation}`),
    };
  }

  close(): Promise<void> {
    return this.system.close();
  }
}

function requestOf(kind: SessionKind): ExecRequest {
  const more = requestOfWay(kind);
  if (more !== null) return more;
  const known = ledgerSessions.find(({ ends }) => ends === (kind === 'killed' ? 'recorded' : kind));
  if (known === undefined) throw new Error(`the scenario has no session that ends as ${kind}`);
  return { ...known.request, ...(kind === 'killed' ? { killed: true } : {}) };
}

const VARIABLES = [
  'AWS_ENDPOINT_URL',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_REGION',
  'AWS_PROFILE',
];

/** Runs one command line as this person on this account: the standard credential chain finds them in the environment. */
export async function runAs(person: string, { system }: LedgerPlay, argv: readonly string[]): Promise<Ran> {
  const { account } = system;
  const before = new Map(VARIABLES.map((name) => [name, process.env[name]]));
  const { accessKeyId, secretAccessKey, sessionToken } = account.credentialsFor('operator', person);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: account.url,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
    AWS_REGION: account.state.region,
  });
  delete process.env['AWS_PROFILE'];
  try {
    return await runCli(argv);
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}
