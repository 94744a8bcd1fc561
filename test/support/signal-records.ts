/** Events of the agent's other calls and of a log router, as CloudTrail and EventBridge write them. */
import type { CompanionCall } from '../../functions/domain/denial.ts';
import { ACCOUNT, REGION, SESSION_ID } from './builders.ts';
import { BUCKET, BUCKET_ARN, KEY_ARN, ROUTER_GROUP } from './other-signals.ts';
import { aDenialRecord, type CloudTrailJson, type DenialParts, delivered } from './records.ts';

interface DeniedCall {
  readonly service: 'logs' | 's3' | 'kms';
  readonly eventName: string;
  readonly action: string;
  readonly resource: string;
}

const COMPANIONS: Readonly<Record<CompanionCall, DeniedCall>> = {
  'describe-log-groups': {
    service: 'logs',
    eventName: 'DescribeLogGroups',
    action: 'logs:DescribeLogGroups',
    resource: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group::log-stream:`,
  },
  'bucket-encryption': {
    service: 's3',
    eventName: 'GetBucketEncryption',
    action: 's3:GetEncryptionConfiguration',
    resource: BUCKET_ARN,
  },
  'session-key': { service: 'kms', eventName: 'Decrypt', action: 'kms:Decrypt', resource: KEY_ARN },
  object: {
    service: 's3',
    eventName: 'PutObject',
    action: 's3:PutObject',
    resource: `${BUCKET_ARN}/exec/${SESSION_ID}.log`,
  },
};

/** The record of the agent's denied call, 30 seconds into the usual session. */
export function aCompanionRecord(companion: CompanionCall, parts: Partial<DenialParts> = {}): CloudTrailJson {
  const { service, eventName, action, resource } = COMPANIONS[companion];
  const reason = ` because no identity-based policy allows the ${action} action`;
  return aDenialRecord(
    { eventTime: '2023-02-11T06:30:30Z', action, resource, reason, ...parts },
    {
      eventSource: `${service}.amazonaws.com`,
      eventName,
      requestParameters: service === 's3' ? { bucketName: BUCKET } : null,
    },
  );
}

/** Its event. */
export function aCompanionEvent(companion: CompanionCall, parts: Partial<DenialParts> = {}): CloudTrailJson {
  return delivered(aCompanionRecord(companion, parts), { source: `aws.${COMPANIONS[companion].service}` });
}

/** The event of a log router that may not make its stream. */
export function aRouterEvent(parts: Partial<DenialParts> = {}): CloudTrailJson {
  const logGroupName = parts.logGroupName ?? ROUTER_GROUP;
  const logStreamName = parts.logStreamName ?? 'webapp';
  return delivered(
    aDenialRecord(
      { userAgent: 'aws-fluent-bit-plugin-ecs', ...parts, logGroupName, logStreamName },
      { requestParameters: { logGroupName, logStreamName } },
    ),
  );
}

/** The event of Docker's awslogs driver, denied under the task's execution role. */
export function aDriverEvent(parts: Partial<DenialParts> = {}): CloudTrailJson {
  const logStreamName = 'nginx/nginx/a9112a0a96ed445cbc93a90807e34e37';
  return delivered(
    aDenialRecord(
      { userAgent: 'docker', logStreamName, roleName: 'nginx-sample-execution-role', ...parts },
      { requestParameters: { logGroupName: '/ecs/nginx-sample/nginx', logStreamName } },
    ),
  );
}
