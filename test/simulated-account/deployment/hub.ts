import type { Ceiling, Mode } from '../../../functions/domain/settings.ts';
import { buildFunctions } from '../../../infra/build.ts';
import { synthesise } from '../../../infra/synthesise.ts';
import { synthesiseMember } from '../../../infra/synthesise-member.ts';
import type { AccountState } from '../account-state.ts';
import { type ExecRequest, type ExecSessionResult, execSession } from '../agent/exec-session.ts';
import { type SimulatedOrganization, startSimulatedOrganization } from '../organization.ts';
import type { SimulatedAccount } from '../server.ts';
import { deploy } from './deploy.ts';
import type { Deployment } from './deployment.ts';
import { LedgerReader } from './ledger-reader.ts';

/** A member account as its stack set is told about it. */
interface MemberSetup {
  /** Its files: one a Region, the first one its home. */
  readonly files: readonly [AccountState, ...AccountState[]];
  readonly mode: Mode;
  /** What its repair role may write to, behind `role/`. */
  readonly rolePatterns?: string;
  /** Stands in for its stack's parameters. */
  readonly parameters?: Readonly<Record<string, string>>;
}

export interface HubOptions {
  readonly organizationId: string;
  readonly hub: AccountState;
  readonly members: readonly MemberSetup[];
  readonly settings: Readonly<Record<string, unknown>>;
  readonly ceiling?: Partial<Ceiling>;
}

/** A hub and its members, deployed from their own templates to a simulated organisation. */
export interface DeployedHub {
  readonly organization: SimulatedOrganization;
  readonly hub: Deployment;
  readonly ledger: LedgerReader;
  member(account: string, region?: string): SimulatedAccount;
  /** The rules of a member: what arrives on its default bus is forwarded. */
  deploymentOf(account: string, region?: string): Deployment;
  /** A person's session in a member, from the shell to the agent's last call. */
  exec(account: string, request: ExecRequest, region?: string): Promise<ExecSessionResult>;
  /** Forwards and works until nothing waits. */
  settle(): Promise<void>;
  /** Lets so much time pass at the hub, with everything that is due in it. */
  runFor(milliseconds: number): Promise<void>;
  close(): Promise<void>;
}

const keyOf = (account: string, region: string) => `${account} ${region}`;

/** Starts the organisation and deploys to it. Whoever starts it closes it. */
export async function startHub({
  organizationId,
  hub: file,
  members,
  settings,
  ceiling,
}: HubOptions): Promise<DeployedHub> {
  const bundles = await buildFunctions();
  const permitted: Ceiling = { ...WIDE_CEILING, ...ceiling };
  const template = synthesise({ ceiling: permitted, hub: organizationId, checked: false });
  const memberTemplate: unknown = JSON.parse(synthesiseMember({ ceiling: permitted, checked: false }));
  const accounts = [file, ...members.flatMap(({ files }) => files)];
  const organization = await startSimulatedOrganization({ organizationId, accounts });
  const deployments = new Map<string, Deployment>();
  const closeAll = async () => {
    for (const deployment of deployments.values()) await deployment.close();
    await organization.close();
  };
  try {
    const account = organization.account(file.account);
    const hub = await deploy({ account, templates: { 'exec-log': template }, bundles, settings });
    deployments.set('hub', hub);
    for (const { files, mode, rolePatterns = '', parameters = {} } of members) {
      const [{ region: home }] = files;
      for (const { account: id, region } of files) {
        const there = await deploy({
          account: organization.account(id, region),
          templates: { 'exec-log-member': memberTemplate },
          bundles: [],
          parameters: {
            HubAccountId: file.account,
            HubRegion: file.region,
            OrganizationId: organizationId,
            HomeRegion: home,
            Mode: mode,
            RolePatterns: rolePatterns,
            ...parameters,
          },
        });
        deployments.set(keyOf(id, region), there);
      }
    }
    return running(organization, hub, deployments, closeAll);
  } catch (error) {
    // A server that listens keeps the process alive for ever.
    await closeAll();
    throw error;
  }
}

function running(
  organization: SimulatedOrganization,
  hub: Deployment,
  deployments: ReadonlyMap<string, Deployment>,
  closeAll: () => Promise<void>,
): DeployedHub {
  const ledger = new LedgerReader(hub);
  const deploymentOf = (account: string, region = organization.account(account).state.region): Deployment => {
    const found = deployments.get(keyOf(account, region));
    if (found === undefined) throw new Error(`nothing is deployed to ${account} in ${region}`);
    return found;
  };
  const settle = async () => {
    for (const deployment of deployments.values()) if (deployment !== hub) await deployment.settle();
    await hub.settle();
  };
  return {
    organization,
    hub,
    ledger,
    member: (account, region) => organization.account(account, region),
    deploymentOf,
    exec: (account, request, region) =>
      execSession(organization.account(account, region), { whileOpen: settle, ...request }),
    settle,
    runFor: async (milliseconds) => {
      await settle();
      await hub.runFor(milliseconds);
    },
    close: async () => {
      ledger.close();
      await closeAll();
    },
  };
}

const WIDE_CEILING: Ceiling = {
  mode: 'attach',
  accounts: ['*'],
  roles: ['arn:aws:iam::*:role/nginx-sample-*'],
  roleTag: null,
  approvers: null,
  logGroups: ['*'],
  buckets: ['*'],
  keys: ['*'],
  writesPerHour: 20,
};
