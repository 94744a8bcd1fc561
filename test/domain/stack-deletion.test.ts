import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { matchesPattern } from '../../functions/domain/event-pattern.ts';
import { STACK_DELETION_RULE_PATTERN } from '../../functions/domain/rules.ts';
import { readFailedDeletion } from '../../functions/domain/stack-deletion.ts';

const EVENT = JSON.parse(
  readFileSync(join(__dirname, '../../events/41-cfn-override-role-deletion-failed.json'), 'utf8'),
);
const withDetail = (detail: object) => ({ ...EVENT, detail: { ...EVENT.detail, ...detail } });
const isMatched = (event: object) => matchesPattern(STACK_DELETION_RULE_PATTERN, event);

describe('given an event of CloudFormation', () => {
  it('is a role that its stack could not delete, with the place of the stack and that of the envelope', () => {
    expect([isMatched(EVENT), readFailedDeletion(EVENT)]).toEqual([
      true,
      {
        roleName: 'ecs-exec-task-role',
        logicalId: 'TaskRole',
        claimed: { partition: 'aws', account: '222222222222', region: 'ap-northeast-1' },
        delivered: {
          envelopeAccount: '222222222222',
          envelopeRegion: 'ap-northeast-1',
          recipientAccount: '222222222222',
        },
      },
    ]);
  });

  it.each([
    ['of a role that is being deleted', withDetail({ 'status-details': { status: 'DELETE_IN_PROGRESS' } })],
    ['of a role that could not be made', withDetail({ 'status-details': { status: 'CREATE_FAILED' } })],
    ['of another resource', withDetail({ 'resource-type': 'AWS::IAM::Policy' })],
    ['of a stack', { ...EVENT, 'detail-type': 'CloudFormation Stack Status Change' }],
    ['of somebody else', { ...EVENT, source: 'my.cloudformation' }],
  ])('is delivered by no rule and read by nobody: one %s', (_, event) => {
    expect([isMatched(event), readFailedDeletion(event)]).toEqual([false, null]);
  });

  it.each([
    ['no role', withDetail({ 'physical-resource-id': '' })],
    ['a role by a name that IAM takes not', withDetail({ 'physical-resource-id': 'web/../admin' })],
    ['no resource of a template', withDetail({ 'logical-resource-id': 'Task-Role' })],
    ['no stack', withDetail({ 'stack-id': 'ecs-exec' })],
    ['the ARN of something else', withDetail({ 'stack-id': 'arn:aws:iam::222222222222:role/web' })],
  ])('is not read where it names %s', (_, event) => {
    expect(readFailedDeletion(event)).toBeNull();
  });

  it('says no account where the envelope says none', () => {
    const { account: _account, ...event } = EVENT;
    expect(readFailedDeletion(event)?.delivered).toEqual({
      envelopeAccount: null,
      envelopeRegion: 'ap-northeast-1',
      recipientAccount: null,
    });
  });
});
