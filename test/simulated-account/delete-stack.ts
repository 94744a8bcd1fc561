import { randomUUID } from 'node:crypto';
import type { StackResource } from '@aws-sdk/client-cloudformation';
import type { JsonObject } from './account-state.ts';
import type { SimulatedAccount } from './server.ts';

/** A deletion that CloudFormation tried. */
export interface TriedDeletion {
  /** Whether nothing of the stack is left. */
  readonly deleted: boolean;
  /** What CloudFormation puts on the default bus, a change of a role's status each. */
  readonly events: readonly JsonObject[];
}

/**
 * Deletes the roles of a stack as CloudFormation does, the rest of it without a word. A role goes with the policies that the stack
 * knows; IAM refuses while any other stands on it, and the stack keeps what it could not delete.
 */
export function deleteStack(
  { state, runtime }: SimulatedAccount,
  stackName: string,
  knownPolicies: readonly string[],
): TriedDeletion {
  const events: JsonObject[] = [];
  const kept: StackResource[] = [];
  for (const resource of state.cloudformation.stackResources) {
    if (resource.StackName !== stackName || resource.ResourceType !== 'AWS::IAM::Role') {
      if (resource.StackName !== stackName) kept.push(resource);
      continue;
    }
    const role = state.iam.roles.find(({ RoleName }) => RoleName === resource.PhysicalResourceId);
    const standing =
      role === undefined ? [] : [...runtime.inline.stored(role), ...(role.AttachedManagedPolicies ?? [])];
    const foreign = standing.filter(({ PolicyName = '' }) => !knownPolicies.includes(PolicyName));
    const ResourceStatus = foreign.length === 0 ? 'DELETE_COMPLETE' : 'DELETE_FAILED';
    events.push(eventOf(resource, ResourceStatus, state));
    if (ResourceStatus === 'DELETE_FAILED') kept.push({ ...resource, ResourceStatus });
    else state.iam.roles = state.iam.roles.filter((other) => other !== role);
  }
  state.cloudformation.stackResources = kept;
  return { deleted: kept.every(({ StackName }) => StackName !== stackName), events };
}

function eventOf(
  { StackId, LogicalResourceId, PhysicalResourceId, ResourceType }: StackResource,
  status: string,
  { account, region }: SimulatedAccount['state'],
): JsonObject {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'CloudFormation Resource Status Change',
    source: 'aws.cloudformation',
    account,
    time: '2026-01-01T00:00:00Z',
    region,
    resources: [StackId],
    detail: {
      'stack-id': StackId,
      'logical-resource-id': LogicalResourceId,
      'physical-resource-id': PhysicalResourceId,
      'status-details': {
        status,
        ...(status === 'DELETE_FAILED' && {
          'status-reason': 'Cannot delete entity, must delete policies first. (Service: Iam, Status Code: 409)',
        }),
      },
      'resource-type': ResourceType,
      'client-request-token': 'Console-DeleteStack-7f59c3cf-00d2-40c7-b2ff-e75db0987002',
    },
  };
}
