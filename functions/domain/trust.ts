import { listOf, memberOf } from './unread-json.ts';

/** What a role's trust policy says about ECS tasks. */
export type Trust = 'ecs-tasks' | 'wide' | 'not-ecs-tasks' | 'unreadable';

const ECS_TASKS = 'ecs-tasks.amazonaws.com';

/**
 * Whether an Allow statement names `ecs-tasks.amazonaws.com`, and whether any names `*` or a foreign account besides. The
 * conditions of a statement are not judged: that the task had a session proves them.
 */
export function trustOf(trustPolicy: unknown, account: string): Trust {
  const statements = listOf(memberOf(trustPolicy, 'Statement'));
  if (statements.length === 0) {
    return 'unreadable';
  }
  let ecsTasks = false;
  for (const statement of statements) {
    const effect = memberOf(statement, 'Effect');
    if (effect === 'Deny') {
      continue;
    }
    const principal = memberOf(statement, 'Principal');
    // Allow with NotPrincipal trusts everybody else.
    if (memberOf(statement, 'NotPrincipal') !== undefined || principal === '*') {
      return 'wide';
    }
    if (effect !== 'Allow' || typeof principal !== 'object' || principal === null || Array.isArray(principal)) {
      return 'unreadable';
    }
    if (
      listOf(memberOf(principal, 'AWS')).some((arn) => isForeign(arn, account)) ||
      memberOf(principal, 'CanonicalUser') !== undefined ||
      [...listOf(memberOf(principal, 'Service')), ...listOf(memberOf(principal, 'Federated'))].some(hasWildcard)
    ) {
      return 'wide';
    }
    ecsTasks ||= listOf(memberOf(principal, 'Service')).includes(ECS_TASKS) && assumes(memberOf(statement, 'Action'));
  }
  return ecsTasks ? 'ecs-tasks' : 'not-ecs-tasks';
}

function assumes(action: unknown): boolean {
  return listOf(action).some(
    (name) => typeof name === 'string' && ['sts:assumerole', 'sts:*', '*'].includes(name.toLowerCase()),
  );
}

/** `arn:aws:iam::<account>:root` and the bare account id are the account itself; a principal id of a deleted principal is nobody. */
function isForeign(principal: unknown, account: string): boolean {
  if (typeof principal !== 'string' || hasWildcard(principal)) {
    return true;
  }
  const parts = principal.split(':');
  const owner = parts.length === 1 ? principal : parts[4];
  return /^\d{12}$/.test(owner ?? '') ? owner !== account : parts.length > 1;
}

function hasWildcard(name: unknown): boolean {
  return typeof name !== 'string' || name.includes('*');
}
