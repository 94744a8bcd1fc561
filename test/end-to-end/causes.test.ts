import { AgentCalls } from '../simulated-account/agent/agent-calls.ts';
import type { AccountRole, AccountState, JsonObject } from '../simulated-account/index.ts';
import { nginxDefaultAccount } from '../simulated-account/scenarios/nginx-default.ts';
import { nothing, Play, ROLE, repaired, ticketFor } from './whole-end.ts';

const ACCOUNT = '111111111111';
const STACK = 'arn:aws:cloudformation:ap-northeast-1:111111111111:stack/nginx-sample/1a2b3c';
const roleArn = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const statement = (Effect: 'Allow' | 'Deny', Action: string, Resource = '*') => ({
  Version: '2012-10-17',
  Statement: [{ Effect, Action, Resource }],
});

/** The scenario's account, changed. */
function accountWith(change: (account: AccountState, role: AccountRole) => void): AccountState {
  const account = nginxDefaultAccount();
  const role = account.iam.roles.find(({ RoleName }) => RoleName === ROLE);
  if (role === undefined) throw new Error('the scenario has no task role');
  change(account, role);
  return account;
}

const addInline = (role: AccountRole, PolicyName: string, document: JsonObject) => {
  role.RolePolicyList = [...(role.RolePolicyList ?? []), { PolicyName, PolicyDocument: JSON.stringify(document) }];
};
const containerOf = ({ ecs }: AccountState) => ecs.taskDefinitions[0]?.taskDefinition;
const boundary = (account: AccountState, role: AccountRole) => {
  const Arn = `arn:aws:iam::${ACCOUNT}:policy/boundary`;
  const Document = JSON.stringify(statement('Allow', 'ssmmessages:*'));
  account.iam.policies.push({
    Arn,
    DefaultVersionId: 'v1',
    PolicyVersionList: [{ VersionId: 'v1', IsDefaultVersion: true, Document }],
  });
  role.PermissionsBoundary = { PermissionsBoundaryType: 'PermissionsBoundaryPolicy', PermissionsBoundaryArn: Arn };
};

describe('given a denial that a policy on the role would not or must not repair', () => {
  let play: Play;
  afterEach(() => play.close());

  it.each<{ name: string; change: (account: AccountState, role: AccountRole) => void; reasons: string[] }>([
    {
      name: 'a permissions boundary refuses what the role allows',
      change: (account, role) => {
        boundary(account, role);
        addInline(role, 'logs', statement('Allow', 'logs:*'));
      },
      reasons: ['identity-policy-missing', 'denied-by-boundary', 'grant-helps', 'simulated-boundary-deny'],
    },
    {
      name: 'a permissions boundary would refuse it next',
      change: boundary,
      reasons: ['grant-helps', 'simulated-boundary-deny'],
    },
    {
      name: 'the organisation denies it',
      change: (account) => {
        const policies = [
          { name: 'FullAWSAccess', arn: null, document: statement('Allow', '*') },
          { name: 'no-logs', arn: null, document: statement('Deny', 'logs:CreateLogStream') },
        ];
        account.organizations.serviceControlPolicies = [{ target: 'r-root', policies }];
      },
      reasons: ['identity-policy-missing', 'denied-by-scp', 'grant-helps', 'simulated-organization-deny'],
    },
    {
      name: 'a policy of the role denies it',
      change: (_account, role) => addInline(role, 'no-logs', statement('Deny', 'logs:CreateLogStream')),
      reasons: ['identity-policy-missing', 'denied-explicitly', 'grant-helps', 'simulated-deny'],
    },
    {
      name: "the task role is the task's execution role too",
      change: (account) => Object.assign(containerOf(account) ?? {}, { executionRoleArn: roleArn(ROLE) }),
      reasons: ['role-confirmed', 'shared-with-execution-role'],
    },
    {
      name: 'the role is in an instance profile',
      change: (_account, role) => {
        role.InstanceProfileList = [
          {
            Path: '/',
            InstanceProfileName: 'hosts',
            InstanceProfileId: 'AIPAXXXXXXXXXXXXXXXXX',
            Arn: `arn:aws:iam::${ACCOUNT}:instance-profile/hosts`,
            CreateDate: new Date(0),
            Roles: [],
          },
        ];
      },
      reasons: ['role-confirmed', 'in-instance-profile'],
    },
    {
      name: 'a CloudFormation stack owns the role',
      change: (account) =>
        account.cloudformation.stackResources.push({
          StackName: 'nginx-sample',
          StackId: STACK,
          LogicalResourceId: 'TaskRole',
          PhysicalResourceId: ROLE,
          ResourceType: 'AWS::IAM::Role',
          ResourceStatus: 'CREATE_COMPLETE',
          Timestamp: new Date(0),
        }),
      reasons: ['role-unmanaged', 'stack-owned'],
    },
    {
      name: 'the log group does not exist',
      change: ({ logs }) => {
        logs.logGroups = logs.logGroups.filter(({ logGroupName }) => logGroupName !== '/ecs/nginx-sample/nginx');
      },
      reasons: ['target-confirmed', 'log-group-missing'],
    },
  ])('opens a ticket and leaves the role alone: $name', async ({ change, reasons }) => {
    play = await Play.start({ account: accountWith(change) });
    await play.session();

    expect(await play.end()).toEqual(ticketFor(...reasons));
  });

  it("opens a ticket for an instance's role that the agent fell back to", async () => {
    const account = accountWith((state, role) => {
      Object.assign(containerOf(state) ?? {}, { taskRoleArn: undefined });
      role.InstanceProfileList = [];
    });
    play = await Play.start({ account, ceiling: { roles: [roleArn(ROLE)] } });
    await play.system.exec({
      cluster: 'nginx-sample-cluster',
      task: 'a9112a0a96ed445cbc93a90807e34e37',
      container: 'nginx',
      person: 'alice',
      instance: { roleArn: roleArn(ROLE), sessionName: 'i-0abc1234def567890' },
      executionEnvironment: 'AWS_ECS_EC2',
    });
    await play.system.deployment.settle();

    const { policies, tickets, cases } = await play.end();
    expect([policies, tickets, cases.map(({ disposition }) => disposition)]).toEqual([{}, 1, ['open-ticket']]);
  });

  it('mutes a cluster whose tag says off, and keeps the record', async () => {
    play = await Play.start({
      account: accountWith(({ ecs }) => {
        Object.assign(ecs.clusters[0] ?? {}, { tags: [{ key: 'exec-log-remediation', value: 'off' }] });
      }),
    });
    await play.session();
    const { cases, ...rest } = await play.end();

    expect([rest, cases.map(({ state }) => state)]).toEqual([
      { policies: {}, policyWrites: 0, tickets: 0, posts: [], deadLetters: 0, refusedToUs: [] },
      ['suppressed'],
    ]);
  });

  it("repairs a stack's role if the settings say so", async () => {
    const account = accountWith(({ cloudformation }) => {
      const owned = {
        StackName: 'nginx-sample',
        StackId: STACK,
        LogicalResourceId: 'TaskRole',
        PhysicalResourceId: ROLE,
        ResourceType: 'AWS::IAM::Role',
      };
      cloudformation.stackResources.push({ ...owned, ResourceStatus: 'CREATE_COMPLETE', Timestamp: new Date(0) });
    });
    play = await Play.start({ account, settings: { attachToManagedRoles: true } });
    await play.session();

    expect(await play.end()).toEqual(repaired());
  });
});

describe('given a container that provokes denials of its own', () => {
  let play: Play;
  beforeEach(async () => {
    const account = accountWith((state) => {
      for (const logGroupName of ['/ecs/nginx-sample/sidecar', '/ecs/other/secret'])
        state.logs.logGroups.push({ logGroupName });
      containerOf(state)?.containerDefinitions?.push({
        name: 'sidecar',
        logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': '/ecs/nginx-sample/sidecar' } },
      });
    });
    play = await Play.start({ account });
    // The genuine denial is lost on its way: only the forged one arrives.
    play.system.deployment.bus.faults.lost = ({ source }) => source === 'aws.logs';
  });
  afterEach(() => play.close());

  /** A call of the task itself, under its own role, on a group of its choice. */
  async function provoke(group: string, stream: string) {
    const identity = { roleArn: roleArn(ROLE), sessionName: 'a9112a0a96ed445cbc93a90807e34e37' };
    const options = { executionEnvironment: 'AWS_ECS_FARGATE', agentVersion: '3.3.1142.0' };
    const calls = new AgentCalls(play.system.account, identity, options);
    play.system.deployment.bus.faults.lost = () => false;
    await calls.createLogStream(group, stream);
    calls.close();
    await play.system.deployment.settle();
  }

  it('opens a ticket if the denied group is not the target of the session', async () => {
    const { sessionId } = await play.session();
    await provoke('/ecs/other/secret', sessionId);

    expect(await play.end()).toEqual(ticketFor('target-confirmed', 'target-unexpected'));
  });

  it('opens a ticket without accusation if it is the group of another container', async () => {
    const { sessionId } = await play.session();
    await provoke('/ecs/nginx-sample/sidecar', sessionId);

    expect(await play.end()).toEqual(ticketFor('target-confirmed', 'target-other-container'));
  });

  it('waits for a session that was never opened, and then opens a ticket', async () => {
    await provoke('/ecs/nginx-sample/nginx', 'ecs-execute-command-neveropened0neveropened0');
    await play.system.deployment.runFor(30 * 60_000);
    const { policies, tickets, cases } = await play.end();

    expect([policies, tickets, cases[0]?.disposition]).toEqual([{}, 1, 'open-ticket']);
  });

  it('lets the genuine denial be repaired after a forged one of the same cause', async () => {
    await provoke('/ecs/nginx-sample/nginx', 'ecs-execute-command-neveropened0neveropened0');
    await play.system.deployment.runFor(30 * 60_000);
    await play.session();
    const { policies, policyWrites } = await play.end();

    expect({ policies, policyWrites }).toEqual({ policies: repaired().policies, policyWrites: 1 });
  });

  it('writes nothing for an event that AWS did not send, by the bus or straight into the queue', async () => {
    await play.session();
    const forged = play.lastDenial({}, { source: 'my.logs' });
    play.system.deployment.bus.faults.lost = () => false;
    play.system.deployment.bus.put(forged);
    await play.system.deployment.settle();
    const byTheBus = play.system.deployment.fn('remediator').invocations.length;
    await play.system.deployment.deliver('remediator', [forged]);

    expect([byTheBus, play.system.deployment.fn('remediator').metric('RefusedEvents')]).toEqual([0, 1]);
    expect(await play.end()).toEqual(nothing);
  });
});
