import { ECSClient, ExecuteCommandCommand } from '@aws-sdk/client-ecs';
import type { SimulatedAccount } from '../server.ts';
import { lastStep } from '../services/ecs-lookup.ts';
import { endSession } from '../services/ssm-sessions.ts';
import { credentialsIn } from '../services/task-identity.ts';
import { AgentCalls, type AgentIdentity } from './agent-calls.ts';
import { type SessionConfiguration, sessionConfiguration } from './log-configuration.ts';
import { NAMING, type SentCall, underName } from './sent-calls.ts';

/** Who opens which shell. */
export interface ExecRequest {
  readonly cluster: string;
  readonly task: string;
  /** Absent where the task has one container. */
  readonly container?: string;
  /** The IAM user who runs `aws ecs execute-command`. */
  readonly person: string;
  /** What the person's program calls itself; absent is the SDK's own name. */
  readonly userAgent?: string;
  readonly command?: string;
  /** How long the shell is open on the account's clock; the agent delivers at its end. */
  readonly minutes?: number;
  /** What the agent finds if the task has no role and the account file shows no instance: the instance's role, under its id. */
  readonly instance?: AgentIdentity;
  readonly executionEnvironment?: 'AWS_ECS_FARGATE' | 'AWS_ECS_EC2';
  readonly agentVersion?: string;
  /** The image lacks the program that builds the transcript: nothing is tried, and no call tells. */
  readonly without?: 'script';
  /** The container dies while the shell is open: nothing is sent. */
  readonly killed?: boolean;
  /** What happens while the shell is open: events of its opening arrive long before its end. */
  readonly whileOpen?: () => Promise<void>;
}

/** What became of a session and of its transcript. */
export interface ExecSessionResult {
  readonly sessionId: string;
  /** `refused`: the shell never opened. `recorded` only if every configured target has the transcript. */
  readonly transcript: 'recorded' | 'lost' | 'refused';
  /** The role whose credentials the agent used. */
  readonly roleArn: string;
  readonly configuration: SessionConfiguration;
  /** The agent's calls, in order. */
  readonly calls: readonly SentCall[];
}

/** Opens a shell as a person does, and lets the simulated agent make its calls in their order, with their refusals. */
export async function execSession(account: SimulatedAccount, request: ExecRequest): Promise<ExecSessionResult> {
  const { sessionId, containerName } = await openShell(account, request);
  const { state } = account;
  const cluster = state.ecs.clusters.find(({ clusterArn }) => lastStep(clusterArn) === lastStep(request.cluster));
  const task = state.ecs.tasks.find(({ taskArn }) => lastStep(taskArn) === lastStep(request.task));
  if (cluster === undefined || task === undefined) throw new Error('the session has neither cluster nor task');
  const identity = credentialsIn(state, task) ?? request.instance;
  if (identity === undefined) throw new Error('the task has no role, and no instance role was given');
  const configuration = sessionConfiguration(state, cluster, task, containerName);
  const agent = new AgentCalls(account, identity, {
    executionEnvironment: request.executionEnvironment ?? 'AWS_ECS_FARGATE',
    agentVersion: request.agentVersion ?? '3.3.1142.0',
  });
  const done = (transcript: ExecSessionResult['transcript']): ExecSessionResult => {
    agent.close();
    return { sessionId, transcript, roleArn: identity.roleArn, configuration, calls: agent.made };
  };
  const opened = await handshake(agent, configuration);
  if (opened) {
    await request.whileOpen?.();
    account.clock.advance((request.minutes ?? 0) * 60_000);
  }
  endSession(account.stores, sessionId, account.clock.now());
  if (!opened) return done('refused');
  if (request.without === 'script' || request.killed) return done('lost');
  return done((await deliver(agent, configuration, sessionId, request.command ?? '/bin/sh')) ? 'recorded' : 'lost');
}

async function openShell(account: SimulatedAccount, request: ExecRequest) {
  const client = new ECSClient({
    endpoint: account.url,
    region: account.state.region,
    credentials: account.credentialsFor('operator', request.person),
    maxAttempts: 1,
  });
  const { userAgent } = request;
  if (userAgent !== undefined) {
    client.middlewareStack.add((next) => (call) => next(underName(userAgent, call)), NAMING);
  }
  const { session, containerName } = await client.send(
    new ExecuteCommandCommand({
      cluster: request.cluster,
      task: request.task,
      ...(request.container === undefined ? {} : { container: request.container }),
      command: request.command ?? '/bin/sh',
      interactive: true,
    }),
  );
  client.destroy();
  return { sessionId: session?.sessionId ?? '', containerName: containerName ?? '' };
}

/** Everything before the shell opens; false is a refused session. */
async function handshake(agent: AgentCalls, configuration: SessionConfiguration): Promise<boolean> {
  const { kmsKeyId, logGroup, bucket } = configuration;
  if (kmsKeyId !== null && !(await agent.decrypt(kmsKeyId))) return false;
  if (bucket !== null) await agent.headBucket(bucket);
  if (logGroup !== null) {
    // A denial is only warned about, unless the group must be encrypted: then it reads as "not encrypted".
    const group = await agent.describeLogGroup(logGroup);
    if (configuration.logGroupMustBeEncrypted && group?.kmsKeyId === undefined) return false;
  }
  return !(configuration.bucketMustBeEncrypted && bucket !== null && !(await agent.bucketIsEncrypted(bucket)));
}

/** Everything after the shell ended; true if every configured target has the transcript. */
async function deliver(
  agent: AgentCalls,
  { logGroup, bucket, keyPrefix }: SessionConfiguration,
  sessionId: string,
  command: string,
): Promise<boolean> {
  const transcript = `Script started\n# ${command}\nexit\nScript done\n`;
  let delivered = logGroup !== null || bucket !== null;
  if (bucket !== null) {
    await agent.bucketIsEncrypted(bucket);
    const key = keyPrefix === '' ? `${sessionId}.log` : `${keyPrefix}/${sessionId}.log`;
    // A denied upload is only logged: CloudWatch Logs is tried all the same.
    delivered = (await agent.putObject(bucket, key, transcript)) && delivered;
  }
  if (logGroup !== null) {
    const created = await agent.createLogStream(logGroup, sessionId);
    await agent.describeLogStreams(logGroup, sessionId);
    // The real agent tries PutLogEvents again each second without end; once tells the same.
    delivered = created && (await agent.putLogEvents(logGroup, sessionId, transcript)) && delivered;
  }
  return delivered;
}
