import type { Template } from '../../infra/synthesise.ts';
import { aCeiling, propertiesOf, resourcesOf, statementsOf, templateOf } from './deployed.ts';

const FOURTEEN_DAYS = 14 * 24 * 3600;

describe.each(['observe', 'ticket'] as const)('given a ceiling of %s', (mode) => {
  let template: Template;
  beforeAll(async () => {
    template = await templateOf(aCeiling(mode));
  });

  it('has neither approver nor queue, URL, permission, output or alarm of one', () => {
    expect(JSON.stringify(template)).not.toMatch(/Approv|approvals|-approver|"AuthType":"NONE"|InvokedViaFunctionUrl/);
    expect(resourcesOf(template, 'AWS::Lambda::Url')).toHaveLength(1);
  });
});

describe.each(['propose', 'attach'] as const)('given a ceiling of %s', (mode) => {
  let template: Template;
  beforeAll(async () => {
    template = await templateOf(aCeiling(mode), { deploymentId: 'box' });
  });

  it('lets everybody call the approver, through its URL and in no other way', () => {
    expect(propertiesOf(template, 'AWS::Lambda::Url', 'Approver')).toEqual({
      AuthType: 'NONE',
      InvokeMode: 'BUFFERED',
      TargetFunctionArn: '<ApproverFunction.Arn>',
    });
    expect(propertiesOf(template, 'AWS::Lambda::Permission', 'ApproverAnybody')).toEqual({
      Action: 'lambda:InvokeFunctionUrl',
      FunctionName: '<ApproverFunction.Arn>',
      FunctionUrlAuthType: 'NONE',
      Principal: '*',
    });
    expect(propertiesOf(template, 'AWS::Lambda::Permission', 'ApproverInvoked')).toEqual({
      Action: 'lambda:InvokeFunction',
      FunctionName: '<ApproverFunction.Arn>',
      InvokedViaFunctionUrl: true,
      Principal: '*',
    });
  });

  it('lets everybody call nothing else', () => {
    const open = resourcesOf(template, 'AWS::Lambda::Permission').filter(({ Properties }) =>
      JSON.stringify(Properties['Principal']).includes('*'),
    );
    expect(open).toHaveLength(2);
    expect(resourcesOf(template, 'AWS::Lambda::Url').map(({ Properties }) => Properties['AuthType'])).toEqual([
      'NONE',
      'AWS_IAM',
    ]);
  });

  it('runs five approvers at most, for ten seconds each, and tells them where settings and queue are', () => {
    expect(propertiesOf(template, 'AWS::Lambda::Function', 'Approver')).toMatchObject({
      FunctionName: 'box-approver',
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      Timeout: 10,
      MemorySize: 512,
      RecursiveLoop: 'Terminate',
      ReservedConcurrentExecutions: 5,
      Role: '<ApproverRole.Arn>',
      LoggingConfig: { LogGroup: '<ApproverLog>' },
      Environment: {
        Variables: { SETTINGS_PATH: '/exec-log/box', APPROVALS_QUEUE_URL: '<ApprovalsQueue>', LOG_LEVEL: 'INFO' },
      },
    });
    expect(propertiesOf(template, 'AWS::Logs::LogGroup', 'Approver')).toMatchObject({ RetentionInDays: 365 });
  });

  it('lets the approver write its log, send to its queue, and read settings and secret; nothing of IAM or of the table', () => {
    expect(
      statementsOf(template, 'ApproverRole').map(({ Sid, Effect, Action, Resource }) => [
        Sid,
        Effect,
        Action,
        Resource,
      ]),
    ).toEqual([
      ['WriteOwnLog', 'Allow', ['logs:CreateLogStream', 'logs:PutLogEvents'], ['<ApproverLog.Arn>']],
      ['SendApprovals', 'Allow', ['sqs:SendMessage'], ['<ApprovalsQueue.Arn>']],
      [
        'ReadSettings',
        'Allow',
        ['ssm:GetParametersByPath'],
        [
          'arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:parameter/exec-log/box',
          'arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:parameter/exec-log/box/*',
        ],
      ],
      [
        'ReadSlackSecret',
        'Allow',
        ['secretsmanager:GetSecretValue'],
        ['arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:exec-log/slack*'],
      ],
    ]);
  });

  it('lets nobody but the approver send to the queue, and only over TLS', () => {
    const { PolicyDocument, Queues } = propertiesOf(template, 'AWS::SQS::QueuePolicy', 'ApprovalsQueuePolicy');
    expect(Queues).toEqual(['<ApprovalsQueue>']);
    expect(PolicyDocument).toMatchObject({
      Statement: [
        { Effect: 'Deny', Action: 'sqs:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
        {
          Sid: 'OnlyFromTheApprover',
          Effect: 'Deny',
          Principal: { AWS: '*' },
          Action: 'sqs:SendMessage',
          Resource: '<ApprovalsQueue.Arn>',
          Condition: { ArnNotEquals: { 'aws:PrincipalArn': '<ApproverRole.Arn>' } },
        },
      ],
    });
    const senders = resourcesOf(template, 'AWS::IAM::Role').filter(({ Properties }) =>
      /"sqs:SendMessage"[^}]*ApprovalsQueue/.test(JSON.stringify(Properties)),
    );
    expect(senders).toHaveLength(1);
  });

  it('gives an answer eight times, and keeps for 14 days what then failed', () => {
    expect(propertiesOf(template, 'AWS::SQS::Queue', 'ApprovalsQueue')).toEqual({
      QueueName: 'box-approvals',
      SqsManagedSseEnabled: true,
      VisibilityTimeout: 180,
      MessageRetentionPeriod: FOURTEEN_DAYS,
      RedrivePolicy: { deadLetterTargetArn: '<ApprovalsDeadLetters.Arn>', maxReceiveCount: 8 },
    });
    expect(propertiesOf(template, 'AWS::SQS::Queue', 'ApprovalsDeadLetters')).toMatchObject({
      QueueName: 'box-approvals-dead-letters',
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: FOURTEEN_DAYS,
    });
  });

  it('feeds the remediator from it at once, and tells it which queue that is', () => {
    expect(propertiesOf(template, 'AWS::Lambda::EventSourceMapping', 'RemediatorApprovalsSource')).toEqual({
      FunctionName: '<RemediatorFunction>',
      EventSourceArn: '<ApprovalsQueue.Arn>',
      BatchSize: 1,
      MaximumBatchingWindowInSeconds: 0,
      ScalingConfig: { MaximumConcurrency: 2 },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    expect(propertiesOf(template, 'AWS::Lambda::Function', 'Remediator')['Environment']).toMatchObject({
      Variables: { APPROVALS_QUEUE_URL: '<ApprovalsQueue>' },
    });
    expect(statementsOf(template, 'RemediatorRole').find(({ Sid }) => Sid === 'ConsumeQueue')?.Resource).toHaveLength(
      2,
    );
  });

  it('says where they are', () => {
    expect(Object.keys(template.Outputs)).toEqual(
      expect.arrayContaining(['ApproverUrl', 'ApproverFunctionName', 'ApprovalsQueueUrl', 'ApprovalsDeadLettersUrl']),
    );
  });

  it.each([
    ['ApprovalsDeadLetters', 'ApproximateNumberOfMessagesVisible', 0],
    ['ApprovalsOldestMessage', 'ApproximateAgeOfOldestMessage', 900],
    ['ApproverErrors', 'Errors', 0],
    ['ApproverThrottles', 'Throttles', 0],
    ['ClicksFailed', 'ClicksFailed', 0],
    ['ClicksForged', 'ClicksRefused', 10],
  ])('alarms on %s', (id, metric, above) => {
    expect(propertiesOf(template, 'AWS::CloudWatch::Alarm', id)).toMatchObject({
      MetricName: metric,
      Threshold: above,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
      AlarmDescription: expect.stringMatching(/^[A-Z].+\. First: [A-Z].+\. \(README, runbook "[A-Z][^"]+"\)$/),
    });
  });

  it('counts the forged ones alone for the alarm on many of them', () => {
    expect(propertiesOf(template, 'AWS::CloudWatch::Alarm', 'ClicksForged')['Dimensions']).toEqual([
      { Name: 'verdict', Value: 'forged' },
    ]);
  });
});

describe('given an organisation that forbids public URLs', () => {
  it('leaves out the URL and what lets everybody in, and nothing else', async () => {
    const [open, closed] = [
      await templateOf(aCeiling('propose')),
      await templateOf(aCeiling('propose'), { approverUrl: 'none' }),
    ];
    const gone = Object.entries(open.Resources).filter(([id]) => !(id in closed.Resources));
    expect(gone.map(([, { Type }]) => Type).sort()).toEqual([
      'AWS::Lambda::Permission',
      'AWS::Lambda::Permission',
      'AWS::Lambda::Url',
    ]);
    expect(Object.keys(open.Outputs).filter((name) => !(name in closed.Outputs))).toEqual(['ApproverUrl']);
  });
});

describe('given a number of approvers', () => {
  it.each([1, 100])('reserves %i', async (approverConcurrency) => {
    const template = await templateOf(aCeiling('propose'), { approverConcurrency });
    const { ReservedConcurrentExecutions } = propertiesOf(template, 'AWS::Lambda::Function', 'Approver');
    expect(ReservedConcurrentExecutions).toBe(approverConcurrency);
  });

  it('reserves none for an account that cannot', async () => {
    const template = await templateOf(aCeiling('propose'), { approverConcurrency: null });
    expect(propertiesOf(template, 'AWS::Lambda::Function', 'Approver')).not.toHaveProperty(
      'ReservedConcurrentExecutions',
    );
  });

  it.each([0, 101, 2.5, Number.NaN])('refuses %d', async (approverConcurrency) => {
    await expect(templateOf(aCeiling('observe'), { approverConcurrency })).rejects.toThrow(
      `approverConcurrency: ${approverConcurrency}: expected a whole number, 1 to 100, or none`,
    );
  });
});
