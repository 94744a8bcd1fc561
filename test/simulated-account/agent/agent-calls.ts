import { randomUUID } from 'node:crypto';
import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  type LogGroup,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
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
 * The agent's calls as its role session. CloudWatch Logs is called over HTTP with the real client, so that a denied call makes
 * its record; KMS and S3, which the account does not serve, are decided by the account's IAM and recorded as CloudTrail would.
 */
export class AgentCalls {
  readonly made: AgentCall[] = [];
  private readonly logs: CloudWatchLogsClient;
  private readonly agent: string;

  constructor(
    private readonly account: SimulatedAccount,
    private readonly identity: AgentIdentity,
    options: { readonly executionEnvironment: string; readonly agentVersion: string },
  ) {
    this.agent = userAgent(options.executionEnvironment, options.agentVersion);
    this.logs = new CloudWatchLogsClient({
      endpoint: account.url,
      region: account.state.region,
      credentials: account.credentialsFor(identity.roleArn, identity.sessionName),
      maxAttempts: 1,
    });
    this.logs.middlewareStack.add(
      (next) => (call) => {
        const { request } = call;
        if (typeof request === 'object' && request !== null && 'headers' in request) {
          Object.assign(Object(request.headers), { 'user-agent': this.agent });
        }
        return next(call);
      },
      { step: 'finalizeRequest', priority: 'low', name: 'agentUserAgent' },
    );
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
  decrypt(keyArn: string): Promise<boolean> {
    return this.decided('Decrypt', 'kms:Decrypt', keyArn, { service: 'kms', recorded: true });
  }

  /** The region probe, whose answer carries the Region with or without permission; a data event of another user agent. */
  async headBucket(bucket: string): Promise<void> {
    await this.decided('HeadBucket', 's3:ListBucket', this.bucketArn(bucket), { service: 's3', recorded: false });
  }

  /** Answers whether the bucket is known to be encrypted: AES256 or aws:kms. */
  async bucketIsEncrypted(bucket: string): Promise<boolean> {
    const action = 's3:GetEncryptionConfiguration';
    const allowed = await this.decided('GetBucketEncryption', action, this.bucketArn(bucket), {
      service: 's3',
      recorded: true,
    });
    return allowed && this.account.state.s3.get(bucket)?.['encryption'] !== undefined;
  }

  putObject(bucket: string, key: string): Promise<boolean> {
    return this.decided('PutObject', 's3:PutObject', `${this.bucketArn(bucket)}/${key}`, {
      service: 's3',
      recorded: false,
    });
  }

  close(): void {
    this.logs.destroy();
  }

  private bucketArn(bucket: string): string {
    return `arn:${this.account.state.partition}:s3:::${bucket}`;
  }

  private async call<T>(name: string, send: () => Promise<T>): Promise<T | null> {
    try {
      const answer = await send();
      this.made.push({ name, outcome: 'ok' });
      return answer;
    } catch (error) {
      this.made.push({ name, outcome: error instanceof Error ? error.name : 'Error' });
      return null;
    }
  }

  private async decided(
    name: string,
    action: string,
    resource: string,
    { service, recorded }: { readonly service: string; readonly recorded: boolean },
  ): Promise<boolean> {
    const { roleArn, sessionName } = this.identity;
    const decision = await this.account.decide({ principalRole: roleArn, sessionName, action, resource });
    this.made.push({ name, outcome: decision.allowed ? 'ok' : 'AccessDeniedException' });
    if (recorded) {
      const { principals, trail, state } = this.account.runtime;
      const caller = principals.find(principals.credentialsFor(roleArn, sessionName).accessKeyId);
      if (caller === undefined) throw new Error(`no session of ${roleArn}`);
      trail.write({
        userIdentity: userIdentityOf(caller, principals.roleOf(caller), state.account),
        eventSource: `${service}.amazonaws.com`,
        eventName: name,
        awsRegion: state.region,
        userAgent: this.agent,
        host: `${service}.${state.region}.amazonaws.com`,
        requestId: randomUUID(),
        readOnly: true,
        // S3 keeps the parameters of a denied call, unlike CloudWatch Logs.
        requestParameters: service === 's3' ? { bucketName: resource.split(':::')[1] ?? '' } : null,
        responseElements: null,
        error: decision.allowed
          ? null
          : {
              code: 'AccessDenied',
              message: denialSentence({ principalArn: caller.arn, action, resource, ...decision }),
            },
      });
    }
    return decision.allowed;
  }
}
