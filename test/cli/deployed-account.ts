import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createTable, type Table } from '../../functions/adapters/aws/table.ts';
import { TABLE_INDEXES, TABLE_KEYS } from '../../functions/adapters/aws/table-keys.ts';
import { REGION } from './nginx-account.ts';

const TABLE_NAME = 'exec-log-Table-1';

/** The section of an account file that shows our stack with its table. */
export const deployedStack = {
  cloudformation: {
    stackResources: [
      {
        StackName: 'exec-log',
        StackId: `arn:aws:cloudformation:${REGION}:111111111111:stack/exec-log/1`,
        LogicalResourceId: 'Table',
        PhysicalResourceId: TABLE_NAME,
        ResourceType: 'AWS::DynamoDB::Table',
        ResourceStatus: 'CREATE_COMPLETE',
      },
    ],
  },
};

/** Makes the stack's table, with its indexes, in the account that the environment names. */
export async function deployTable(): Promise<Table> {
  const client = new DynamoDBClient({});
  const keysOf = (keys: { readonly partitionKey: string; readonly sortKey: string }) => [
    { AttributeName: keys.partitionKey, KeyType: 'HASH' as const },
    { AttributeName: keys.sortKey, KeyType: 'RANGE' as const },
  ];
  await client.send(
    new CreateTableCommand({
      TableName: TABLE_NAME,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [TABLE_KEYS, ...Object.values(TABLE_INDEXES)].flatMap((keys) =>
        [keys.partitionKey, keys.sortKey].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
      ),
      KeySchema: keysOf(TABLE_KEYS),
      GlobalSecondaryIndexes: Object.values(TABLE_INDEXES).map((index) => ({
        IndexName: index.name,
        KeySchema: keysOf(index),
        Projection: { ProjectionType: 'ALL' as const },
      })),
    }),
  );
  return createTable(client, TABLE_NAME);
}
