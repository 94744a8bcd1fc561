import type { Language } from '../../functions/domain/language.ts';
import { policyDocumentFor } from '../../functions/domain/remediation-policy.ts';
import { policyTicket } from '../../functions/messages/policy-ticket.ts';
import { aCase, POLICY_NAME, ROLE_NAME } from '../support/builders.ts';
import { aLedgerLine } from '../support/ledger.ts';

const { target } = aLedgerLine();
const document = target.kind === 'target' ? policyDocumentFor(target) : null;
const policy = document === null ? null : { roleName: ROLE_NAME, policyName: POLICY_NAME, document };
const REVERT = 'exec-log revert nginx-sample-task-nginx-role --region ap-northeast-1';

/** The lines under a heading. */
function sectionOf(body: string, heading: string): readonly string[] {
  return (body.split(`## ${heading}\n`)[1] ?? '').split('\n\n')[0]?.split('\n') ?? [];
}

function ticketOf(code: string, parts: Partial<Parameters<typeof policyTicket>[0]> = {}, language: Language = 'en') {
  const news = {
    found: aCase({ repairedAt: '2023-02-11T06:35:30Z' }),
    reason: { code, detail: 'what happened to the policy' },
    policyName: POLICY_NAME,
    policy,
    stackName: 'web-stack',
    deploymentId: 'exec-log',
    ...parts,
  };
  return policyTicket(news, language);
}

describe('the ticket of a policy that we attached', () => {
  it('says what happened, who has to act, and what the code should hold', () => {
    const { body, ...fields } = ticketOf('policy-removed');
    expect(fields).toEqual({
      fingerprint: 'f'.repeat(32),
      title:
        'ECS Exec stop-gap policy of nginx-sample-task-nginx-role: Somebody removed the policy that we attached. (111111111111 ap-northeast-1)',
      severity: 'medium',
      facts: {
        account: '111111111111',
        region: 'ap-northeast-1',
        role: ROLE_NAME,
        policy: POLICY_NAME,
        logGroup: '/ecs/nginx-sample/nginx',
        cluster: 'arn:aws:ecs:ap-northeast-1:111111111111:cluster/nginx-sample-cluster',
        cause: 'policy-removed',
        denials: '1',
        firstSeen: '2023-02-11T06:35:04Z',
        lastSeen: '2023-02-11T06:35:04Z',
      },
    });
    expect(body).toContain('what happened to the policy.');
    expect(body).toContain("**Owner: the task role's team.**");
    expect(body).toContain('It is not attached again.');
    expect(body).toContain('log-group:/ecs/nginx-sample/nginx:log-stream:ecs-execute-command-*');
    expect(body).toContain('`web-stack`');
    expect(body).not.toContain(REVERT);
  });

  it.each([
    ['policy-changed', 'high'],
    ['policy-overdue', 'medium'],
    ['policy-not-needed', 'low'],
    ['removal-refused', 'medium'],
  ])('gives the way to take it off while it stands: %s, severity %s', (code, severity) => {
    const draft = ticketOf(code);
    expect(draft.body).toContain(`\n${REVERT}\n`);
    expect(draft.severity).toBe(severity);
  });

  it('has no patch where the log target is not known any more', () => {
    expect(ticketOf('policy-removed', { policy: null }).body).not.toContain('## The permission as code');
  });

  it.each([
    [
      'policy-changed',
      'web-stack',
      [
        '- **CloudFormation and CDK:** the `Policies` of `AWS::IAM::Role` leave ours alone, but deleting the stack `web-stack` fails while ours is on the role: take ours off before (`exec-log revert`), or delete again once we took it off, which the failure makes us do.',
      ],
    ],
    [
      'policy-overdue',
      null,
      [
        '- **Terraform:** `aws_iam_role_policies_exclusive` for this role, or an `inline_policy` block in its `aws_iam_role`, owns all inline policies of the role: the next apply removes ours. Add the permission there before it.',
        '- **CloudFormation and CDK:** the `Policies` of `AWS::IAM::Role` leave ours alone, but deleting a stack that owns the role fails while ours is on the role: take ours off before (`exec-log revert`), or delete again once we took it off, which the failure makes us do.',
      ],
    ],
  ])('warns while it stands of the code that removes it or trips over it: %s, stack %s', (code, stackName, lines) => {
    expect(sectionOf(ticketOf(code, { stackName }).body, 'What may remove our policy')).toEqual(lines);
  });

  it.each(['policy-not-needed', 'removal-refused'])('does not warn where the policy is to go anyway: %s', (code) => {
    expect(ticketOf(code).body).not.toContain('What may remove our policy');
  });

  it('names Terraform as the likely cause of a removal, and where to see who it was', () => {
    expect(sectionOf(ticketOf('policy-removed', { stackName: null }).body, 'The likeliest cause')).toEqual([
      'Terraform that owns all inline policies of the role: `aws_iam_role_policies_exclusive`, or an `inline_policy` block in its `aws_iam_role`, removes with every apply what its code does not list. CloudFormation and CDK remove no such policy.',
      'Who it was stands in CloudTrail: the event `DeleteRolePolicy` with the names of the role and of the policy.',
    ]);
  });

  it('does not suspect CloudFormation where the role belongs to a stack', () => {
    expect(sectionOf(ticketOf('policy-removed').body, 'The likeliest cause')[0]).toBe(
      'The role belongs to stack `web-stack`, and CloudFormation removes no policy that it does not know: it was a person, or another tool, such as Terraform with `aws_iam_role_policies_exclusive` for this role.',
    );
  });

  it('speaks Japanese, with the English detail as evidence', () => {
    const { title, body } = ticketOf('policy-removed', { stackName: null }, 'ja');
    expect(title).toBe(
      'ECS Exec の暫定ポリシー（nginx-sample-task-nginx-role）: exec-log が付与したポリシーが削除されました。 (111111111111 ap-northeast-1)',
    );
    expect(body.split('\n\n## コードに追加する許可')[0]?.split('\n')).toEqual([
      `ロール \`${ROLE_NAME}\`（アカウント \`111111111111\`、リージョン \`ap-northeast-1\`）の、exec-log のポリシー \`${POLICY_NAME}\` についてお知らせします。exec-log が付与したポリシーが削除されました（what happened to the policy）。`,
      '',
      '## 原因と担当',
      'exec-log が付与したポリシーが削除されました。 **担当: タスクロールの担当チーム**',
      '',
      '## 最も可能性の高い原因',
      'Terraform がロールのすべてのインラインポリシーを管理している可能性があります。`aws_iam_role_policies_exclusive`、または `aws_iam_role` の `inline_policy` ブロックは、コードにないポリシーを apply のたびに削除します。CloudFormation と CDK がこのようなポリシーを削除することはありません。',
      '削除した実行者は、CloudTrail の `DeleteRolePolicy` イベントをロール名とポリシー名で検索すると確認できます。',
      '',
      '## 対応',
      'このポリシーが再び付与されることはありません。ロールのコードに許可を追加するまで、セッションログは失われ続け、復元できません。',
    ]);
  });
});
