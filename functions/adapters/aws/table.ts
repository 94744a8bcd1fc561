import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { errorName } from './errors.ts';
import { ONLY_ITEM, TABLE_KEYS, type TableIndex } from './table-keys.ts';

export type Row = Readonly<Record<string, unknown>>;

/** A condition of DynamoDB's, with the names and values that it uses. */
export interface Condition {
  readonly expression: string;
  readonly names: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, unknown>>;
}

type ConditionalWrite = 'written' | 'refused';

/** Which rows of one partition of an index; without bounds, all of them. At most one bound: DynamoDB takes one condition. */
interface IndexRange {
  /** Rows whose sort key is at most this. */
  readonly sortUpTo?: string;
  /** Rows whose sort key is greater than this. */
  readonly after?: string;
  /** Rows a page at most; without it, as many as DynamoDB puts into 1 MB. */
  readonly limit?: number;
}

/** The one table, as single items: every read is consistent, every write conditional. The indexes follow behind. */
export interface Table {
  read(partitionKey: string): Promise<Row | undefined>;
  put(partitionKey: string, row: Row, condition: Condition): Promise<ConditionalWrite>;
  /** Sets these attributes of an item that is there. */
  update(partitionKey: string, attributes: Row, condition: Condition): Promise<ConditionalWrite>;
  remove(partitionKey: string, condition: Condition): Promise<ConditionalWrite>;
  /**
   * The rows of one partition of an index in the order of its sort key, in pages that are read as they are asked for. Eventually
   * consistent: a row may be older than the item of its key. A row holds what the index projects.
   */
  query(index: TableIndex, partitionValue: string, range?: IndexRange): AsyncIterable<readonly Row[]>;
}

/** Rows of an index, read. One that cannot be read throws; where `onMalformed` is told of it, it is left out. */
export function readRows<Item>(
  rows: readonly Row[],
  read: (row: Row) => Item,
  onMalformed: ((row: Row, error: unknown) => void) | undefined,
): readonly Item[] {
  if (onMalformed === undefined) return rows.map(read);
  return rows.flatMap((row) => {
    try {
      return [read(row)];
    } catch (error) {
      onMalformed(row, error);
      return [];
    }
  });
}

const SECONDS_PER_DAY = 86_400;

export function createTable(client: DynamoDBClient, tableName: string): Table {
  // An optional field that is undefined is one that the row does not have.
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  const at = (partitionKey: string) => ({
    TableName: tableName,
    Key: { [TABLE_KEYS.partitionKey]: partitionKey, [TABLE_KEYS.sortKey]: ONLY_ITEM },
  });
  return {
    async read(partitionKey) {
      const answer = await documents.send(new GetCommand({ ...at(partitionKey), ConsistentRead: true }));
      return answer.Item;
    },
    put(partitionKey, row, condition) {
      const { TableName, Key } = at(partitionKey);
      return conditional(() =>
        documents.send(new PutCommand({ TableName, Item: { ...row, ...Key }, ...inputOf(condition) })),
      );
    },
    update(partitionKey, attributes, condition) {
      const names = Object.keys(attributes);
      return conditional(() =>
        documents.send(
          new UpdateCommand({
            ...at(partitionKey),
            UpdateExpression: `SET ${names.map((name) => `#${name} = :set_${name}`).join(', ')}`,
            ...inputOf({
              expression: condition.expression,
              names: { ...condition.names, ...Object.fromEntries(names.map((name) => [`#${name}`, name])) },
              values: {
                ...condition.values,
                ...Object.fromEntries(names.map((name) => [`:set_${name}`, attributes[name]])),
              },
            }),
          }),
        ),
      );
    },
    remove(partitionKey, condition) {
      return conditional(() => documents.send(new DeleteCommand({ ...at(partitionKey), ...inputOf(condition) })));
    },
    async *query(index, partitionValue, range = {}) {
      const input = {
        TableName: tableName,
        IndexName: index.name,
        Limit: range.limit,
        ...keyConditionOf(index, partitionValue, range),
      };
      let start: Record<string, unknown> | undefined;
      do {
        const { Items = [], LastEvaluatedKey } = await documents.send(
          new QueryCommand({ ...input, ExclusiveStartKey: start }),
        );
        if (Items.length > 0) yield Items;
        start = LastEvaluatedKey;
      } while (start !== undefined);
    },
  };
}

function keyConditionOf(index: TableIndex, partitionValue: string, { sortUpTo, after }: IndexRange) {
  const bound = sortUpTo ?? after;
  const comparison = sortUpTo === undefined ? '>' : '<=';
  return {
    KeyConditionExpression: `#partition = :partition${bound === undefined ? '' : ` AND #sort ${comparison} :bound`}`,
    ExpressionAttributeNames: {
      '#partition': index.partitionKey,
      ...(bound !== undefined && { '#sort': index.sortKey }),
    },
    ExpressionAttributeValues: { ':partition': partitionValue, ...(bound !== undefined && { ':bound': bound }) },
  };
}

/** The item must not be there yet, or must be there in exactly this version. */
export function versionIs(expected: number | null): Condition {
  return expected === null
    ? NOT_THERE
    : { expression: '#version = :expected', names: { '#version': 'version' }, values: { ':expected': expected } };
}

export const NOT_THERE: Condition = {
  expression: 'attribute_not_exists(#pk)',
  names: { '#pk': TABLE_KEYS.partitionKey },
  values: {},
};

/** When DynamoDB may remove an item, in the seconds that its TTL attribute counts. */
export function expiryAfter(from: Date, days: number): number {
  return Math.floor(from.getTime() / 1000) + days * SECONDS_PER_DAY;
}

function inputOf(condition: Condition) {
  return {
    ConditionExpression: condition.expression,
    ExpressionAttributeNames: { ...condition.names },
    // DynamoDB refuses an empty map of values.
    ...(Object.keys(condition.values).length > 0 && { ExpressionAttributeValues: { ...condition.values } }),
  };
}

async function conditional(write: () => Promise<unknown>): Promise<ConditionalWrite> {
  try {
    await write();
    return 'written';
  } catch (error) {
    if (errorName(error) === 'ConditionalCheckFailed') return 'refused';
    throw error;
  }
}
