import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createAcceptanceStore } from '../adapters/aws/acceptance-store.ts';
import { clientSettings } from '../adapters/aws/client-settings.ts';
import { createTable } from '../adapters/aws/table.ts';
import { createVerdictStore } from '../adapters/aws/verdict-store.ts';
import { createWorkLists } from '../adapters/aws/work-lists.ts';
import type { MutedCase, Suppression } from '../domain/suppression.ts';
import { configuredRegion } from './configured-region.ts';
import { readDeployedSettings, type SettingsPlace } from './deployed-settings.ts';
import { type DeploymentOptions, requiredTableName } from './deployed-table.ts';
import type { ReportedLedger } from './report.ts';
import type { Terminal } from './terminal.ts';

interface DeployedLedger extends ReportedLedger {
  /** What the settings suppress; null where they cannot be used. */
  readonly suppressions: readonly Suppression[] | null;
  /** Those of the work list: one a cause, and few. */
  mutedCases(): Promise<readonly MutedCase[]>;
}

/** The ledger of a deployment in the real account, to be read, and what its settings mute. */
export async function openDeployedLedger(
  options: DeploymentOptions & SettingsPlace & { readonly region?: string },
  environment: Terminal['environment'],
): Promise<DeployedLedger> {
  const region = await configuredRegion(options.region);
  const tableName = await requiredTableName(options, region, environment);
  const configuration = { region, ...clientSettings() };
  const table = createTable(new DynamoDBClient(configuration), tableName);
  // Suppressions are no part of the ceiling.
  const { state, rules } = await readDeployedSettings(options, '{}', configuration, environment);
  return {
    verdicts: createVerdictStore(table),
    acceptances: createAcceptanceStore(table),
    suppressions: state === 'unknown' ? null : rules.settings.suppressions,
    async mutedCases() {
      const muted: MutedCase[] = [];
      for await (const page of createWorkLists(table).openCases()) {
        muted.push(...page.filter(({ state }) => state === 'suppressed'));
      }
      return muted;
    },
  };
}
