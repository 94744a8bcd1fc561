import { parseRoleArn } from '../domain/arn.ts';
import { at, listAt, textsAt, unique } from './capture-references.ts';
import { type Capturing, inParallel, type Printed } from './capture-sources.ts';

/** The names of the roles that instances lend their tasks. */
export async function instanceRoleNames(
  ids: readonly string[],
  { sources, gaps }: Capturing,
): Promise<readonly string[]> {
  const roles = ids.length === 0 ? [] : [...(await sources.instanceRoles(ids)).values()];
  return roles.flatMap((reading) => {
    const arn = gaps.take(reading, 'role of an instance', 'a task without a role of its own counts as having none');
    return arn === undefined ? [] : (parseRoleArn(arn)?.roleName ?? []);
  });
}

/** Roles with the managed policies that are attached to them or bound them. */
export async function captureIam(roleNames: readonly string[], { sources, gaps, step }: Capturing) {
  const roles = await inParallel(roleNames, async (name) => {
    const role = gaps.take(await sources.iam.role(name), 'role', 'counts as missing, so that its findings are tickets');
    step();
    return role;
  });
  const RoleDetailList = roles.filter((role) => role !== undefined);
  const arns = RoleDetailList.flatMap((role) => [
    ...listAt(role, 'AttachedManagedPolicies').flatMap((attached) => textsAt(attached, 'PolicyArn')),
    ...textsAt(at(role, 'PermissionsBoundary'), 'PermissionsBoundaryArn'),
  ]);
  const policies = await inParallel(unique(arns), async (arn) => {
    const consequence = 'what it allows or denies is not known, so that its roles cannot be simulated';
    const policy = gaps.take(await sources.iam.managedPolicy(arn), 'managed policy', consequence);
    step();
    return policy;
  });
  return { RoleDetailList, Policies: policies.filter((policy) => policy !== undefined) };
}

/** Of each stack the role alone; where AWS showed another hundred resources, the role is put beside the stack's name. */
export async function captureStacks(
  roleNames: readonly string[],
  { sources, gaps, step }: Capturing,
): Promise<readonly Printed[]> {
  const found = await inParallel(roleNames, async (name) => {
    const resources =
      gaps.take(await sources.stackResources(name), 'owning stack of a role', 'counts as owned by none') ?? [];
    step();
    const own = resources.filter((resource) => resource['PhysicalResourceId'] === name);
    const [owner] = resources;
    if (own.length > 0 || owner === undefined) return own;
    const { StackName, StackId, Timestamp } = owner;
    return [
      {
        StackName,
        StackId,
        Timestamp,
        LogicalResourceId: 'Role',
        PhysicalResourceId: name,
        ResourceType: 'AWS::IAM::Role',
        ResourceStatus: 'CREATE_COMPLETE',
      },
    ];
  });
  return found.flat();
}

/** The organisation's policies above the account; nothing where it is in none. */
export async function captureOrganization(account: string, { sources, gaps, step }: Capturing): Promise<Printed> {
  const consequence = 'no service control policy counts as denying anything';
  const levels = gaps.take(await sources.controlPolicies(account), 'service control policies', consequence);
  step();
  return levels === undefined ? {} : { organizations: { serviceControlPolicies: levels } };
}
