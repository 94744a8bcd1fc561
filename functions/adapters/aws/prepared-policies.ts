import {
  type AttachedPolicy,
  AttachRolePolicyCommand,
  DetachRolePolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  type IAMClient,
  ListAttachedRolePoliciesCommand,
} from '@aws-sdk/client-iam';
import type { Digest } from '../../domain/canonical.ts';
import type { ObservedInlinePolicy, ObservedPrepared } from '../../domain/observation.ts';
import { combinedText, isPreparedArn, preparedNameFor } from '../../domain/prepared-policy.ts';
import { errorName } from './errors.ts';
import { allPages, observedInlinePolicy } from './iam-role.ts';

/** IAM's managed policies, as far as a deployment needs them that repairs by prepared ones. */
export interface ManagedPolicies {
  /** What is attached to a role, and of ours what it holds at the moment. */
  readAttached(roleName: string): Promise<Omit<ObservedPrepared, 'groups'>>;
  /** The default version of one policy, under its name. A policy that is not there throws IAM's `NoSuchEntity`. */
  readDocument(arn: string): Promise<ObservedInlinePolicy>;
  /** Attaching what is attached changes nothing. */
  attach(roleName: string, arn: string): Promise<void>;
  detach(roleName: string, arn: string): Promise<void>;
}

/** The managed policies that the client's credentials reach; prepared ones are those of its Region. */
export function createManagedPolicies(client: IAMClient, digest: Digest): ManagedPolicies {
  const readDocument = async (arn: string): Promise<ObservedInlinePolicy> => {
    const { Policy: policy } = await client.send(new GetPolicyCommand({ PolicyArn: arn }));
    const VersionId = policy?.DefaultVersionId;
    if (VersionId === undefined) throw new Error('IAM answered without the default version of a policy');
    const answer = await client.send(new GetPolicyVersionCommand({ PolicyArn: arn, VersionId }));
    return observedInlinePolicy(arn.slice(arn.lastIndexOf('/') + 1), answer.PolicyVersion?.Document ?? '', digest);
  };
  // The role is there: what is missing here was deleted a moment ago, which is no answer about the role.
  const readAttachedDocument = async (arn: string): Promise<ObservedInlinePolicy> => {
    try {
      return await readDocument(arn);
    } catch (error) {
      if (errorName(error) !== 'NoSuchEntity') throw error;
      throw new Error('a prepared policy was deleted between two readings');
    }
  };
  return {
    readDocument,
    async readAttached(roleName) {
      const region = await client.config.region();
      const all = await listAttached(client, roleName);
      const arns = all.flatMap(({ PolicyArn: arn = '' }) => (isPreparedArn(arn, region) ? [arn] : [])).sort();
      const documents = await Promise.all(arns.map(readAttachedDocument));
      const text = combinedText(documents.map(({ document }) => document));
      return {
        attachedCount: all.length,
        arns,
        policy: arns.length === 0 ? null : observedInlinePolicy(preparedNameFor(region), text, digest),
      };
    },
    async attach(roleName, arn) {
      await client.send(new AttachRolePolicyCommand({ RoleName: roleName, PolicyArn: arn }));
    },
    async detach(roleName, arn) {
      await client.send(new DetachRolePolicyCommand({ RoleName: roleName, PolicyArn: arn }));
    },
  };
}

function listAttached(client: IAMClient, roleName: string): Promise<readonly AttachedPolicy[]> {
  return allPages(async (Marker) => {
    const answer = await client.send(new ListAttachedRolePoliciesCommand({ RoleName: roleName, Marker }));
    return { items: answer.AttachedPolicies ?? [], next: answer.IsTruncated === true ? answer.Marker : undefined };
  });
}
