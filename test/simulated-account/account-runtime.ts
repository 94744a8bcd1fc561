import { readAccountFile } from './account-file.ts';
import type { AccountRole, AccountState, JsonObject } from './account-state.ts';
import { CloudTrailLog, SOURCE_ADDRESS } from './cloudtrail-log.ts';
import { type AccessDecision, decideAccess, keyPolicyOf } from './iam-decisions.ts';
import { InlinePolicies } from './inline-policies.ts';
import type { Membership } from './membership.ts';
import { policiesOf } from './principal-policies.ts';
import { Principals } from './principals.ts';
import { Queues } from './queues.ts';
import type { SimulatedClock } from './simulated-clock.ts';
import { emptyStores, type Stores } from './stores.ts';

/** A question to IAM about a role of the account. */
export interface RoleRequest {
  readonly principalRole: string;
  readonly sessionName?: string;
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
  /** Of what another account owns: the policy that its owner gave it. */
  readonly resourcePolicy?: JsonObject;
}

/** Everything of one simulated account that lives while it runs; several may run in one process. */
export class AccountRuntime {
  private readonly elsewhere = new Map<string, AccountRuntime>();
  readonly trail: CloudTrailLog;
  readonly principals: Principals;
  readonly inline: InlinePolicies;
  readonly queues: Queues;
  readonly stores: Stores;
  /** Caps every list operation, so that paging is exercised with few elements. */
  pageSize: number | undefined;
  /** CloudTrail's two LookupEvents a second, off by default. */
  throttleLookups = false;
  /** Where the account is served; queue URLs begin with it. */
  url = '';
  /** Passes a request on to the DynamoDB emulation, which is started by the first one. */
  forwardToDynamo: (
    body: string,
    headers: Readonly<Record<string, string>>,
  ) => Promise<{ status: number; body: string }> = () => Promise.reject(new Error('the account is not served yet'));

  constructor(
    readonly state: AccountState,
    readonly clock: SimulatedClock,
    home?: AccountRuntime,
    /** The organisation that the account is in. */
    readonly membership: Membership | null = home?.membership ?? null,
  ) {
    this.trail = new CloudTrailLog(state, clock);
    // IAM is global: every Region has the same roles, callers and policies.
    this.principals = home?.principals ?? new Principals(state, clock, membership?.keys);
    this.inline = home?.inline ?? new InlinePolicies(clock);
    this.queues = new Queues(state, clock, () => this.url);
    this.stores = emptyStores();
  }

  /** The account in the Region of a request: the file describes one Region, and every other one is empty. */
  inRegion(region: string): AccountRuntime {
    if (region === this.state.region) return this;
    const known = this.elsewhere.get(region);
    if (known !== undefined) return known;
    const { account, partition } = this.state;
    return this.addRegion(readAccountFile({ account, partition, region }));
  }

  /** What the account has in a further Region; its IAM is the account's. */
  addRegion(file: AccountState): AccountRuntime {
    const { iam, organizations } = this.state;
    const there = new AccountRuntime({ ...file, iam, organizations }, this.clock, this);
    there.url = this.url;
    there.forwardToDynamo = this.forwardToDynamo;
    this.elsewhere.set(file.region, there);
    return there;
  }

  /** An ARN of this account; the Region is empty for global services. */
  arn(service: string, resource: string, region = this.state.region): string {
    return `arn:${this.state.partition}:${service}:${region}:${this.state.account}:${resource}`;
  }

  role(name: string): AccountRole | undefined {
    return this.state.iam.roles.find((role) => role.RoleName === name);
  }

  /** The size of a page: what was asked for, within the service's limit and the configured cap. */
  pageLimit(asked: number | undefined, limit: number): number {
    return Math.max(1, Math.min(asked ?? limit, limit, this.pageSize ?? limit));
  }

  /** Asks IAM whether a role may do something, with the context that AWS itself puts into every request. */
  async decide(request: RoleRequest): Promise<AccessDecision> {
    const role = this.state.iam.roles.find((candidate) => candidate.Arn === request.principalRole);
    if (role === undefined) throw new Error(`the account has no role ${request.principalRole}`);
    const session = request.sessionName ?? 'simulated-session';
    const { partition, account } = this.state;
    return decideAccess(policiesOf(this.state, role, this.inline.visible(role)), {
      principalArn: `arn:${partition}:sts::${account}:assumed-role/${role.RoleName}/${session}`,
      action: request.action,
      resource: request.resource,
      context: { ...this.contextOf(role, session), ...request.context },
      ...(request.resourcePolicy === undefined
        ? this.resourcePolicyOf(request)
        : { resourcePolicy: request.resourcePolicy }),
    });
  }

  private resourcePolicyOf({ action, resource }: RoleRequest): { readonly resourcePolicy?: JsonObject } {
    if (action.startsWith('kms:') && resource.startsWith('arn:')) {
      return { resourcePolicy: keyPolicyOf(this.state, resource) };
    }
    const queue = action.startsWith('sqs:')
      ? this.queues.get(resource.slice(resource.lastIndexOf(':') + 1))
      : undefined;
    return queue === undefined || queue.policy === null ? {} : { resourcePolicy: queue.policy };
  }

  private contextOf(role: AccountRole, session: string): Record<string, string> {
    const now = this.clock.now();
    return {
      'aws:PrincipalArn': role.Arn,
      'aws:PrincipalAccount': this.state.account,
      ...(this.membership === null ? {} : { 'aws:PrincipalOrgID': this.membership.organizationId }),
      'aws:PrincipalType': 'AssumedRole',
      'aws:userid': `${role.RoleId}:${session}`,
      'aws:RequestedRegion': this.state.region,
      'aws:ResourceAccount': this.state.account,
      'aws:SourceIp': SOURCE_ADDRESS,
      'aws:ViaAWSService': 'false',
      'aws:PrincipalIsAWSService': 'false',
      'aws:SecureTransport': 'true',
      'aws:CurrentTime': now.toISOString(),
      'aws:EpochTime': String(Math.floor(now.getTime() / 1000)),
      ...Object.fromEntries((role.Tags ?? []).map(({ Key, Value }) => [`aws:PrincipalTag/${Key}`, Value ?? ''])),
    };
  }
}
