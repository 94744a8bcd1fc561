/** What every AWS client of the system is built with, besides Region, credentials and endpoint. */
export interface ClientSettings {
  readonly maxAttempts: number;
  readonly requestHandler: {
    readonly connectionTimeout: number;
    readonly requestTimeout: number;
    readonly throwOnRequestTimeout: true;
  };
}

/**
 * Bounded attempts and time, so that a hung call cannot use up the 30 s of a Lambda: what fails then is thrown, and the queue
 * asks again. Tests want one attempt, because the SDK's pauses grow to seconds.
 */
export function clientSettings(maxAttempts = 3): ClientSettings {
  return {
    maxAttempts,
    // Without `throwOnRequestTimeout` the SDK only warns about a request that is too slow, and goes on waiting.
    requestHandler: { connectionTimeout: 1000, requestTimeout: 5000, throwOnRequestTimeout: true },
  };
}

/**
 * How an S3 client names a bucket, besides `clientSettings`: Lambda's default is the host name, and an endpoint of one's own has
 * no host for each bucket, so that there it is a step of the path. `endpoint` is `AWS_ENDPOINT_URL` or undefined.
 */
export function bucketAddressing(endpoint: string | undefined): { readonly forcePathStyle: boolean } {
  return { forcePathStyle: endpoint !== undefined && endpoint !== '' };
}
