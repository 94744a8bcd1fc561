import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECSClient } from '@aws-sdk/client-ecs';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { createBucketReader } from '../adapters/aws/bucket-reader.ts';
import { createCaseStore } from '../adapters/aws/case-store.ts';
import { createCauseDigests } from '../adapters/aws/cause-digests.ts';
import { bucketAddressing, clientSettings } from '../adapters/aws/client-settings.ts';
import { createDelayQueue } from '../adapters/aws/delay-queue.ts';
import { createDeniedSessions } from '../adapters/aws/denied-sessions.ts';
import { createEcsReader } from '../adapters/aws/ecs-reader.ts';
import { createEventLeases } from '../adapters/aws/event-leases.ts';
import { createIamReader } from '../adapters/aws/iam-reader.ts';
import { createKeyReader } from '../adapters/aws/key-reader.ts';
import { createLogGroupReader } from '../adapters/aws/log-group-reader.ts';
import { createProposalStore } from '../adapters/aws/proposal-store.ts';
import { createRolePolicyWriter } from '../adapters/aws/role-policy-writer.ts';
import { createSessionHistory } from '../adapters/aws/session-history.ts';
import { createLedgerLines, createSessionLedger } from '../adapters/aws/session-ledger.ts';
import { createSettingsSource } from '../adapters/aws/settings-source.ts';
import { createStackReader } from '../adapters/aws/stack-reader.ts';
import { createTable } from '../adapters/aws/table.ts';
import { createVerdictStore } from '../adapters/aws/verdict-store.ts';
import { sha256 } from '../adapters/digest.ts';
import { createSlackChats } from '../adapters/slack/chats.ts';
import { createClickReader } from '../adapters/slack/click-reader.ts';
import { createSlackSecrets, webhookSecretsOf } from '../adapters/slack/secrets.ts';
import { createSlackWebhook } from '../adapters/slack/webhook.ts';
import { createTicketSystems, type TicketSystemSettings } from '../adapters/tickets/ticket-system.ts';
import type { Digest } from '../domain/canonical.ts';
import { describeEnvironmentProblems, parseFunctionEnvironment } from '../domain/environment.ts';
import { ENVIRONMENT } from '../domain/settings.ts';
import { ceilingOf } from '../domain/settings-in-force.ts';
import type { BatchPorts } from '../flow/remediate-batch.ts';
import type { SettingsSource } from '../ports.ts';
import { createTelemetry, type Telemetry } from '../telemetry/telemetry.ts';

/** All that the remediator works with. */
export interface RemediatorDependencies {
  readonly settings: SettingsSource;
  /** The account is known by the invocation alone: a bucket of another one is not read. The settings choose the ticket system. */
  readonly portsFor: (account: string, settings: TicketSystemSettings) => BatchPorts;
  /** The queue of the approver; null where the ceiling permits no approval. */
  readonly approvalsQueueUrl: string | null;
  readonly digest: Digest;
  readonly telemetry: Telemetry;
}

/** 192 bits: it stands in the buttons of a message, and nobody can guess another one. */
const newId = () => randomBytes(24).toString('base64url');

/** CloudTrail allows 2 LookupEvents a second in an account and Region, and the queue's concurrency allows two of us. */
const LOOK_UPS_PER_SECOND = 1;

/** The remediator's clients, built once per cold start; throws with every mistake of the environment at once. */
export function createDependencies(variables: Readonly<Record<string, string | undefined>>): RemediatorDependencies {
  const permitted = ceilingOf(variables[ENVIRONMENT.ceiling] ?? '');
  const mayWrite = permitted.ceiling.mode === 'attach' || permitted.ceiling.mode === 'propose';
  const required = ['settingsPath', 'tableName', 'queueUrl', 'deploymentId'] as const;
  const environment = parseFunctionEnvironment(variables, mayWrite ? [...required, 'approvalsQueueUrl'] : required);
  if (environment.kind === 'invalid') {
    throw new Error(describeEnvironmentProblems(environment.problems));
  }
  const { settingsPath, tableName, queueUrl, approvalsQueueUrl, deploymentId, logLevel } = environment.value;
  const configuration = clientSettings();
  const clock = () => new Date();
  const table = createTable(new DynamoDBClient(configuration), tableName);
  const ssm = new SSMClient(configuration);
  const iam = new IAMClient(configuration);
  const cases = createCaseStore(table, deploymentId, clock);
  const s3 = new S3Client({ ...configuration, ...bucketAddressing(variables['AWS_ENDPOINT_URL']) });
  const secretsManager = new SecretsManagerClient(configuration);
  const allowLoopback = isLoopback(variables['AWS_ENDPOINT_URL']);
  const ticketsOf = createTicketSystems({
    ssm,
    secretsManager,
    eventBridge: new EventBridgeClient(configuration),
    table,
    clock,
    digest: sha256,
    owner: randomUUID,
    allowLoopback,
  });
  const slackSecrets = createSlackSecrets({ client: secretsManager, clock, allowLoopback });
  const ports = {
    ledger: createSessionLedger(table),
    lines: createLedgerLines(table),
    verdicts: createVerdictStore(table),
    denied: createDeniedSessions(table, clock),
    history: createSessionHistory(new CloudTrailClient(configuration), {
      clock,
      sleep,
      requestsPerSecond: LOOK_UPS_PER_SECOND,
      windowMilliseconds: 60_000,
    }),
    ecs: createEcsReader(new ECSClient(configuration)),
    iam: createIamReader(iam, sha256),
    stacks: createStackReader(new CloudFormationClient(configuration)),
    logGroups: createLogGroupReader(new CloudWatchLogsClient(configuration)),
    keys: createKeyReader(new KMSClient(configuration)),
    cases,
    digests: createCauseDigests(table, deploymentId),
    proposals: createProposalStore(table),
    newId,
    leases: createEventLeases(table),
    queue: createDelayQueue(new SQSClient(configuration), queueUrl),
    messenger: createSlackWebhook({ secrets: webhookSecretsOf(slackSecrets) }),
    chats: createSlackChats({
      secrets: slackSecrets,
      clock,
      loopbackApi: allowLoopback ? localSlack(variables) : null,
    }),
    clicks: createClickReader({ secrets: slackSecrets, clock }),
    // Below `propose`, the template gives no IAM write; the code then holds no way to one either.
    writer: mayWrite ? createRolePolicyWriter(iam, sha256) : null,
    clock,
    sleep,
    digest: sha256,
    deploymentId,
  };
  return {
    settings: createSettingsSource({ client: ssm, path: settingsPath, ceiling: permitted, clock, digest: sha256 }),
    approvalsQueueUrl: mayWrite ? approvalsQueueUrl : null,
    digest: sha256,
    telemetry: createTelemetry('remediator', logLevel),
    portsFor: (account, inForce) => ({
      ...ports,
      tickets: ticketsOf(inForce),
      buckets: createBucketReader(s3, { account }),
    }),
  };
}

/** A Slack on this machine, for the simulated account; its adapter takes no other address. */
function localSlack({ SLACK_API_URL: address }: Readonly<Record<string, string | undefined>>): URL | null {
  return address === undefined ? null : new URL(address);
}

/** Whether AWS itself is a simulation on this machine; only then may Slack or a ticket system be one too. */
function isLoopback(endpoint: string | undefined): boolean {
  return endpoint !== undefined && /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?\/?$/.test(endpoint);
}
