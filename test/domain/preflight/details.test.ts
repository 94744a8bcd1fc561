import { checkSubject } from '../../../functions/domain/preflight/check-subject.ts';
import type { PreflightSubject } from '../../../functions/domain/preflight/subject.ts';
import { aCluster, anExecConfiguration, aRole, aTrustPolicy, GROUP, REGION, read } from '../../support/builders.ts';
import {
  aKey,
  aNetwork,
  anOverrideTarget,
  answersFor,
  aPreflightDefinition,
  aPreflightTask,
  aSubject,
  BUCKET_KEY_ARN,
  SESSION_KEY_ARN,
} from '../../support/preflight.ts';

const detailOf = (code: string, subject: Partial<PreflightSubject>) =>
  checkSubject(aSubject(subject)).checks.find((check) => check.code === code)?.detail;

const denying = (...actions: readonly string[]) => ({
  calls: read(answersFor(anOverrideTarget(), ({ action }) => ({ allowed: !actions.includes(action) }))),
});

describe('what a finding says beyond its code', () => {
  it('names the denied calls and what they cost, each cost once', () => {
    expect(
      detailOf('call-not-granted', denying('ssmmessages:OpenDataChannel', 's3:PutObject', 'kms:GenerateDataKey')),
    ).toBe(
      'No policy of the role allows a call that the session needs. ' +
        `ssmmessages:OpenDataChannel, s3:PutObject, kms:GenerateDataKey through s3.${REGION}.amazonaws.com ` +
        '(no shell opens; nothing arrives in the bucket).',
    );
  });

  it('tells the group that refuses the session from the group that nobody can write to', () => {
    expect(detailOf('call-not-granted', denying('logs:DescribeLogGroups'))).toContain(
      'logs:DescribeLogGroups (the agent refuses the session and calls the group not encrypted).',
    );
  });

  it('names the values that nobody knows beforehand', () => {
    const missingContextValues = ['aws:SourceVpce'];
    const calls = read(
      answersFor(anOverrideTarget(), ({ action }) => (action === 's3:PutObject' ? { missingContextValues } : {})),
    );
    expect(detailOf('context-missing', { calls })).toBe(
      "The role's policies ask for request values that nobody knows beforehand. s3:PutObject. Not known: aws:SourceVpce.",
    );
  });

  it('counts the tasks where only some are concerned', () => {
    const tasks = [{ enableExecuteCommand: false }, {}, {}].map(aPreflightTask);
    expect(detailOf('exec-disabled', { tasks })).toBe(
      'The task was started without exec: ECS refuses the session. 1 of 3 tasks.',
    );
  });

  it('names the endpoints that are not there, of those that the target needs', () => {
    const network = read(aNetwork('ecr.api'));
    expect(detailOf('endpoint-missing', { network })).toMatch(
      `vpc-1 lacks ${['ssmmessages', 'logs', 's3', 'kms'].map((name) => `${REGION}.${name}`).join(', ')}.`,
    );
    expect(
      detailOf('endpoint-missing', { network, target: anOverrideTarget({ bucket: null, sessionKey: null }) }),
    ).toMatch(`vpc-1 lacks ${REGION}.ssmmessages, ${REGION}.logs.`);
  });

  it('says which group DEFAULT takes, and which one it ignores', () => {
    const subject = {
      target: anOverrideTarget({ logging: 'DEFAULT', bucket: null, encryptionRequired: false }),
      cluster: read(aCluster({ execConfiguration: anExecConfiguration({ cloudWatchLogGroupName: '/ecs/exec' }) })),
    };
    expect(detailOf('target-derived', subject)).toBe(
      `The transcript has a destination. Logging DEFAULT: log group ${GROUP}.`,
    );
    expect(detailOf('cluster-group-ignored', subject)).toContain('The cluster names /ecs/exec.');
  });

  it('names group, bucket and prefix of OVERRIDE', () => {
    expect(detailOf('target-derived', {})).toBe(
      `The transcript has a destination. Logging OVERRIDE: log group ${GROUP} and bucket exec-transcripts/exec.`,
    );
  });

  it('says which of the two keys it means', () => {
    expect(detailOf('key-disabled', { sessionKey: read(aKey(SESSION_KEY_ARN, { enabled: false })) })).toContain(
      `The session key: ${SESSION_KEY_ARN}.`,
    );
    expect(detailOf('key-disabled', { bucketKey: read(aKey(BUCKET_KEY_ARN, { enabled: false })) })).toContain(
      `The bucket's key: ${BUCKET_KEY_ARN}.`,
    );
  });

  it('says that a role overrides that of the task definition', () => {
    expect(detailOf('role-found', { taskDefinition: read(aPreflightDefinition({ taskRoleArn: null })) })).toBe(
      "The role whose credentials the agent takes exists. It overrides the task definition's.",
    );
  });

  it('says why the trust is not clear', () => {
    const trustPolicy = aTrustPolicy({ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' });
    expect(detailOf('trust-unclear', { role: read(aRole({ trustPolicy })) })).toContain(
      'Its trust policy also trusts everybody or a foreign account.',
    );
  });
});
