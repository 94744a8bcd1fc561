import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { clientSettings } from '../adapters/aws/client-settings.ts';
import { readDeployedVariable } from '../adapters/aws/doctor-reader.ts';
import { createSettingsSource } from '../adapters/aws/settings-source.ts';
import { sha256 } from '../adapters/digest.ts';
import type { Reading } from '../domain/observation.ts';
import { ENVIRONMENT } from '../domain/settings.ts';
import { ceilingOf, type SettingsInForce } from '../domain/settings-in-force.ts';
import type { Terminal } from './terminal.ts';

/** Where a deployment's settings lie. */
export interface SettingsPlace {
  readonly deploymentId: string;
  readonly settingsPath?: string;
}

type Configuration = { readonly region: string } & ReturnType<typeof clientSettings>;

/** The text of a deployment's ceiling: the environment's, else the one that the deployed template carries. */
export async function readDeployedCeiling(
  { deploymentId }: SettingsPlace,
  configuration: Configuration,
  environment: Terminal['environment'],
): Promise<Reading<string>> {
  const given = environment[ENVIRONMENT.ceiling];
  return given
    ? { kind: 'read', value: given }
    : readDeployedVariable(new CloudFormationClient(configuration), deploymentId, ENVIRONMENT.ceiling);
}

/**
 * The settings of a deployment as its functions see them under this ceiling, from `--settings-path`, else the environment, else
 * the path that the template gives.
 */
export function readDeployedSettings(
  { deploymentId, settingsPath }: SettingsPlace,
  ceiling: string,
  configuration: Configuration,
  environment: Terminal['environment'],
): Promise<SettingsInForce> {
  return createSettingsSource({
    client: new SSMClient(configuration),
    path: settingsPath ?? (environment[ENVIRONMENT.settingsPath] || `/exec-log/${deploymentId}`),
    ceiling: ceilingOf(ceiling),
    clock: () => new Date(),
    digest: sha256,
  }).current();
}
