import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { Role } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  EventSourceMapping,
  Function as LambdaFunction,
  RecursiveLoop,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { functionRole } from './permissions/function-role.ts';
import type { Grant } from './permissions/grant.ts';
import { workerGrants } from './permissions/queue-and-log.ts';
import { repositoryRoot } from './repository.ts';

export interface WorkerProps {
  /** The folder under `functions/`, whose bundle `infra/build.ts` has made. */
  readonly entry: string;
  readonly functionName: string;
  readonly description: string;
  readonly queue: Queue;
  readonly sendsToOwnQueue: boolean;
  readonly batchSize: number;
  readonly memoryMegabytes: number;
  readonly logRetention: RetentionDays;
  readonly environment: Record<string, string>;
  readonly grants: readonly Grant[];
}

/** A function that works off one queue, with its own role and log group. */
export class Worker extends Construct {
  readonly function: LambdaFunction;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: WorkerProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Log', {
      retention: props.logRetention,
      // The log is the account of what was written and why; it outlives the stack.
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.role = functionRole(this, 'Role', props.description, [
      ...workerGrants(props.queue.queueArn, logGroup.logGroupArn),
      ...props.grants,
    ]);
    this.function = new LambdaFunction(this, 'Function', {
      functionName: props.functionName,
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(bundleOf(props.entry), { exclude: ['meta.json'] }),
      role: this.role,
      logGroup,
      timeout: Duration.seconds(30),
      memorySize: props.memoryMegabytes,
      environment: props.environment,
      // Who sends to its own queue does so with a delay and an end; Lambda would take 16 rounds for a loop and drop the message.
      recursiveLoop: props.sendsToOwnQueue ? RecursiveLoop.ALLOW : RecursiveLoop.TERMINATE,
    });
    new EventSourceMapping(this, 'Source', {
      target: this.function,
      eventSourceArn: props.queue.queueArn,
      batchSize: props.batchSize,
      // Batches above ten need a window; it also gathers duplicates, which are folded in memory.
      maxBatchingWindow: Duration.seconds(2),
      // Not reserved concurrency: that would throttle the poller and use up receives.
      maxConcurrency: 2,
      reportBatchItemFailures: true,
    });
  }
}

function bundleOf(entry: string): string {
  const directory = join(repositoryRoot(), 'dist', 'functions', entry);
  if (!existsSync(join(directory, 'index.cjs'))) {
    throw new Error(`dist/functions/${entry}/index.cjs is not built: run npm run build.`);
  }
  return directory;
}
