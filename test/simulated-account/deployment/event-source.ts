import type { JsonObject } from '../account-state.ts';
import { bodyDigest, type Queue, type QueuedMessage } from '../queues.ts';
import type { SimulatedAccount } from '../server.ts';
import type { Invocation } from './lambda-worker.ts';
import type { SimulatedFunction } from './simulated-function.ts';
import { listOf, objectOf } from './template.ts';

/** A queue that a function reads, as the template's event source mapping says. */
export interface EventSource {
  readonly queue: Queue;
  readonly target: SimulatedFunction;
  readonly batchSize: number;
  readonly maximumConcurrency: number;
  /** How long messages are collected before a batch that is not full is handed over. */
  readonly windowMs: number;
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

/** A window of seconds is not worth waiting for: only the longer ones gather what would else be separate batches. */
const SHORTEST_WINDOW_MS = 60_000;

/** Lambda hands over six megabytes at most, whatever the batch size says. */
const LARGEST_EVENT_BYTES = 6 * 1024 * 1024;

/** What a message needs beside its body, escaped as text in an event. */
const MESSAGE_BYTES = 700;

/** How many of these messages fit into one invocation. */
function fitting(messages: readonly QueuedMessage[], batchSize: number): number {
  let bytes = 0;
  const tooMany = messages.findIndex(({ body }) => {
    bytes += Buffer.byteLength(JSON.stringify(body)) + MESSAGE_BYTES;
    return bytes > LARGEST_EVENT_BYTES;
  });
  return Math.min(batchSize, tooMany < 0 ? messages.length : Math.max(1, tooMany));
}

const visibleIn = (queue: Queue, now: number) => queue.all().filter(({ visibleAt }) => visibleAt <= now);

/** When a source hands over what it has collected; null if it has nothing, or does not wait. */
export function collectsUntil({ queue, batchSize, windowMs }: EventSource, now: number): number | null {
  const visible = visibleIn(queue, now);
  if (windowMs < SHORTEST_WINDOW_MS || visible.length === 0) return null;
  const size = fitting(visible, batchSize);
  if (size === batchSize || size < visible.length) return null;
  const until = visible.reduce((oldest, { visibleAt }) => Math.min(oldest, visibleAt), now) + windowMs;
  return until > now ? until : null;
}

/** Empties the queue of what is visible, in batches, as many side by side as the mapping allows. Answers whether there was anything. */
export async function drain(source: EventSource, { clock, state }: SimulatedAccount): Promise<boolean> {
  let any = false;
  const lane = async () => {
    for (;;) {
      const now = clock.now().getTime();
      if (collectsUntil(source, now) !== null) return;
      const messages = source.queue.receive(fitting(visibleIn(source.queue, now), source.batchSize));
      if (messages.length === 0) return;
      any = true;
      const receipts = new Map(messages.map(({ id, receiptHandle }) => [id, receiptHandle ?? '']));
      const invocation = await source.target.invoke(sqsEvent(source.queue, state.region, messages));
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
