import { SIGNAL_RULE_NAMES, SIGNAL_RULES } from '../../functions/domain/rules.ts';
import type { Template } from '../../infra/synthesise.ts';
import { aCeiling, propertiesOf, resourcesOf, templateOf } from './deployed.ts';

const ALL_EVENTS = 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';

let without: Template;
let withAll: Template;

beforeAll(async () => {
  without = await templateOf(aCeiling('attach'), { deploymentId: 'box' });
  withAll = await templateOf(aCeiling('attach'), { deploymentId: 'box', signals: SIGNAL_RULE_NAMES });
});

const namesOf = (template: Template, type: string, key: string) =>
  resourcesOf(template, type).map(({ Properties }) => Properties[key]);

describe('given no signals', () => {
  it('has the rules of every deployment, the queues of those and of answers, and no queue of routers', () => {
    expect(namesOf(without, 'AWS::Events::Rule', 'Name')).toEqual([
      'box-denials',
      'box-stack-deletions',
      'box-sessions',
      'box-starts',
      'box-auditor',
    ]);
    expect(resourcesOf(without, 'AWS::Lambda::EventSourceMapping')).toHaveLength(3);
    expect(namesOf(without, 'AWS::SQS::Queue', 'QueueName')).not.toContain('box-routers');
    expect(Object.keys(without.Outputs).filter((name) => name.startsWith('Routers'))).toEqual([]);
  });
});

describe.each([
  ['describe-log-groups', 'Denials', ALL_EVENTS],
  ['bucket-encryption', 'Denials', ALL_EVENTS],
  ['session-key', 'Denials', ALL_EVENTS],
  ['bucket-objects', 'Denials', 'ENABLED'],
  ['firelens', 'Routers', ALL_EVENTS],
  ['awslogs-driver', 'Routers', 'ENABLED'],
] as const)('given the signal %s', (name, queue, state) => {
  it('has its pattern, its state, and one target whose undeliverable events are kept', () => {
    const id = `${queue}Signal${name.replaceAll('-', '')}`;
    expect(propertiesOf(withAll, 'AWS::Events::Rule', id)).toEqual({
      Name: `box-signal-${name}`,
      Description: SIGNAL_RULES[name].sees,
      State: state,
      EventPattern: SIGNAL_RULES[name].pattern,
      Targets: [
        {
          Id: 'Queue',
          Arn: `<${queue}Queue.Arn>`,
          DeadLetterConfig: { Arn: `<${queue}Undelivered.Arn>` },
          RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
        },
      ],
    });
  });

  it('may send to its queue', () => {
    for (const part of ['Queue', 'Undelivered']) {
      const policy = propertiesOf(withAll, 'AWS::SQS::QueuePolicy', `${queue}${part}Policy`);
      expect(JSON.stringify(policy)).toContain(`<${queue}Signal${name.replaceAll('-', '')}.Arn>`);
    }
  });

  it('can be chosen alone', async () => {
    const alone = await templateOf(aCeiling('observe'), { deploymentId: 'box', signals: [name] });
    const signals = namesOf(alone, 'AWS::Events::Rule', 'Name').filter((rule) => /signal/.test(String(rule)));
    expect(signals).toEqual([`box-signal-${name}`]);
    expect(namesOf(alone, 'AWS::SQS::Queue', 'QueueName').includes('box-routers')).toBe(queue === 'Routers');
  });
});

describe('given signals of routers', () => {
  it('has a queue that fits six time-outs of the function and the window', () => {
    expect(propertiesOf(withAll, 'AWS::SQS::Queue', 'RoutersQueue')).toEqual({
      QueueName: 'box-routers',
      SqsManagedSseEnabled: true,
      VisibilityTimeout: 6 * 30 + 300,
      MessageRetentionPeriod: 14 * 24 * 3600,
      RedrivePolicy: { deadLetterTargetArn: '<RoutersDeadLetters.Arn>', maxReceiveCount: 8 },
    });
  });

  it('feeds the remediator from it in long batches, beside the denials', () => {
    expect(propertiesOf(withAll, 'AWS::Lambda::EventSourceMapping', 'RemediatorRouters')).toEqual({
      FunctionName: '<RemediatorFunction>',
      EventSourceArn: '<RoutersQueue.Arn>',
      BatchSize: 10_000,
      MaximumBatchingWindowInSeconds: 300,
      ScalingConfig: { MaximumConcurrency: 2 },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    expect(propertiesOf(withAll, 'AWS::Lambda::EventSourceMapping', 'RemediatorSource')).toMatchObject({
      EventSourceArn: '<DenialsQueue.Arn>',
      MaximumBatchingWindowInSeconds: 2,
    });
  });

  it('says where its queues are', () => {
    expect(Object.keys(withAll.Outputs)).toEqual(
      expect.arrayContaining(['RoutersQueueUrl', 'RoutersDeadLettersUrl', 'RoutersUndeliveredUrl']),
    );
  });
});

describe('given names of signals', () => {
  it('takes each once, in any order', async () => {
    const twice = { deploymentId: 'box', signals: ['firelens', ...SIGNAL_RULE_NAMES.toReversed()] };
    expect(await templateOf(aCeiling('attach'), twice)).toEqual(withAll);
  });

  it.each(['Firelens', 'box-signal-firelens', '', 'toString'])(
    'refuses %j and lists those that there are',
    async (name) => {
      await expect(templateOf(aCeiling('observe'), { signals: ['firelens', name] })).rejects.toThrow(
        `signals: ${JSON.stringify(name)}: expected names of describe-log-groups, bucket-encryption, session-key, bucket-objects, firelens, awslogs-driver`,
      );
    },
  );
});
