import { Aws } from 'aws-cdk-lib';
import type { Conditions } from 'aws-cdk-lib/aws-iam';

/** One statement of a function's role, with its reason. */
export interface Grant {
  readonly sid: string;
  readonly because: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly effect?: 'deny';
  readonly conditions?: Conditions;
}

/** An ARN in the deployment's own partition, account and Region. */
export function regionalArn(service: string, resource: string): string {
  return `arn:${Aws.PARTITION}:${service}:${Aws.REGION}:${Aws.ACCOUNT_ID}:${resource}`;
}

/** The ARN pattern of roles of the deployment's own account, from `role/` on. */
export function roleArn(pathAndName: string): string {
  return `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:role/${pathAndName}`;
}
