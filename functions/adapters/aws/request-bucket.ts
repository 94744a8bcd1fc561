import type { Clock } from '../../ports.ts';
import { errorName } from './errors.ts';

/** How many requests AWS takes at once, and how many more with each second. */
export interface BucketSize {
  readonly burst: number;
  readonly refillPerSecond: number;
}

/**
 * AWS's buckets of requests for an account and Region. ECS publishes the one for clusters ("Request throttling for the Amazon ECS
 * API"); where nothing is published, or not for every class, the number is one that nobody was refused at.
 */
const REQUEST_BUCKETS = {
  'ecs-clusters': { burst: 50, refillPerSecond: 20 },
  'ecs-cluster-resources': { burst: 100, refillPerSecond: 20 },
  'ecs-services': { burst: 50, refillPerSecond: 20 },
  'ecs-task-definitions': { burst: 50, refillPerSecond: 20 },
  iam: { burst: 20, refillPerSecond: 10 },
  logs: { burst: 10, refillPerSecond: 8 },
  other: { burst: 50, refillPerSecond: 20 },
} satisfies Readonly<Record<string, BucketSize>>;

export type RequestClass = keyof typeof REQUEST_BUCKETS;

/** The buckets are the account's: a fifth is left to the deployments and people who use it too. */
const SHARE = 0.8;

const FIRST_PAUSE_MILLISECONDS = 500;
/** Half a second, doubled each time: about 30 s in all. */
const MAX_ATTEMPTS = 7;

export interface RequestBucketOptions {
  readonly clock: Clock;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Hears of every request that AWS throttled all the same. */
  readonly onThrottled: (requestClass: RequestClass) => void;
}

/** What of an SDK client is needed to pace it: where its commands pass on their way out. */
interface PaceableClient {
  readonly middlewareStack: {
    add(
      middleware: <Args, Output>(
        next: (args: Args) => Promise<Output>,
        context: { readonly commandName?: string },
      ) => (args: Args) => Promise<Output>,
      options: { readonly step: 'initialize'; readonly name: string },
    ): void;
  };
}

/** Paces all that a client sends; `classOf` is told the command's name. The client itself should try once only. */
export type PaceClient = <Client extends PaceableClient>(
  client: Client,
  classOf: (commandName: string) => RequestClass,
) => Client;

/** One set of buckets for the clients of an account and Region. */
export function createPacedClients(options: RequestBucketOptions): PaceClient {
  const send = createSendPaced(options);
  return (client, classOf) => {
    client.middlewareStack.add(
      (next, { commandName = '' }) =>
        (args) =>
          send(classOf(commandName), () => next(args)),
      { step: 'initialize', name: 'paceRequests' },
    );
    return client;
  };
}

/** The class of an ECS command. */
export function ecsRequestClass(commandName: string): RequestClass {
  if (commandName.includes('TaskDefinition')) return 'ecs-task-definitions';
  if (commandName.includes('Service')) return 'ecs-services';
  return commandName.includes('Cluster') ? 'ecs-clusters' : 'ecs-cluster-resources';
}

type SendPaced = <Answer>(requestClass: RequestClass, send: () => Promise<Answer>) => Promise<Answer>;

/**
 * Paces requests by a bucket for each class. A throttled or broken one is sent again after growing pauses; what fails for the
 * seventh time, and every other error, is thrown.
 */
export function createSendPaced({ clock, sleep, onThrottled }: RequestBucketOptions): SendPaced {
  const buckets = new Map<RequestClass, () => Promise<void>>();
  const takeFrom = (requestClass: RequestClass) => {
    const known = buckets.get(requestClass);
    if (known !== undefined) return known();
    const { burst, refillPerSecond } = REQUEST_BUCKETS[requestClass];
    const size = { burst: Math.floor(burst * SHARE), refillPerSecond: refillPerSecond * SHARE };
    const bucket = createRequestBucket(size, { clock, sleep });
    buckets.set(requestClass, bucket);
    return bucket();
  };
  return async (requestClass, send) => {
    for (let attempt = 1; ; attempt += 1) {
      await takeFrom(requestClass);
      try {
        return await send();
      } catch (error) {
        const throttled = isThrottled(error);
        if (throttled) onThrottled(requestClass);
        if ((!throttled && !isPassing(error)) || attempt === MAX_ATTEMPTS) throw error;
        await sleep(FIRST_PAUSE_MILLISECONDS * 2 ** (attempt - 1));
      }
    }
  };
}

/** Waits until the bucket gives a token; requests that come together take their turns. */
export function createRequestBucket(
  { burst, refillPerSecond }: BucketSize,
  { clock, sleep }: Pick<RequestBucketOptions, 'clock' | 'sleep'>,
): () => Promise<void> {
  let tokens = burst;
  let filledAt = clock().getTime();
  return async () => {
    const now = clock().getTime();
    tokens = Math.min(burst, tokens + ((now - filledAt) / 1000) * refillPerSecond);
    filledAt = now;
    // A token that is not there yet is taken all the same, so that the next one waits for the one after it.
    tokens -= 1;
    if (tokens < 0) await sleep(Math.ceil((-tokens / refillPerSecond) * 1000));
  };
}

const THROTTLED: ReadonlySet<string> = new Set([
  'Throttling',
  'Throttled',
  'TooManyRequests',
  'RequestLimitExceeded',
  'SlowDown',
]);

function isThrottled(error: unknown): boolean {
  return THROTTLED.has(errorName(error));
}

/** How Node names a connection that broke. */
const BROKEN_CONNECTION: ReadonlySet<unknown> = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT']);

/** A broken answer or connection, which the next attempt may not meet. */
function isPassing(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const metadata: unknown = Reflect.get(error, '$metadata');
  const status: unknown =
    typeof metadata === 'object' && metadata !== null ? Reflect.get(metadata, 'httpStatusCode') : undefined;
  const isBroken = errorName(error) === 'TimeoutError' || BROKEN_CONNECTION.has(Reflect.get(error, 'code'));
  return isBroken || (typeof status === 'number' && status >= 500);
}
