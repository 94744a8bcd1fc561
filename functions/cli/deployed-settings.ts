import { SSMClient } from '@aws-sdk/client-ssm';
import type { clientSettings } from '../adapters/aws/client-settings.ts';
import { createSettingsSource } from '../adapters/aws/settings-source.ts';
import { sha256 } from '../adapters/digest.ts';
import { ENVIRONMENT } from '../domain/settings.ts';
import { ceilingOf, type SettingsInForce } from '../domain/settings-in-force.ts';
import type { Terminal } from './terminal.ts';

/** Where a deployment's settings lie. */
export interface SettingsPlace {
  readonly deploymentId: string;
  readonly settingsPath?: string;
}

/**
 * The settings of a deployment as its functions see them under this ceiling, from `--settings-path`, else the environment, else
 * the path that the template gives.
 */
export function readDeployedSettings(
  { deploymentId, settingsPath }: SettingsPlace,
  ceiling: string,
  configuration: { readonly region: string } & ReturnType<typeof clientSettings>,
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
