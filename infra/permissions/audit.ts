import { Aws } from 'aws-cdk-lib';
import { type Grant, regionalArn, roleArn } from './grant.ts';
import { tasksAndClusters, unscopedGrant } from './reads.ts';

const SOURCE = 'infra/permissions/audit.ts';

/**
 * What the auditor reads to settle sessions and review policies. It sees that transcripts are there and cannot read them; it holds no
 * IAM write, because the remediator alone removes policies. A member's role reads in all Regions (`*`).
 */
export function auditGrants(region: string = Aws.REGION): readonly Grant[] {
  return [
    tasksAndClusters(region),
    unscopedGrant(['cloudtrail:LookupEvents', 'ecs:DescribeTaskDefinition', 'ssm:DescribeSessions']),
    {
      sid: 'FindStreams',
      because:
        "a transcript's stream bears the session's id, in whatever group its cluster names; the listing tells no content",
      source: SOURCE,
      actions: ['logs:DescribeLogGroups', 'logs:DescribeLogStreams'],
      resources: [regionalArn('logs', 'log-group:*', region)],
    },
    {
      sid: 'FindObjects',
      because:
        "a transcript's object bears the session's id, in whatever bucket its cluster names; only buckets of this account",
      source: SOURCE,
      actions: ['s3:ListBucket'],
      resources: [`arn:${Aws.PARTITION}:s3:::*`],
      conditions: { StringEquals: { 'aws:ResourceAccount': Aws.ACCOUNT_ID } },
    },
    {
      sid: 'ReadRoles',
      because: 'whether our policy still stands as we left it, and whether the role needs it, is looked up on the role',
      source: SOURCE,
      actions: ['iam:GetRole', 'iam:GetRolePolicy', 'iam:ListInstanceProfilesForRole', 'iam:ListRolePolicies'],
      resources: [roleArn('*')],
    },
  ];
}
