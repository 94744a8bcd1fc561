import type { Denial } from '../../functions/domain/denial.ts';
import { sessionIdOf } from '../../functions/domain/denied-session.ts';
import { parseDenial } from '../../functions/domain/parse-denial.ts';
import { signalOf } from '../../functions/domain/signal.ts';
import { BUCKET_ARN, BUCKET_KEY_ARN, KEY_ARN } from '../support/other-signals.ts';
import { aDenialRecord, type CloudTrailJson, type DenialParts, delivered } from '../support/records.ts';

const PLACE = 'ap-northeast-1:111111111111';
const GROUPS = `arn:aws:logs:${PLACE}:log-group:`;
const SESSION = 'ecs-execute-command-0289df90ce62e19cc';
const FLUENT_BIT = 'aws-fluent-bit-plugin-ecs';

/** The denial of one call, as a record gives it. */
function deniedCall(parts: Partial<DenialParts>, fields: CloudTrailJson = {}): Denial {
  const reason = ` because no identity-based policy allows the ${parts.action} action`;
  const read = parseDenial(delivered(aDenialRecord({ reason, ...parts }, fields)));
  if (read.kind === 'refusal') {
    throw new Error(read.refusal.detail);
  }
  return read.denial;
}

const service = (name: string, eventName: string): CloudTrailJson => ({
  eventSource: `${name}.amazonaws.com`,
  eventName,
});

describe("a denied call of the SSM agent's", () => {
  it.each([
    {
      companion: 'describe-log-groups',
      parts: { action: 'logs:DescribeLogGroups', resource: `${GROUPS}:log-stream:` },
      fields: service('logs', 'DescribeLogGroups'),
      resource: `${GROUPS}:log-stream:`,
    },
    {
      companion: 'bucket-encryption',
      parts: { action: 's3:GetEncryptionConfiguration', resource: `"${BUCKET_ARN}"` },
      fields: service('s3', 'GetBucketEncryption'),
      resource: BUCKET_ARN,
    },
    {
      companion: 'session-key',
      parts: { action: 'kms:Decrypt', resource: KEY_ARN },
      fields: service('kms', 'Decrypt'),
      resource: KEY_ARN,
    },
    {
      companion: 'object',
      parts: { action: 's3:PutObject', resource: `"${BUCKET_ARN}/exec/${SESSION}.log"` },
      fields: service('s3', 'PutObject'),
      resource: `${BUCKET_ARN}/exec/${SESSION}.log`,
    },
    {
      companion: 'object',
      parts: { action: 'kms:GenerateDataKey', resource: KEY_ARN },
      fields: service('s3', 'PutObject'),
      resource: KEY_ARN,
    },
    {
      companion: 'object',
      parts: { action: 'kms:Decrypt', resource: KEY_ARN },
      fields: service('s3', 'PutObject'),
      resource: KEY_ARN,
    },
    ...['CreateMultipartUpload', 'UploadPart'].flatMap((eventName) => [
      {
        companion: 'object',
        parts: { action: 's3:PutObject', resource: `"${BUCKET_ARN}/exec/${SESSION}.log"` },
        fields: service('s3', eventName),
        resource: `${BUCKET_ARN}/exec/${SESSION}.log`,
      },
      {
        companion: 'object',
        parts: { action: 'kms:Decrypt', resource: KEY_ARN },
        fields: service('s3', eventName),
        resource: KEY_ARN,
      },
    ]),
  ])('is the companion $companion: $parts.action of $fields.eventName', ({ companion, parts, fields, resource }) => {
    const denial = deniedCall(parts, fields);
    expect(denial).toMatchObject({
      companion,
      resource,
      source: 'other',
      policyType: 'identity-based',
      denialKind: 'implicit',
    });
    expect(signalOf(denial)).toBe('exec-companion');
  });

  it('names the session of an upload by the key of the object, of which the request knows more than the sentence', () => {
    const parts = { action: 'kms:GenerateDataKey', resource: BUCKET_KEY_ARN };
    const requestParameters = { bucketName: 'transcripts-1', key: `exec/${SESSION}.log` };
    const denial = deniedCall(parts, { ...service('s3', 'PutObject'), requestParameters });
    expect(denial.objectKey).toBe(`exec/${SESSION}.log`);
    expect(sessionIdOf(denial)).toBe(SESSION);
  });

  it.each([
    ['another user agent', { userAgent: 'aws-sdk-java/2.0' }, {}],
    ['a user agent that only looks so', { userAgent: 'amazon-ssm-agent' }, {}],
    ['another permission of the same call', { action: 'kms:DescribeKey' }, {}],
    ['the same permission for another call', {}, service('kms', 'ReEncrypt')],
  ])('is no companion with %s', (_, parts, fields) => {
    const call = { action: 'kms:Decrypt', resource: KEY_ARN, ...parts };
    const denial = deniedCall(call, { ...service('kms', 'Decrypt'), ...fields });
    expect('companion' in denial).toBe(false);
    expect(signalOf(denial)).toBeNull();
  });

  it('carries no word of a companion where it is the delivery itself', () => {
    const denial = deniedCall({ action: 'logs:CreateLogStream' });
    expect(['companion' in denial, 'objectKey' in denial]).toEqual([false, false]);
    expect(signalOf(denial)).toBe('exec-delivery');
  });

  it('is no signal where its session is no task', () => {
    const call = { action: 'kms:Decrypt', resource: KEY_ARN, sessionName: 'i-0abc' };
    expect(signalOf(deniedCall(call, service('kms', 'Decrypt')))).toBeNull();
  });
});

describe("a denied call of Fluent Bit's", () => {
  it.each([
    ['CreateLogStream', `${GROUPS}/ecs/logs/sample-test:log-stream:webapp`],
    ['CreateLogGroup', `${GROUPS}/ecs/logs/sample-test:log-stream:`],
    ['CreateLogGroup', `${GROUPS}/ecs/logs/sample-test`],
    ['DescribeLogStreams', `${GROUPS}/ecs/logs/sample-test:log-stream:`],
  ])('is a signal of a router: %s on %s', (name, resource) => {
    const denial = deniedCall(
      { action: `logs:${name}`, resource, userAgent: FLUENT_BIT },
      { ...service('logs', name) },
    );
    expect(denial).toMatchObject({ source: 'firelens', logGroupName: '/ecs/logs/sample-test' });
    expect(signalOf(denial)).toBe('router');
  });

  it('is none where it is another call', () => {
    const parts = { action: 'logs:PutRetentionPolicy', resource: `${GROUPS}/x`, userAgent: FLUENT_BIT };
    expect(signalOf(deniedCall(parts, service('logs', 'PutRetentionPolicy')))).toBeNull();
  });
});

describe("a denied call of the awslogs driver's", () => {
  it('is a signal of its own', () => {
    const logStreamName = 'nginx/nginx/a9112a0a96ed445cbc93a90807e34e37';
    expect(signalOf(deniedCall({ action: 'logs:CreateLogStream', logStreamName, userAgent: 'docker' }))).toBe(
      'awslogs-driver',
    );
  });
});
