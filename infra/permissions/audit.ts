import { Aws } from 'aws-cdk-lib';
import { type Grant, regionalArn, roleArn } from './grant.ts';
import { tasksAndClusters, unscopedGrant } from './reads.ts';

/**
 * What the auditor reads to settle sessions and review policies. It sees that transcripts are there and cannot read them; it holds no
 * IAM write, because the remediator alone removes policies.
 */
export function auditGrants(): readonly Grant[] {
  return [
    tasksAndClusters(),
    unscopedGrant(['cloudtrail:LookupEvents', 'ecs:DescribeTaskDefinition', 'ssm:DescribeSessions']),
    {
      sid: 'FindStreams',
      because:
        "a transcript's stream bears the session's id, in whatever group its cluster names; the listing tells no content",
      actions: ['logs:DescribeLogGroups', 'logs:DescribeLogStreams'],
      resources: [regionalArn('logs', 'log-group:*')],
    },
    {
      sid: 'FindObjects',
      because:
        "a transcript's object bears the session's id, in whatever bucket its cluster names; only buckets of this account",
      actions: ['s3:ListBucket'],
      resources: [`arn:${Aws.PARTITION}:s3:::*`],
      conditions: { StringEquals: { 'aws:ResourceAccount': Aws.ACCOUNT_ID } },
    },
    {
      sid: 'ReadRoles',
      because: 'whether our policy still stands as we left it, and whether the role needs it, is looked up on the role',
      actions: ['iam:GetRole', 'iam:GetRolePolicy', 'iam:ListInstanceProfilesForRole', 'iam:ListRolePolicies'],
      resources: [roleArn('*')],
    },
  ];
}
