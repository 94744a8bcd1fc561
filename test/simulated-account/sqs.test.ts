import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { clientOf, failureOf, roleArn, startSample } from './sample-account.ts';
import type { SimulatedAccount } from './server.ts';
import { SimulatedClock } from './simulated-clock.ts';

describe('given a queue of a simulated account', () => {
  let account: SimulatedAccount;
  let sqs: SQSClient;
  let QueueUrl: string;
  const receive = async () =>
    (await sqs.send(new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ['ApproximateReceiveCount'] })))
      .Messages?.[0];

  beforeEach(async () => {
    account = await startSample({}, { clock: new SimulatedClock(undefined, { frozen: true }) });
    account.queues.create('dead');
    account.queues.create('work', {
      visibilityTimeoutSeconds: 60,
      redrive: { deadLetterQueue: 'dead', maxReceiveCount: 2 },
    });
    QueueUrl = account.queues.urlOf('work');
    sqs = new SQSClient(clientOf(account, roleArn('repairer')));
  });
  afterEach(() => account.close());

  it('is found by name and in the list', async () => {
    const found = await sqs.send(new GetQueueUrlCommand({ QueueName: 'work' }));
    const listed = await sqs.send(new ListQueuesCommand({ QueueNamePrefix: 'w' }));

    expect([found.QueueUrl, listed.QueueUrls]).toEqual([`${account.url}/111111111111/work`, [QueueUrl]]);
    expect((await failureOf(sqs.send(new GetQueueUrlCommand({ QueueName: 'gone' })))).name).toBe('QueueDoesNotExist');
  });

  it('hides a received message until its time is over, and gives it again unless it was deleted', async () => {
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'ä' }));
    const first = await receive();
    const hidden = await receive();
    account.clock.advance(60_000);
    const again = await receive();
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: again?.ReceiptHandle }));
    account.clock.advance(60_000);

    expect([first?.Body, first?.Attributes, hidden, again?.Attributes, await receive()]).toEqual([
      'ä',
      { ApproximateReceiveCount: '1' },
      undefined,
      { ApproximateReceiveCount: '2' },
      undefined,
    ]);
  });

  it('delivers a delayed message only after the delay', async () => {
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'later', DelaySeconds: 900 }));
    const before = await receive();
    account.clock.advance(900_000);

    expect([before, (await receive())?.Body]).toEqual([undefined, 'later']);
    expect(
      (await failureOf(sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x', DelaySeconds: 901 })))).name,
    ).toBe('InvalidParameterValue');
  });

  it('moves a message to the dead-letter queue instead of delivering it once too often', async () => {
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'poison' }));
    for (let times = 0; times < 2; times += 1) {
      await receive();
      account.clock.advance(60_000);
    }

    expect([
      await receive(),
      account.queues
        .get('dead')
        ?.all()
        .map(({ body }) => body),
    ]).toEqual([undefined, ['poison']]);
  });

  it('makes a message visible again by a change of its visibility', async () => {
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'soon' }));
    const ReceiptHandle = (await receive())?.ReceiptHandle;
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
    const change = sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 5 }));

    expect([(await failureOf(change)).name, (await receive())?.Body]).toEqual(['MessageNotInflight', 'soon']);
  });

  it('counts its messages and tells its redrive policy', async () => {
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' }));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'b', DelaySeconds: 5 }));
    await receive();
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));

    expect(Attributes).toEqual({
      QueueArn: 'arn:aws:sqs:eu-central-1:111111111111:work',
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '1',
      ApproximateNumberOfMessagesDelayed: '1',
      VisibilityTimeout: '60',
      DelaySeconds: '0',
      RedrivePolicy: '{"deadLetterTargetArn":"arn:aws:sqs:eu-central-1:111111111111:dead","maxReceiveCount":2}',
    });
  });

  it('carries message attributes with the digest that clients check', async () => {
    const MessageAttributes = {
      attempt: { DataType: 'Number', StringValue: '2' },
      raw: { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2]) },
    };
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a', MessageAttributes }));
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ['attempt'] }));

    expect(Messages?.[0]?.MessageAttributes).toEqual({ attempt: MessageAttributes.attempt });
  });

  it('denies a role that may not send', async () => {
    const denied = new SQSClient(clientOf(account, roleArn('web-task')));

    expect((await failureOf(denied.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' })))).name).toMatch(
      /^AccessDenied/,
    );
  });
});
