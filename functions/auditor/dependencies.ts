import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { createAuditProgressStore } from '../adapters/aws/audit-progress.ts';
import { createAuditReaders } from '../adapters/aws/audit-readers.ts';
import { createAuditedPlaces } from '../adapters/aws/audited-places.ts';
import { createCaseStore } from '../adapters/aws/case-store.ts';
import { clientSettings } from '../adapters/aws/client-settings.ts';
import { createDelayQueue } from '../adapters/aws/delay-queue.ts';
import { createDeniedSessions } from '../adapters/aws/denied-sessions.ts';
import { createMemberCredentials } from '../adapters/aws/member-credentials.ts';
import { rememberedByPlace } from '../adapters/aws/remembered-by-place.ts';
import { createLedgerLines, createSessionRecorder } from '../adapters/aws/session-ledger.ts';
import { createSettingsSource } from '../adapters/aws/settings-source.ts';
import { createTable } from '../adapters/aws/table.ts';
import { createVerdictStore } from '../adapters/aws/verdict-store.ts';
import { createWorkLists } from '../adapters/aws/work-lists.ts';
import { sha256 } from '../adapters/digest.ts';
import { describeEnvironmentProblems, parseFunctionEnvironment } from '../domain/environment.ts';
import { HOME_ROWS, type Jurisdiction, type RowScope, rowScopeOf } from '../domain/jurisdiction.ts';
import { preparedGroupsOf } from '../domain/prepared-policy.ts';
import { ceilingOf } from '../domain/settings-in-force.ts';
import type { AuditPorts } from '../flow/audit.ts';
import type { AuditWorld } from '../flow/audit-places.ts';
import type { SettingsSource } from '../ports.ts';
import { METRICS } from '../telemetry/metric-names.ts';
import { createTelemetry, type Telemetry } from '../telemetry/telemetry.ts';

/** All that the auditor works with. It holds no way to write IAM, and none to read a transcript. */
export interface AuditorDependencies {
  readonly settings: SettingsSource;
  /** The account is known by the invocation alone: transcripts in a bucket of another one prove nothing. */
  readonly portsFor: (account: string) => AuditPorts;
  /** The organisation that a hub serves, and what it audits it with; null for a deployment that serves the place it runs in. */
  readonly hub: {
    readonly organizationId: string;
    readonly worldOf: (jurisdiction: Jurisdiction) => AuditWorld;
  } | null;
  readonly telemetry: Telemetry;
}

/** CloudTrail allows 2 LookupEvents a second in an account and Region, which the remediator and people need too. */
const LOOK_UPS_PER_SECOND = 1;

/** The auditor's clients, built once per cold start; throws with every mistake of the environment at once. */
export function createDependencies(variables: Readonly<Record<string, string | undefined>>): AuditorDependencies {
  const environment = parseFunctionEnvironment(variables, [
    'settingsPath',
    'ceiling',
    'tableName',
    'queueUrl',
    'sessionsQueueUrl',
    'deploymentId',
    'organizationId',
  ]);
  if (environment.kind === 'invalid') {
    throw new Error(describeEnvironmentProblems(environment.problems));
  }
  const { settingsPath, ceiling, tableName, queueUrl, sessionsQueueUrl, deploymentId, organizationId, logLevel } =
    environment.value;
  const configuration = clientSettings();
  const clock = () => new Date();
  const table = createTable(new DynamoDBClient(configuration), tableName);
  const ssm = new SSMClient(configuration);
  const sqs = new SQSClient(configuration);
  const telemetry = createTelemetry('auditor', logLevel);
  const permitted = ceilingOf(ceiling);
  const readerOptions = {
    digest: sha256,
    preparedGroups: preparedGroupsOf(permitted.ceiling),
    endpoint: variables['AWS_ENDPOINT_URL'],
    pace: {
      clock,
      sleep,
      requestsPerSecond: LOOK_UPS_PER_SECOND,
      onRequest: () => telemetry.count(METRICS.historyRequests),
    },
  };
  const shared = {
    lines: createLedgerLines(table),
    verdicts: createVerdictStore(table),
    recorder: createSessionRecorder(table),
    orders: createDelayQueue(sqs, queueUrl),
    sessions: createDelayQueue(sqs, sessionsQueueUrl),
    clock,
    digest: sha256,
  };
  const rowsOf = (scope: RowScope, progress: RowScope) => {
    const cases = createCaseStore(table, deploymentId, clock, scope);
    return {
      cases,
      policies: cases,
      denied: createDeniedSessions(table, clock, scope),
      workLists: createWorkLists(table, scope),
      progress: createAuditProgressStore(table, deploymentId, progress),
    };
  };
  const ownRows = rowsOf(HOME_ROWS, HOME_ROWS);
  const own = createAuditReaders(configuration, readerOptions);
  const ownPorts = (account: string): AuditPorts => {
    const { transcriptsOf, ...readers } = own;
    return { ...shared, ...ownRows, ...readers, transcripts: transcriptsOf(account) };
  };
  return {
    settings: createSettingsSource({ client: ssm, path: settingsPath, ceiling: permitted, clock, digest: sha256 }),
    telemetry,
    portsFor: ownPorts,
    hub: organizationId === null ? null : { organizationId, worldOf: hubWorlds() },
  };

  function hubWorlds(): NonNullable<AuditorDependencies['hub']>['worldOf'] {
    const sts = new STSClient(configuration);
    const sessions = createMemberCredentials({ client: sts, deploymentId, functionName: 'auditor', clock });
    const readersOf = rememberedByPlace((place) =>
      createAuditReaders(
        { ...configuration, region: place.region, credentials: sessions.reading(place) },
        readerOptions,
      ),
    );
    return (jurisdiction) => ({
      jurisdiction,
      places: createAuditedPlaces(table, deploymentId),
      deploymentPorts: ownPorts(jurisdiction.home.account),
      portsOf: (place) => {
        const { account, region } = place;
        const { transcriptsOf, ...readers } = readersOf(place);
        // The deployment's own progress is that of what is done once for all.
        const progress = { account, place: { account, region } };
        const rows = rowsOf(rowScopeOf(jurisdiction, place), progress);
        return { ...shared, ...rows, ...readers, transcripts: transcriptsOf(account), orderPlace: { account, region } };
      },
    });
  }
}
