import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { clientSettings } from '../adapters/aws/client-settings.ts';
import { readTableName } from '../adapters/aws/doctor-reader.ts';
import { ENVIRONMENT } from '../domain/settings.ts';
import { FailureError } from './failures.ts';
import type { Terminal } from './terminal.ts';

export interface DeploymentOptions {
  readonly table?: string;
  readonly deploymentId: string;
}

/** The table that was named, else the deployed stack's; null where there is neither. */
export async function deployedTableName(
  { table, deploymentId }: DeploymentOptions,
  region: string,
  environment: Terminal['environment'],
): Promise<string | null> {
  const named = table ?? environment[ENVIRONMENT.tableName] ?? '';
  if (named !== '') return named;
  const deployed = await readTableName(new CloudFormationClient({ region, ...clientSettings() }), deploymentId);
  return deployed.kind === 'read' ? deployed.value : null;
}

/**
 * The same for a command that is nothing without the table.
 * @throws FailureError that says how to name it.
 */
export async function requiredTableName(
  options: DeploymentOptions,
  region: string,
  environment: Terminal['environment'],
): Promise<string> {
  const name = await deployedTableName(options, region, environment);
  if (name !== null) return name;
  throw new FailureError(
    `no table of a deployment "${options.deploymentId}" in ${region}: name it with --deployment-id and --region, or --table`,
  );
}
