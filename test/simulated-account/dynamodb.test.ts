import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { allowing, aRole, clientOf, failureOf, roleArn, startSample } from './sample-account.ts';
import type { SimulatedAccount } from './server.ts';

const TableName = 'exec-log';
const key = (pk: string) => ({ pk: { S: pk }, sk: { S: 'x' } });

describe('given a table of a simulated account', () => {
  let account: SimulatedAccount;
  let owner: DynamoDBClient;
  let sessions: DynamoDBClient;

  beforeAll(async () => {
    const onlySessions = allowing(
      [
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:UpdateItem',
        'dynamodb:DeleteItem',
        'dynamodb:Query',
        'dynamodb:BatchGetItem',
        'dynamodb:BatchWriteItem',
      ],
      [
        'arn:aws:dynamodb:eu-central-1:111111111111:table/exec-log',
        'arn:aws:dynamodb:eu-central-1:111111111111:table/exec-log/index/*',
      ],
      { Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['session#*'] } } },
    );
    account = await startSample({
      iam: { RoleDetailList: [aRole('repairer', { all: allowing('*') }), aRole('recorder', { onlySessions })] },
    });
    owner = new DynamoDBClient(clientOf(account, roleArn('repairer')));
    sessions = new DynamoDBClient(clientOf(account, roleArn('recorder')));
    await owner.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' },
          { AttributeName: 'sk', AttributeType: 'S' },
          { AttributeName: 'list', AttributeType: 'S' },
        ],
        GlobalSecondaryIndexes: [
          {
            IndexName: 'work',
            KeySchema: [{ AttributeName: 'list', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'ALL' },
          },
        ],
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        SSESpecification: { Enabled: true },
        DeletionProtectionEnabled: true,
      }),
    );
  });
  afterAll(() => account.close());

  it('stores items under conditions', async () => {
    const put = () =>
      owner.send(
        new PutItemCommand({
          TableName,
          Item: { ...key('case#1'), n: { N: '1' } },
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      );
    await put();
    const again = await failureOf(put());
    const { Item } = await owner.send(new GetItemCommand({ TableName, Key: key('case#1') }));
    const { Items } = await owner.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :p',
        ExpressionAttributeValues: { ':p': { S: 'case#1' } },
      }),
    );

    expect([again.name, Item, Items]).toEqual([
      'ConditionalCheckFailedException',
      { ...key('case#1'), n: { N: '1' } },
      [{ ...key('case#1'), n: { N: '1' } }],
    ]);
  });

  it('tells the table, its expiry and its backups', async () => {
    account.stores.timeToLive.set(TableName, { TimeToLiveStatus: 'ENABLED', AttributeName: 'expiresAt' });
    account.stores.pointInTimeRecovery.add(TableName);
    const { Table } = await owner.send(new DescribeTableCommand({ TableName }));
    const ttl = await owner.send(new DescribeTimeToLiveCommand({ TableName }));
    const backups = await owner.send(new DescribeContinuousBackupsCommand({ TableName }));

    expect([
      Table?.TableStatus,
      ttl.TimeToLiveDescription,
      backups.ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus,
    ]).toEqual(['ACTIVE', { TimeToLiveStatus: 'ENABLED', AttributeName: 'expiresAt' }, 'ENABLED']);
    expect((await failureOf(owner.send(new DescribeTableCommand({ TableName: 'gone' })))).name).toBe(
      'ResourceNotFoundException',
    );
  });

  it.each<[string, (client: DynamoDBClient, pk: string) => Promise<unknown>]>([
    ['PutItem', (client, pk) => client.send(new PutItemCommand({ TableName, Item: key(pk) }))],
    ['GetItem', (client, pk) => client.send(new GetItemCommand({ TableName, Key: key(pk) }))],
    [
      'UpdateItem',
      (client, pk) =>
        client.send(
          new UpdateItemCommand({
            TableName,
            Key: key(pk),
            UpdateExpression: 'SET a = :a',
            ExpressionAttributeValues: { ':a': { S: '1' } },
          }),
        ),
    ],
    ['DeleteItem', (client, pk) => client.send(new DeleteItemCommand({ TableName, Key: key(pk) }))],
    [
      'Query',
      (client, pk) =>
        client.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: '#k = :k AND begins_with(sk, :s)',
            ExpressionAttributeNames: { '#k': 'pk' },
            ExpressionAttributeValues: { ':k': { S: pk }, ':s': { S: 'x' } },
          }),
        ),
    ],
    [
      'BatchGetItem',
      (client, pk) =>
        client.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [key('session#0'), key(pk)] } } })),
    ],
    [
      'BatchWriteItem',
      (client, pk) =>
        client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: [{ PutRequest: { Item: key(pk) } }] } })),
    ],
  ])('lets a role with leading keys make %s on its own keys only', async (operation, call) => {
    await call(sessions, 'session#1');
    const denied = await failureOf(call(sessions, 'case#2'));

    expect(denied).toEqual({
      name: 'AccessDeniedException',
      message: `User: arn:aws:sts::111111111111:assumed-role/recorder/simulated-session is not authorized to perform: dynamodb:${operation} on resource: arn:aws:dynamodb:eu-central-1:111111111111:table/exec-log because no identity-based policy allows the dynamodb:${operation} action`,
    });
  });

  it("decides a query of an index by the index's own partition key", async () => {
    const query = (client: DynamoDBClient, list: string) =>
      client.send(
        new QueryCommand({
          TableName,
          IndexName: 'work',
          KeyConditionExpression: '#l = :l',
          ExpressionAttributeNames: { '#l': 'list' },
          ExpressionAttributeValues: { ':l': { S: list } },
        }),
      );
    const item = { ...key('session#9'), list: { S: 'session#open' } };
    await owner.send(new PutItemCommand({ TableName, Item: item }));
    const { Items } = await query(sessions, 'session#open');
    const denied = await failureOf(query(sessions, 'case#open'));

    expect([Items, denied]).toEqual([
      [item],
      {
        name: 'AccessDeniedException',
        message:
          'User: arn:aws:sts::111111111111:assumed-role/recorder/simulated-session is not authorized to perform: dynamodb:Query on resource: arn:aws:dynamodb:eu-central-1:111111111111:table/exec-log/index/work because no identity-based policy allows the dynamodb:Query action',
      },
    ]);
  });
});
