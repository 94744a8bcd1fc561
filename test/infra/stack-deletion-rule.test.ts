import { STACK_DELETION_RULE_PATTERN } from '../../functions/domain/rules.ts';
import { stackDeletionRule } from '../../infra/rules/stack-deletion-rule.ts';
import { aCeiling } from './deployed.ts';

describe('given the rule for roles that a stack could not delete', () => {
  it.each([
    ['observe', []],
    ['ticket', []],
    ['propose', [['box-stack-deletions', STACK_DELETION_RULE_PATTERN]]],
    ['attach', [['box-stack-deletions', STACK_DELETION_RULE_PATTERN]]],
  ] as const)('stands only where policies of ours can stand: under %s', (mode, expected) => {
    const rules = Object.values(stackDeletionRule({ deploymentId: 'box', ceiling: aCeiling(mode) }));
    expect(rules.map(({ name, pattern }) => [name, pattern])).toEqual(expected);
  });
});
