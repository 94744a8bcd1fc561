import type { GetSecretValueRequest, GetSecretValueResponse } from '@aws-sdk/client-secrets-manager';
import { GetSecretValue$ } from '@aws-sdk/client-secrets-manager';
import type { AccountRuntime } from '../account-runtime.ts';
import { operation, type Service, ServiceError } from '../service.ts';

function secretOf(runtime: AccountRuntime, id: string) {
  return [...runtime.stores.secrets].find(([name, { arn }]) => name === id || arn === id);
}

export const secretsmanager: Service = {
  signingName: 'secretsmanager',
  iamPrefix: 'secretsmanager',
  protocol: 'json-1.1',
  namespace: 'com.amazonaws.secretsmanager',
  eventSource: 'secretsmanager.amazonaws.com',
  throttling: { code: 'ThrottlingException', status: 400 },
  operations: [
    operation<GetSecretValueRequest, GetSecretValueResponse>(GetSecretValue$, {
      demands: ({ SecretId = '' }, { runtime }) => [
        { resource: secretOf(runtime, SecretId)?.[1].arn ?? runtime.arn('secretsmanager', `secret:${SecretId}`) },
      ],
      run: ({ SecretId = '' }, { runtime }) => {
        const found = secretOf(runtime, SecretId);
        if (found === undefined) {
          throw new ServiceError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
        }
        const [Name, { arn, value }] = found;
        return { ARN: arn, Name, SecretString: value, VersionStages: ['AWSCURRENT'] };
      },
    }),
  ],
};
