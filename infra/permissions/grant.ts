import { Aws } from 'aws-cdk-lib';
import type { Conditions } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';

/** Why a statement stands in a policy, and which file of this repository makes it; for the README's table. */
export interface GrantNote {
  readonly sid: string;
  readonly because: string;
  readonly source: string;
}

/** One statement of a function's role, with its reason. */
export interface Grant extends GrantNote {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly effect?: 'deny';
  readonly conditions?: Conditions;
}

/** The metadata of a role under which its notes stand in the cloud assembly: beside the template, which they leave as it is. */
export const GRANT_NOTES = 'exec-log:grants';

/** Keeps reasons and sources with the resource that holds the statements. */
export function noteGrants(role: IConstruct, grants: readonly GrantNote[]): void {
  role.node.addMetadata(
    GRANT_NOTES,
    grants.map(({ sid, because, source }) => ({ sid, because, source })),
  );
}

/** An ARN in the stack's own partition and account, and in its Region unless another one or a pattern is given. */
export function regionalArn(service: string, resource: string, region: string = Aws.REGION): string {
  return `arn:${Aws.PARTITION}:${service}:${region}:${Aws.ACCOUNT_ID}:${resource}`;
}

/** The ARN pattern of roles of the deployment's own account, from `role/` on. */
export function roleArn(pathAndName: string): string {
  return `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:role/${pathAndName}`;
}
