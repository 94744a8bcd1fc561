import type { JsonObject } from './account-state.ts';

const allow = (actions: readonly string[], resource = '*'): JsonObject => ({
  Effect: 'Allow',
  Action: [...actions],
  Resource: resource,
});
const policy = (...statements: readonly JsonObject[]): JsonObject => ({ Version: '2012-10-17', Statement: statements });

// Only what task roles and Lambda roles commonly carry, and of it the statements as AWS publishes them. An account's own
// capture (get-account-authorization-details prints attached AWS policies too) comes before this table.
const documents: Readonly<Record<string, JsonObject>> = {
  'policy/AdministratorAccess': policy(allow(['*'])),
  'policy/service-role/AmazonECSTaskExecutionRolePolicy': policy(
    allow([
      'ecr:GetAuthorizationToken',
      'ecr:BatchCheckLayerAvailability',
      'ecr:GetDownloadUrlForLayer',
      'ecr:BatchGetImage',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
    ]),
  ),
  'policy/service-role/AWSLambdaBasicExecutionRole': policy(
    allow(['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents']),
  ),
  'policy/CloudWatchAgentServerPolicy': policy(
    allow([
      'cloudwatch:PutMetricData',
      'ec2:DescribeVolumes',
      'ec2:DescribeTags',
      'logs:PutLogEvents',
      'logs:PutRetentionPolicy',
      'logs:DescribeLogStreams',
      'logs:DescribeLogGroups',
      'logs:CreateLogStream',
      'logs:CreateLogGroup',
    ]),
    allow(['ssm:GetParameter'], 'arn:aws:ssm:*:*:parameter/AmazonCloudWatch-*'),
  ),
  'policy/CloudWatchLogsFullAccess': policy(allow(['logs:*'])),
  'policy/CloudWatchLogsReadOnlyAccess': policy(
    allow(['logs:Describe*', 'logs:Get*', 'logs:List*', 'logs:StartQuery', 'logs:StopQuery', 'logs:FilterLogEvents']),
  ),
  'policy/AmazonSSMManagedInstanceCore': policy(
    allow([
      'ssm:DescribeAssociation',
      'ssm:GetDeployablePatchSnapshotForInstance',
      'ssm:GetDocument',
      'ssm:DescribeDocument',
      'ssm:GetManifest',
      'ssm:GetParameter',
      'ssm:GetParameters',
      'ssm:ListAssociations',
      'ssm:ListInstanceAssociations',
      'ssm:PutInventory',
      'ssm:PutComplianceItems',
      'ssm:PutConfigurePackageResult',
      'ssm:UpdateAssociationStatus',
      'ssm:UpdateInstanceAssociationStatus',
      'ssm:UpdateInstanceInformation',
    ]),
    allow([
      'ssmmessages:CreateControlChannel',
      'ssmmessages:CreateDataChannel',
      'ssmmessages:OpenControlChannel',
      'ssmmessages:OpenDataChannel',
    ]),
    allow([
      'ec2messages:AcknowledgeMessage',
      'ec2messages:DeleteMessage',
      'ec2messages:FailMessage',
      'ec2messages:GetEndpoint',
      'ec2messages:GetMessages',
      'ec2messages:SendReply',
    ]),
  ),
  'policy/AWSXRayDaemonWriteAccess': policy(
    allow([
      'xray:PutTraceSegments',
      'xray:PutTelemetryRecords',
      'xray:GetSamplingRules',
      'xray:GetSamplingTargets',
      'xray:GetSamplingStatisticSummaries',
    ]),
  ),
  'policy/AmazonS3ReadOnlyAccess': policy(
    allow(['s3:Get*', 's3:List*', 's3:Describe*', 's3-object-lambda:Get*', 's3-object-lambda:List*']),
  ),
};

/** The document of an AWS-managed policy, or null if this table does not know it: unknown must never read as empty. */
export function awsManagedPolicy(arn: string): JsonObject | null {
  const match = /^arn:aws[a-z-]*:iam::aws:(policy\/.+)$/.exec(arn);
  return (match?.[1] !== undefined ? documents[match[1]] : undefined) ?? null;
}
