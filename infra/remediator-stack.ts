import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { DENIAL_RULE_PATTERN, SESSION_RULE_PATTERN, START_SESSION_RULE_PATTERN } from '../functions/domain/rules.ts';
import { ENVIRONMENT } from '../functions/domain/settings.ts';
import { addAlarms } from './alarms.ts';
import { checkDeployment, type Deployment, settingsPathOf } from './deployment.ts';
import { acceptorFunction, auditorFunction, recorderFunction } from './ledger-functions.ts';
import { ledgerTable } from './ledger-table.ts';
import { resendGrant } from './permissions/queue-and-log.ts';
import { observationGrants, settingsGrant, slackGrant, ticketGrants } from './permissions/reads.ts';
import { roleWriteGrants } from './permissions/role-writes.ts';
import { remediatorTableGrants } from './permissions/table.ts';
import { QueuedRule } from './rules/queued-rule.ts';
import { Worker } from './worker.ts';

/** One deployment in one account and Region: events in, a policy or a ticket out, and a ledger of every session. */
export class RemediatorStack extends Stack {
  constructor(scope: Construct, deployment: Deployment, props: StackProps) {
    checkDeployment(deployment);
    const { deploymentId, ceiling, alarmTopicArn } = deployment;
    super(scope, deploymentId, {
      ...props,
      stackName: deploymentId,
      description: `exec-log: repairs lost ECS Exec transcripts (at most ${ceiling.mode})`,
    });
    const denials = new QueuedRule(this, 'Denials', {
      name: `${deploymentId}-denials`,
      description: 'CreateLogStream calls of exec sessions that were denied',
      pattern: DENIAL_RULE_PATTERN,
    });
    const sessions = new QueuedRule(this, 'Sessions', {
      name: `${deploymentId}-sessions`,
      description: 'ExecuteCommand calls, for the session ledger',
      pattern: SESSION_RULE_PATTERN,
      alsoFrom: {
        StartsRule: {
          name: `${deploymentId}-starts`,
          description: 'StartSession calls on ECS tasks, for the session ledger',
          pattern: START_SESSION_RULE_PATTERN,
        },
      },
    });
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
      queue: denials.queue,
      sendsToOwnQueue: true,
      batchSize: 1000,
      memoryMegabytes: 512,
      logRetention: RetentionDays.ONE_YEAR,
      environment: {
        [ENVIRONMENT.settingsPath]: settingsPath,
        [ENVIRONMENT.ceiling]: JSON.stringify(ceiling),
        [ENVIRONMENT.tableName]: table.tableName,
        [ENVIRONMENT.queueUrl]: denials.queue.queueUrl,
        [ENVIRONMENT.deploymentId]: deploymentId,
        [ENVIRONMENT.logLevel]: 'INFO',
      },
      grants: [
        resendGrant(denials.queue.queueArn),
        ...remediatorTableGrants(table),
        settingsGrant(settingsPath),
        slackGrant(),
        ...ticketGrants(),
        ...observationGrants(),
        ...roleWriteGrants(ceiling),
      ],
    });
    const ledger = { deployment, table, denials, sessions };
    const recorder = recorderFunction(this, ledger);
    const auditor = auditorFunction(this, ledger);
    const acceptor = acceptorFunction(this, ledger);
    addAlarms(this, {
      rules: { Denials: denials, Sessions: sessions },
      functions: {
        Remediator: remediator.function,
        Recorder: recorder.function,
        Auditor: auditor.function,
        Acceptor: acceptor.function,
      },
      failures: { Auditor: auditor.failures },
      auditMinutes: deployment.auditMinutes,
      topicArn: alarmTopicArn,
    });
    const outputs = {
      SettingsPath: settingsPath,
      TableName: table.tableName,
      DenialsQueueUrl: denials.queue.queueUrl,
      DenialsDeadLettersUrl: denials.deadLetters.queueUrl,
      DenialsUndeliveredUrl: denials.undelivered.queueUrl,
      DenialsRuleName: denials.rule.ref,
      SessionsQueueUrl: sessions.queue.queueUrl,
      SessionsDeadLettersUrl: sessions.deadLetters.queueUrl,
      SessionsUndeliveredUrl: sessions.undelivered.queueUrl,
      SessionsRuleName: sessions.rule.ref,
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
