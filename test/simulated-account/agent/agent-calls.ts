import { randomUUID } from 'node:crypto';
import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  type LogGroup,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { GetBucketEncryptionCommand, HeadBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { denialSentence } from '../denial-sentence.ts';
import { userIdentityOf } from '../principals.ts';
import type { SimulatedAccount } from '../server.ts';

/** One call that the agent made, in order. */
export interface AgentCall {
  readonly name: string;
  /** `ok`, or the error's name. */
  readonly outcome: string;
}

/** The role session that the agent runs as: the task's role and the task's id, or what the container fell back to. */
export interface AgentIdentity {
  readonly roleArn: string;
  readonly sessionName: string;
}

const userAgent = (environment: string, version: string) =>
  `aws-sdk-go/1.55.5 (go1.22.4; linux; amd64) exec-env/${environment} amazon-ssm-agent/${version}`;

/**
 * The agent's calls as its role session. CloudWatch Logs and S3 are called over HTTP with the real clients, so that a denied call
 * makes its record; Decrypt, which the account does not serve, is decided by the account's IAM and recorded as CloudTrail would.
 */
export class AgentCalls {
  readonly made: AgentCall[] = [];
  private readonly logs: CloudWatchLogsClient;
  private readonly s3: S3Client;
  private readonly agent: string;

  constructor(
    private readonly account: SimulatedAccount,
    private readonly identity: AgentIdentity,
    options: { readonly executionEnvironment: string; readonly agentVersion: string },
  ) {
    this.agent = userAgent(options.executionEnvironment, options.agentVersion);
    const settings = {
      endpoint: account.url,
      region: account.state.region,
      credentials: account.credentialsFor(identity.roleArn, identity.sessionName),
      maxAttempts: 1,
    };
    this.logs = new CloudWatchLogsClient(settings);
    this.s3 = new S3Client({ ...settings, forcePathStyle: true });
    const step = { step: 'finalizeRequest', priority: 'low', name: 'agentUserAgent' } as const;
    this.logs.middlewareStack.add((next) => (call) => next(this.named(call)), step);
    this.s3.middlewareStack.add((next) => (call) => next(this.named(call)), step);
  }

  async describeLogGroup(logGroupName: string): Promise<LogGroup | null> {
    let nextToken: string | undefined;
    do {
      const command = new DescribeLogGroupsCommand({ logGroupNamePrefix: logGroupName, nextToken });
      const page = await this.call('DescribeLogGroups', () => this.logs.send(command));
      const found = page?.logGroups?.find((group) => group.logGroupName === logGroupName);
      if (found !== undefined) return found;
      nextToken = page?.nextToken;
    } while (nextToken !== undefined);
    return null;
  }

  async createLogStream(logGroupName: string, logStreamName: string): Promise<boolean> {
    const command = new CreateLogStreamCommand({ logGroupName, logStreamName });
    return (await this.call('CreateLogStream', () => this.logs.send(command))) !== null;
  }

  async describeLogStreams(logGroupName: string, logStreamNamePrefix: string): Promise<void> {
    const command = new DescribeLogStreamsCommand({ logGroupName, logStreamNamePrefix });
    await this.call('DescribeLogStreams', () => this.logs.send(command));
  }

  async putLogEvents(logGroupName: string, logStreamName: string, message: string): Promise<boolean> {
    const timestamp = this.account.clock.now().getTime();
    const command = new PutLogEventsCommand({ logGroupName, logStreamName, logEvents: [{ timestamp, message }] });
    return (await this.call('PutLogEvents', () => this.logs.send(command))) !== null;
  }

  /** kms:Decrypt of the session's data key: a management call, recorded as a read. */
  async decrypt(keyArn: string): Promise<boolean> {
    const { roleArn, sessionName } = this.identity;
    const { principals, trail, state } = this.account.runtime;
    const action = 'kms:Decrypt';
    const decision = await this.account.decide({ principalRole: roleArn, sessionName, action, resource: keyArn });
    this.made.push({ name: 'Decrypt', outcome: decision.allowed ? 'ok' : 'AccessDeniedException' });
    const caller = principals.find(principals.credentialsFor(roleArn, sessionName).accessKeyId);
    if (caller === undefined) throw new Error(`no session of ${roleArn}`);
    trail.write({
      userIdentity: userIdentityOf(caller, principals.roleOf(caller), state.account),
      eventSource: 'kms.amazonaws.com',
      eventName: 'Decrypt',
      awsRegion: state.region,
      userAgent: this.agent,
      host: `kms.${state.region}.amazonaws.com`,
      requestId: randomUUID(),
      readOnly: true,
      requestParameters: null,
      responseElements: null,
      error: decision.allowed
        ? null
        : {
            code: 'AccessDenied',
            message: denialSentence({ principalArn: caller.arn, action, resource: keyArn, ...decision }),
          },
    });
    return decision.allowed;
  }

  /** The region probe, whose answer carries the Region with or without permission; a data event. */
  async headBucket(bucket: string): Promise<void> {
    await this.call('HeadBucket', () => this.s3.send(new HeadBucketCommand({ Bucket: bucket })));
  }

  /** Answers whether the bucket is known to be encrypted: AES256 or aws:kms. */
  async bucketIsEncrypted(bucket: string): Promise<boolean> {
    const command = new GetBucketEncryptionCommand({ Bucket: bucket });
    return (await this.call('GetBucketEncryption', () => this.s3.send(command))) !== null;
  }

  async putObject(bucket: string, key: string, text: string): Promise<boolean> {
    const command = new PutObjectCommand({ Bucket: bucket, Key: key, Body: text, ACL: 'bucket-owner-full-control' });
    return (await this.call('PutObject', () => this.s3.send(command))) !== null;
  }

  close(): void {
    this.logs.destroy();
    this.s3.destroy();
  }

  /** The call with the agent's user agent. */
  private named<T extends { readonly request: unknown }>(call: T): T {
    Object.assign(Object(Object(call.request).headers), { 'user-agent': this.agent });
    return call;
  }

  private async call<T>(name: string, send: () => Promise<T>): Promise<T | null> {
    try {
      const answer = await send();
      this.made.push({ name, outcome: 'ok' });
      return answer;
    } catch (error) {
      this.made.push({ name, outcome: outcomeOf(error) });
      return null;
    }
  }
}

/** The error's name. An answer to HEAD has no body that could name it, so that the agent's SDK names it by its status. */
function outcomeOf(error: unknown): string {
  const { name, $metadata } = Object(error);
  const byStatus = new Map([
    [403, 'Forbidden'],
    [404, 'NotFound'],
  ]);
  return (name === 'Unknown' ? byStatus.get($metadata?.httpStatusCode) : undefined) ?? String(name ?? 'Error');
}
