import {
  type CloudFormationClient,
  DescribeStackResourcesCommand,
  GetTemplateCommand,
} from '@aws-sdk/client-cloudformation';
import { DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DescribeRuleCommand, type EventBridgeClient, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import { GetQueueAttributesCommand, GetQueueUrlCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { ObservedQueue, ObservedRule } from '../../domain/deployment-diagnosis.ts';
import type { Reading } from '../../domain/observation.ts';
import { ALL_MANAGEMENT_EVENTS } from '../../domain/rules.ts';
import { ABSENT, errorName, read, readingOf, unreadable } from './errors.ts';
import { readStackOutput } from './stack-outputs.ts';

/** A rule with its targets; of the default bus where none is named. */
export function readRule(
  client: EventBridgeClient,
  name: string,
  busName: string | null,
): Promise<Reading<ObservedRule>> {
  const onBus = busName === null ? {} : { EventBusName: busName };
  const ask = async () => {
    const [{ State }, { Targets = [] }] = await Promise.all([
      client.send(new DescribeRuleCommand({ Name: name, ...onBus })),
      client.send(new ListTargetsByRuleCommand({ Rule: name, ...onBus })),
    ]);
    return read({
      enabled: State?.startsWith('ENABLED') === true,
      hearsReads: State === ALL_MANAGEMENT_EVENTS,
      targetArns: Targets.map(({ Arn }) => Arn ?? ''),
    });
  };
  return readingOf(ask(), { call: 'events:DescribeRule', absent: ['ResourceNotFound'] });
}

/** How many messages a queue holds; SQS's own numbers are approximate. */
export function readQueue(client: SQSClient, name: string): Promise<Reading<ObservedQueue>> {
  const ask = async () => {
    const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: name }));
    const { Attributes = {} } = await client.send(
      new GetQueueAttributesCommand({
        QueueUrl,
        AttributeNames: [
          'ApproximateNumberOfMessages',
          'ApproximateNumberOfMessagesNotVisible',
          'ApproximateNumberOfMessagesDelayed',
        ],
      }),
    );
    return read({
      visible: Number(Attributes['ApproximateNumberOfMessages'] ?? 0),
      inFlight: Number(Attributes['ApproximateNumberOfMessagesNotVisible'] ?? 0),
      delayed: Number(Attributes['ApproximateNumberOfMessagesDelayed'] ?? 0),
    });
  };
  // Two names for one thing: the JSON protocol's and the query protocol's.
  const absent = ['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue'];
  return readingOf(ask(), { call: 'sqs:GetQueueAttributes', absent });
}

export function readTable(
  client: DynamoDBClient,
  tableName: string,
): Promise<Reading<{ readonly tableName: string; readonly status: string }>> {
  const ask = async () => {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: tableName }));
    return read({ tableName, status: Table?.TableStatus ?? 'unknown' });
  };
  return readingOf(ask(), { call: 'dynamodb:DescribeTable', absent: ['ResourceNotFound'] });
}

/** Of a stack with more, CloudFormation shows no others; with every option a deployment has as many. */
const MOST_RESOURCES_SHOWN = 100;

/** The table of a deployed stack, whose name CloudFormation made up. */
export async function readTableName(client: CloudFormationClient, stackName: string): Promise<Reading<string>> {
  const ask = async () => {
    const { StackResources = [] } = await client.send(new DescribeStackResourcesCommand({ StackName: stackName }));
    const name = StackResources.find(({ ResourceType }) => ResourceType === 'AWS::DynamoDB::Table')?.PhysicalResourceId;
    if (name !== undefined) return read(name);
    return StackResources.length < MOST_RESOURCES_SHOWN ? ABSENT : readStackOutput(client, stackName, 'TableName');
  };
  return readingOf(ask(), { call: 'cloudformation:DescribeStackResources', absent: ['ValidationError'] });
}

/** The text of an environment variable in a deployed template: the ceiling stands nowhere else. */
export async function readDeployedVariable(
  client: CloudFormationClient,
  stackName: string,
  variable: string,
): Promise<Reading<string>> {
  try {
    const { TemplateBody = '' } = await client.send(new GetTemplateCommand({ StackName: stackName }));
    const template: unknown = JSON.parse(TemplateBody);
    const resources = Object.values(objectAt(template, 'Resources'));
    const values = resources.map((resource) => {
      const properties = objectAt(resource, 'Properties');
      return objectAt(objectAt(properties, 'Environment'), 'Variables')[variable];
    });
    const value = values.find((candidate) => typeof candidate === 'string');
    return typeof value === 'string' ? read(value) : ABSENT;
  } catch (error) {
    // Only one check needs it, so that nothing that goes wrong here may stop the others.
    return unreadable(`cloudformation:GetTemplate failed (${errorName(error)})`);
  }
}

function objectAt(value: unknown, key: string): Record<string, unknown> {
  const member: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  return typeof member === 'object' && member !== null ? Object.fromEntries(Object.entries(member)) : {};
}
