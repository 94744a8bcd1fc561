import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { clientSettings } from '../adapters/aws/client-settings.ts';
import { parseArn } from '../domain/arn.ts';
import { FailureError } from './failures.ts';

/** The account and partition that the credentials are of. Needs no permission. */
export async function readIdentity(region: string): Promise<{ readonly account: string; readonly partition: string }> {
  const { Account, Arn = '' } = await new STSClient({ region, ...clientSettings() }).send(
    new GetCallerIdentityCommand({}),
  );
  if (Account === undefined) throw new FailureError('AWS does not say which account the credentials are of');
  return { account: Account, partition: parseArn(Arn)?.partition ?? 'aws' };
}
