import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { ENVIRONMENT } from '../functions/domain/settings.ts';
import { type Deployment, settingsPathOf } from './deployment.ts';
import { auditingGrants, targetGrants } from './permissions/hub.ts';
import { sendGrant } from './permissions/queue-and-log.ts';
import { settingsGrant } from './permissions/reads.ts';
import { acceptorTableGrants, auditorTableGrants, recorderTableGrants } from './permissions/table.ts';
import type { RuleQueue } from './rules/rule-queue.ts';
import { ScheduledFunction } from './scheduled-function.ts';
import { UrlFunction } from './url-function.ts';
import { Worker } from './worker.ts';

/** What the ledger's functions share. */
export interface LedgerParts {
  readonly deployment: Deployment;
  readonly table: Table;
  readonly denials: RuleQueue;
  readonly sessions: RuleQueue;
}

/** What tells a function that it works in a hub; nothing elsewhere. */
export function hubEnvironment({ hub }: Deployment): Record<string, string> {
  return hub === null ? {} : { [ENVIRONMENT.organizationId]: hub };
}

/** The function that writes the lines of the ledger. */
export function recorderFunction(scope: Construct, { deployment, table, sessions }: LedgerParts): Worker {
  return new Worker(scope, 'Recorder', {
    entry: 'recorder',
    functionName: `${deployment.deploymentId}-recorder`,
    description: 'exec-log: a session that begins becomes a line of the session ledger',
    sources: { Source: sessions },
    memoryMegabytes: 256,
    logRetention: RetentionDays.THREE_MONTHS,
    environment: {
      [ENVIRONMENT.tableName]: table.tableName,
      // It has to name the roles of members; where there are none it needs no name.
      ...(deployment.hub !== null && { [ENVIRONMENT.deploymentId]: deployment.deploymentId }),
      ...hubEnvironment(deployment),
      [ENVIRONMENT.logLevel]: 'INFO',
    },
    namedRole: deployment.hub !== null,
    grants: [...recorderTableGrants(table), ...targetGrants(deployment)],
  });
}

/** The function that settles the sessions of the ledger, on a schedule. */
export function auditorFunction(scope: Construct, { deployment, table, denials, sessions }: LedgerParts) {
  const { deploymentId, ceiling, auditMinutes } = deployment;
  const settingsPath = settingsPathOf(deploymentId);
  return new ScheduledFunction(scope, 'Auditor', {
    entry: 'auditor',
    functionName: `${deploymentId}-auditor`,
    description: 'exec-log: was every session recorded? settles the session ledger and finds what was never delivered',
    everyMinutes: auditMinutes,
    scheduleDescription: 'The audit of the session ledger',
    memoryMegabytes: 512,
    timeout: Duration.minutes(10),
    logRetention: RetentionDays.THREE_MONTHS,
    environment: {
      [ENVIRONMENT.settingsPath]: settingsPath,
      [ENVIRONMENT.ceiling]: JSON.stringify(ceiling),
      [ENVIRONMENT.tableName]: table.tableName,
      [ENVIRONMENT.queueUrl]: denials.queue.queueUrl,
      [ENVIRONMENT.sessionsQueueUrl]: sessions.queue.queueUrl,
      [ENVIRONMENT.deploymentId]: deploymentId,
      ...hubEnvironment(deployment),
      [ENVIRONMENT.logLevel]: 'INFO',
    },
    namedRole: deployment.hub !== null,
    grants: [
      sendGrant('SendOrdersAndUndelivered', 'orders go to the remediator, what EventBridge never delivered to both', [
        denials.queue.queueArn,
        sessions.queue.queueArn,
      ]),
      ...auditorTableGrants(table),
      settingsGrant(settingsPath),
      ...auditingGrants(deployment),
    ],
  });
}

/** The function in which a person accepts a gap, under the identity that AWS verified. */
export function acceptorFunction(scope: Construct, { deployment, table }: LedgerParts): UrlFunction {
  return new UrlFunction(scope, 'Acceptor', {
    entry: 'acceptor',
    functionName: `${deployment.deploymentId}-acceptor`,
    description: 'exec-log: a person accepts the gap of a session that was not recorded',
    memoryMegabytes: 256,
    // Who accepted which gap is a year's question.
    logRetention: RetentionDays.ONE_YEAR,
    environment: { [ENVIRONMENT.tableName]: table.tableName, [ENVIRONMENT.logLevel]: 'INFO' },
    grants: acceptorTableGrants(table),
  });
}
