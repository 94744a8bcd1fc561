import type { JsonObject } from '../account-state.ts';
import { bodyDigest, type Queue, type QueuedMessage } from '../queues.ts';
import type { Invocation } from './lambda-worker.ts';
import type { SimulatedFunction } from './simulated-function.ts';
import { listOf, objectOf } from './template.ts';

/** A queue that a function reads, as the template's event source mapping says. */
export interface EventSource {
  readonly queue: Queue;
  readonly target: SimulatedFunction;
  readonly batchSize: number;
  readonly maximumConcurrency: number;
  /** `ReportBatchItemFailures`: the answer names what failed, and the rest is done. */
  readonly partialAnswers: boolean;
}

/** What Lambda hands over of one batch. */
function sqsEvent(queue: Pick<Queue, 'arn'>, region: string, messages: readonly QueuedMessage[]): JsonObject {
  return {
    Records: messages.map((message) => ({
      messageId: message.id,
      receiptHandle: message.receiptHandle ?? '',
      body: message.body,
      attributes: {
        ApproximateReceiveCount: String(message.receives),
        SentTimestamp: String(message.sentAt),
        SenderId: 'AIDASIMULATEDSENDER',
        ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? message.sentAt),
      },
      messageAttributes: {},
      md5OfBody: bodyDigest(message.body),
      eventSource: 'aws:sqs',
      eventSourceARN: queue.arn,
      awsRegion: region,
    })),
  };
}

/** Empties the queue of what is visible, in batches, as many side by side as the mapping allows. Answers whether there was anything. */
export async function drain(source: EventSource, region: string): Promise<boolean> {
  let any = false;
  const lane = async () => {
    for (;;) {
      const messages = source.queue.receive(source.batchSize);
      if (messages.length === 0) return;
      any = true;
      const receipts = new Map(messages.map(({ id, receiptHandle }) => [id, receiptHandle ?? '']));
      const invocation = await source.target.invoke(sqsEvent(source.queue, region, messages));
      for (const id of failedIds(invocation, source, [...receipts.keys()])) receipts.delete(id);
      // What failed stays in flight until its visibility time-out, and is then received again or moved away.
      for (const receipt of receipts.values()) source.queue.delete(receipt);
    }
  };
  await Promise.all(Array.from({ length: source.maximumConcurrency }, lane));
  return any;
}

function failedIds(invocation: Invocation, { partialAnswers }: EventSource, all: readonly string[]): readonly string[] {
  if (invocation.kind !== 'returned') return all;
  if (!partialAnswers) return [];
  const failures = objectOf(invocation.result)['batchItemFailures'];
  // An empty or absent list is success; an answer that names an unknown message fails the whole batch, as in AWS.
  const named = listOf(failures).map((failure) => String(objectOf(failure)['itemIdentifier']));
  return named.every((id) => all.includes(id)) ? named : all;
}
