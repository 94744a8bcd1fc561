import type { AccountRole, AccountState, JsonObject } from './account-state.ts';
import type { SimulatedClock } from './simulated-clock.ts';

/** Who makes a call: a person with every permission, or a session of one of the account's roles. */
export type Caller =
  | { readonly kind: 'operator'; readonly name: string; readonly arn: string; readonly accessKeyId: string }
  | {
      readonly kind: 'role';
      readonly roleArn: string;
      readonly sessionName: string;
      readonly arn: string;
      readonly accessKeyId: string;
      readonly issuedAt: Date;
      /** Given when the role was assumed; it stands in every record of the session. */
      readonly sourceIdentity?: string;
    };

/** Numbers the keys that were issued. */
export interface KeyCounter {
  issued: number;
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** The access keys that the account has issued: a caller is known by its key, as the signature names it. */
export class Principals {
  private readonly callers = new Map<string, Caller>();

  constructor(
    private readonly state: AccountState,
    private readonly clock: SimulatedClock,
    private readonly keys: KeyCounter = { issued: 0 },
  ) {}

  /** Issues credentials for a person (`operator`) or for a session of a role; the same session keeps its key. */
  credentialsFor(principal: string, sessionName?: string, sourceIdentity?: string): Credentials {
    const caller =
      principal === 'operator'
        ? this.operator(sessionName ?? 'operator')
        : this.session(principal, sessionName, sourceIdentity);
    this.callers.set(caller.accessKeyId, caller);
    return { accessKeyId: caller.accessKeyId, secretAccessKey: 'simulated', sessionToken: 'simulated' };
  }

  find(accessKeyId: string): Caller | undefined {
    return this.callers.get(accessKeyId);
  }

  /** The role of a session as it is now; undefined once the role is gone. */
  roleOf(caller: Caller): AccountRole | undefined {
    return caller.kind === 'role' ? this.state.iam.roles.find((role) => role.Arn === caller.roleArn) : undefined;
  }

  private operator(name: string): Caller {
    const { partition, account } = this.state;
    const arn = `arn:${partition}:iam::${account}:user/${name}`;
    return this.issued(arn) ?? { kind: 'operator', name, arn, accessKeyId: this.nextKey('AKIA') };
  }

  private session(roleArn: string, name = 'simulated-session', sourceIdentity?: string): Caller {
    const role = this.state.iam.roles.find((candidate) => candidate.Arn === roleArn);
    if (role === undefined) throw new Error(`the account has no role ${roleArn}`);
    const arn = `arn:${this.state.partition}:sts::${this.state.account}:assumed-role/${role.RoleName}/${name}`;
    const known = this.issued(arn);
    if (known?.kind === 'role' && known.roleArn === roleArn) return known;
    const accessKeyId = this.nextKey('ASIA');
    const issuedAt = this.clock.now();
    const identity = sourceIdentity === undefined ? {} : { sourceIdentity };
    return { kind: 'role', roleArn, sessionName: name, arn, accessKeyId, issuedAt, ...identity };
  }

  private issued(arn: string): Caller | undefined {
    return [...this.callers.values()].find((caller) => caller.arn === arn);
  }

  private nextKey(prefix: string): string {
    this.keys.issued += 1;
    return `${prefix}${String(this.keys.issued).padStart(16, '0')}`;
  }
}

/** The unique id of a person's IAM user. */
export function operatorId(name: string): string {
  return `AIDA${name
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/g, '')
    .padEnd(17, 'X')}`;
}

/** The `userIdentity` of a CloudTrail record. */
export function userIdentityOf(caller: Caller, role: AccountRole | undefined, account: string): JsonObject {
  const common = { arn: caller.arn, accountId: account, accessKeyId: caller.accessKeyId };
  if (caller.kind === 'operator') {
    return { type: 'IAMUser', principalId: operatorId(caller.name), ...common, userName: caller.name };
  }
  const roleId = role?.RoleId ?? '';
  return {
    type: 'AssumedRole',
    principalId: `${roleId}:${caller.sessionName}`,
    ...common,
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        principalId: roleId,
        arn: caller.roleArn,
        accountId: account,
        userName: role?.RoleName ?? '',
      },
      webIdFederationData: {},
      ...(caller.sourceIdentity === undefined ? {} : { sourceIdentity: caller.sourceIdentity }),
      attributes: { creationDate: `${caller.issuedAt.toISOString().slice(0, 19)}Z`, mfaAuthenticated: 'false' },
    },
  };
}
