import { policyDocumentFor } from '../../functions/domain/remediation-policy.ts';
import { policyTicket } from '../../functions/messages/policy-ticket.ts';
import { aCase, POLICY_NAME, ROLE_NAME } from '../support/builders.ts';
import { aLedgerLine } from '../support/ledger.ts';

const { target } = aLedgerLine();
const document = target.kind === 'target' ? policyDocumentFor(target) : null;
const policy = document === null ? null : { roleName: ROLE_NAME, policyName: POLICY_NAME, document };
const REVERT = 'exec-log revert nginx-sample-task-nginx-role --region ap-northeast-1';

function ticketOf(code: string, parts: Partial<Parameters<typeof policyTicket>[0]> = {}) {
  return policyTicket({
    found: aCase({ repairedAt: '2023-02-11T06:35:30Z' }),
    reason: { code, detail: 'what happened to the policy' },
    policyName: POLICY_NAME,
    policy,
    stackName: 'web-stack',
    deploymentId: 'exec-log',
    ...parts,
  });
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
});
