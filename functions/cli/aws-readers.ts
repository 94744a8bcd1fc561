import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ECSClient } from '@aws-sdk/client-ecs';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { S3Client } from '@aws-sdk/client-s3';
import { createBucketReader } from '../adapters/aws/bucket-reader.ts';
import { bucketAddressing, clientSettings } from '../adapters/aws/client-settings.ts';
import { createEcsReader } from '../adapters/aws/ecs-reader.ts';
import { createIamReader } from '../adapters/aws/iam-reader.ts';
import { createKeyReader } from '../adapters/aws/key-reader.ts';
import { createLogGroupReader } from '../adapters/aws/log-group-reader.ts';
import { createOrganizationReader } from '../adapters/aws/organization-reader.ts';
import { createSessionHistory } from '../adapters/aws/session-history.ts';
import { createStackReader } from '../adapters/aws/stack-reader.ts';
import { sha256 } from '../adapters/digest.ts';
import type { ObservationPorts } from '../ports.ts';

/** Which account the clients speak to: the standard chain's, or the one at an endpoint. */
export interface Connection {
  readonly region: string;
  readonly endpoint?: string;
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken: string;
  };
}

/** The readers that need no table. */
export type AwsReaders = Pick<
  ObservationPorts,
  'history' | 'ecs' | 'iam' | 'stacks' | 'logGroups' | 'keys' | 'buckets' | 'organization'
>;

/**
 * One Region's readers, over the same adapters that the remediator uses. `account` is the account that the credentials are of:
 * nobody else's bucket is read; null where it is not known. `endpointUrl` is the environment's, where there is one.
 */
export function createAwsReaders(
  connection: Connection,
  requestsPerSecond: number,
  { account, endpointUrl }: { readonly account: string | null; readonly endpointUrl?: string | undefined } = {
    account: null,
  },
): AwsReaders {
  const configuration = { ...connection, ...clientSettings() };
  return {
    history: createSessionHistory(new CloudTrailClient(configuration), {
      clock: () => new Date(),
      sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
      requestsPerSecond,
      windowMilliseconds: 3_600_000,
    }),
    ecs: createEcsReader(new ECSClient(configuration)),
    iam: createIamReader(new IAMClient(configuration), sha256),
    stacks: createStackReader(new CloudFormationClient(configuration)),
    logGroups: createLogGroupReader(new CloudWatchLogsClient(configuration)),
    keys: createKeyReader(new KMSClient(configuration)),
    organization: createOrganizationReader(new OrganizationsClient(configuration)),
    buckets: createBucketReader(
      new S3Client({ ...configuration, ...bucketAddressing(connection.endpoint ?? endpointUrl) }),
      { account },
    ),
  };
}
