import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { DelayQueue } from '../../ports.ts';

/** The longest delay that SQS gives a message. */
const MAX_DELAY_SECONDS = 900;

/** Our own queue. A longer delay than SQS knows is cut, never refused: whoever asked counts the time himself. */
export function createDelayQueue(client: SQSClient, queueUrl: string): DelayQueue {
  return {
    async sendLater(body, delaySeconds) {
      const DelaySeconds = Math.min(MAX_DELAY_SECONDS, Math.max(0, Math.ceil(delaySeconds)));
      await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body, DelaySeconds }));
    },
  };
}
