import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { DENIAL_RULE_PATTERN, SESSION_RULE_PATTERN, START_SESSION_RULE_PATTERN } from '../functions/domain/rules.ts';
import { ENVIRONMENT } from '../functions/domain/settings.ts';
import { addAlarms } from './alarms.ts';
import { Approvals } from './approvals.ts';
import { addDashboard } from './dashboard.ts';
import { checkDeployment, type Deployment, letsPeopleApprove, settingsPathOf } from './deployment.ts';
import { HubBus } from './hub-bus.ts';
import { acceptorFunction, auditorFunction, hubEnvironment, recorderFunction } from './ledger-functions.ts';
import { ledgerTable } from './ledger-table.ts';
import { remediationGrants } from './permissions/hub.ts';
import { resendGrant } from './permissions/queue-and-log.ts';
import { settingsGrant, slackGrant, ticketGrants } from './permissions/reads.ts';
import { remediatorTableGrants } from './permissions/table.ts';
import { groupsToPrepare, PreparedPolicies } from './prepared-policies.ts';
import { RuleQueue } from './rules/rule-queue.ts';
import { signalRules } from './rules/signal-rules.ts';
import { stackDeletionRule } from './rules/stack-deletion-rule.ts';
import { Worker } from './worker.ts';

/**
 * One deployment, for its own account and Region or as the hub of an organisation: events in, a policy or a ticket out, and a ledger
 * of every session.
 */
export class RemediatorStack extends Stack {
  constructor(scope: Construct, deployment: Deployment, props: StackProps) {
    checkDeployment(deployment);
    const { deploymentId, ceiling, alarmTopicArn } = deployment;
    super(scope, deploymentId, {
      ...props,
      stackName: deploymentId,
      description: `exec-log: repairs lost ECS Exec transcripts (at most ${ceiling.mode})`,
    });
    const hub = deployment.hub === null ? null : new HubBus(this, 'Hub', deployment, deployment.hub);
    const bus = hub === null ? {} : { busName: hub.name };
    const signals = signalRules(deployment);
    const denials = new RuleQueue(this, 'Denials', {
      name: `${deploymentId}-denials`,
      rules: {
        Rule: {
          name: `${deploymentId}-denials`,
          description: 'CreateLogStream calls of exec sessions that were denied',
          pattern: DENIAL_RULE_PATTERN,
        },
        ...signals.denials,
        ...stackDeletionRule(deployment),
      },
      ...bus,
      // Batches above ten need a window; it also gathers duplicates, which are folded in memory.
      batch: { size: 1000, window: Duration.seconds(2) },
    });
    const sessions = new RuleQueue(this, 'Sessions', {
      name: `${deploymentId}-sessions`,
      rules: {
        Rule: {
          name: `${deploymentId}-sessions`,
          description: 'ExecuteCommand calls, for the session ledger',
          pattern: SESSION_RULE_PATTERN,
        },
        StartsRule: {
          name: `${deploymentId}-starts`,
          description: 'StartSession calls on ECS tasks, for the session ledger',
          pattern: START_SESSION_RULE_PATTERN,
        },
      },
      ...bus,
      batch: { size: 100, window: Duration.seconds(2) },
    });
    const routers =
      Object.keys(signals.routers).length > 0
        ? new RuleQueue(this, 'Routers', {
            name: `${deploymentId}-routers`,
            rules: signals.routers,
            ...bus,
            // A router that is denied is denied with every flush: full batches cost least, and nobody waits at a terminal. Lambda
            // hands over at most 6 MB, about 2,000 events.
            batch: { size: 10_000, window: Duration.minutes(5) },
          })
        : null;
    const approvals = letsPeopleApprove(ceiling) ? new Approvals(this, 'Approvals', deployment) : null;
    const table = ledgerTable(this);
    const settingsPath = settingsPathOf(deploymentId);
    new StringParameter(this, 'Settings', {
      parameterName: `${settingsPath}/settings`,
      description: 'Settings of exec-log (README, "Settings"); the template sets them once',
      // Constant on purpose: CloudFormation writes a parameter again only if the template's value changes, so that a deployment
      // leaves alone what a person has put here.
      stringValue: '{}',
    });
    const remediator = new Worker(this, 'Remediator', {
      entry: 'remediator',
      functionName: `${deploymentId}-remediator`,
      description: 'exec-log: a denied call becomes a policy, a ticket or an observation',
      sources: {
        Source: denials,
        ...(routers !== null && { RoutersSource: routers }),
        ...(approvals !== null && { ApprovalsSource: approvals }),
      },
      sendsToOwnQueue: true,
      memoryMegabytes: 512,
      logRetention: RetentionDays.ONE_YEAR,
      environment: {
        [ENVIRONMENT.settingsPath]: settingsPath,
        [ENVIRONMENT.ceiling]: JSON.stringify(ceiling),
        [ENVIRONMENT.tableName]: table.tableName,
        [ENVIRONMENT.queueUrl]: denials.queue.queueUrl,
        ...(approvals !== null && { [ENVIRONMENT.approvalsQueueUrl]: approvals.queue.queueUrl }),
        [ENVIRONMENT.deploymentId]: deploymentId,
        ...hubEnvironment(deployment),
        [ENVIRONMENT.logLevel]: 'INFO',
      },
      namedRole: hub !== null,
      grants: [
        resendGrant(denials.queue.queueArn),
        ...remediatorTableGrants(table),
        settingsGrant(settingsPath),
        slackGrant(),
        ...ticketGrants(deployment.ticketBus),
        ...remediationGrants(deployment),
      ],
    });
    // A hub attaches them in its members, whose own stacks make them.
    new PreparedPolicies(this, 'Prepared', hub === null ? groupsToPrepare(ceiling) : []);
    const ledger = { deployment, table, denials, sessions };
    const recorder = recorderFunction(this, ledger);
    const auditor = auditorFunction(this, ledger);
    const acceptor = acceptorFunction(this, ledger);
    const operated = {
      queues: { Denials: denials, Sessions: sessions, ...(routers !== null && { Routers: routers }) },
      functions: {
        Remediator: remediator.function,
        Recorder: recorder.function,
        Auditor: auditor.function,
        Acceptor: acceptor.function,
      },
      failures: { Auditor: auditor.failures },
      approvals,
    };
    const { auditMinutes } = deployment;
    const alarms = addAlarms(this, { ...operated, auditMinutes, topicArn: alarmTopicArn });
    addDashboard(this, { ...operated, deploymentId, alarms });
    const outputs = {
      ...(hub !== null && { HubBusName: hub.name }),
      SettingsPath: settingsPath,
      TableName: table.tableName,
      DenialsQueueUrl: denials.queue.queueUrl,
      DenialsDeadLettersUrl: denials.deadLetters.queueUrl,
      DenialsUndeliveredUrl: denials.undelivered.queueUrl,
      DenialsRuleName: `${deploymentId}-denials`,
      SessionsQueueUrl: sessions.queue.queueUrl,
      SessionsDeadLettersUrl: sessions.deadLetters.queueUrl,
      SessionsUndeliveredUrl: sessions.undelivered.queueUrl,
      SessionsRuleName: `${deploymentId}-sessions`,
      ...(routers !== null && {
        RoutersQueueUrl: routers.queue.queueUrl,
        RoutersDeadLettersUrl: routers.deadLetters.queueUrl,
        RoutersUndeliveredUrl: routers.undelivered.queueUrl,
      }),
      ...approvals?.outputs,
      AuditRuleName: auditor.rule.ref,
      AuditFailuresUrl: auditor.failures.queueUrl,
      AcceptUrl: acceptor.url.attrFunctionUrl,
      RemediatorFunctionName: remediator.function.functionName,
      RecorderFunctionName: recorder.function.functionName,
      AuditorFunctionName: auditor.function.functionName,
      AcceptorFunctionName: acceptor.function.functionName,
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}
