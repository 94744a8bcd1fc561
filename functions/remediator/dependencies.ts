import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { clientSettings } from '../adapters/aws/client-settings.ts';
import { createDelayQueue } from '../adapters/aws/delay-queue.ts';
import { createEventLeases } from '../adapters/aws/event-leases.ts';
import { createOrganizationReader } from '../adapters/aws/organization-reader.ts';
import { createProposalStore } from '../adapters/aws/proposal-store.ts';
import { rememberingPlaces } from '../adapters/aws/remembered-places.ts';
import { createRepairPlaces } from '../adapters/aws/repair-places.ts';
import { createLedgerLines, createSessionLedger } from '../adapters/aws/session-ledger.ts';
import { createSettingsSource } from '../adapters/aws/settings-source.ts';
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
import type { Jurisdiction, Place } from '../domain/jurisdiction.ts';
import { preparedGroupsOf } from '../domain/prepared-policy.ts';
import { ENVIRONMENT } from '../domain/settings.ts';
import { ceilingOf } from '../domain/settings-in-force.ts';
import type { BatchPorts } from '../flow/remediate-batch.ts';
import type { SettingsSource } from '../ports.ts';
import { METRICS } from '../telemetry/metric-names.ts';
import { createTelemetry, type Telemetry } from '../telemetry/telemetry.ts';

/** All that the remediator works with. */
export interface RemediatorDependencies {
  readonly settings: SettingsSource;
  /** The organisation that a hub serves; null for a deployment that serves the place it runs in. */
  readonly organizationId: string | null;
  /** Where it runs is known by the invocation alone. The settings choose the ticket system. */
  readonly portsFor: (jurisdiction: Jurisdiction, settings: TicketSystemSettings) => (place: Place) => BatchPorts;
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
  const required = ['settingsPath', 'tableName', 'queueUrl', 'deploymentId', 'organizationId'] as const;
  const environment = parseFunctionEnvironment(variables, mayWrite ? [...required, 'approvalsQueueUrl'] : required);
  if (environment.kind === 'invalid') {
    throw new Error(describeEnvironmentProblems(environment.problems));
  }
  const { settingsPath, tableName, queueUrl, approvalsQueueUrl, deploymentId, organizationId, logLevel } =
    environment.value;
  const configuration = clientSettings();
  const clock = () => new Date();
  const table = createTable(new DynamoDBClient(configuration), tableName);
  const ssm = new SSMClient(configuration);
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
  const telemetry = createTelemetry('remediator', logLevel);
  const placeOf = createRepairPlaces({
    configuration,
    table,
    deploymentId,
    organizationId,
    mayWrite,
    preparedGroups: preparedGroupsOf(permitted.ceiling),
    digest: sha256,
    endpoint: variables['AWS_ENDPOINT_URL'],
    pace: {
      clock,
      sleep,
      requestsPerSecond: LOOK_UPS_PER_SECOND,
      onRequest: () => telemetry.count(METRICS.historyRequests),
    },
  });
  const slackSecrets = createSlackSecrets({ client: secretsManager, clock, allowLoopback });
  const ports = {
    ledger: createSessionLedger(table),
    lines: createLedgerLines(table),
    verdicts: createVerdictStore(table),
    organization: rememberingPlaces(createOrganizationReader(new OrganizationsClient(configuration)), clock),
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
    clock,
    sleep,
    digest: sha256,
    deploymentId,
  };
  return {
    settings: createSettingsSource({ client: ssm, path: settingsPath, ceiling: permitted, clock, digest: sha256 }),
    approvalsQueueUrl: mayWrite ? approvalsQueueUrl : null,
    digest: sha256,
    telemetry,
    organizationId,
    portsFor: (jurisdiction, inForce) => {
      const tickets = ticketsOf(inForce);
      return (place) => ({
        ...ports,
        ...placeOf(jurisdiction, place),
        tickets,
      });
    },
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
