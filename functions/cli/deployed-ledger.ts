import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createAcceptanceStore } from '../adapters/aws/acceptance-store.ts';
import { clientSettings } from '../adapters/aws/client-settings.ts';
import { createTable } from '../adapters/aws/table.ts';
import { createVerdictStore } from '../adapters/aws/verdict-store.ts';
import { configuredRegion } from './configured-region.ts';
import { type DeploymentOptions, requiredTableName } from './deployed-table.ts';
import type { ReportedLedger } from './report.ts';
import type { Terminal } from './terminal.ts';

/** The ledger of a deployment in the real account, to be read. */
export async function openDeployedLedger(
  options: DeploymentOptions & { readonly region?: string },
  environment: Terminal['environment'],
): Promise<ReportedLedger> {
  const region = await configuredRegion(options.region);
  const tableName = await requiredTableName(options, region, environment);
  const table = createTable(new DynamoDBClient({ region, ...clientSettings() }), tableName);
  return { verdicts: createVerdictStore(table), acceptances: createAcceptanceStore(table) };
}
