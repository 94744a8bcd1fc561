import type { GetCallerIdentityRequest, GetCallerIdentityResponse } from '@aws-sdk/client-sts';
import { GetCallerIdentity$ } from '@aws-sdk/client-sts';
import { operatorId } from '../principals.ts';
import { operation, type Service } from '../service.ts';

export const sts: Service = {
  signingName: 'sts',
  iamPrefix: 'sts',
  protocol: 'query',
  namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
  eventSource: 'sts.amazonaws.com',
  global: true,
  throttling: { code: 'Throttling', status: 400 },
  operations: [
    operation<GetCallerIdentityRequest, GetCallerIdentityResponse>(GetCallerIdentity$, {
      // Needs no permission: AWS answers it even under an explicit Deny.
      demands: () => [],
      run: (_, { caller, runtime }) => ({
        Account: runtime.state.account,
        Arn: caller.arn,
        UserId:
          caller.kind === 'operator'
            ? operatorId(caller.name)
            : `${runtime.principals.roleOf(caller)?.RoleId ?? ''}:${caller.sessionName}`,
      }),
    }),
  ],
};
