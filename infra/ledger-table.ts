import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  Table,
  TableClass,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { TABLE_INDEXES, TABLE_KEYS } from '../functions/adapters/aws/table-keys.ts';

/** The one table of `table-keys.ts` with its two indexes. It holds the audit trail and outlives the stack. */
export function ledgerTable(scope: Construct): Table {
  const table = new Table(scope, 'Table', {
    partitionKey: { name: TABLE_KEYS.partitionKey, type: AttributeType.STRING },
    sortKey: { name: TABLE_KEYS.sortKey, type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
    // Kept for a year and read once: storage would cost more than the requests (README "The table").
    tableClass: TableClass.STANDARD_INFREQUENT_ACCESS,
    timeToLiveAttribute: TABLE_KEYS.ttl,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    encryption: TableEncryption.AWS_MANAGED,
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  const { work, day } = TABLE_INDEXES;
  table.addGlobalSecondaryIndex({
    ...indexNamed(work),
    projectionType: ProjectionType.INCLUDE,
    nonKeyAttributes: [...work.attributes],
  });
  table.addGlobalSecondaryIndex({ ...indexNamed(day), projectionType: ProjectionType.ALL });
  return table;
}

function indexNamed({ name, partitionKey, sortKey }: (typeof TABLE_INDEXES)[keyof typeof TABLE_INDEXES]) {
  return {
    indexName: name,
    partitionKey: { name: partitionKey, type: AttributeType.STRING },
    sortKey: { name: sortKey, type: AttributeType.STRING },
  };
}
