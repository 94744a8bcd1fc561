import { DENIAL_RULE_PATTERN, SESSION_RULE_PATTERN } from '../../functions/domain/rules.ts';
import type { Template } from '../../infra/synthesise.ts';
import { aCeiling, propertiesOf, resourcesOf, templateOf } from './deployed.ts';

let template: Template;

beforeAll(async () => {
  template = await templateOf(aCeiling('attach'), { deploymentId: 'box' });
});

const RULES = [
  ['Denials', 'denials', DENIAL_RULE_PATTERN],
  ['Sessions', 'sessions', SESSION_RULE_PATTERN],
] as const;

describe.each(RULES)('given the rule %s', (id, name, pattern) => {
  it('has the exported pattern and one target, whose undeliverable events are kept', () => {
    expect(propertiesOf(template, 'AWS::Events::Rule', id)).toMatchObject({
      Name: `box-${name}`,
      State: 'ENABLED',
      EventPattern: pattern,
      Targets: [
        {
          Id: 'Queue',
          Arn: `<${id}Queue.Arn>`,
          DeadLetterConfig: { Arn: `<${id}Undelivered.Arn>` },
          RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
        },
      ],
    });
  });

  it('keeps the pattern within the quota of EventBridge', () => {
    expect(JSON.stringify(pattern).length).toBeLessThan(2048);
  });

  it('fills a queue that gives a message eight times', () => {
    expect(propertiesOf(template, 'AWS::SQS::Queue', `${id}Queue`)).toEqual({
      QueueName: `box-${name}`,
      SqsManagedSseEnabled: true,
      VisibilityTimeout: 180,
      MessageRetentionPeriod: 14 * 24 * 3600,
      RedrivePolicy: { deadLetterTargetArn: `<${id}DeadLetters.Arn>`, maxReceiveCount: 8 },
    });
  });

  it.each(['DeadLetters', 'Undelivered'])('keeps %s for 14 days', (queue) => {
    expect(propertiesOf(template, 'AWS::SQS::Queue', `${id}${queue}`)).toMatchObject({
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 14 * 24 * 3600,
    });
  });

  it('is the only sender that the queues let in, and only over TLS', () => {
    for (const queue of ['Queue', 'Undelivered']) {
      const { PolicyDocument } = propertiesOf(template, 'AWS::SQS::QueuePolicy', `${id}${queue}Policy`);
      expect(PolicyDocument).toMatchObject({
        Statement: [
          { Effect: 'Deny', Action: 'sqs:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
          {
            Effect: 'Allow',
            Action: 'sqs:SendMessage',
            Principal: { Service: 'events.amazonaws.com' },
            Condition: { ArnEquals: { 'aws:SourceArn': `<${id}Rule.Arn>` } },
          },
        ],
      });
    }
  });
});

describe('given the functions', () => {
  it.each([
    ['Remediator', 512, 'Allow'],
    ['Recorder', 256, 'Terminate'],
  ])('runs the %s on Node 24 and arm64 for at most 30 seconds', (id, memory, loop) => {
    const properties = propertiesOf(template, 'AWS::Lambda::Function', id);
    expect(properties).toMatchObject({
      FunctionName: `box-${id.toLowerCase()}`,
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      Timeout: 30,
      MemorySize: memory,
      RecursiveLoop: loop,
      Role: `<${id}Role.Arn>`,
      LoggingConfig: { LogGroup: `<${id}Log>` },
    });
    expect(properties['ReservedConcurrentExecutions']).toBeUndefined();
  });

  it.each([
    ['Remediator', 'Denials', 1000],
    ['Recorder', 'Sessions', 100],
  ])('feeds the %s from the queue of %s, two at a time', (id, rule, batch) => {
    expect(propertiesOf(template, 'AWS::Lambda::EventSourceMapping', id)).toEqual({
      FunctionName: `<${id}Function>`,
      EventSourceArn: `<${rule}Queue.Arn>`,
      BatchSize: batch,
      MaximumBatchingWindowInSeconds: 2,
      ScalingConfig: { MaximumConcurrency: 2 },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });

  it('tells the remediator where it is and what it may do at most', () => {
    expect(propertiesOf(template, 'AWS::Lambda::Function', 'Remediator')['Environment']).toEqual({
      Variables: {
        SETTINGS_PATH: '/exec-log/box',
        CEILING: JSON.stringify(aCeiling('attach')),
        TABLE_NAME: '<Table>',
        QUEUE_URL: '<DenialsQueue>',
        DEPLOYMENT_ID: 'box',
        LOG_LEVEL: 'INFO',
      },
    });
  });

  it('tells the recorder no more than it needs', () => {
    expect(propertiesOf(template, 'AWS::Lambda::Function', 'Recorder')['Environment']).toEqual({
      Variables: { TABLE_NAME: '<Table>', LOG_LEVEL: 'INFO' },
    });
  });

  it.each([
    ['Remediator', 365],
    ['Recorder', 90],
  ])('keeps the log of the %s for %i days, also after the stack', (id, days) => {
    expect(propertiesOf(template, 'AWS::Logs::LogGroup', id)).toMatchObject({ RetentionInDays: days });
    expect(resourcesOf(template, 'AWS::Logs::LogGroup').map((group) => group.DeletionPolicy)).toEqual([
      'Retain',
      'Retain',
    ]);
  });
});

describe('given what is stored', () => {
  it('keeps the table encrypted, recoverable and out of reach of a deletion', () => {
    expect(propertiesOf(template, 'AWS::DynamoDB::Table', 'Table')).toEqual({
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    });
    expect(resourcesOf(template, 'AWS::DynamoDB::Table').map((table) => table.DeletionPolicy)).toEqual(['Retain']);
  });

  it('begins with empty settings under the path of the deployment', () => {
    expect(propertiesOf(template, 'AWS::SSM::Parameter', 'Settings')).toMatchObject({
      Name: '/exec-log/box/settings',
      Type: 'String',
      Value: '{}',
    });
  });

  it('says where things are', () => {
    expect(Object.keys(template.Outputs)).toEqual(
      expect.arrayContaining(['SettingsPath', 'TableName', 'DenialsQueueUrl', 'RemediatorFunctionName']),
    );
  });
});
