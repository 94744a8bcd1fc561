import type { Case, Notice } from '../../functions/domain/case.ts';
import type { Language } from '../../functions/domain/language.ts';
import { permanentPolicyName } from '../../functions/messages/infrastructure-patch.ts';
import { policyTicket } from '../../functions/messages/policy-ticket.ts';
import { slackMessage } from '../../functions/messages/slack.ts';
import { ACCOUNT, aCase, NOW, REGION, ROLE_NAME } from '../support/builders.ts';
import { PREPARED_NAME } from '../support/prepared.ts';

const REPAIRED: Partial<Case> = {
  state: 'repaired',
  disposition: 'attach-policy',
  reasons: [{ code: 'all-guardrails-hold', detail: 'every guardrail holds' }],
  repairedAt: '2023-02-11T06:35:30Z',
  attachesPrepared: true,
};
const PROPOSED: Partial<Case> = {
  ...REPAIRED,
  state: 'proposed',
  disposition: 'propose-policy',
  repairedAt: null,
  proposal: {
    proposalId: 'cHJvcG9zYWwtMTIzNDU2Nzg',
    state: 'open',
    expiresAt: '2023-02-14T06:36:04.000Z',
    statements: [{ actions: ['logs:CreateLogStream'], resources: ['arn'] }],
    answeredBy: null,
    answeredAt: null,
  },
};

function slackOf(parts: Partial<Case>): string {
  const found = aCase(parts);
  const at = NOW.toISOString();
  const notice: Notice = { noticeId: 'n', state: found.state, createdAt: at, announcedAt: at };
  return JSON.stringify(slackMessage(found, notice, 'exec-log').blocks);
}

function ticketOf(code: string, stackName: string | null, language: Language = 'en'): string {
  const reason = { code, detail: 'what happened to the policy' };
  const news = { found: aCase(REPAIRED), reason, policyName: PREPARED_NAME, policy: null, stackName };
  return policyTicket({ ...news, deploymentId: 'exec-log' }, language).body;
}

describe('given a repair by prepared policies', () => {
  it.each([
    ['a repair', REPAIRED],
    ['a proposal', PROPOSED],
  ])('warns in Slack, of %s, of the Terraform that detaches policies', (_, parts) => {
    expect(slackOf(parts)).toContain(
      'Terraform that owns all attached policies of the role (`aws_iam_role_policy_attachments_exclusive`, or `managed_policy_arns`) detaches it',
    );
    expect(slackOf(parts)).not.toContain('inline');
  });

  it('asks to attach one', () => {
    expect(slackOf(PROPOSED)).toContain(
      `One prepared policy is attached to the role ${ROLE_NAME} in account ${ACCOUNT}: 1 action on the resources shown`,
    );
  });

  it.each<[string, string | null, readonly string[]]>([
    ['policy-overdue', null, ['`aws_iam_role_policy_attachments_exclusive` for this role, or `managed_policy_arns`']],
    ['policy-removed', null, ['detaches with every apply what its code does not list', 'the event `DetachRolePolicy`']],
    ['policy-removed', 'web-stack', ['Terraform with `aws_iam_role_policy_attachments_exclusive`']],
  ])(
    'names in the ticket %s, stack %s, what detaches it, and not what removes inline policies',
    (code, stack, says) => {
      const text = ticketOf(code, stack);
      expect(says.filter((part) => !text.includes(part))).toEqual([]);
      expect(text).not.toMatch(/inline|aws_iam_role_policies_exclusive|DeleteRolePolicy/);
    },
  );

  it('says the same in Japanese', () => {
    expect(ticketOf('policy-removed', null, 'ja')).toMatch(
      /`aws_iam_role_policy_attachments_exclusive`[\s\S]*`DetachRolePolicy`/,
    );
    expect(ticketOf('policy-overdue', null, 'ja')).toContain('`managed_policy_arns`');
  });

  it('proposes code of another name, that does not own what we attach', () => {
    expect(permanentPolicyName({ policyName: PREPARED_NAME })).toBe(`ExecSessionLogs-${REGION}`);
  });
});
