import { setTimeout as sleep } from 'node:timers/promises';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECSClient } from '@aws-sdk/client-ecs';
import { IAMClient } from '@aws-sdk/client-iam';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { createAuditProgressStore } from '../adapters/aws/audit-progress.ts';
import { createCallHistory } from '../adapters/aws/call-history.ts';
import { createCaseStore } from '../adapters/aws/case-store.ts';
import { bucketAddressing, clientSettings } from '../adapters/aws/client-settings.ts';
import { createDelayQueue } from '../adapters/aws/delay-queue.ts';
import { createDeniedSessions } from '../adapters/aws/denied-sessions.ts';
import { createEcsReader } from '../adapters/aws/ecs-reader.ts';
import { createIamReader } from '../adapters/aws/iam-reader.ts';
import { createLogGroupReader } from '../adapters/aws/log-group-reader.ts';
import { createLedgerLines, createSessionRecorder } from '../adapters/aws/session-ledger.ts';
import { createSessionLifetimes } from '../adapters/aws/session-lifetimes.ts';
import { createSettingsSource } from '../adapters/aws/settings-source.ts';
import { createTable } from '../adapters/aws/table.ts';
import { createTranscriptReader } from '../adapters/aws/transcript-reader.ts';
import { createVerdictStore } from '../adapters/aws/verdict-store.ts';
import { createWorkLists } from '../adapters/aws/work-lists.ts';
import { sha256 } from '../adapters/digest.ts';
import { describeEnvironmentProblems, parseFunctionEnvironment } from '../domain/environment.ts';
import { ceilingOf } from '../domain/settings-in-force.ts';
import type { AuditPorts } from '../flow/audit.ts';
import type { SettingsSource } from '../ports.ts';
import { createTelemetry, type Telemetry } from '../telemetry/telemetry.ts';

/** All that the auditor works with. It holds no way to write IAM, and none to read a transcript. */
export interface AuditorDependencies {
  readonly settings: SettingsSource;
  /** The account is known by the invocation alone: transcripts in a bucket of another one prove nothing. */
  readonly portsFor: (account: string) => AuditPorts;
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
  ]);
  if (environment.kind === 'invalid') {
    throw new Error(describeEnvironmentProblems(environment.problems));
  }
  const { settingsPath, ceiling, tableName, queueUrl, sessionsQueueUrl, deploymentId, logLevel } = environment.value;
  const configuration = clientSettings();
  const clock = () => new Date();
  const table = createTable(new DynamoDBClient(configuration), tableName);
  const ssm = new SSMClient(configuration);
  const sqs = new SQSClient(configuration);
  const logs = new CloudWatchLogsClient(configuration);
  const pace = { clock, sleep, requestsPerSecond: LOOK_UPS_PER_SECOND };
  const permitted = ceilingOf(ceiling);
  const cases = createCaseStore(table, deploymentId, clock);
  const s3 = new S3Client({ ...configuration, ...bucketAddressing(variables['AWS_ENDPOINT_URL']) });
  const ports = {
    lines: createLedgerLines(table),
    verdicts: createVerdictStore(table),
    recorder: createSessionRecorder(table),
    denied: createDeniedSessions(table, clock),
    workLists: createWorkLists(table),
    progress: createAuditProgressStore(table, deploymentId),
    cases,
    policies: cases,
    lifetimes: createSessionLifetimes(ssm),
    history: createCallHistory(new CloudTrailClient(configuration), pace),
    logGroups: createLogGroupReader(logs),
    ecs: createEcsReader(new ECSClient(configuration)),
    iam: createIamReader(new IAMClient(configuration), sha256),
    orders: createDelayQueue(sqs, queueUrl),
    sessions: createDelayQueue(sqs, sessionsQueueUrl),
    clock,
    digest: sha256,
  };
  return {
    settings: createSettingsSource({ client: ssm, path: settingsPath, ceiling: permitted, clock, digest: sha256 }),
    telemetry: createTelemetry('auditor', logLevel),
    portsFor: (account) => ({ ...ports, transcripts: createTranscriptReader(logs, s3, { account }) }),
  };
}
