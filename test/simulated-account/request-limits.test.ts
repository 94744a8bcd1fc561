import { DescribeClustersCommand, ECSClient, ListClustersCommand } from '@aws-sdk/client-ecs';
import { clientOf, failureOf, startSample } from './sample-account.ts';
import type { SimulatedAccount } from './server.ts';
import { SimulatedClock } from './simulated-clock.ts';

describe('given a bucket of requests', () => {
  let account: SimulatedAccount;
  let client: ECSClient;

  beforeEach(async () => {
    const clock = new SimulatedClock(new Date('2026-11-20T12:00:00Z'), { frozen: true });
    account = await startSample({}, { clock });
    client = new ECSClient(clientOf(account));
  });
  afterEach(() => account.close());

  const asked = async (times: number) => {
    const outcomes: string[] = [];
    for (let call = 0; call < times; call += 1) {
      outcomes.push(
        await client.send(new DescribeClustersCommand({ clusters: ['prod'] })).then(
          () => 'ok',
          (error: Error) => error.name,
        ),
      );
    }
    return outcomes;
  };

  it('answers as many calls at once as it holds, and throttles the next', async () => {
    account.faults.limit({ service: 'ecs', burst: 3, refillPerSecond: 1 });

    expect(await asked(4)).toEqual(['ok', 'ok', 'ok', 'ThrottlingException']);
  });

  it('fills with the clock, up to its size', async () => {
    account.faults.limit({ service: 'ecs', burst: 2, refillPerSecond: 1 });
    await asked(2);
    account.clock.advance(999);
    const tooEarly = await asked(1);
    account.clock.advance(1);
    const intime = await asked(2);
    account.clock.advance(60_000);

    expect([tooEarly, intime, await asked(3)]).toEqual([
      ['ThrottlingException'],
      ['ok', 'ThrottlingException'],
      ['ok', 'ok', 'ThrottlingException'],
    ]);
  });

  it('is that of its operations and of no others', async () => {
    account.faults.limit({ service: 'ecs', operations: ['DescribeClusters'], burst: 1, refillPerSecond: 1 });
    await asked(1);
    const other = await client.send(new ListClustersCommand({}));
    const refused = await failureOf(client.send(new DescribeClustersCommand({})));
    account.faults.clear();

    expect([other.clusterArns?.length, refused.name, await asked(1)]).toEqual([1, 'ThrottlingException', ['ok']]);
  });

  it('counts all calls by operation', async () => {
    account.faults.limit({ service: 'ecs', burst: 2, refillPerSecond: 1 });
    await asked(3);
    await failureOf(client.send(new ListClustersCommand({})));

    expect(account.countCalls()).toEqual({ 'ecs:DescribeClusters': 3, 'ecs:ListClusters': 1 });
  });
});
