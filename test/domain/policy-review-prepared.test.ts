import type { ObservedPrepared } from '../../functions/domain/observation.ts';
import { policyAttention } from '../../functions/domain/policy-attention.ts';
import { callsOf, isRemovable, type ReviewedPolicy, reviewPolicy } from '../../functions/domain/policy-review.ts';
import { anAttachedPolicy, anInlinePolicy, aRole, GROUP, read, simulatedCalls } from '../support/builders.ts';
import { PREPARED_NAME, preparedOf, somePrepared } from '../support/prepared.ts';

const NOW = new Date('2023-02-12T00:00:00Z');
const NAME_OF_GROUP = preparedOf().arn.slice(preparedOf().arn.lastIndexOf('/') + 1);
const record = anAttachedPolicy(preparedOf().document, { policyName: PREPARED_NAME });

/** What is judged of our record, where the role has this of the prepared policies. */
function judged(prepared: ObservedPrepared | undefined, matchedPolicies: readonly string[] = [NAME_OF_GROUP]) {
  const calls = prepared?.policy == null ? [] : callsOf(prepared.policy);
  const role: ReviewedPolicy['role'] = read(aRole({ prepared }));
  const simulation = read(simulatedCalls(calls, { matchedPolicies }));
  const attention = policyAttention(record, role, { policyTtlDays: 30, since: NOW, now: NOW });
  return { ...reviewPolicy({ record, role, simulation, policyTtlDays: 30, now: NOW }), attention };
}

const edited = { ...somePrepared([GROUP]), policy: anInlinePolicy(PREPARED_NAME, { Statement: [] }) };

describe('given a prepared policy that we attached', () => {
  it.each<[string, ReturnType<typeof judged>, string, string | null]>([
    ['that the role needs', judged(somePrepared([GROUP])), 'keep', null],
    ['that IAM names by its ARN', judged(somePrepared([GROUP]), [preparedOf().arn]), 'keep', null],
    ['beside one of theirs', judged(somePrepared([GROUP]), [NAME_OF_GROUP, 'logs']), 'not-needed', null],
    ['that somebody detached', judged(somePrepared()), 'removed-by-others', 'removed'],
    ['that somebody edited', judged(edited), 'changed', 'changed'],
    ['beside which somebody attached another', judged(somePrepared([GROUP, '/ecs/other'])), 'changed', 'changed'],
    ['where attached policies are not looked for', judged(undefined), 'keep', null],
  ])('%s: judges it', (_, { kind, attention }, expected, wanted) => {
    expect([kind, attention]).toEqual([expected, wanted]);
  });

  it('is removable under the name of its own Region alone', () => {
    const document = JSON.stringify(preparedOf().document);
    expect(
      [PREPARED_NAME, 'ExecLogPrepared-eu-central-1', NAME_OF_GROUP].map((name) =>
        isRemovable({ name, document, hash: '' }),
      ),
    ).toEqual([true, false, false]);
  });
});
