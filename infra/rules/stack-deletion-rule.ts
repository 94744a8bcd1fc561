import { STACK_DELETION_RULE_PATTERN } from '../../functions/domain/rules.ts';
import { type Deployment, letsPeopleApprove } from '../deployment.ts';
import type { RuleProps } from './rule-queue.ts';

/**
 * The rule for roles that a stack could not delete, by its construct's id; none below `propose`, where no policy of ours can stand in the
 * way. Settings may forbid to attach to such roles from now on: what was attached before stands all the same.
 */
export function stackDeletionRule({
  deploymentId,
  ceiling,
}: Pick<Deployment, 'deploymentId' | 'ceiling'>): Readonly<Record<string, RuleProps>> {
  if (!letsPeopleApprove(ceiling)) return {};
  return {
    StackDeletionsRule: {
      name: `${deploymentId}-stack-deletions`,
      description: 'roles that a stack could not delete, because a policy stands on them that it does not know',
      pattern: STACK_DELETION_RULE_PATTERN,
    },
  };
}
