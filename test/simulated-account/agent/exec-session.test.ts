import type { JsonObject } from '../account-state.ts';
import { allowing, aRole, GROUP, logsArn, REGION, sampleAccountFile, startSample, TASK_ID } from '../sample-account.ts';
import { execSession } from './exec-session.ts';

const KEY = `arn:aws:kms:${REGION}:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab`;

/** The sample account with these permissions on the task role and this exec configuration. */
async function played(role: Record<string, JsonObject>, configuration: JsonObject, sections: JsonObject = {}) {
  const { ecs } = Object(sampleAccountFile());
  const clusters = ecs.clusters.map((cluster: object) => ({
    ...cluster,
    configuration: { executeCommandConfiguration: configuration },
  }));
  const account = await startSample({
    iam: { RoleDetailList: [aRole('web-task', role)], Policies: [] },
    ecs: { ...ecs, clusters },
    ...sections,
  });
  const records: JsonObject[] = [];
  account.on('record', (record) => records.push(record));
  const result = await execSession(account, { cluster: 'prod', task: TASK_ID, person: 'alice' });
  await account.close();
  return { ...result, records };
}

const override = (target: JsonObject = {}, rest: JsonObject = {}) => ({
  logging: 'OVERRIDE',
  logConfiguration: { cloudWatchLogGroupName: GROUP, ...target },
  ...rest,
});
const delivery = allowing(['logs:CreateLogStream', 'logs:PutLogEvents'], logsArn(`log-group:${GROUP}:*`));
const names = ({ calls }: Awaited<ReturnType<typeof played>>) => calls.map(({ name, outcome }) => `${name} ${outcome}`);

describe('given an exec session on the simulated account', () => {
  it('delivers the transcript if the role may create the stream and write to it', async () => {
    const session = await played({ delivery }, override());

    expect([session.transcript, names(session)]).toEqual([
      'recorded',
      [
        'DescribeLogGroups AccessDeniedException',
        'CreateLogStream ok',
        'DescribeLogStreams AccessDeniedException',
        'PutLogEvents ok',
      ],
    ]);
  });

  it('loses it with exactly one denied CreateLogStream, in the words and the user agent of the agent', async () => {
    const session = await played({}, override());
    const denied = session.records.filter(
      ({ eventName, errorCode }) => eventName === 'CreateLogStream' && errorCode === 'AccessDenied',
    );

    expect([
      session.transcript,
      denied.map(({ errorMessage, userAgent, requestParameters }) => ({ errorMessage, userAgent, requestParameters })),
    ]).toEqual([
      'lost',
      [
        {
          errorMessage: `User: arn:aws:sts::111111111111:assumed-role/web-task/${TASK_ID} is not authorized to perform: logs:CreateLogStream on resource: ${logsArn(`log-group:${GROUP}:log-stream:${session.sessionId}`)} because no identity-based policy allows the logs:CreateLogStream action`,
          userAgent: 'aws-sdk-go/1.55.5 (go1.22.4; linux; amd64) exec-env/AWS_ECS_FARGATE amazon-ssm-agent/3.3.1142.0',
          requestParameters: null,
        },
      ],
    ]);
    expect(session.sessionId).toMatch(/^ecs-execute-command-[a-z0-9]{26}$/);
  });

  it('is refused before any log call if the session key may not be used', async () => {
    const session = await played({ delivery }, override({}, { kmsKeyId: KEY }));

    expect([session.transcript, names(session)]).toEqual(['refused', ['Decrypt AccessDeniedException']]);
  });

  it('is refused if the group must be encrypted and cannot be looked at', async () => {
    const session = await played({ delivery }, override({ cloudWatchEncryptionEnabled: true }));

    expect([session.transcript, names(session)]).toEqual(['refused', ['DescribeLogGroups AccessDeniedException']]);
  });

  it('tries the bucket and then the group, and counts as lost if either is denied', async () => {
    const session = await played({ delivery }, override({ s3BucketName: 'output', s3KeyPrefix: 'exec' }));

    expect([session.transcript, names(session)]).toEqual([
      'lost',
      [
        'HeadBucket AccessDeniedException',
        'DescribeLogGroups AccessDeniedException',
        'GetBucketEncryption AccessDeniedException',
        'PutObject AccessDeniedException',
        'CreateLogStream ok',
        'DescribeLogStreams AccessDeniedException',
        'PutLogEvents ok',
      ],
    ]);
  });

  it('writes nowhere with logging NONE, and with DEFAULT in a container without awslogs', async () => {
    const off = await played({ delivery }, { logging: 'NONE' });
    const without = await played(
      { delivery },
      { logging: 'DEFAULT', logConfiguration: { cloudWatchLogGroupName: GROUP } },
    );

    expect([off, without].map((session) => [session.transcript, session.calls])).toEqual([
      ['lost', []],
      ['lost', []],
    ]);
  });
});
