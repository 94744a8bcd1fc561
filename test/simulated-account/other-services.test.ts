import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import {
  DescribeEventBusCommand,
  DescribeRuleCommand,
  EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
} from '@aws-sdk/client-eventbridge';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { aRole, clientOf, denying, failureOf, roleArn, startSample } from './sample-account.ts';
import type { SimulatedAccount } from './server.ts';

const stackId = 'arn:aws:cloudformation:eu-central-1:111111111111:stack/web/1';
const resource = (LogicalResourceId: string, PhysicalResourceId: string) => ({
  StackName: 'web',
  StackId: stackId,
  LogicalResourceId,
  PhysicalResourceId,
  ResourceType: 'AWS::IAM::Role',
  Timestamp: '2026-01-01T00:00:00Z',
  ResourceStatus: 'CREATE_COMPLETE',
});

describe('given the other services of a simulated account', () => {
  let account: SimulatedAccount;

  beforeAll(async () => {
    account = await startSample(
      {
        cloudformation: {
          stackResources: { StackResources: [resource('TaskRole', 'web-task'), resource('Other', 'other')] },
        },
      },
      { pageSize: 1 },
    );
    account.stores.secrets.set('exec-log/slack', {
      arn: 'arn:aws:secretsmanager:eu-central-1:111111111111:secret:exec-log/slack-AbCdEf',
      value: '{}',
    });
    for (const name of ['denials', 'sessions']) {
      account.stores.rules.set(name, {
        rule: { Name: name, State: 'ENABLED', EventPattern: '{}' },
        targets: [{ Id: 'queue', Arn: 'arn:q' }],
      });
    }
  });
  afterAll(() => account.close());

  it('tells a caller who it is, even under a denial of everything', async () => {
    const strict = await startSample({ iam: { RoleDetailList: [aRole('web-task', { no: denying('*') })] } });
    const { Arn, Account, UserId } = await new STSClient(clientOf(strict, roleArn('web-task'), 'me')).send(
      new GetCallerIdentityCommand({}),
    );
    await strict.close();

    expect([Arn, Account, UserId]).toEqual([
      'arn:aws:sts::111111111111:assumed-role/web-task/me',
      '111111111111',
      'AROAWEBTASKXXXXXXXXXX:me',
    ]);
  });

  it('finds the stack that owns a physical resource, with all its resources', async () => {
    const cloudformation = new CloudFormationClient(clientOf(account, roleArn('repairer')));
    const { StackResources } = await cloudformation.send(
      new DescribeStackResourcesCommand({ PhysicalResourceId: 'web-task' }),
    );
    const { Stacks } = await cloudformation.send(new DescribeStacksCommand({ StackName: 'web' }));

    expect([
      StackResources?.map(({ LogicalResourceId, Timestamp }) => [LogicalResourceId, Timestamp]),
      Stacks?.map(({ StackId }) => StackId),
    ]).toEqual([
      [
        ['TaskRole', new Date('2026-01-01T00:00:00Z')],
        ['Other', new Date('2026-01-01T00:00:00Z')],
      ],
      [stackId],
    ]);
    expect(
      await failureOf(cloudformation.send(new DescribeStackResourcesCommand({ PhysicalResourceId: 'nobody' }))),
    ).toEqual({
      name: 'ValidationError',
      message: 'Stack for nobody does not exist',
    });
  });

  it('gives a secret by name or ARN', async () => {
    const secrets = new SecretsManagerClient(clientOf(account, roleArn('repairer')));
    const byName = await secrets.send(new GetSecretValueCommand({ SecretId: 'exec-log/slack' }));
    const byArn = await secrets.send(new GetSecretValueCommand({ SecretId: byName.ARN }));

    expect([byName.SecretString, byArn.Name]).toEqual(['{}', 'exec-log/slack']);
    expect((await failureOf(secrets.send(new GetSecretValueCommand({ SecretId: 'gone' })))).name).toBe(
      'ResourceNotFoundException',
    );
  });

  it('describes rules and their targets, in pages', async () => {
    const events = new EventBridgeClient(clientOf(account, roleArn('repairer')));
    const rule = await events.send(new DescribeRuleCommand({ Name: 'denials' }));
    const first = await events.send(new ListRulesCommand({}));
    const second = await events.send(new ListRulesCommand({ NextToken: first.NextToken }));
    const targets = await events.send(new ListTargetsByRuleCommand({ Rule: 'denials' }));

    expect([
      rule.State,
      [...(first.Rules ?? []), ...(second.Rules ?? [])].map(({ Name }) => Name),
      second.NextToken,
      targets.Targets,
    ]).toEqual(['ENABLED', ['denials', 'sessions'], undefined, [{ Id: 'queue', Arn: 'arn:q' }]]);
    expect((await failureOf(events.send(new DescribeRuleCommand({ Name: 'gone' })))).name).toBe(
      'ResourceNotFoundException',
    );
  });

  it('finds a rule of another bus only by both names', async () => {
    const strict = await startSample();
    const events = new EventBridgeClient(clientOf(strict, roleArn('repairer')));
    strict.stores.buses.add('hub');
    strict.stores.rules.set('denials', { rule: { Name: 'denials', EventBusName: 'hub' }, targets: [] });
    const bus = await events.send(new DescribeEventBusCommand({ Name: 'hub' }));
    const rule = await events.send(new DescribeRuleCommand({ Name: 'denials', EventBusName: 'hub' }));
    const { Rules } = await events.send(new ListRulesCommand({}));
    const failures = [
      (await failureOf(events.send(new DescribeRuleCommand({ Name: 'denials' })))).name,
      (await failureOf(events.send(new DescribeEventBusCommand({ Name: 'gone' })))).name,
    ];
    await strict.close();

    expect([bus.Arn, rule.Arn, rule.EventBusName, Rules, failures]).toEqual([
      'arn:aws:events:eu-central-1:111111111111:event-bus/hub',
      'arn:aws:events:eu-central-1:111111111111:rule/hub/denials',
      'hub',
      [],
      ['ResourceNotFoundException', 'ResourceNotFoundException'],
    ]);
  });

  it.each<[string, (account: SimulatedAccount) => Promise<unknown>]>([
    [
      'cloudformation:DescribeStackResources',
      (a) =>
        new CloudFormationClient(clientOf(a, roleArn('web-task'))).send(
          new DescribeStackResourcesCommand({ PhysicalResourceId: 'web-task' }),
        ),
    ],
    [
      'secretsmanager:GetSecretValue',
      (a) =>
        new SecretsManagerClient(clientOf(a, roleArn('web-task'))).send(
          new GetSecretValueCommand({ SecretId: 'exec-log/slack' }),
        ),
    ],
    [
      'events:DescribeRule',
      (a) => new EventBridgeClient(clientOf(a, roleArn('web-task'))).send(new DescribeRuleCommand({ Name: 'denials' })),
    ],
  ])('denies %s to a role without it', async (action, call) => {
    expect((await failureOf(call(account))).message).toContain(`is not authorized to perform: ${action} on resource: `);
  });
});
