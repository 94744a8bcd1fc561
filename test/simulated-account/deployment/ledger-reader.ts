import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { caseOfRow } from '../../../functions/adapters/aws/case-rows.ts';
import { TABLE_KEYS, TABLE_PREFIXES } from '../../../functions/adapters/aws/table-keys.ts';
import { verdictOfRow } from '../../../functions/adapters/aws/verdict-rows.ts';
import type { Case } from '../../../functions/domain/case.ts';
import type { SessionVerdict } from '../../../functions/domain/ledger.ts';
import type { JsonObject } from '../account-state.ts';
import type { Deployment } from './deployment.ts';

/** What the deployment's table holds, read as a person with every permission. */
export class LedgerReader {
  private readonly client: DynamoDBClient;

  constructor(private readonly deployment: Deployment) {
    const { url, state } = deployment.account;
    this.client = new DynamoDBClient({
      endpoint: url,
      region: state.region,
      credentials: deployment.account.credentialsFor('operator', 'reader'),
    });
  }

  async cases(): Promise<readonly Case[]> {
    const rows = await this.rows('case');
    return rows.map((row) => caseOfRow(row, String(row['fingerprint'])));
  }

  /** In the order in which the sessions began. */
  async verdicts(): Promise<readonly SessionVerdict[]> {
    const rows = await this.rows('verdict');
    return rows.map(verdictOfRow).sort((left, right) => Date.parse(left.startedAt) - Date.parse(right.startedAt));
  }

  /** The rows of one kind, with their keys. */
  async rows(kind: keyof typeof TABLE_PREFIXES): Promise<readonly JsonObject[]> {
    const documents = DynamoDBDocumentClient.from(this.client);
    const rows: JsonObject[] = [];
    for await (const { Items = [] } of paginateScan({ client: documents }, { TableName: this.deployment.tableName })) {
      rows.push(...Items.filter((row) => String(row[TABLE_KEYS.partitionKey]).startsWith(TABLE_PREFIXES[kind])));
    }
    return rows;
  }

  close(): void {
    this.client.destroy();
  }
}
