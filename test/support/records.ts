/** The parts of a denied call from which a CloudTrail record is made as AWS writes it. */
export interface DenialParts {
  readonly account: string;
  readonly partition: string;
  readonly region: string;
  readonly roleName: string;
  readonly rolePath: string;
  readonly roleId: string;
  readonly sessionName: string;
  readonly action: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
  /** What follows the resource, with its leading space; empty in records before 2021. */
  readonly reason: string;
  /** Replaces the group's resource. */
  readonly resource: string;
  /** Replaces the whole sentence. */
  readonly message: string;
  readonly eventTime: string;
  readonly eventId: string;
  readonly userAgent: string;
}

export type CloudTrailJson = { readonly [field: string]: unknown };

const IMPLICIT_IDENTITY = ' because no identity-based policy allows the logs:CreateLogStream action';

const DEFAULTS = {
  account: '111111111111',
  partition: 'aws',
  region: 'ap-northeast-1',
  roleName: 'nginx-sample-task-nginx-role',
  rolePath: '/',
  roleId: 'AROAXXXXXXXXXXXXXXXXX',
  sessionName: 'a9112a0a96ed445cbc93a90807e34e37',
  action: 'logs:CreateLogStream',
  logGroupName: '/ecs/nginx-sample/nginx',
  logStreamName: 'ecs-execute-command-0289df90ce62e19cc',
  reason: IMPLICIT_IDENTITY,
  eventTime: '2023-02-11T06:35:04Z',
  eventId: '95a42f28-d6de-406c-91df-e24980696995',
  userAgent: 'aws-sdk-go/1.41.4 (go1.18.3; linux; amd64) exec-env/AWS_ECS_FARGATE amazon-ssm-agent/3.1.1732.0',
};

/** The STS ARN that the parts give their principal. */
export const principalArnOf = (parts: Partial<DenialParts> = {}): string => {
  const { partition, account, roleName, sessionName } = { ...DEFAULTS, ...parts };
  return `arn:${partition}:sts::${account}:assumed-role/${roleName}/${sessionName}`;
};

/** The resource that CloudWatch Logs prints for the parts. */
export const resourceOf = (parts: Partial<DenialParts> = {}): string => {
  const { partition, region, account, logGroupName, logStreamName } = { ...DEFAULTS, ...parts };
  return `arn:${partition}:logs:${region}:${account}:log-group:${logGroupName}:log-stream:${logStreamName}`;
};

/** AWS's sentence for the parts. */
export const sentenceOf = (parts: Partial<DenialParts> = {}): string => {
  const { action, reason } = { ...DEFAULTS, ...parts };
  const resource = parts.resource ?? resourceOf(parts);
  return `User: ${principalArnOf(parts)} is not authorized to perform: ${action} on resource: ${resource}${reason}`;
};

/** A denied call's CloudTrail record, by default the published one; `fields` replaces fields of the record itself. */
export function aDenialRecord(parts: Partial<DenialParts> = {}, fields: CloudTrailJson = {}): CloudTrailJson {
  const all = { ...DEFAULTS, ...parts };
  const { account, partition, roleName, rolePath, roleId, sessionName } = all;
  return {
    eventVersion: '1.08',
    userIdentity: {
      type: 'AssumedRole',
      principalId: `${roleId}:${sessionName}`,
      arn: principalArnOf(parts),
      accountId: account,
      accessKeyId: 'ASIAXXXXXXXXXXXXXXXX',
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          principalId: roleId,
          arn: `arn:${partition}:iam::${account}:role${rolePath}${roleName}`,
          accountId: account,
          userName: roleName,
        },
        webIdFederationData: {},
        attributes: { creationDate: '2023-02-11T06:04:12Z', mfaAuthenticated: 'false' },
      },
    },
    eventTime: all.eventTime,
    eventSource: 'logs.amazonaws.com',
    eventName: 'CreateLogStream',
    awsRegion: all.region,
    sourceIPAddress: '13.XXX.XXX.XXX',
    userAgent: all.userAgent,
    errorCode: 'AccessDenied',
    errorMessage: parts.message ?? sentenceOf(parts),
    requestParameters: null,
    responseElements: null,
    requestID: '846035a4-1b10-4776-8b9e-a44b058d416d',
    eventID: all.eventId,
    readOnly: false,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: account,
    eventCategory: 'Management',
    ...fields,
  };
}

/** The record in the envelope in which EventBridge delivers it. */
export function delivered(record: CloudTrailJson, overrides: CloudTrailJson = {}): CloudTrailJson {
  const { eventSource } = record;
  const service = typeof eventSource === 'string' ? eventSource.split('.')[0] : 'unknown';
  return {
    version: '0',
    id: '6068c891-be92-589b-b12c-cbf4534d6b98',
    'detail-type': 'AWS API Call via CloudTrail',
    source: `aws.${service}`,
    account: record['recipientAccountId'],
    time: record['eventTime'],
    region: record['awsRegion'],
    resources: [],
    detail: record,
    ...overrides,
  };
}
