import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { caseOfRow } from '../../../functions/adapters/aws/case-rows.ts';
import { TABLE_KEYS, TABLE_PREFIXES } from '../../../functions/adapters/aws/table-keys.ts';
import type { Case } from '../../../functions/domain/case.ts';
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

  /** The rows of one kind, with their keys. */
  async rows(kind: keyof typeof TABLE_PREFIXES): Promise<readonly JsonObject[]> {
    const documents = DynamoDBDocumentClient.from(this.client);
    const { Items = [] } = await documents.send(new ScanCommand({ TableName: this.deployment.tableName }));
    return Items.filter((row) => String(row[TABLE_KEYS.partitionKey]).startsWith(TABLE_PREFIXES[kind]));
  }

  close(): void {
    this.client.destroy();
  }
}
