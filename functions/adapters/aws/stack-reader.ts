import {
  type CloudFormationClient,
  DescribeStackResourcesCommand,
  type StackResource,
} from '@aws-sdk/client-cloudformation';
import type { ObservedStack, Reading } from '../../domain/observation.ts';
import type { StackReader } from '../../ports.ts';
import { ABSENT, errorName, read, readingOf, unreadable } from './errors.ts';

/** Deleted with the stack's will, or kept when the stack let go of it: either way the stack owns it no longer. */
const NOT_OWNED: ReadonlySet<string> = new Set(['DELETE_COMPLETE', 'DELETE_SKIPPED']);

/** CloudFormation's stacks of this account and Region; one of another Region stays unknown. */
export function createStackReader(client: CloudFormationClient): StackReader {
  return {
    findOwningStack(physicalId) {
      return readingOf(askForStack(client, physicalId), { call: 'cloudformation:DescribeStackResources' });
    },
  };
}

async function askForStack(client: CloudFormationClient, physicalId: string): Promise<Reading<ObservedStack>> {
  let resources: readonly StackResource[];
  try {
    const answer = await client.send(new DescribeStackResourcesCommand({ PhysicalResourceId: physicalId }));
    resources = answer.StackResources ?? [];
  } catch (error) {
    if (isUnknownToCloudFormation(error)) return ABSENT;
    throw error;
  }
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

/** `ValidationError` is also what a malformed request gets; only the sentence tells them apart. */
function isUnknownToCloudFormation(error: unknown): boolean {
  return errorName(error) === 'ValidationError' && error instanceof Error && /does not exist/.test(error.message);
}
