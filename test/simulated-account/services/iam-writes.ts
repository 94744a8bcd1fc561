import type { DeleteRolePolicyRequest, PutRolePolicyRequest } from '@aws-sdk/client-iam';
import { DeleteRolePolicy$, PutRolePolicy$ } from '@aws-sdk/client-iam';
import type { AccountRole } from '../account-state.ts';
import { isObject } from '../schema-check.ts';
import { operation, ServiceError } from '../service.ts';
import { demandOnRole, roleNamed } from './iam-roles.ts';

const INLINE_LIMIT = 10_240;

/** IAM's writes of inline role policies, with the refusals that bear on a repair. */
export const rolePolicyWrites = [
  operation<PutRolePolicyRequest, Record<string, never>>(PutRolePolicy$, {
    demands: demandOnRole,
    run: ({ RoleName, PolicyName = '', PolicyDocument = '' }, { runtime }) => {
      const role = modifiable(roleNamed(runtime, RoleName));
      if (!/^[\w+=,.@-]{1,128}$/.test(PolicyName)) {
        throw new ServiceError(
          'ValidationError',
          'The specified value for policyName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-',
        );
      }
      if (!isPolicyDocument(PolicyDocument)) {
        throw new ServiceError('MalformedPolicyDocument', 'Syntax errors in policy.');
      }
      const others = runtime.inline.stored(role).filter((policy) => policy.PolicyName !== PolicyName);
      const size = [...others.map((policy) => policy.PolicyDocument ?? ''), PolicyDocument]
        .join('')
        .replaceAll(/\s/g, '');
      if (size.length > INLINE_LIMIT) {
        throw new ServiceError(
          'LimitExceeded',
          `Maximum policy size of ${INLINE_LIMIT} bytes exceeded for role ${role.RoleName}`,
          409,
        );
      }
      runtime.inline.replace(role, [...others, { PolicyName, PolicyDocument }]);
      return {};
    },
  }),
  operation<DeleteRolePolicyRequest, Record<string, never>>(DeleteRolePolicy$, {
    demands: demandOnRole,
    run: ({ RoleName, PolicyName }, { runtime }) => {
      const role = modifiable(roleNamed(runtime, RoleName));
      const stored = runtime.inline.stored(role);
      const others = stored.filter((policy) => policy.PolicyName !== PolicyName);
      if (others.length === stored.length) {
        throw new ServiceError('NoSuchEntity', `The role policy with name ${PolicyName} cannot be found.`, 404);
      }
      runtime.inline.replace(role, others);
      return {};
    },
  }),
];

/** A role that may be written to; AWS's own are not. */
export function modifiable(role: AccountRole): AccountRole {
  if (/^\/aws-(service-role|reserved)\//.test(role.Path ?? '/')) {
    throw new ServiceError(
      'UnmodifiableEntity',
      `Cannot perform the operation on the protected role '${role.RoleName}' - this role is only modifiable by AWS`,
    );
  }
  return role;
}

function isPolicyDocument(text: string): boolean {
  try {
    const document: unknown = JSON.parse(text);
    if (!isObject(document) || (document['Version'] !== '2012-10-17' && document['Version'] !== '2008-10-17'))
      return false;
    const statements = Array.isArray(document['Statement']) ? document['Statement'] : [document['Statement']];
    return statements.every(
      (statement) =>
        isObject(statement) &&
        (statement['Effect'] === 'Allow' || statement['Effect'] === 'Deny') &&
        ('Action' in statement || 'NotAction' in statement) &&
        ('Resource' in statement || 'NotResource' in statement) &&
        !('Principal' in statement) &&
        (statement['Sid'] === undefined || /^[A-Za-z0-9]*$/.test(String(statement['Sid']))),
    );
  } catch {
    return false;
  }
}
