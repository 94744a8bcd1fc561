import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  type LogGroup,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { DecryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetBucketEncryptionCommand, HeadBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { SimulatedAccount } from '../server.ts';
import { NAMING, type SentCall, SentCalls, underName } from './sent-calls.ts';

/** The role session that the agent runs as: the task's role and the task's id, or what the container fell back to. */
export interface AgentIdentity {
  readonly roleArn: string;
  readonly sessionName: string;
}

const userAgent = (environment: string, version: string) =>
  `aws-sdk-go/1.55.5 (go1.22.4; linux; amd64) exec-env/${environment} amazon-ssm-agent/${version}`;

/** The agent's calls as its role session, over HTTP with the real clients, so that a denied call makes its record. */
export class AgentCalls {
  private readonly sent = new SentCalls();
  private readonly logs: CloudWatchLogsClient;
  private readonly kms: KMSClient;
  private readonly s3: S3Client;

  constructor(
    private readonly account: SimulatedAccount,
    identity: AgentIdentity,
    options: { readonly executionEnvironment: string; readonly agentVersion: string },
  ) {
    const agent = userAgent(options.executionEnvironment, options.agentVersion);
    const settings = {
      endpoint: account.url,
      region: account.state.region,
      credentials: account.credentialsFor(identity.roleArn, identity.sessionName),
      maxAttempts: 1,
    };
    this.logs = new CloudWatchLogsClient(settings);
    this.kms = new KMSClient(settings);
    this.s3 = new S3Client({ ...settings, forcePathStyle: true });
    this.logs.middlewareStack.add((next) => (call) => next(underName(agent, call)), NAMING);
    this.kms.middlewareStack.add((next) => (call) => next(underName(agent, call)), NAMING);
    this.s3.middlewareStack.add((next) => (call) => next(underName(agent, call)), NAMING);
  }

  /** The calls so far, in order. */
  get made(): readonly SentCall[] {
    return this.sent.made;
  }

  async describeLogGroup(logGroupName: string): Promise<LogGroup | null> {
    let nextToken: string | undefined;
    do {
      const command = new DescribeLogGroupsCommand({ logGroupNamePrefix: logGroupName, nextToken });
      const page = await this.sent.send('DescribeLogGroups', () => this.logs.send(command));
      const found = page?.logGroups?.find((group) => group.logGroupName === logGroupName);
      if (found !== undefined) return found;
      nextToken = page?.nextToken;
    } while (nextToken !== undefined);
    return null;
  }

  async createLogStream(logGroupName: string, logStreamName: string): Promise<boolean> {
    const command = new CreateLogStreamCommand({ logGroupName, logStreamName });
    return (await this.sent.send('CreateLogStream', () => this.logs.send(command))) !== null;
  }

  async describeLogStreams(logGroupName: string, logStreamNamePrefix: string): Promise<void> {
    const command = new DescribeLogStreamsCommand({ logGroupName, logStreamNamePrefix });
    await this.sent.send('DescribeLogStreams', () => this.logs.send(command));
  }

  async putLogEvents(logGroupName: string, logStreamName: string, message: string): Promise<boolean> {
    const timestamp = this.account.clock.now().getTime();
    const command = new PutLogEventsCommand({ logGroupName, logStreamName, logEvents: [{ timestamp, message }] });
    return (await this.sent.send('PutLogEvents', () => this.logs.send(command))) !== null;
  }

  /** kms:Decrypt of the session's data key, which the ciphertext names: a management call, recorded as a read. */
  async decrypt(keyId: string): Promise<boolean> {
    const command = new DecryptCommand({ CiphertextBlob: Buffer.from(keyId) });
    return (await this.sent.send('Decrypt', () => this.kms.send(command))) !== null;
  }

  /** The region probe, whose answer carries the Region with or without permission; a data event. */
  async headBucket(bucket: string): Promise<void> {
    await this.sent.send('HeadBucket', () => this.s3.send(new HeadBucketCommand({ Bucket: bucket })));
  }

  /** Answers whether the bucket is known to be encrypted: AES256 or aws:kms. */
  async bucketIsEncrypted(bucket: string): Promise<boolean> {
    const command = new GetBucketEncryptionCommand({ Bucket: bucket });
    return (await this.sent.send('GetBucketEncryption', () => this.s3.send(command))) !== null;
  }

  async putObject(bucket: string, key: string, text: string): Promise<boolean> {
    const command = new PutObjectCommand({ Bucket: bucket, Key: key, Body: text, ACL: 'bucket-owner-full-control' });
    return (await this.sent.send('PutObject', () => this.s3.send(command))) !== null;
  }

  close(): void {
    this.logs.destroy();
    this.kms.destroy();
    this.s3.destroy();
  }
}
