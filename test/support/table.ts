import type { Server } from 'node:http';
import { CreateTableCommand, DynamoDBClient, type KeySchemaElement } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import dynalite from 'dynalite';
import { createTable, type Row, type Table } from '../../functions/adapters/aws/table.ts';
import { ONLY_ITEM, TABLE_INDEXES, TABLE_KEYS } from '../../functions/adapters/aws/table-keys.ts';

const TABLE_NAME = 'exec-log';

/** A table of our keys and indexes in an in-process DynamoDB on loopback. */
export interface TestTable {
  readonly table: Table;
  /** For a table of another name. */
  readonly client: DynamoDBClient;
  /** An item as it lies there, or undefined. */
  rowAt(partitionKey: string): Promise<Row | undefined>;
  /** Puts an item past every condition, as somebody with the table's keys could. */
  forge(partitionKey: string, row: Row): Promise<void>;
  stop(): Promise<void>;
}

export async function startTable(): Promise<TestTable> {
  const server = dynalite({ createTableMs: 0 });
  const client = new DynamoDBClient({
    region: 'eu-central-1',
    endpoint: await listen(server),
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  const { partitionKey, sortKey } = TABLE_KEYS;
  await client.send(
    new CreateTableCommand({
      TableName: TABLE_NAME,
      AttributeDefinitions: [TABLE_KEYS, ...Object.values(TABLE_INDEXES)].flatMap((keys) =>
        [keys.partitionKey, keys.sortKey].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
      ),
      KeySchema: keySchemaOf(TABLE_KEYS),
      GlobalSecondaryIndexes: Object.values(TABLE_INDEXES).map((index) => ({
        IndexName: index.name,
        KeySchema: keySchemaOf(index),
        Projection:
          'attributes' in index
            ? { ProjectionType: 'INCLUDE', NonKeyAttributes: [...index.attributes] }
            : { ProjectionType: 'ALL' },
      })),
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  const documents = DynamoDBDocumentClient.from(client);
  const keyOf = (key: string) => ({ [partitionKey]: key, [sortKey]: ONLY_ITEM });
  return {
    table: createTable(client, TABLE_NAME),
    client,
    async rowAt(key) {
      const answer = await documents.send(new GetCommand({ TableName: TABLE_NAME, Key: keyOf(key) }));
      return answer.Item;
    },
    async forge(key, row) {
      await documents.send(new PutCommand({ TableName: TABLE_NAME, Item: { ...row, ...keyOf(key) } }));
    },
    stop() {
      client.destroy();
      return new Promise((stopped) => {
        server.close(() => stopped());
      });
    },
  };
}

function keySchemaOf(keys: { readonly partitionKey: string; readonly sortKey: string }): KeySchemaElement[] {
  return [
    { AttributeName: keys.partitionKey, KeyType: 'HASH' },
    { AttributeName: keys.sortKey, KeyType: 'RANGE' },
  ];
}

function listen(server: Server): Promise<string> {
  return new Promise((listening, failed) => {
    server.once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') {
        failed(new Error('The table has no port.'));
      } else {
        listening(`http://127.0.0.1:${address.port}`);
      }
    });
  });
}
