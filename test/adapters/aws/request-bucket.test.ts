import {
  createRequestBucket,
  createSendPaced,
  ecsRequestClass,
} from '../../../functions/adapters/aws/request-bucket.ts';
import { awsError } from '../aws-error.ts';

/** A time that only sleeping moves on. */
function aTime() {
  let now = Date.parse('2026-11-20T08:00:00Z');
  const slept: number[] = [];
  return {
    slept,
    clock: () => new Date(now),
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
    sleep: async (milliseconds: number) => {
      slept.push(milliseconds);
      now += milliseconds;
    },
  };
}

describe('given a bucket of three requests that fills by ten a second', () => {
  it('lets a burst through, and paces what follows', async () => {
    const time = aTime();
    const take = createRequestBucket({ burst: 3, refillPerSecond: 10 }, time);
    for (let request = 0; request < 5; request += 1) await take();
    expect(time.slept).toEqual([100, 100]);
  });

  it('lets requests that come together take their turns', async () => {
    const { clock, slept } = aTime();
    const sleep = async (milliseconds: number) => void slept.push(milliseconds);
    const take = createRequestBucket({ burst: 1, refillPerSecond: 10 }, { clock, sleep });
    await Promise.all([take(), take(), take()]);
    expect(slept).toEqual([100, 200]);
  });

  it('holds no more than its burst, however long nobody asks', async () => {
    const time = aTime();
    const take = createRequestBucket({ burst: 2, refillPerSecond: 10 }, time);
    await take();
    time.pass(3_600_000);
    for (let request = 0; request < 3; request += 1) await take();
    expect(time.slept).toEqual([100]);
  });
});

describe('given a request that AWS does not take', () => {
  const throttled = awsError('ThrottlingException', 'Rate exceeded');

  async function sent(errors: readonly Error[]) {
    const { clock, sleep, slept } = aTime();
    const heard: string[] = [];
    const send = createSendPaced({ clock, sleep, onThrottled: (requestClass) => heard.push(requestClass) });
    let attempt = 0;
    const answer = send('ecs-services', async () => {
      const error = errors[attempt];
      attempt += 1;
      if (error !== undefined) throw error;
      return 'answer';
    }).catch((error: unknown) => (error instanceof Error ? error.name : 'nothing'));
    return { answer: await answer, attempts: attempt, slept, heard: heard.length };
  }

  it('sends a throttled one again after growing pauses, and counts it', async () => {
    expect(await sent([throttled, throttled, throttled])).toEqual({
      answer: 'answer',
      attempts: 4,
      slept: [500, 1000, 2000],
      heard: 3,
    });
  });

  it('succeeds with the seventh attempt, and gives up after it', async () => {
    const six = Array.from({ length: 6 }, () => throttled);
    expect(await sent(six)).toMatchObject({ answer: 'answer', attempts: 7 });
    expect(await sent([...six, throttled])).toMatchObject({ answer: 'ThrottlingException', attempts: 7, heard: 7 });
  });

  it.each([
    ['a broken answer', awsError('ServerException', 'broken', { $metadata: { httpStatusCode: 500 } }), 2],
    ['a time-out', awsError('TimeoutError'), 2],
    ['a broken connection', awsError('Error', 'read', { code: 'ECONNRESET' }), 2],
    ['an address that is none', awsError('Error', 'lookup', { code: 'ENOTFOUND' }), 1],
    ['a refusal', awsError('AccessDeniedException', 'no', { $metadata: { httpStatusCode: 400 } }), 1],
    ['expired credentials', awsError('ExpiredTokenException', 'old', { $metadata: { httpStatusCode: 400 } }), 1],
  ])('asks as often as it helps for %s, and counts no throttling', async (_, error, attempts) => {
    expect(await sent([error])).toMatchObject({ attempts, heard: 0 });
  });
});

describe('given a command of ECS', () => {
  it.each([
    ['DescribeClustersCommand', 'ecs-clusters'],
    ['ListServicesCommand', 'ecs-services'],
    ['DescribeTaskDefinitionCommand', 'ecs-task-definitions'],
    ['ListTasksCommand', 'ecs-cluster-resources'],
    ['DescribeContainerInstancesCommand', 'ecs-cluster-resources'],
  ])('counts %s among %s', (command, requestClass) => {
    expect(ecsRequestClass(command)).toBe(requestClass);
  });
});
