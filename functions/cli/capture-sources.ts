import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ECSClient } from '@aws-sdk/client-ecs';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { S3Client } from '@aws-sdk/client-s3';
import { createCallHistory } from '../adapters/aws/call-history.ts';
import { createEcsCapture } from '../adapters/aws/capture-ecs.ts';
import { createIamCapture } from '../adapters/aws/capture-iam.ts';
import {
  createNetworkCapture,
  createOrganizationCapture,
  createStackCapture,
} from '../adapters/aws/capture-surroundings.ts';
import { createBucketCapture, createKeyCapture, createLogsCapture } from '../adapters/aws/capture-targets.ts';
import { bucketAddressing, clientSettings } from '../adapters/aws/client-settings.ts';
import { createInstanceReader } from '../adapters/aws/fleet-instances.ts';
import type { CaptureSources } from '../flow/capture-sources.ts';

/** AWS's limit for LookupEvents in an account and Region. */
const LOOKUPS_PER_SECOND = 2;

/** A capture asks for hours what a function asks for seconds: it waits out throttling instead of failing. */
const MAX_ATTEMPTS = 8;

/** The readers of one Region, by the standard credential chain. They make no call that writes; `step` hears of each page of CloudTrail. */
export function createCaptureSources({
  region,
  account,
  endpointUrl,
  step,
}: {
  readonly region: string;
  readonly account: string;
  readonly endpointUrl: string | undefined;
  readonly step: () => void;
}): CaptureSources {
  const configuration = { region, ...clientSettings(MAX_ATTEMPTS) };
  const iam = new IAMClient(configuration);
  const ec2 = new EC2Client(configuration);
  return {
    ecs: createEcsCapture(new ECSClient(configuration)),
    iam: createIamCapture(iam),
    instanceRoles: (ids) => createInstanceReader(ec2, iam).findInstanceRoles(ids),
    logs: createLogsCapture(new CloudWatchLogsClient(configuration)),
    bucket: createBucketCapture(new S3Client({ ...configuration, ...bucketAddressing(endpointUrl) }), account).bucket,
    key: createKeyCapture(new KMSClient(configuration)).key,
    stackResources: createStackCapture(new CloudFormationClient(configuration)).stackResources,
    network: createNetworkCapture(ec2),
    controlPolicies: createOrganizationCapture(new OrganizationsClient(configuration)).controlPolicies,
    history: createCallHistory(new CloudTrailClient(configuration), {
      clock: () => new Date(),
      // The pauses between the pages are what takes long.
      sleep: (milliseconds) => {
        step();
        return new Promise((resolve) => setTimeout(resolve, milliseconds));
      },
      requestsPerSecond: LOOKUPS_PER_SECOND,
    }),
  };
}
