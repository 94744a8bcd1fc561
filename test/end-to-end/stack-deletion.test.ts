import type { Ceiling } from '../../functions/domain/settings.ts';
import { readAccountFile } from '../simulated-account/account-file.ts';
import { deleteStack } from '../simulated-account/delete-stack.ts';
import { startHub } from '../simulated-account/deployment/hub.ts';
import type { AccountState } from '../simulated-account/index.ts';
import { nginxDefaultAccount, nginxDefaultSession } from '../simulated-account/scenarios/nginx-default.ts';
import { nothing, Play, POLICY, ROLE } from './whole-end.ts';

const MEMBER = '111111111111';
const GROUP = '/ecs/nginx-sample/nginx';
const settings = { attachToManagedRoles: true };

/** The scenario, its role in a stack. */
function accountOfStack(): AccountState {
  const account = nginxDefaultAccount();
  account.cloudformation.stackResources.push({
    StackName: 'nginx-sample',
    StackId: `arn:aws:cloudformation:ap-northeast-1:${MEMBER}:stack/nginx-sample/6d1f6a20`,
    LogicalResourceId: 'TaskRole',
    PhysicalResourceId: ROLE,
    ResourceType: 'AWS::IAM::Role',
    ResourceStatus: 'CREATE_COMPLETE',
    Timestamp: new Date(0),
  });
  return account;
}

const roleOf = ({ iam }: AccountState) => iam.roles.find(({ RoleName }) => RoleName === ROLE);
const policiesOf = (state: AccountState) =>
  [...(roleOf(state)?.RolePolicyList ?? []), ...(roleOf(state)?.AttachedManagedPolicies ?? [])].map(
    ({ PolicyName = '' }) => PolicyName,
  );

let play: Play;
let known: readonly string[];

async function start(ceiling: Partial<Ceiling> = {}): Promise<void> {
  play = await Play.start({ account: accountOfStack(), settings, ceiling });
  known = policiesOf(play.system.account.state);
  await play.session();
}

const policies = () => policiesOf(play.system.account.state);

/** People delete the stack; what that causes is over. */
async function deletion(): Promise<boolean> {
  const { account, deployment } = play.system;
  const { deleted, events } = deleteStack(account, 'nginx-sample', known);
  for (const event of events) deployment.bus.put(event);
  await deployment.settle();
  return deleted;
}

describe.each<[string, Partial<Ceiling>, string, number]>([
  ['our inline policy', {}, POLICY, 1],
  [
    'our prepared policy',
    { repair: 'managed-policy', preparedGroups: [GROUP] },
    'ExecLogPrepared-ap-northeast-1.+ecs+nginx-sample+nginx',
    0,
  ],
])("given a stack's role with %s", (_, ceiling, policy, policyWrites) => {
  beforeEach(() => start(ceiling));
  afterEach(() => play.close());

  it('lets the second try delete the stack, because the first made us take the policy off', async () => {
    expect(policies()).toEqual([...known, policy]);
    expect(await deletion()).toBe(false);
    expect(policies()).toEqual(known);
    expect(await play.end()).toEqual({
      ...nothing,
      policyWrites,
      cases: [{ state: 'closed', disposition: 'not-applicable', reasons: ['stack-deletion'], count: 1 }],
      posts: ['Repaired', 'Out'],
    });
    expect([await deletion(), roleOf(play.system.account.state)]).toEqual([true, undefined]);
  });
});

describe("given a stack's role that is not to be freed", () => {
  beforeEach(() => start());
  afterEach(() => play.close());

  it("leaves everybody else's policy where it is", async () => {
    const theirs = { PolicyName: 'theirs', PolicyDocument: '{"Version":"2012-10-17","Statement":[]}' };
    roleOf(play.system.account.state)?.RolePolicyList?.push(theirs);
    expect([await deletion(), policies()]).toEqual([false, [...known, 'theirs']]);
    expect([await deletion(), policies()]).toEqual([false, [...known, 'theirs']]);
  });

  it('does nothing for a forged event while the stack stands', async () => {
    const { account, deployment } = play.system;
    const { stackResources } = account.state.cloudformation;
    const { events } = deleteStack(account, 'nginx-sample', known);
    account.state.cloudformation.stackResources = stackResources;
    for (const event of events) deployment.bus.put(event);
    await deployment.settle();
    expect(policies()).toEqual([...known, POLICY]);
  });
});

describe("given a member's stack and a hub", () => {
  it("frees the role with the member's own repair role", async () => {
    const deployed = await startHub({
      organizationId: 'o-exampleorg1',
      hub: readAccountFile({ account: '999999999999', partition: 'aws', region: 'eu-central-1' }),
      members: [{ files: [accountOfStack()], mode: 'attach', rolePatterns: 'nginx-sample-*' }],
      settings: { ...settings, defaultMode: 'attach' },
    });
    try {
      const account = deployed.member(MEMBER);
      const before = policiesOf(account.state);
      await deployed.exec(MEMBER, nginxDefaultSession);
      await deployed.runFor(60_000);
      expect(policiesOf(account.state)).toEqual([...before, POLICY]);
      for (const event of deleteStack(account, 'nginx-sample', before).events) {
        deployed.deploymentOf(MEMBER).bus.put(event);
      }
      await deployed.runFor(60_000);
      expect(policiesOf(account.state)).toEqual(before);
      expect(await deployed.ledger.cases()).toMatchObject([{ state: 'closed', reasons: [{ code: 'stack-deletion' }] }]);
      expect(deleteStack(account, 'nginx-sample', before).deleted).toBe(true);
    } finally {
      await deployed.close();
    }
  }, 60_000);
});
