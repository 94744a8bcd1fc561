import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DescribeLogStreamsCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { SimulatedAccount } from '../server.ts';
import type { RoleSession } from '../services/task-identity.ts';
import { NAMING, SentCalls, underName } from './sent-calls.ts';

/** A group and a stream in it. */
export interface LogPlace {
  readonly logGroupName: string;
  readonly logStreamName: string;
}

/** What a program that writes logs calls in CloudWatch Logs, under a role session and its own user agent. */
export class LogCalls {
  readonly sent = new SentCalls();
  private readonly client: CloudWatchLogsClient;

  constructor(
    private readonly account: SimulatedAccount,
    { roleArn, sessionName }: RoleSession,
    private readonly place: LogPlace,
    userAgent: string,
  ) {
    this.client = new CloudWatchLogsClient({
      endpoint: account.url,
      region: account.state.region,
      credentials: account.credentialsFor(roleArn, sessionName),
      maxAttempts: 1,
    });
    this.client.middlewareStack.add((next) => (call) => next(underName(userAgent, call)), NAMING);
  }

  /** Answers whether the group is there now: one that was there before is as good. */
  async createLogGroup(): Promise<boolean> {
    const { logGroupName } = this.place;
    await this.sent.send('CreateLogGroup', () => this.client.send(new CreateLogGroupCommand({ logGroupName })));
    return this.isThere();
  }

  /** Answers whether the stream is there now. */
  async createLogStream(): Promise<boolean> {
    await this.sent.send('CreateLogStream', () => this.client.send(new CreateLogStreamCommand(this.place)));
    return this.isThere();
  }

  /** Answers whether the group has the stream; null where the answer is a refusal. A group that is not there has none. */
  async hasLogStream(): Promise<boolean | null> {
    const { logGroupName, logStreamName } = this.place;
    const command = new DescribeLogStreamsCommand({ logGroupName, logStreamNamePrefix: logStreamName });
    const page = await this.sent.send('DescribeLogStreams', () => this.client.send(command));
    if (page !== null) return page.logStreams?.some((stream) => stream.logStreamName === logStreamName) ?? false;
    return this.sent.lastOutcome === 'ResourceNotFoundException' ? false : null;
  }

  async putLogEvents(message: string): Promise<boolean> {
    const timestamp = this.account.clock.now().getTime();
    const command = new PutLogEventsCommand({ ...this.place, logEvents: [{ timestamp, message }] });
    return (await this.sent.send('PutLogEvents', () => this.client.send(command))) !== null;
  }

  close(): void {
    this.client.destroy();
  }

  private isThere(): boolean {
    return ['ok', 'ResourceAlreadyExistsException'].includes(this.sent.lastOutcome);
  }
}
