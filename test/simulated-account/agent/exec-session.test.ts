import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { createCallHistory } from '../../../functions/adapters/aws/call-history.ts';
import type { JsonObject } from '../account-state.ts';
import {
  allowing,
  aRole,
  channels,
  clientOf,
  GROUP,
  logsArn,
  REGION,
  sampleAccountFile,
  startSample,
  TASK_ID,
} from '../sample-account.ts';
import { type ExecRequest, execSession } from './exec-session.ts';

const KEY = `arn:aws:kms:${REGION}:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab`;

/** The sample account with these permissions on the task role and this exec configuration. */
async function played(
  role: Record<string, JsonObject>,
  configuration: JsonObject,
  sections: JsonObject = {},
  request: Partial<ExecRequest> = {},
) {
  const { ecs } = Object(sampleAccountFile());
  const clusters = ecs.clusters.map((cluster: object) => ({
    ...cluster,
    configuration: { executeCommandConfiguration: configuration },
  }));
  const account = await startSample({
    iam: { RoleDetailList: [aRole('web-task', { channels, ...role })], Policies: [] },
    ecs: { ...ecs, clusters },
    ...sections,
  });
  const records: JsonObject[] = [];
  account.on('record', (record) => records.push(record));
  const startedAt = account.clock.now().getTime();
  const result = await execSession(account, { cluster: 'prod', task: TASK_ID, person: 'alice', ...request });
  const history = createCallHistory(new CloudTrailClient(clientOf(account)), {
    clock: () => account.clock.now(),
    sleep: () => Promise.resolve(),
    requestsPerSecond: Number.POSITIVE_INFINITY,
  });
  const to = account.clock.now();
  const from = new Date(to.getTime() - 3_600_000);
  const found = await history.findRecords({ attribute: 'Username', value: TASK_ID, from, to, maxPages: 1 });
  await account.close();
  const { Status, EndDate } = account.stores.sessions.get(result.sessionId) ?? {};
  const lasted = EndDate === undefined ? null : Math.floor((EndDate.getTime() - startedAt) / 60_000);
  return { ...result, records, found, ended: [Status, lasted], buckets: account.state.s3, stores: account.stores };
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
        'HeadBucket Forbidden',
        'DescribeLogGroups AccessDeniedException',
        'GetBucketEncryption AccessDenied',
        'PutObject AccessDenied',
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

  it('puts the transcript into the bucket, below the prefix', async () => {
    const upload = allowing(['s3:PutObject', 's3:GetEncryptionConfiguration', 's3:ListBucket']);
    const encryption = { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } }] };
    const session = await played(
      { delivery, upload },
      override({ s3BucketName: 'output', s3KeyPrefix: 'exec', s3EncryptionEnabled: true }),
      { s3: { output: { encryption } } },
      { command: 'id' },
    );
    const transcript = 'Script started\n# id\nexit\nScript done\n';

    expect([
      session.transcript,
      names(session).filter((name) => /Bucket|Object/.test(name)),
      session.buckets.get('output')?.objects?.map(({ Key, Size }) => [Key, Size]),
      [...session.stores.objectTexts],
    ]).toEqual([
      'recorded',
      ['HeadBucket ok', 'GetBucketEncryption ok', 'GetBucketEncryption ok', 'PutObject ok'],
      [[`exec/${session.sessionId}.log`, transcript.length]],
      [[`output/exec/${session.sessionId}.log`, transcript]],
    ]);
  });

  it.each([
    ['may not be looked at', {}, 'GetBucketEncryption AccessDenied'],
    [
      'is not encrypted',
      { look: allowing(['s3:GetEncryptionConfiguration']) },
      'GetBucketEncryption ServerSideEncryptionConfigurationNotFoundError',
    ],
  ])('is refused if the bucket must be encrypted and %s, which CloudTrail shows', async (_, role, call) => {
    const session = await played(
      { delivery, ...role },
      override({ s3BucketName: 'output', s3EncryptionEnabled: true }),
      { s3: { output: {} } },
    );
    const [record] = session.records.filter(({ eventName }) => eventName === 'GetBucketEncryption');

    expect([session.transcript, names(session).at(-1)]).toEqual(['refused', call]);
    expect(record).toEqual(
      expect.objectContaining({
        errorCode: call.split(' ')[1],
        requestParameters: { bucketName: 'output' },
        userAgent: expect.stringContaining('amazon-ssm-agent/'),
      }),
    );
  });

  it.each<[string, Partial<ExecRequest>]>([
    ['the image lacks the program that builds the transcript', { without: 'script' }],
    ['the container is killed', { killed: true }],
  ])('tries nothing after the shell where %s', async (_, request) => {
    const session = await played({ delivery }, override(), {}, { ...request, minutes: 3 });

    expect([session.transcript, names(session), session.ended]).toEqual([
      'lost',
      ['DescribeLogGroups AccessDeniedException'],
      ['Terminated', 3],
    ]);
  });

  it('runs in Systems Manager until the shell ends, and not at all if it was refused', async () => {
    const open = await played({ delivery }, override(), {}, { minutes: 5 });
    const refused = await played({ delivery }, override({}, { kmsKeyId: KEY }), {}, { minutes: 5 });

    expect([open.ended, refused.ended]).toEqual([
      ['Terminated', 5],
      ['Terminated', 0],
    ]);
  });

  it("shows the agent's denied calls to our reader of the history, by the task's id", async () => {
    const session = await played({}, override({ s3BucketName: 'output' }), { s3: { output: {} } });
    const records = session.found.kind === 'read' ? session.found.value.records : [];

    expect(records.map((record) => [Object(record).eventName, Object(record).errorCode])).toEqual([
      ['DescribeLogStreams', 'AccessDenied'],
      ['CreateLogStream', 'AccessDenied'],
      ['GetBucketEncryption', 'AccessDenied'],
      ['DescribeLogGroups', 'AccessDenied'],
    ]);
  });
});
