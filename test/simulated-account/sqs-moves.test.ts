import { ListMessageMoveTasksCommand, SQSClient, StartMessageMoveTaskCommand } from '@aws-sdk/client-sqs';
import { clientOf, failureOf, roleArn, startSample } from './sample-account.ts';
import type { SimulatedAccount } from './server.ts';

describe('given a dead-letter queue of a simulated account', () => {
  let account: SimulatedAccount;
  let sqs: SQSClient;
  const arnOf = (name: string) => account.queues.get(name)?.arn;
  const move = (name: string) => sqs.send(new StartMessageMoveTaskCommand({ SourceArn: arnOf(name) }));
  const latest = async (name: string) =>
    (await sqs.send(new ListMessageMoveTasksCommand({ SourceArn: arnOf(name), MaxResults: 1 }))).Results?.[0];

  beforeEach(async () => {
    account = await startSample();
    account.queues.create('dead');
    account.queues.create('work', { redrive: { deadLetterQueue: 'dead', maxReceiveCount: 2 } });
    account.queues.create('nobody');
    sqs = new SQSClient(clientOf(account));
  });
  afterEach(() => account.close());

  it('gives its visible messages back to their source, which counts their receives anew', async () => {
    for (const body of ['in hand', 'a', 'b']) account.queues.get('dead')?.send(body);
    account.queues.get('dead')?.receive(1);
    await move('dead');
    expect(account.queues.get('work')?.all()).toMatchObject([
      { body: 'a', receives: 0 },
      { body: 'b', receives: 0 },
    ]);
    expect(account.queues.get('dead')?.all()).toMatchObject([{ body: 'in hand' }]);
    expect(await latest('dead')).toMatchObject({
      Status: 'COMPLETED',
      ApproximateNumberOfMessagesMoved: 2,
      ApproximateNumberOfMessagesToMove: 2,
    });
  });

  it('refuses a queue of which nobody makes a dead-letter queue, and a second move beside one that runs', async () => {
    expect((await failureOf(move('nobody'))).message).toBe('Source queue must be configured as a Dead Letter Queue.');
    account.queues.get('dead')?.moves.push({ id: 'm', startedAt: 0, status: 'RUNNING', moved: 0, toMove: 1 });
    expect((await failureOf(move('dead'))).message).toBe('There is already a task running.');
    expect(await latest('nobody')).toBeUndefined();
  });

  it('refuses who may not do what the move does', async () => {
    sqs = new SQSClient(clientOf(account, roleArn('web-task')));
    expect((await failureOf(move('dead'))).name).toMatch(/AccessDenied/);
  });
});
