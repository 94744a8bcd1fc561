import {
  type CloudFormationClient,
  DescribeStackResourcesCommand,
  type DescribeStackResourcesInput,
  type StackResource,
} from '@aws-sdk/client-cloudformation';
import type { ObservedStack, Reading } from '../../domain/observation.ts';
import type { StackDeletions, StackReader } from '../../ports.ts';
import { ABSENT, errorName, read, readingOf, unreadable } from './errors.ts';

const CALL = 'cloudformation:DescribeStackResources';

/** Deleted with the stack's will, or kept when the stack let go of it: either way the stack owns it no longer. */
const NOT_OWNED: ReadonlySet<string> = new Set(['DELETE_COMPLETE', 'DELETE_SKIPPED']);

/** CloudFormation's stacks of this account and Region; one of another Region stays unknown. */
export function createStackReader(client: CloudFormationClient): StackReader & StackDeletions {
  return {
    findOwningStack(physicalId) {
      return readingOf(askForStack(client, physicalId), { call: CALL });
    },
    findFailedDeletion({ roleName, logicalId }) {
      return readingOf(askForFailure(client, roleName, logicalId), { call: CALL });
    },
  };
}

async function askForStack(client: CloudFormationClient, physicalId: string): Promise<Reading<ObservedStack>> {
  const resources = await resourcesOf(client, { PhysicalResourceId: physicalId });
  // AWS answers with the whole stack, at most 100 resources: the one asked for may be beyond them.
  const own = resources.filter((resource) => resource.PhysicalResourceId === physicalId);
  if (
    resources.length === 0 ||
    (own.length > 0 && own.every((resource) => NOT_OWNED.has(resource.ResourceStatus ?? '')))
  ) {
    return ABSENT;
  }
  const owner = own[0] ?? resources[0];
  const stackName = owner?.StackName;
  return stackName === undefined
    ? unreadable('CloudFormation names the resource without its stack')
    : read({ stackName });
}

async function askForFailure(
  client: CloudFormationClient,
  physicalId: string,
  logicalId: string,
): Promise<Reading<ObservedStack>> {
  const resources = await resourcesOf(client, { PhysicalResourceId: physicalId, LogicalResourceId: logicalId });
  const failed = resources.find(
    (resource) =>
      resource.PhysicalResourceId === physicalId &&
      resource.ResourceType === 'AWS::IAM::Role' &&
      resource.ResourceStatus === 'DELETE_FAILED',
  );
  return failed?.StackName === undefined ? ABSENT : read({ stackName: failed.StackName });
}

/** None where CloudFormation does not know the resource. */
async function resourcesOf(
  client: CloudFormationClient,
  asked: DescribeStackResourcesInput,
): Promise<readonly StackResource[]> {
  try {
    return (await client.send(new DescribeStackResourcesCommand(asked))).StackResources ?? [];
  } catch (error) {
    if (isUnknownToCloudFormation(error)) return [];
    throw error;
  }
}

/** `ValidationError` is also what a malformed request gets; only the sentence tells them apart. */
function isUnknownToCloudFormation(error: unknown): boolean {
  return errorName(error) === 'ValidationError' && error instanceof Error && /does not exist/.test(error.message);
}
