import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';

/** The account that the credentials belong to. Needs no permission, so whatever fails here is a matter of the credentials. */
export async function readCallerAccount(client: STSClient): Promise<string | null> {
  const { Account } = await client.send(new GetCallerIdentityCommand({}));
  return Account ?? null;
}

/** Whose credentials these are. */
export async function readCallerArn(client: STSClient): Promise<string | null> {
  const { Arn } = await client.send(new GetCallerIdentityCommand({}));
  return Arn ?? null;
}
