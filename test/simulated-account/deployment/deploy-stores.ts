import {
  type AttributeDefinition,
  CreateTableCommand,
  DynamoDBClient,
  type GlobalSecondaryIndex,
  type KeySchemaElement,
} from '@aws-sdk/client-dynamodb';
import type { SimulatedAccount } from '../server.ts';
import type { Stack } from './stack.ts';
import { listOf, objectOf, textOf } from './template.ts';

/** Makes the stack's queues with their time-outs, delays and dead-letter queues. */
export function deployQueues(stack: Stack, account: SimulatedAccount): void {
  for (const { logicalId, properties } of stack.resourcesOf('AWS::SQS::Queue')) {
    const { deadLetterTargetArn, maxReceiveCount } = objectOf(properties['RedrivePolicy']);
    account.queues.create(stack.resources.nameOf(logicalId), {
      visibilityTimeoutSeconds: Number(properties['VisibilityTimeout'] ?? 30),
      delaySeconds: Number(properties['DelaySeconds'] ?? 0),
      ...(typeof deadLetterTargetArn === 'string'
        ? { redrive: { deadLetterQueue: lastOf(deadLetterTargetArn), maxReceiveCount: Number(maxReceiveCount) } }
        : {}),
    });
  }
}

/** Gives the stack's queues their own policies: what they deny holds against every role. */
export function deployQueuePolicies(stack: Stack, account: SimulatedAccount): void {
  for (const { properties } of stack.resourcesOf('AWS::SQS::QueuePolicy')) {
    for (const url of listOf(properties['Queues'])) {
      const queue = account.queues.byUrl(String(url));
      if (queue === undefined) throw new Error(`a queue policy names ${String(url)}, which is no queue of the stack`);
      queue.policy = objectOf(properties['PolicyDocument']);
    }
  }
}

/** Makes the stack's tables with their key schema. */
export async function deployTables(stack: Stack, account: SimulatedAccount): Promise<void> {
  const client = new DynamoDBClient({
    endpoint: account.url,
    region: account.state.region,
    credentials: account.credentialsFor('operator', 'cloudformation'),
  });
  for (const { logicalId, properties } of stack.resourcesOf(/^AWS::DynamoDB::(Global)?Table$/)) {
    const TableName = stack.resources.nameOf(logicalId);
    const indexes = listOf(properties['GlobalSecondaryIndexes']);
    await client.send(
      new CreateTableCommand({
        TableName,
        KeySchema: listOf(properties['KeySchema']) as KeySchemaElement[],
        AttributeDefinitions: listOf(properties['AttributeDefinitions']) as AttributeDefinition[],
        BillingMode: 'PAY_PER_REQUEST',
        ...(indexes.length === 0 ? {} : { GlobalSecondaryIndexes: [...indexes] as GlobalSecondaryIndex[] }),
      }),
    );
    const timeToLive = objectOf(properties['TimeToLiveSpecification']);
    if (timeToLive['Enabled'] === true) {
      account.stores.timeToLive.set(TableName, {
        TimeToLiveStatus: 'ENABLED',
        AttributeName: String(timeToLive['AttributeName']),
      });
    }
    const [replica] = listOf(properties['Replicas']);
    const recovery = objectOf(
      properties['PointInTimeRecoverySpecification'] ?? objectOf(replica)['PointInTimeRecoverySpecification'],
    );
    if (recovery['PointInTimeRecoveryEnabled'] === true) account.stores.pointInTimeRecovery.add(TableName);
  }
  client.destroy();
}

/** Makes the stack's parameters, and puts the wanted settings in place of those that the template brings. */
export function deployParameters(
  stack: Stack,
  account: SimulatedAccount,
  settingsPath: string | undefined,
  settings: unknown,
): void {
  const put = (Name: string, Value: string) =>
    account.stores.parameters.set(Name, {
      Name,
      Value,
      Type: 'String',
      Version: 1,
      LastModifiedDate: account.clock.now(),
    });
  for (const { logicalId, properties } of stack.resourcesOf('AWS::SSM::Parameter')) {
    put(stack.resources.nameOf(logicalId), String(properties['Value']));
  }
  if (settingsPath === undefined || settings === undefined) return;
  for (const name of [...account.stores.parameters.keys()]) {
    if (name.startsWith(`${settingsPath}/`)) account.stores.parameters.delete(name);
  }
  put(`${settingsPath}/settings`, typeof settings === 'string' ? settings : JSON.stringify(settings));
}

/** The stack's resources and outputs as CloudFormation would list them: whoever asks who owns a role is told. */
export function deployStackRecord(stack: Stack, account: SimulatedAccount): void {
  const { partition, region, account: accountId } = account.state;
  account.stores.stackOutputs.set(stack.name, stack.outputs());
  for (const { logicalId, type } of stack.template.resources) {
    account.state.cloudformation.stackResources.push({
      StackName: stack.name,
      StackId: `arn:${partition}:cloudformation:${region}:${accountId}:stack/${stack.name}/simulated`,
      LogicalResourceId: logicalId,
      PhysicalResourceId: stack.resources.refOf(logicalId),
      ResourceType: type,
      ResourceStatus: 'CREATE_COMPLETE',
      Timestamp: account.clock.now(),
    });
  }
}

/** The last step of an ARN or URL. */
export function lastOf(name: string): string {
  return textOf(name.split(/[:/]/).at(-1)) ?? '';
}
