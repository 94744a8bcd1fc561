import type { RemediationPolicy } from '../../functions/domain/decision.ts';
import { openProposal, planHashOf } from '../../functions/domain/proposal.ts';
import { ACCOUNT, anExecSession, GROUP, REGION } from '../support/builders.ts';
import { digestOf } from '../support/digest.ts';

const RESOURCE = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${GROUP}:log-stream:ecs-execute-command-*`;
const STATEMENT = {
  Sid: 'ExecLogDelivery0',
  Effect: 'Allow',
  Action: ['logs:CreateLogStream'],
  Resource: [RESOURCE],
} as const;
const POLICY: RemediationPolicy = {
  roleName: 'task-role',
  policyName: `ExecLogDelivery-${REGION}`,
  document: { Version: '2012-10-17', Statement: [STATEMENT] },
};
const hashOf = (parts: Partial<RemediationPolicy> = {}, roleId = 'AROAONE') =>
  planHashOf(roleId, { ...POLICY, ...parts }, digestOf);

describe("a plan's hash", () => {
  it('is the same however the keys stand', () => {
    const { Sid, Effect, Action, Resource } = STATEMENT;
    const document = { Statement: [{ Resource, Action, Effect, Sid }], Version: '2012-10-17' } as const;
    expect(hashOf({ document })).toBe(hashOf());
  });

  it.each<[string, string]>([
    ['role by its id, as of one that was made again', hashOf({}, 'AROATWO')],
    ['role by its name', hashOf({ roleName: 'other-role' })],
    ["policy's name", hashOf({ policyName: 'ExecLogDelivery-eu-west-1' })],
    ['document', hashOf({ document: { ...POLICY.document, Statement: [{ ...STATEMENT, Resource: ['*'] }] } })],
  ])('is another one for another %s', (_, hash) => {
    expect(hash).not.toBe(hashOf());
  });
});

describe('an open question', () => {
  const asked = { proposalId: 'proposal-id-00000001', expiresAt: '2023-02-14T06:36:04.000Z' };
  const { personArn, containerName } = anExecSession();

  it('shows whose session it was, and what the policy would allow', () => {
    expect(openProposal(asked, POLICY, { personArn, containerName })).toEqual({
      ...asked,
      state: 'open',
      personArn,
      containerName,
      statements: [{ actions: ['logs:CreateLogStream'], resources: [RESOURCE] }],
      answeredBy: null,
      answeredAt: null,
    });
  });

  it("shows nobody for a log router's denial, which is of no session", () => {
    expect(openProposal(asked, POLICY, null)).toMatchObject({ personArn: null, containerName: null });
  });
});
