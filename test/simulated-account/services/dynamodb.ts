import type {
  AttributeValue,
  BatchGetItemInput,
  BatchWriteItemInput,
  CreateTableInput,
  DescribeContinuousBackupsInput,
  DescribeContinuousBackupsOutput,
  DescribeTimeToLiveInput,
  DescribeTimeToLiveOutput,
  KeySchemaElement,
  QueryInput,
} from '@aws-sdk/client-dynamodb';
import {
  BatchGetItem$,
  BatchWriteItem$,
  CreateTable$,
  DeleteItem$,
  DeleteTable$,
  DescribeContinuousBackups$,
  DescribeTable$,
  DescribeTimeToLive$,
  GetItem$,
  ListTables$,
  PutItem$,
  Query$,
  Scan$,
  UpdateItem$,
} from '@aws-sdk/client-dynamodb';
import type { AccountRuntime } from '../account-runtime.ts';
import { type Call, type Demand, operation, PassedAnswer, type Recording, type Service } from '../service.ts';

type Item = Readonly<Record<string, AttributeValue>>;

/** A table by its name or ARN. */
const tableName = (asked = '') => asked.slice(asked.lastIndexOf('/') + 1);

const indexName = (table: string | undefined, index: string) => `${tableName(table)}/index/${index}`;

/** The permission on a table or an index (`table/index/name`), with the partition keys of these items, by the key of either. */
function demandOnName(runtime: AccountRuntime, name: string, items: readonly (Item | undefined)[]): Demand {
  const partitionKey = runtime.stores.partitionKeys.get(name);
  const leading = items
    .map((item) => (partitionKey === undefined ? undefined : item?.[partitionKey]))
    .map(
      (value) => value?.S ?? value?.N ?? (value?.B === undefined ? undefined : Buffer.from(value.B).toString('base64')),
    )
    .filter((value) => value !== undefined);
  return {
    resource: runtime.arn('dynamodb', `table/${name}`),
    ...(leading.length === 0 ? {} : { context: { 'dynamodb:LeadingKeys': [...new Set(leading)] } }),
  };
}

function demandOn(
  runtime: AccountRuntime,
  table: string | undefined,
  items: readonly (Item | undefined)[] = [],
): Demand {
  return demandOnName(runtime, tableName(table), items);
}

async function pass(_input: unknown, { runtime, body, headers }: Call): Promise<PassedAnswer> {
  const { status, body: answer } = await runtime.forwardToDynamo(body, headers);
  return new PassedAnswer(status, answer);
}

function passed<I>(
  schema: unknown,
  demands: (input: I, call: Call) => readonly Demand[],
  recording: Recording = 'never',
) {
  return operation<I, PassedAnswer>(schema, { demands, recording, run: pass });
}

interface OnTable {
  readonly TableName?: string | undefined;
}

const onTable = ({ TableName }: OnTable, { runtime }: Call) => [demandOn(runtime, TableName)];
const byKey = ({ TableName, Key }: OnTable & { Key?: Item | undefined }, { runtime }: Call) => [
  demandOn(runtime, TableName, [Key]),
];

/** The partition key that a query names: `pk = :value`, plain or through a placeholder. */
function queriedKey(input: QueryInput): Item {
  const equalities = [...(input.KeyConditionExpression ?? '').matchAll(/([#\w.]+)\s*=\s*(:\w+)/g)];
  return Object.fromEntries(
    equalities.flatMap(([, name = '', placeholder = '']) => {
      const value = input.ExpressionAttributeValues?.[placeholder];
      return value === undefined ? [] : [[input.ExpressionAttributeNames?.[name] ?? name, value]];
    }),
  );
}

export const dynamodb: Service = {
  signingName: 'dynamodb',
  iamPrefix: 'dynamodb',
  protocol: 'json-1.0',
  namespace: 'com.amazonaws.dynamodb.v20120810',
  eventSource: 'dynamodb.amazonaws.com',
  throttling: { code: 'ThrottlingException', status: 400 },
  operations: [
    passed(GetItem$, byKey),
    passed(DeleteItem$, byKey),
    passed(UpdateItem$, byKey),
    passed<OnTable & { Item?: Item }>(PutItem$, ({ TableName, Item }, { runtime }) => [
      demandOn(runtime, TableName, [Item]),
    ]),
    passed<QueryInput>(Query$, (input, { runtime }) => [
      input.IndexName === undefined
        ? demandOn(runtime, input.TableName, [queriedKey(input)])
        : demandOnName(runtime, indexName(input.TableName, input.IndexName), [queriedKey(input)]),
    ]),
    passed<OnTable>(Scan$, onTable),
    passed<BatchGetItemInput>(BatchGetItem$, ({ RequestItems = {} }, { runtime }) =>
      Object.entries(RequestItems).map(([table, { Keys = [] }]) => demandOn(runtime, table, Keys)),
    ),
    passed<BatchWriteItemInput>(BatchWriteItem$, ({ RequestItems = {} }, { runtime }) =>
      Object.entries(RequestItems).map(([table, writes]) =>
        demandOn(
          runtime,
          table,
          writes.map(({ PutRequest, DeleteRequest }) => PutRequest?.Item ?? DeleteRequest?.Key),
        ),
      ),
    ),
    passed<OnTable>(DescribeTable$, onTable, 'read'),
    passed<OnTable>(DeleteTable$, onTable, 'write'),
    passed(ListTables$, () => [{ resource: '*' }], 'read'),
    operation<CreateTableInput, PassedAnswer>(CreateTable$, {
      demands: onTable,
      run: (input, call) => {
        const { partitionKeys } = call.runtime.stores;
        const keep = (name: string, keys: readonly KeySchemaElement[] = []) => {
          const key = keys.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName;
          if (key !== undefined) partitionKeys.set(name, key);
        };
        keep(tableName(input.TableName), input.KeySchema);
        for (const { IndexName = '', KeySchema } of [
          ...(input.GlobalSecondaryIndexes ?? []),
          ...(input.LocalSecondaryIndexes ?? []),
        ]) {
          keep(indexName(input.TableName, IndexName), KeySchema);
        }
        return pass(input, { ...call, body: withoutUnknownSettings(call.body) });
      },
    }),
    // The emulation has neither expiry nor backups: the account answers what a deployed table would.
    operation<DescribeTimeToLiveInput, DescribeTimeToLiveOutput>(DescribeTimeToLive$, {
      demands: onTable,
      run: ({ TableName }, { runtime }) => ({
        TimeToLiveDescription: runtime.stores.timeToLive.get(tableName(TableName)) ?? { TimeToLiveStatus: 'DISABLED' },
      }),
    }),
    operation<DescribeContinuousBackupsInput, DescribeContinuousBackupsOutput>(DescribeContinuousBackups$, {
      demands: onTable,
      run: ({ TableName }, { runtime }) => ({
        ContinuousBackupsDescription: {
          ContinuousBackupsStatus: 'ENABLED',
          PointInTimeRecoveryDescription: {
            PointInTimeRecoveryStatus: runtime.stores.pointInTimeRecovery.has(tableName(TableName))
              ? 'ENABLED'
              : 'DISABLED',
          },
        },
      }),
    }),
  ],
};

/** Drops the settings of a table that the emulation refuses because it is older than they are. */
function withoutUnknownSettings(body: string): string {
  const {
    SSESpecification: _sse,
    DeletionProtectionEnabled: _protection,
    TableClass: _class,
    ...rest
  } = JSON.parse(body);
  return JSON.stringify(rest);
}
