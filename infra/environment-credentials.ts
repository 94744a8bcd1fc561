/**
 * Stands in for `@aws-sdk/credential-provider-node` in the deployed bundles (an alias in `infra/build.ts`): Lambda hands a
 * function its role's credentials in the environment, and the default chain's other six sources are a third of the bundle.
 */

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/**
 * The credentials of the environment as it is when a client is built, so that one process can run several functions in turn.
 * No field: a client that cannot sign throws, which is a retry.
 */
export function defaultProvider(): () => Promise<Credentials> {
  const accessKeyId = process.env['AWS_ACCESS_KEY_ID'];
  const secretAccessKey = process.env['AWS_SECRET_ACCESS_KEY'];
  const sessionToken = process.env['AWS_SESSION_TOKEN'];
  return async () => {
    if (accessKeyId === undefined || secretAccessKey === undefined) {
      throw new Error('The environment holds no credentials (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY).');
    }
    return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
  };
}
