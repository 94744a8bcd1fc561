import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListMessageMoveTasksCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import type { Reading } from '../../domain/observation.ts';
import { read, readingOf } from './errors.ts';

/** A queue with the numbers that SQS knows of it, which are approximate. */
export interface KeptMessages {
  readonly url: string;
  readonly arn: string;
  readonly visible: number;
  readonly inFlight: number;
  /** Up to ten, as they lie there. */
  readonly shown: readonly KeptMessage[];
}

interface KeptMessage {
  readonly messageId: string;
  readonly body: string;
  /** ISO 8601, UTC: when it was first sent, to whatever queue; null where SQS does not say. */
  readonly sentAt: string | null;
  /** Why EventBridge did not deliver it; null for what it did deliver. */
  readonly undeliveredBecause: string | null;
}

/** How a move of SQS's own stands. */
export interface MessageMove {
  readonly state: 'running' | 'completed' | 'failed';
  readonly moved: number;
  readonly toMove: number;
  /** Why it failed; empty otherwise. */
  readonly because: string;
}

/** The most that one request gives. */
const BATCH = 10;
/** Long enough to send and to delete ten messages; what is not deleted by then can be received again. */
const RESENDING_SECONDS = 60;

// Two names for one thing: the JSON protocol's and the query protocol's.
const NO_QUEUE = ['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue'];

/** What lies in a queue. Reading consumes nothing: what is shown stays visible, and only its count of receives grows. */
export function readKeptMessages(client: SQSClient, name: string): Promise<Reading<KeptMessages>> {
  const ask = async () => {
    const { QueueUrl: url = '' } = await client.send(new GetQueueUrlCommand({ QueueName: name }));
    const [{ Attributes = {} }, messages] = await Promise.all([
      client.send(
        new GetQueueAttributesCommand({
          QueueUrl: url,
          AttributeNames: ['QueueArn', 'ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
        }),
      ),
      receive(client, url, 0),
    ]);
    return read({
      url,
      arn: Attributes['QueueArn'] ?? '',
      visible: Number(Attributes['ApproximateNumberOfMessages'] ?? 0),
      inFlight: Number(Attributes['ApproximateNumberOfMessagesNotVisible'] ?? 0),
      shown: messages.map(keptMessage),
    });
  };
  return readingOf(ask(), { call: 'sqs:ReceiveMessage', absent: NO_QUEUE });
}

/** The queue's URL, which SQS tells to nobody who may not ask for it. */
export async function findQueueUrl(client: SQSClient, name: string): Promise<string> {
  const { QueueUrl = '' } = await client.send(new GetQueueUrlCommand({ QueueName: name }));
  return QueueUrl;
}

/** Has SQS move everything back to where it came from; a move that runs already is left to run. */
export async function startMove(client: SQSClient, queueArn: string): Promise<void> {
  const latest = await readMove(client, queueArn);
  if (latest?.state !== 'running') await client.send(new StartMessageMoveTaskCommand({ SourceArn: queueArn }));
}

/** The latest move; null where there was none. */
export async function readMove(client: SQSClient, queueArn: string): Promise<MessageMove | null> {
  const { Results = [] } = await client.send(new ListMessageMoveTasksCommand({ SourceArn: queueArn, MaxResults: 1 }));
  const [latest] = Results;
  if (latest === undefined) return null;
  const { Status, ApproximateNumberOfMessagesMoved, ApproximateNumberOfMessagesToMove, FailureReason } = latest;
  return {
    state: Status === 'RUNNING' ? 'running' : Status === 'COMPLETED' ? 'completed' : 'failed',
    moved: Number(ApproximateNumberOfMessagesMoved ?? 0),
    toMove: Number(ApproximateNumberOfMessagesToMove ?? 0),
    because: Status === 'COMPLETED' || Status === 'RUNNING' ? '' : (FailureReason ?? `it is ${Status}`),
  };
}

/**
 * Sends each message on and then deletes it, until the queue gives none. One that is sent and not deleted, because this was
 * interrupted, is sent again by the next run: the functions know an event that they have seen.
 */
export async function resendAll(
  client: SQSClient,
  { from, to, onSent }: { readonly from: string; readonly to: string; readonly onSent: () => void },
): Promise<void> {
  for (;;) {
    const messages = await receive(client, from, RESENDING_SECONDS);
    if (messages.length === 0) return;
    for (const { Body = '', ReceiptHandle } of messages) {
      await client.send(new SendMessageCommand({ QueueUrl: to, MessageBody: Body }));
      await client.send(new DeleteMessageCommand({ QueueUrl: from, ReceiptHandle }));
      onSent();
    }
  }
}

async function receive(client: SQSClient, QueueUrl: string, visibilitySeconds: number): Promise<readonly Message[]> {
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: BATCH,
      VisibilityTimeout: visibilitySeconds,
      // Any wait has SQS ask all of its servers; without one a few messages are easily missed.
      WaitTimeSeconds: 1,
      MessageSystemAttributeNames: ['SentTimestamp'],
      MessageAttributeNames: ['ERROR_CODE', 'ERROR_MESSAGE'],
    }),
  );
  return Messages;
}

function keptMessage({ MessageId = '', Body = '', Attributes = {}, MessageAttributes = {} }: Message): KeptMessage {
  const sentAt = Number(Attributes['SentTimestamp'] ?? Number.NaN);
  const error = ['ERROR_CODE', 'ERROR_MESSAGE'].flatMap((name) => MessageAttributes[name]?.StringValue ?? []);
  return {
    messageId: MessageId,
    body: Body,
    sentAt: Number.isSafeInteger(sentAt) ? new Date(sentAt).toISOString() : null,
    undeliveredBecause: error.length === 0 ? null : error.join(': '),
  };
}
