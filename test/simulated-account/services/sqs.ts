import type {
  ChangeMessageVisibilityRequest,
  DeleteMessageRequest,
  GetQueueAttributesRequest,
  GetQueueAttributesResult,
  GetQueueUrlRequest,
  GetQueueUrlResult,
  ListQueuesRequest,
  ListQueuesResult,
  ReceiveMessageRequest,
  ReceiveMessageResult,
  SendMessageRequest,
  SendMessageResult,
} from '@aws-sdk/client-sqs';
import {
  ChangeMessageVisibility$,
  DeleteMessage$,
  GetQueueAttributes$,
  GetQueueUrl$,
  ListQueues$,
  ReceiveMessage$,
  SendMessage$,
} from '@aws-sdk/client-sqs';
import type { AccountRuntime } from '../account-runtime.ts';
import { bodyDigest, type Queue, type QueuedMessage } from '../queues.ts';
import { type Call, operation, page, type Service, ServiceError } from '../service.ts';
import { attributesDigest } from './sqs-digest.ts';
import { listMoves, startMove } from './sqs-moves.ts';

/** The smaller of the limits that SQS has had. */
const MAX_BODY_BYTES = 256 * 1024;

const nameOf = (url = '') => url.slice(url.lastIndexOf('/') + 1);

function queueOf(runtime: AccountRuntime, url = ''): Queue {
  const queue = runtime.queues.byUrl(url);
  if (queue === undefined) throw new ServiceError('QueueDoesNotExist', 'The specified queue does not exist.');
  return queue;
}

const demandOnQueue = ({ QueueUrl }: { QueueUrl?: string | undefined }, { runtime }: Call) => [
  { resource: runtime.arn('sqs', nameOf(QueueUrl)) },
];

const sendMessage = operation<SendMessageRequest, SendMessageResult>(SendMessage$, {
  recording: 'never',
  demands: demandOnQueue,
  run: ({ QueueUrl, MessageBody = '', DelaySeconds, MessageAttributes }, { runtime }) => {
    if (DelaySeconds !== undefined && (DelaySeconds < 0 || DelaySeconds > 900)) {
      throw new ServiceError(
        'InvalidParameterValue',
        `Value ${DelaySeconds} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.`,
      );
    }
    if (Buffer.byteLength(MessageBody) > MAX_BODY_BYTES) {
      throw new ServiceError(
        'InvalidParameterValue',
        `One or more parameters are invalid. Reason: Message must be shorter than ${MAX_BODY_BYTES} bytes.`,
      );
    }
    const message = queueOf(runtime, QueueUrl).send(MessageBody, {
      delaySeconds: DelaySeconds,
      attributes: MessageAttributes,
    });
    return {
      MessageId: message.id,
      MD5OfMessageBody: bodyDigest(MessageBody),
      ...(MessageAttributes === undefined ? {} : { MD5OfMessageAttributes: attributesDigest(MessageAttributes) }),
    };
  },
});

const receiveMessage = operation<ReceiveMessageRequest, ReceiveMessageResult>(ReceiveMessage$, {
  recording: 'never',
  demands: demandOnQueue,
  // Long polling would wait for the simulated clock, which moves by itself: an empty queue answers at once.
  run: ({ QueueUrl, MaxNumberOfMessages = 1, VisibilityTimeout, ...wanted }, { runtime }) => {
    const messages = queueOf(runtime, QueueUrl).receive(Math.min(MaxNumberOfMessages, 10), VisibilityTimeout);
    const system = [...(wanted.MessageSystemAttributeNames ?? []), ...(wanted.AttributeNames ?? [])];
    const own = wanted.MessageAttributeNames ?? [];
    return messages.length === 0 ? {} : { Messages: messages.map((message) => modelled(message, system, own)) };
  },
});

function asked<T>(attributes: Readonly<Record<string, T>>, names: readonly string[]): Record<string, T> {
  const all = names.includes('All') || names.includes('.*');
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => all || names.includes(name)));
}

function modelled(message: QueuedMessage, systemNames: readonly string[], ownNames: readonly string[]) {
  const system = {
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receives),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? message.sentAt),
  };
  const shownSystem = asked(system, systemNames);
  const shownOwn = asked(message.attributes, ownNames);
  return {
    MessageId: message.id,
    ReceiptHandle: message.receiptHandle ?? '',
    Body: message.body,
    MD5OfBody: bodyDigest(message.body),
    ...(Object.keys(shownSystem).length === 0 ? {} : { Attributes: shownSystem }),
    ...(Object.keys(shownOwn).length === 0
      ? {}
      : { MessageAttributes: shownOwn, MD5OfMessageAttributes: attributesDigest(shownOwn) }),
  };
}

const deleteMessage = operation<DeleteMessageRequest, Record<string, never>>(DeleteMessage$, {
  recording: 'never',
  demands: demandOnQueue,
  run: ({ QueueUrl, ReceiptHandle = '' }, { runtime }) => {
    queueOf(runtime, QueueUrl).delete(ReceiptHandle);
    return {};
  },
});

const changeVisibility = operation<ChangeMessageVisibilityRequest, Record<string, never>>(ChangeMessageVisibility$, {
  recording: 'never',
  demands: demandOnQueue,
  run: ({ QueueUrl, ReceiptHandle = '', VisibilityTimeout = 0 }, { runtime }) => {
    if (!queueOf(runtime, QueueUrl).changeVisibility(ReceiptHandle, VisibilityTimeout)) {
      throw new ServiceError('MessageNotInflight', 'The message is not in flight.');
    }
    return {};
  },
});

const getQueueAttributes = operation<GetQueueAttributesRequest, GetQueueAttributesResult>(GetQueueAttributes$, {
  demands: demandOnQueue,
  run: ({ QueueUrl, AttributeNames = [] }, { runtime }) => {
    const queue = queueOf(runtime, QueueUrl);
    const { visible, inFlight, delayed } = queue.counts();
    const { redrive } = queue.settings;
    const attributes: Record<string, string> = {
      QueueArn: queue.arn,
      ApproximateNumberOfMessages: String(visible),
      ApproximateNumberOfMessagesNotVisible: String(inFlight),
      ApproximateNumberOfMessagesDelayed: String(delayed),
      VisibilityTimeout: String(queue.visibilityTimeoutSeconds),
      DelaySeconds: String(queue.settings.delaySeconds ?? 0),
      ...(redrive === undefined
        ? {}
        : {
            RedrivePolicy: JSON.stringify({
              deadLetterTargetArn: runtime.arn('sqs', redrive.deadLetterQueue),
              maxReceiveCount: redrive.maxReceiveCount,
            }),
          }),
    };
    const wanted = Object.entries(attributes).filter(([name]) =>
      AttributeNames.some((asked) => asked === 'All' || asked === name),
    );
    return { Attributes: Object.fromEntries(wanted) };
  },
});

const getQueueUrl = operation<GetQueueUrlRequest, GetQueueUrlResult>(GetQueueUrl$, {
  demands: ({ QueueName = '' }, { runtime }) => [{ resource: runtime.arn('sqs', QueueName) }],
  run: ({ QueueName = '' }, { runtime }) => ({ QueueUrl: runtime.queues.urlOf(queueOf(runtime, QueueName).name) }),
});

const listQueues = operation<ListQueuesRequest, ListQueuesResult>(ListQueues$, {
  demands: () => [{ resource: '*' }],
  run: ({ QueueNamePrefix = '', MaxResults, NextToken }, { runtime }) => {
    const urls = runtime.queues
      .list()
      .filter(({ name }) => name.startsWith(QueueNamePrefix))
      .map(({ name }) => runtime.queues.urlOf(name));
    const invalid = () => new ServiceError('InvalidParameterValue', 'Invalid token.');
    const { items, next } = page(urls, NextToken, runtime.pageLimit(MaxResults, 1000), invalid);
    return { QueueUrls: items, ...(next === undefined ? {} : { NextToken: next }) };
  },
});

export const sqs: Service = {
  signingName: 'sqs',
  iamPrefix: 'sqs',
  protocol: 'json-1.0',
  namespace: 'com.amazonaws.sqs',
  eventSource: 'sqs.amazonaws.com',
  throttling: { code: 'RequestThrottled', status: 403 },
  operations: [
    sendMessage,
    receiveMessage,
    deleteMessage,
    changeVisibility,
    getQueueAttributes,
    getQueueUrl,
    listQueues,
    startMove,
    listMoves,
  ],
};
