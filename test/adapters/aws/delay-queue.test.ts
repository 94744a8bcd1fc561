import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { createDelayQueue } from '../../../functions/adapters/aws/delay-queue.ts';
import { awsError, CLIENT } from '../aws-error.ts';

const URL = 'https://sqs.eu-central-1.amazonaws.com/111111111111/denials';
const client = new SQSClient(CLIENT);
const sqs = mockClient(client);

beforeEach(() => sqs.reset());

describe('given a message for later', () => {
  it.each([
    ['a delay that SQS knows', 60, 60],
    ['the longest one', 900, 900],
    ['a longer one', 901, 900],
    ['a part of a second', 0.2, 1],
    ['a moment that has passed', -5, 0],
  ])('sends it with %s', async (_, asked, DelaySeconds) => {
    sqs.on(SendMessageCommand).resolves({});
    await createDelayQueue(client, URL).sendLater('{}', asked);
    expect(sqs.commandCalls(SendMessageCommand).map(({ args: [command] }) => command.input)).toEqual([
      { QueueUrl: URL, MessageBody: '{}', DelaySeconds },
    ]);
  });

  it('throws what SQS refuses: a lost message would be a lost denial', async () => {
    sqs.on(SendMessageCommand).rejects(awsError('AccessDenied'));
    await expect(createDelayQueue(client, URL).sendLater('{}', 0)).rejects.toThrow('synthetic');
  });
});
