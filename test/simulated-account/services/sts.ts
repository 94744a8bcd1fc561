import type {
  AssumeRoleRequest,
  AssumeRoleResponse,
  GetCallerIdentityRequest,
  GetCallerIdentityResponse,
} from '@aws-sdk/client-sts';
import { AssumeRole$, GetCallerIdentity$ } from '@aws-sdk/client-sts';
import { operatorId } from '../principals.ts';
import { assumeRole } from '../role-sessions.ts';
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
    operation<AssumeRoleRequest, AssumeRoleResponse>(AssumeRole$, {
      // Who may is decided by the policies of the caller and by the trust of the role together, in both accounts.
      demands: () => [],
      run: (request, { runtime, caller }) => assumeRole(request, runtime, caller),
    }),
  ],
};
