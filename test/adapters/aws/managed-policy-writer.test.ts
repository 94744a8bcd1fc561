import {
  AttachRolePolicyCommand,
  DetachRolePolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListInstanceProfilesForRoleCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { mockClient } from 'aws-sdk-client-mock';
import { createRepairReader, createRepairWriter } from '../../../functions/adapters/aws/repair-way.ts';
import { sha256 } from '../../../functions/adapters/digest.ts';
import { canonicalJson } from '../../../functions/domain/canonical.ts';
import type { RemediationPolicy } from '../../../functions/domain/decision.ts';
import { preparedPolicyFor } from '../../../functions/domain/prepared-policy.ts';
import { awsError, CLIENT } from '../aws-error.ts';

const ROLE = 'arn:aws:iam::111111111111:role/web';
const REGION = 'eu-central-1';
const NAME = `ExecLogPrepared-${REGION}`;
const GROUPS = ['/ecs/web'];

function preparedOf(group: string, region = REGION) {
  const prepared = preparedPolicyFor(group, { partition: 'aws', account: '111111111111', region });
  if (prepared === null) throw new Error('no policy');
  return prepared;
}

const WEB = preparedOf('/ecs/web');
const OTHER_REGION = preparedOf('/ecs/web', 'us-east-1');
const POLICY: RemediationPolicy = { roleName: 'web', policyName: NAME, document: WEB.document, prepared: WEB };
const WIDE = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

const client = new IAMClient({ ...CLIENT, region: REGION });
const iam = mockClient(client);
const writer = createRepairWriter(client, sha256, GROUPS);

beforeEach(() => {
  iam.reset();
  iam.on(GetPolicyCommand).resolves({ Policy: { DefaultVersionId: 'v7' } });
  holds(WEB.document);
  iam.on(AttachRolePolicyCommand).resolves({});
  iam.on(DetachRolePolicyCommand).resolves({});
});

/** What the default version of every policy says. */
function holds(document: object): void {
  const Document = encodeURIComponent(JSON.stringify(document, null, 2));
  iam.on(GetPolicyVersionCommand, { VersionId: 'v7' }).resolves({ PolicyVersion: { Document } });
}

const attaches = (...arns: readonly string[]) =>
  iam
    .on(ListAttachedRolePoliciesCommand)
    .resolves({ AttachedPolicies: arns.map((PolicyArn) => ({ PolicyArn, PolicyName: 'p' })) });

const inputs = (command: typeof AttachRolePolicyCommand | typeof DetachRolePolicyCommand) =>
  iam.commandCalls(command).map(({ args: [sent] }) => sent.input);

describe('given a prepared policy to attach', () => {
  it('attaches it by its ARN once it holds what was planned, and writes no document', async () => {
    await expect(writer.putPolicy(POLICY, ROLE)).resolves.toEqual({ kind: 'written' });
    expect(inputs(AttachRolePolicyCommand)).toEqual([{ RoleName: 'web', PolicyArn: WEB.arn }]);
    expect(iam.commandCalls(PutRolePolicyCommand)).toEqual([]);
  });

  it.each<[string, () => unknown, string]>([
    [
      'somebody changed',
      () => holds(WIDE),
      'somebody changed the prepared policy: it does not hold what the template says',
    ],
    [
      'is not there',
      () => iam.on(GetPolicyCommand).rejects(awsError('NoSuchEntityException')),
      'the prepared policy is not there: deploy the template anew',
    ],
    [
      'may not be read',
      () => iam.on(GetPolicyVersionCommand).rejects(awsError('AccessDenied')),
      'reading the prepared policy is not permitted (AccessDenied)',
    ],
  ])('refuses one that %s', async (_, arrange, because) => {
    arrange();
    await expect(writer.putPolicy(POLICY, ROLE)).resolves.toEqual({ kind: 'refused', because });
    expect(inputs(AttachRolePolicyCommand)).toEqual([]);
  });

  it('refuses a plan that names none', async () => {
    const { prepared: _, ...inline } = POLICY;
    await expect(writer.putPolicy(inline, ROLE)).resolves.toEqual({
      kind: 'refused',
      because: 'the plan names no prepared policy',
    });
  });

  it.each([
    ['AccessDenied', 'AccessDenied', 'this deployment is not permitted to do it'],
    ['UnmodifiableEntityException', 'UnmodifiableEntity', 'the role belongs to an AWS service and cannot be changed'],
    ['LimitExceededException', 'LimitExceeded', 'the role would have more managed policies than IAM allows'],
    ['PolicyNotAttachableException', 'PolicyNotAttachable', 'IAM does not let the policy be attached to a role'],
    ['NoSuchEntityException', 'NoSuchEntity', 'the role or the policy is not there any more'],
  ])('answers %s as a refusal', async (name, code, because) => {
    iam.on(AttachRolePolicyCommand).rejects(awsError(name));
    await expect(writer.putPolicy(POLICY, ROLE)).resolves.toEqual({
      kind: 'refused',
      because: `iam:AttachRolePolicy was refused (${code}): ${because}`,
    });
  });

  it.each([
    ['reading', () => iam.on(GetPolicyCommand).rejects(awsError('Throttling'))],
    ['attaching', () => iam.on(AttachRolePolicyCommand).rejects(awsError('ServiceFailureException'))],
  ])('throws what passes, at %s', async (_, arrange) => {
    arrange();
    await expect(writer.putPolicy(POLICY, ROLE)).rejects.toThrow('synthetic');
  });
});

describe('given prepared policies to detach', () => {
  it("detaches ours of this Region, and nobody else's", async () => {
    attaches('arn:aws:iam::aws:policy/ReadOnlyAccess', WEB.arn, OTHER_REGION.arn);
    await expect(writer.deletePolicy('web', NAME, ROLE)).resolves.toEqual({ kind: 'written' });
    expect(inputs(DetachRolePolicyCommand)).toEqual([{ RoleName: 'web', PolicyArn: WEB.arn }]);
  });

  it.each([
    ['detached meanwhile', () => iam.on(DetachRolePolicyCommand).rejects(awsError('NoSuchEntityException'))],
    [
      'of a role that is gone',
      () => iam.on(ListAttachedRolePoliciesCommand).rejects(awsError('NoSuchEntityException')),
    ],
  ])('counts one %s as written', async (_, arrange) => {
    attaches(WEB.arn);
    arrange();
    await expect(writer.deletePolicy('web', NAME, ROLE)).resolves.toEqual({ kind: 'written' });
  });

  it('answers a want of permission as a refusal', async () => {
    attaches(WEB.arn);
    iam.on(DetachRolePolicyCommand).rejects(awsError('AccessDenied'));
    await expect(writer.deletePolicy('web', NAME, ROLE)).resolves.toEqual({
      kind: 'refused',
      because: 'iam:DetachRolePolicy was refused (AccessDenied): this deployment is not permitted to do it',
    });
  });

  it('refuses to remove an inline policy', async () => {
    const name = `ExecLogDelivery-${REGION}`;
    await expect(writer.deletePolicy('web', name, ROLE)).resolves.toEqual({
      kind: 'refused',
      because: `${name} is an inline policy, and this deployment only attaches and detaches prepared ones`,
    });
  });
});

describe('given a role to read', () => {
  const text = JSON.stringify(WEB.document, null, 2);
  const prepared = {
    groups: GROUPS,
    attachedCount: 2,
    arns: [WEB.arn],
    policy: { name: NAME, document: text, hash: sha256(canonicalJson(WEB.document)) },
  };

  beforeEach(() => {
    const Role = { Arn: ROLE, RoleName: 'web', RoleId: 'AROAEXAMPLE', Path: '/', CreateDate: new Date(0) };
    iam.on(GetRoleCommand).resolves({ Role });
    iam.on(ListRolePoliciesCommand).resolves({ PolicyNames: [] });
    iam.on(ListInstanceProfilesForRoleCommand).resolves({ InstanceProfiles: [] });
    attaches('arn:aws:iam::aws:policy/ReadOnlyAccess', WEB.arn);
  });

  it('reads what is attached, and of ours what it holds, right before the write', async () => {
    await expect(writer.readRole('web')).resolves.toEqual({
      kind: 'read',
      value: { roleId: 'AROAEXAMPLE', tags: {}, inlinePolicies: [], prepared },
    });
  });

  it('reads ours back under the one name that they have together', async () => {
    await expect(writer.readPolicy('web', NAME)).resolves.toEqual({ kind: 'read', value: prepared.policy });
    attaches();
    await expect(writer.readPolicy('web', NAME)).resolves.toEqual({ kind: 'absent' });
  });

  it('reads it as part of the role', async () => {
    const reading = await createRepairReader(client, sha256, GROUPS).findRole('web');
    expect(reading).toMatchObject({ kind: 'read', value: { roleArn: ROLE, prepared } });
  });

  it('reads no attached policy where a deployment repairs by inline ones', async () => {
    const reading = await createRepairReader(client, sha256, null).findRole('web');
    expect(reading).not.toHaveProperty('value.prepared');
    expect([...iam.commandCalls(ListAttachedRolePoliciesCommand), ...iam.commandCalls(GetPolicyCommand)]).toEqual([]);
  });

  it('is unreadable as a whole where its attached policies are', async () => {
    iam.on(ListAttachedRolePoliciesCommand).rejects(awsError('AccessDenied'));
    const unreadable = { kind: 'unreadable', because: 'reading the attached policies is not permitted (AccessDenied)' };
    await expect(writer.readRole('web')).resolves.toEqual(unreadable);
    await expect(createRepairReader(client, sha256, GROUPS).findRole('web')).resolves.toEqual(unreadable);
  });

  it('is read again where one of its policies is deleted between two readings', async () => {
    iam.on(GetPolicyCommand).rejects(awsError('NoSuchEntityException'));
    await expect(writer.readRole('web')).rejects.toThrow('a prepared policy was deleted between two readings');
  });

  it('reads an inline policy under an inline name', async () => {
    iam.on(GetRolePolicyCommand).resolves({ PolicyDocument: '%7B%7D' });
    await expect(writer.readPolicy('web', 'other')).resolves.toMatchObject({ kind: 'read', value: { document: '{}' } });
  });
});
