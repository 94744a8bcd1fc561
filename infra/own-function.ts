import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, RecursiveLoop, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { functionRole } from './permissions/function-role.ts';
import type { Grant } from './permissions/grant.ts';
import { ownLogGrant } from './permissions/queue-and-log.ts';
import { repositoryRoot } from './repository.ts';

/** What all functions have, whatever invokes them. */
export interface OwnFunctionProps {
  /** The folder under `functions/`, whose bundle `infra/build.ts` has made. */
  readonly entry: string;
  readonly functionName: string;
  readonly description: string;
  readonly memoryMegabytes: number;
  /** 30 seconds without it. */
  readonly timeout?: Duration;
  readonly logRetention: RetentionDays;
  readonly environment: Record<string, string>;
  readonly grants: readonly Grant[];
  /** How many of it run at once, at most, and are kept free for it; null and without it as many as the account gives. */
  readonly reservedConcurrency?: number | null;
  /** Its role is named as the function is, for who must name it beforehand: the members of a hub. */
  readonly namedRole?: boolean;
  /** Whether it sends to a queue that it reads itself. */
  readonly sendsToOwnQueue?: boolean;
}

/** A function with its own role and log group. */
export class OwnFunction extends Construct {
  readonly function: LambdaFunction;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: OwnFunctionProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Log', {
      retention: props.logRetention,
      // The log is the account of what was written and why; it outlives the stack.
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.role = functionRole(this, 'Role', {
      description: props.description,
      grants: [ownLogGrant(logGroup.logGroupArn), ...props.grants],
      ...(props.namedRole === true && { roleName: props.functionName }),
    });
    this.function = new LambdaFunction(this, 'Function', {
      functionName: props.functionName,
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(bundleOf(props.entry), { exclude: ['meta.json'] }),
      role: this.role,
      logGroup,
      timeout: props.timeout ?? Duration.seconds(30),
      memorySize: props.memoryMegabytes,
      environment: props.environment,
      ...(typeof props.reservedConcurrency === 'number' && {
        reservedConcurrentExecutions: props.reservedConcurrency,
      }),
      // Who sends to its own queue does so with a delay and an end; Lambda would take 16 rounds for a loop and drop the message.
      recursiveLoop: props.sendsToOwnQueue === true ? RecursiveLoop.ALLOW : RecursiveLoop.TERMINATE,
    });
    Validations.of(this.function).acknowledge(
      {
        id: 'Serverless-LambdaDLQ',
        reason:
          'Queues and URLs invoke it synchronously, and its queue has a dead-letter queue; the schedule has a failure queue.',
      },
      {
        id: 'Serverless-LambdaTracing',
        reason: 'A tracer costs more of each cold start than its traces tell: the log has one line for each end.',
      },
    );
  }
}

function bundleOf(entry: string): string {
  const directory = join(repositoryRoot(), 'dist', 'functions', entry);
  if (!existsSync(join(directory, 'index.cjs'))) {
    throw new Error(`dist/functions/${entry}/index.cjs is not built: run npm run build.`);
  }
  return directory;
}
