import { STSClient } from '@aws-sdk/client-sts';
import { isRegion } from '../domain/arn.ts';
import { UsageError } from './failures.ts';

/** The Region that was given, else the configured one, found as every AWS tool finds it: environment, then profile. */
export async function configuredRegion(given: string | undefined): Promise<string> {
  const region = given ?? (await fromConfiguration());
  if (!isRegion(region)) throw new UsageError(`--region: expected a Region such as eu-central-1, found "${region}"`);
  return region;
}

async function fromConfiguration(): Promise<string> {
  try {
    return await new STSClient({}).config.region();
  } catch {
    throw new UsageError('no Region: pass --region, or set AWS_REGION or a profile with one');
  }
}
