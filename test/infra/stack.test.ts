import { TABLE_INDEXES } from '../../functions/adapters/aws/table-keys.ts';
import {
  DENIAL_RULE_PATTERN,
  SESSION_RULE_PATTERN,
  STACK_DELETION_RULE_PATTERN,
  START_SESSION_RULE_PATTERN,
} from '../../functions/domain/rules.ts';
import type { Template } from '../../infra/synthesise.ts';
import { aCeiling, propertiesOf, resourcesOf, templateOf } from './deployed.ts';

let template: Template;

beforeAll(async () => {
  template = await templateOf(aCeiling('attach'), { deploymentId: 'box' });
});

const RULES = [
  ['Denials', 'Rule', 'denials', DENIAL_RULE_PATTERN],
  ['Denials', 'StackDeletionsRule', 'stack-deletions', STACK_DELETION_RULE_PATTERN],
  ['Sessions', 'Rule', 'sessions', SESSION_RULE_PATTERN],
  ['Sessions', 'StartsRule', 'starts', START_SESSION_RULE_PATTERN],
] as const;

describe.each(RULES)('given the queue of %s and its %s', (id, rule, name, pattern) => {
  it('has the exported pattern and one target, whose undeliverable events are kept', () => {
    expect(propertiesOf(template, 'AWS::Events::Rule', `${id}${rule}`)).toMatchObject({
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
});

const QUEUES = [
  ['Denials', 'denials', ['<DenialsRule.Arn>', '<DenialsStackDeletionsRule.Arn>']],
  ['Sessions', 'sessions', ['<SessionsRule.Arn>', '<SessionsStartsRule.Arn>']],
] as const;

describe.each(QUEUES)('given the queue of %s', (id, name, rules) => {
  it('gives a message eight times', () => {
    expect(propertiesOf(template, 'AWS::SQS::Queue', `${id}Queue`)).toEqual({
      QueueName: `box-${name}`,
      SqsManagedSseEnabled: true,
      VisibilityTimeout: 182,
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

  it('lets in only its rules, and only over TLS', () => {
    for (const queue of ['Queue', 'Undelivered']) {
      const { PolicyDocument } = propertiesOf(template, 'AWS::SQS::QueuePolicy', `${id}${queue}Policy`);
      expect(PolicyDocument).toMatchObject({
        Statement: [
          { Effect: 'Deny', Action: 'sqs:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
          {
            Effect: 'Allow',
            Action: 'sqs:SendMessage',
            Principal: { Service: 'events.amazonaws.com' },
            Condition: { ArnEquals: { 'aws:SourceArn': rules } },
          },
        ],
      });
    }
  });
});

describe('given the functions', () => {
  it.each([
    ['Remediator', 512, 'Allow', 30],
    ['Recorder', 256, 'Terminate', 30],
    ['Auditor', 512, 'Terminate', 600],
    ['Acceptor', 256, 'Terminate', 30],
  ])('runs the %s on Node 24 and arm64', (id, memory, loop, seconds) => {
    const properties = propertiesOf(template, 'AWS::Lambda::Function', id);
    expect(properties).toMatchObject({
      FunctionName: `box-${id.toLowerCase()}`,
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      Timeout: seconds,
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
    expect(propertiesOf(template, 'AWS::Lambda::EventSourceMapping', `${id}Source`)).toEqual({
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
        APPROVALS_QUEUE_URL: '<ApprovalsQueue>',
        DEPLOYMENT_ID: 'box',
        LOG_LEVEL: 'INFO',
      },
    });
  });

  it('tells the auditor which queues take its orders and what was never delivered', () => {
    expect(propertiesOf(template, 'AWS::Lambda::Function', 'Auditor')['Environment']).toEqual({
      Variables: {
        SETTINGS_PATH: '/exec-log/box',
        CEILING: JSON.stringify(aCeiling('attach')),
        TABLE_NAME: '<Table>',
        QUEUE_URL: '<DenialsQueue>',
        SESSIONS_QUEUE_URL: '<SessionsQueue>',
        DEPLOYMENT_ID: 'box',
        LOG_LEVEL: 'INFO',
      },
    });
  });

  it.each(['Recorder', 'Acceptor'])('tells the %s no more than it needs', (id) => {
    expect(propertiesOf(template, 'AWS::Lambda::Function', id)['Environment']).toEqual({
      Variables: { TABLE_NAME: '<Table>', LOG_LEVEL: 'INFO' },
    });
  });

  it.each([
    ['Remediator', 365],
    ['Recorder', 90],
    ['Auditor', 90],
    ['Acceptor', 365],
  ])('keeps the log of the %s for %i days, also after the stack', (id, days) => {
    expect(propertiesOf(template, 'AWS::Logs::LogGroup', id)).toMatchObject({ RetentionInDays: days });
    const policies = resourcesOf(template, 'AWS::Logs::LogGroup').map((group) => group.DeletionPolicy);
    expect(policies).toEqual(['Retain', 'Retain', 'Retain', 'Retain', 'Retain']);
  });
});

describe('given the schedule of the auditor', () => {
  it('runs it every 15 minutes, and repeats a run that failed once before it is kept', () => {
    expect(propertiesOf(template, 'AWS::Events::Rule', 'Auditor')).toEqual({
      Name: 'box-auditor',
      Description: expect.any(String),
      ScheduleExpression: 'rate(15 minutes)',
      State: 'ENABLED',
      Targets: [{ Id: 'Function', Arn: '<AuditorFunction.Arn>' }],
    });
    expect(propertiesOf(template, 'AWS::Lambda::Permission', 'Auditor')).toEqual({
      Action: 'lambda:InvokeFunction',
      FunctionName: '<AuditorFunction.Arn>',
      Principal: 'events.amazonaws.com',
      SourceArn: '<AuditorSchedule.Arn>',
    });
    expect(propertiesOf(template, 'AWS::Lambda::EventInvokeConfig', 'Auditor')).toEqual({
      FunctionName: '<AuditorFunction>',
      Qualifier: '$LATEST',
      MaximumRetryAttempts: 1,
      MaximumEventAgeInSeconds: 900,
      DestinationConfig: { OnFailure: { Destination: '<AuditorFailures.Arn>' } },
    });
    expect(propertiesOf(template, 'AWS::SQS::Queue', 'AuditorFailures')).toEqual({
      QueueName: 'box-auditor-failures',
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 14 * 24 * 3600,
    });
  });

  it.each([5, 60])('can be set to %i minutes', async (auditMinutes) => {
    const other = await templateOf(aCeiling('observe'), { auditMinutes });
    expect(propertiesOf(other, 'AWS::Events::Rule', 'Auditor')['ScheduleExpression']).toBe(
      `rate(${auditMinutes} minutes)`,
    );
  });

  it.each([4, 61, 7.5, Number.NaN])('cannot be set to %d minutes', async (auditMinutes) => {
    await expect(templateOf(aCeiling('observe'), { auditMinutes })).rejects.toThrow(
      `auditMinutes: ${auditMinutes}: expected a whole number of minutes, 5 to 60`,
    );
  });
});

describe('given the URL of the acceptor', () => {
  it('lets in only whom IAM knows', () => {
    expect(propertiesOf(template, 'AWS::Lambda::Url', 'Acceptor')).toEqual({
      AuthType: 'AWS_IAM',
      InvokeMode: 'BUFFERED',
      TargetFunctionArn: '<AcceptorFunction.Arn>',
    });
  });
});

describe('given what is stored', () => {
  it('keeps the table encrypted, recoverable and out of reach of a deletion', () => {
    expect(propertiesOf(template, 'AWS::DynamoDB::Table', 'Table')).toEqual({
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
        { AttributeName: 'workList', AttributeType: 'S' },
        { AttributeName: 'workOrder', AttributeType: 'S' },
        { AttributeName: 'day', AttributeType: 'S' },
        { AttributeName: 'sessionId', AttributeType: 'S' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'work',
          KeySchema: [
            { AttributeName: 'workList', KeyType: 'HASH' },
            { AttributeName: 'workOrder', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: [...TABLE_INDEXES.work.attributes] },
        },
        {
          IndexName: 'day',
          KeySchema: [
            { AttributeName: 'day', KeyType: 'HASH' },
            { AttributeName: 'sessionId', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true },
      TableClass: 'STANDARD_INFREQUENT_ACCESS',
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
      expect.arrayContaining([
        'SettingsPath',
        'TableName',
        'DenialsQueueUrl',
        'RemediatorFunctionName',
        'AuditorFunctionName',
        'AuditRuleName',
        'AcceptorFunctionName',
        'AcceptUrl',
      ]),
    );
  });
});
