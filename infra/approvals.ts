import { Duration } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnPermission, CfnUrl } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ENVIRONMENT } from '../functions/domain/settings.ts';
import { type Deployment, settingsPathOf } from './deployment.ts';
import { OwnFunction } from './own-function.ts';
import { sendGrant } from './permissions/queue-and-log.ts';
import { settingsGrant, signingSecretGrant } from './permissions/reads.ts';
import { workedQueue } from './worked-queue.ts';
import type { WorkerSource } from './worker.ts';

/**
 * The way of a person's click: a public URL that anybody may call, the approver behind it, which believes Slack's signature alone,
 * and a queue of its own, to which nobody but the approver may send. What is done about a click, the remediator decides.
 */
export class Approvals extends Construct implements WorkerSource {
  readonly queue: Queue;
  /** Answers that failed eight times. */
  readonly deadLetters: Queue;
  readonly batch = APPROVALS_BATCH;
  readonly approver: OwnFunction;
  /** Where these things are, for people. */
  readonly outputs: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, deployment: Deployment) {
    super(scope, id);
    const { queue, deadLetters } = workedQueue(this, `${deployment.deploymentId}-approvals`, this.batch);
    this.queue = queue;
    this.deadLetters = deadLetters;
    this.approver = approverFunction(scope, deployment, queue);
    allowOnly(this.approver, queue);
    this.outputs = {
      ApprovalsQueueUrl: queue.queueUrl,
      ApprovalsDeadLettersUrl: deadLetters.queueUrl,
      ApproverFunctionName: this.approver.function.functionName,
      ...(deployment.approverUrl === 'public' && { ApproverUrl: publicUrl(this.approver).attrFunctionUrl }),
    };
  }
}

/** A person waits, and an answer can take most of an invocation's time: each has one of its own. */
const APPROVALS_BATCH = { size: 1, window: Duration.seconds(0) };

function approverFunction(scope: Construct, deployment: Deployment, queue: Queue): OwnFunction {
  const { deploymentId, approverConcurrency } = deployment;
  const settingsPath = settingsPathOf(deploymentId);
  return new OwnFunction(scope, 'Approver', {
    entry: 'approver',
    functionName: `${deploymentId}-approver`,
    description: 'exec-log: hands on clicks in Slack whose signature is genuine',
    // Slack waits for three seconds, also for a cold start: memory is processor time.
    memoryMegabytes: 512,
    timeout: Duration.seconds(10),
    // Who clicked what is a year's question.
    logRetention: RetentionDays.ONE_YEAR,
    environment: {
      [ENVIRONMENT.settingsPath]: settingsPath,
      [ENVIRONMENT.approvalsQueueUrl]: queue.queueUrl,
      [ENVIRONMENT.logLevel]: 'INFO',
    },
    reservedConcurrency: approverConcurrency,
    grants: [
      sendGrant('SendApprovals', 'a verified click goes to the remediator, which verifies it again', [queue.queueArn]),
      settingsGrant(settingsPath),
      signingSecretGrant(),
    ],
  });
}

/** Beside whatever policies the account's own principals have: an answer comes through the approver or not at all. */
function allowOnly(approver: OwnFunction, queue: Queue): void {
  queue.addToResourcePolicy(
    new PolicyStatement({
      sid: 'OnlyFromTheApprover',
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: ['sqs:SendMessage'],
      resources: [queue.queueArn],
      conditions: { ArnNotEquals: { 'aws:PrincipalArn': approver.role.roleArn } },
    }),
  );
}

/**
 * Slack cannot sign for IAM, so that everybody may call it; the approver tells Slack from everybody else. Since October 2025 AWS
 * asks for both permissions. https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
 */
function publicUrl(approver: OwnFunction): CfnUrl {
  const { functionArn: functionName } = approver.function;
  new CfnPermission(approver, 'AnybodyThroughTheUrl', {
    action: 'lambda:InvokeFunctionUrl',
    functionName,
    principal: '*',
    functionUrlAuthType: 'NONE',
  });
  new CfnPermission(approver, 'InvokedThroughTheUrl', {
    action: 'lambda:InvokeFunction',
    functionName,
    principal: '*',
    invokedViaFunctionUrl: true,
  });
  return new CfnUrl(approver, 'Url', { authType: 'NONE', targetFunctionArn: functionName, invokeMode: 'BUFFERED' });
}
