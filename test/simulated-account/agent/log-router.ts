import type { Task } from '@aws-sdk/client-ecs';
import type { SimulatedAccount } from '../server.ts';
import { lastStep } from '../services/ecs-lookup.ts';
import { credentialsIn } from '../services/task-identity.ts';
import { LogCalls } from './log-calls.ts';
import { taskDefinitionOf } from './log-configuration.ts';
import type { SentCall } from './sent-calls.ts';

/** An output of a task's log router, as its configuration says. */
export interface RouterOutput {
  /** The task's ARN or id. */
  readonly task: string;
  /** The C plugin of Fluent Bit, or AWS's older one in Go. */
  readonly plugin: 'cloudwatch_logs' | 'cloudwatch';
  readonly logGroupName: string;
  /** Either the stream's name or what stands before Fluent Bit's tag in it. */
  readonly streamName?: string;
  readonly streamPrefix?: string;
  /** The container whose lines are routed; absent is the first with the driver `awsfirelens`, else the first. */
  readonly container?: string;
  /** `auto_create_group`. */
  readonly createsGroup: boolean;
  /** How often it tries to deliver, once a second of the account's clock. */
  readonly flushes: number;
}

/** What became of the lines. */
export interface RoutedLogs {
  /** Whether the last flush arrived: Fluent Bit drops what it could not deliver after its retries. */
  readonly delivered: boolean;
  readonly logStreamName: string;
  /** The role whose credentials the router used. */
  readonly roleArn: string;
  readonly calls: readonly SentCall[];
}

const FLUSH_MS = 1000;

const USER_AGENTS = {
  cloudwatch_logs: 'aws-fluent-bit-plugin-ecs',
  cloudwatch: 'aws-fluent-bit-plugin (linux) aws-sdk-go/1.55.5 (go1.22.4; linux; amd64) exec-env/AWS_ECS_FARGATE',
} as const;

/** Routes a task's lines as Fluent Bit does: each flush makes its calls in the plugin's order, until the stream is known. */
export async function routeLogs(account: SimulatedAccount, output: RouterOutput): Promise<RoutedLogs> {
  const { state } = account;
  const task = state.ecs.tasks.find(({ taskArn }) => lastStep(taskArn) === lastStep(output.task));
  const identity = task === undefined ? null : credentialsIn(state, task);
  if (task === undefined || identity === null) throw new Error(`no running task with a role is ${output.task}`);
  const { logGroupName, plugin } = output;
  const logStreamName = output.streamName ?? `${output.streamPrefix ?? ''}${tagOf(account, task, output)}`;
  const calls = new LogCalls(account, identity, { logGroupName, logStreamName }, USER_AGENTS[plugin]);
  let streamIsKnown = false;
  let delivered = false;
  for (let flush = 1; flush <= output.flushes; flush += 1) {
    // What failed is not remembered, so that every flush tries all of it again.
    streamIsKnown ||= await (plugin === 'cloudwatch' ? findsStream : makesStream)(calls, output.createsGroup);
    delivered = streamIsKnown && (await calls.putLogEvents(`line ${flush}`));
    account.clock.advance(FLUSH_MS);
  }
  calls.close();
  return { delivered, logStreamName, roleArn: identity.roleArn, calls: calls.sent.made };
}

/** The C plugin: the stream, and only where its group is not there the group and the stream again. */
async function makesStream(calls: LogCalls, createsGroup: boolean): Promise<boolean> {
  if (await calls.createLogStream()) return true;
  if (!createsGroup || calls.sent.lastOutcome !== 'ResourceNotFoundException') return false;
  return (await calls.createLogGroup()) && (await calls.createLogStream());
}

/** The Go plugin: the group first, then a look at its streams; a refusal of either ends the flush. */
async function findsStream(calls: LogCalls, createsGroup: boolean): Promise<boolean> {
  if (createsGroup && !(await calls.createLogGroup())) return false;
  const has = await calls.hasLogStream();
  return has === true || (has === false && (await calls.createLogStream()));
}

/** Fluent Bit's tag of a container's lines, as ECS writes it into the router's configuration. */
function tagOf({ state }: SimulatedAccount, task: Task, { container }: RouterOutput): string {
  const containers = taskDefinitionOf(state, task)?.containerDefinitions ?? [];
  const routed = containers.find(({ logConfiguration }) => logConfiguration?.logDriver === 'awsfirelens');
  return `${container ?? (routed ?? containers[0])?.name ?? 'app'}-firelens-${lastStep(task.taskArn)}`;
}
