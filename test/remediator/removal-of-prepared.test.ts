import { canonicalJson } from '../../functions/domain/canonical.ts';
import {
  anAttachedPolicy,
  anInlinePolicy,
  aRole,
  GROUP,
  NOW,
  ROLE_ID,
  ROLE_NAME,
  read,
  rules,
} from '../support/builders.ts';
import { digestOf } from '../support/digest.ts';
import { PREPARED_NAME, somePrepared } from '../support/prepared.ts';
import { RemediatorWorld } from '../support/remediator.ts';

const OTHER = '/ecs/other';
const THIRD = '/ecs/third';
const DELETION = {
  source: 'aws.cloudformation',
  'detail-type': 'CloudFormation Resource Status Change',
  account: '111111111111',
  region: 'ap-northeast-1',
  detail: {
    'stack-id': 'arn:aws:cloudformation:ap-northeast-1:111111111111:stack/shop/6d1f6a20',
    'logical-resource-id': 'TaskRole',
    'physical-resource-id': ROLE_NAME,
    'status-details': { status: 'DELETE_FAILED' },
    'resource-type': 'AWS::IAM::Role',
  },
};
const REVIEW = { kind: 'review', roleId: ROLE_ID };
const ALL_LOGS = anInlinePolicy('logs', {
  Statement: [
    {
      Effect: 'Allow',
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogGroups'],
      Resource: '*',
    },
  ],
});

/** A role with the policies of two groups attached, which IAM takes off one by one. */
function worldOfTwo(): RemediatorWorld {
  const world = new RemediatorWorld();
  world.rules = rules();
  const { role } = world;
  const hold = (attached: readonly string[]) => {
    role.role = aRole({
      inlinePolicies: [ALL_LOGS],
      prepared: somePrepared(attached, { groups: [GROUP, OTHER, THIRD] }),
    });
  };
  hold([GROUP, OTHER]);
  const document = JSON.parse(role.role.prepared?.policy?.document ?? '');
  const documentHash = digestOf(canonicalJson(document));
  world.cases.policies.set(ROLE_ID, anAttachedPolicy(document, { policyName: PREPARED_NAME, documentHash }));
  world.failedDeletion = read({ stackName: 'shop' });
  world.now = new Date(NOW.getTime() + 3_600_000);
  let calls = 0;
  role.deletePolicy = async (_roleName, policyName) => {
    calls += 1;
    role.deletes.push(policyName);
    hold(calls === 1 ? [OTHER] : []);
    if (calls === 1) throw new Error('throttled behind the first of two');
    return { kind: 'written' };
  };
  return world;
}

/** Whatever the two groups share, what stands is ours; somebody attaches or detaches besides us. */
function attached(world: RemediatorWorld, groups: readonly string[]): void {
  world.role.role = { ...world.role.role, prepared: somePrepared(groups, { groups: [GROUP, OTHER, THIRD] }) };
}

const recordOf = (world: RemediatorWorld) => world.cases.policies.get(ROLE_ID);

describe('given a removal that broke off between two prepared policies', () => {
  it.each([
    ['the deletion of a stack', DELETION],
    ['a review', REVIEW],
  ])('is finished by %s, and nobody else is blamed', async (_, order) => {
    const world = worldOfTwo();
    expect(await world.deliver(order)).not.toEqual([]);
    expect(recordOf(world)?.revertedAt).toBeNull();
    expect(await world.deliver(order)).toEqual([]);
    expect([world.role.deletes.length, world.role.role.prepared?.arns, world.tickets.opened]).toEqual([2, [], 0]);
    expect(recordOf(world)?.revertedAt).toBe(world.now.toISOString());
  });

  it.each([
    ['another one beside the rest', [OTHER, THIRD]],
    ['another one in its place', [THIRD]],
  ])('is not finished where somebody attached %s', async (_, groups) => {
    const world = worldOfTwo();
    await world.deliver(DELETION);
    attached(world, groups);
    expect(await world.deliver(DELETION)).toEqual([]);
    expect(world.role.deletes.length).toBe(1);
    expect(recordOf(world)?.revertedAt).toBeNull();
  });

  it('is not begun where somebody detached one of them', async () => {
    const world = worldOfTwo();
    attached(world, [OTHER]);
    expect(await world.deliver(DELETION)).toEqual([]);
    expect(world.role.deletes).toEqual([]);
  });
});
