import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { clientSettings } from '../adapters/aws/client-settings.ts';
import { readAudits, readEventBus } from '../adapters/aws/hub-reader.ts';
import { listAccounts } from '../adapters/aws/organization-listing.ts';
import { readStackOutput } from '../adapters/aws/stack-outputs.ts';
import { createTable } from '../adapters/aws/table.ts';
import type { ObservedDeployment } from '../domain/deployment-diagnosis.ts';
import type { ObservedHub } from '../domain/hub-diagnosis.ts';
import type { Reading } from '../domain/observation.ts';
import { messageOf } from './failures.ts';

/** Organizations is one for all accounts, and throttles early: it is worth waiting for. */
const ATTEMPTS = 8;

/** The name of the bus on which a hub's rules stand; absent where the deployment is no hub. */
export function readHubBusName(stacks: CloudFormationClient, deploymentId: string): Promise<Reading<string>> {
  return readStackOutput(stacks, deploymentId, 'HubBusName');
}

/** Reads what only a hub has; asks nothing where the deployment is none. */
export async function examineHub(
  busName: Reading<string>,
  deploymentId: string,
  table: ObservedDeployment['table'],
  region: string,
): Promise<Reading<ObservedHub>> {
  if (busName.kind !== 'read') return busName;
  const configuration = { region, ...clientSettings() };
  const rows = () =>
    table.kind === 'read'
      ? readAudits(createTable(new DynamoDBClient(configuration), table.value.tableName), deploymentId)
      : Promise.resolve(table);
  const [bus, accounts, audits] = await Promise.all([
    orWhy(() => readEventBus(new EventBridgeClient(configuration), busName.value)),
    orWhy(() => listAccounts(new OrganizationsClient({ ...configuration, ...clientSettings(ATTEMPTS) }))),
    orWhy(rows),
  ]);
  return { kind: 'read', value: { deploymentId, busName: busName.value, bus, accounts, audits } };
}

/** For what only one check needs, so that nothing that goes wrong here may stop the others. */
export async function orWhy<Value>(ask: () => Promise<Reading<Value>>): Promise<Reading<Value>> {
  try {
    return await ask();
  } catch (error) {
    return { kind: 'unreadable', because: messageOf(error) };
  }
}
