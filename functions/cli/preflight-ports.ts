import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ECSClient } from '@aws-sdk/client-ecs';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { createBucketReader } from '../adapters/aws/bucket-reader.ts';
import { bucketAddressing, clientSettings } from '../adapters/aws/client-settings.ts';
import { createInstanceReader } from '../adapters/aws/fleet-instances.ts';
import { createFleetReader } from '../adapters/aws/fleet-reader.ts';
import { createIamReader } from '../adapters/aws/iam-reader.ts';
import { createKeyReader } from '../adapters/aws/key-reader.ts';
import { createLogGroupReader } from '../adapters/aws/log-group-reader.ts';
import { createNetworkReader } from '../adapters/aws/network-reader.ts';
import { createPacedClients, ecsRequestClass, type RequestBucketOptions } from '../adapters/aws/request-bucket.ts';
import { readTrails } from '../adapters/aws/trail-reader.ts';
import { sha256 } from '../adapters/digest.ts';
import type { PreflightPorts } from '../flow/preflight.ts';
import type { FleetPorts } from '../flow/preflight-fleet.ts';
import type { Connection } from './aws-readers.ts';
import { once } from './memoised-ports.ts';

/** Whose account it is: nobody else's bucket is read. `endpointUrl` is the environment's, where there is one. */
export interface PreflightAccount {
  readonly account: string | null;
  readonly endpointUrl?: string | undefined;
}

/**
 * One Region's readers for a preflight: every client within the account's request buckets, and each role, simulation, group, key
 * and bucket asked for once.
 */
export function createPreflightPorts(
  connection: Connection,
  { account, endpointUrl }: PreflightAccount,
  pace: RequestBucketOptions,
): PreflightPorts & FleetPorts {
  // A paced client tries once: the attempts are those of the bucket, which counts them.
  const configuration = { ...connection, ...clientSettings(1) };
  const paced = createPacedClients(pace);
  const ec2 = paced(new EC2Client(configuration), () => 'other');
  const iamClient = paced(new IAMClient(configuration), () => 'iam');
  const iam = createIamReader(iamClient, sha256);
  const logGroups = createLogGroupReader(paced(new CloudWatchLogsClient(configuration), () => 'logs'));
  const keys = createKeyReader(paced(new KMSClient(configuration), () => 'other'));
  const s3 = new S3Client({ ...configuration, ...bucketAddressing(connection.endpoint ?? endpointUrl) });
  const buckets = createBucketReader(
    paced(s3, () => 'other'),
    { account },
  );
  const trailsIn = (region: string) => paced(new CloudTrailClient({ ...configuration, region }), () => 'other');
  return {
    fleet: createFleetReader(paced(new ECSClient(configuration), ecsRequestClass)),
    instances: createInstanceReader(ec2, iamClient),
    networks: createNetworkReader(ec2),
    trails: { listTrails: () => readTrails(trailsIn, connection.region) },
    iam: { findRole: once((roleName) => iam.findRole(roleName)), simulate: once((query) => iam.simulate(query)) },
    logGroups: { findLogGroup: once((query) => logGroups.findLogGroup(query)) },
    keys: { findKey: once((keyId) => keys.findKey(keyId)) },
    buckets: { findEncryption: once((bucketName) => buckets.findEncryption(bucketName)) },
  };
}
