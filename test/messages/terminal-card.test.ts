import { decide } from '../../functions/domain/decide.ts';
import type { ParsedDenial } from '../../functions/domain/parse-denial.ts';
import { NO_CEILING } from '../../functions/domain/settings.ts';
import { toExplanation } from '../../functions/messages/explanation.ts';
import { explainCard, type Paint } from '../../functions/messages/terminal-card.ts';
import { anObservation, denialOf, OBSERVED, played, REPAIRED, ROLE_ARN, rulesOf } from './rendered-cases.ts';

const same = (text: string) => text;
const PLAIN: Paint = { bold: same, dim: same, red: same, green: same, yellow: same, cyan: same };
const EVENT = 'events/01-denied.json';

function explained(options: Parameters<typeof played>[0]) {
  const { finding, decision } = played(options);
  return toExplanation({
    input: EVENT,
    matchesRule: true,
    parsed: { kind: 'denial', denial: finding.denial },
    finding,
    decision,
  });
}

const REFUSED: ParsedDenial = {
  kind: 'refusal',
  refusal: { code: 'truncated', detail: 'The error message ends before the log stream.' },
  deniedCreateLogStream: true,
};
const NO_DECISION = { mode: 'observe', guardrails: [], policy: null } as const;

describe('given an explained denial', () => {
  it('has the keys of the contract in their order', () => {
    const explanation = explained(REPAIRED);
    expect(Object.keys(explanation)).toEqual(['input', 'matchesRule', 'denial', 'refusal', 'finding', 'decision']);
    expect(Object.keys(explanation.denial ?? {}).join(' ')).toBe(
      'eventId eventTime account partition region action resource principalArn roleName rolePath roleId sessionName ' +
        'logGroupName logStreamName policyType denialKind policyArn source',
    );
    expect(Object.keys(explanation.decision)).toEqual(['disposition', 'mode', 'reasons', 'guardrails', 'policy']);
  });

  it('sums up the finding', () => {
    const simulation = anObservation().simulation;
    expect(explained(REPAIRED).finding).toEqual({
      fingerprint: '0123456789abcdef0123456789abcdef',
      session: {
        sessionId: 'ecs-execute-command-0289df90ce62e19cc',
        personArn: 'arn:aws:sts::111111111111:assumed-role/Developer/ada@example.com',
        startedAt: '2023-02-11T06:30:00Z',
        containerName: 'nginx',
      },
      clusterArn: 'arn:aws:ecs:ap-northeast-1:111111111111:cluster/nginx-sample',
      taskArn: 'arn:aws:ecs:ap-northeast-1:111111111111:task/nginx-sample/a9112a0a96ed445cbc93a90807e34e37',
      taskRoleArn: ROLE_ARN,
      executionRoleArn: 'arn:aws:iam::111111111111:role/execution',
      target: played(REPAIRED).finding.target,
      stackName: null,
      simulation: simulation.kind === 'read' ? simulation.value : null,
    });
  });

  it('gives guardrails without the cause, which stands in the reasons', () => {
    const stack = { kind: 'read', value: { stackName: 'nginx' } } as const;
    const { decision } = explained({ mode: 'ticket', outcome: OBSERVED.outcome, observation: { stack } });
    const detail = 'stack nginx owns the role: the permission belongs in its template';
    expect(decision.guardrails[6]).toEqual({ code: 'role-unmanaged', holds: false, detail });
    expect(decision.reasons.slice(1)).toEqual([
      { code: 'role-unmanaged', detail },
      { code: 'stack-owned', detail },
    ]);
  });

  it('shows what would be done, why, and the policy line by line', () => {
    const lines = explainCard(explained(REPAIRED), PLAIN).split('\n');
    expect(lines.slice(0, 20)).toEqual([
      EVENT,
      'attach-policy  a scoped policy would be attached (mode attach)',
      '',
      'Denied     logs:CreateLogStream (identity-based, implicit)',
      'Log group  /ecs/nginx-sample/nginx',
      'Stream     ecs-execute-command-0289df90ce62e19cc',
      'Role       nginx-sample-task-nginx-role',
      'Account    111111111111 ap-northeast-1',
      'At         2023-02-11T06:35:04Z',
      'Source     ecs-exec',
      '',
      'Session    opened by arn:aws:sts::111111111111:assumed-role/Developer/ada@example.com at 2023-02-11T06:30:00Z, container nginx',
      'Task       arn:aws:ecs:ap-northeast-1:111111111111:task/nginx-sample/a9112a0a96ed445cbc93a90807e34e37',
      `Task role  ${ROLE_ARN}`,
      'Target     /ecs/nginx-sample/nginx (logging DEFAULT)',
      '',
      'Guardrails',
      '  ✓ mode-allows-attach       the settings say attach',
      '  ✓ identity-policy-missing  no identity-based policy allows the call',
      '  ✓ real-session             session ecs-execute-command-0289df90ce62e19cc was opened by arn:aws:sts::111111111111:assumed-role/Developer/ada@example.com',
    ]);
    expect(lines.slice(36, 46)).toEqual([
      'Because',
      '  all-guardrails-hold: every guardrail holds',
      '',
      'Policy ExecLogDelivery-ap-northeast-1 on role nginx-sample-task-nginx-role',
      '+ {',
      '+   "Version": "2012-10-17",',
      '+   "Statement": [',
      '+     {',
      '+       "Sid": "ExecLogDeliveryStreams",',
      '+       "Effect": "Allow",',
    ]);
  });

  it('shows the policy that a person would be asked to approve', () => {
    const card = explainCard(explained({ ...REPAIRED, mode: 'propose' }), PLAIN);
    expect(card).toContain('propose-policy  a person would be asked to approve a scoped policy (mode propose)');
    expect(card).toContain('  ✓ mode-allows-attach       mode propose: a person approves');
    expect(card).toContain('  all-guardrails-hold: every guardrail holds; a person has to approve the repair');
    expect(card).toContain('Policy ExecLogDelivery-ap-northeast-1 on role nginx-sample-task-nginx-role');
  });

  it('marks what failed and what could not be evaluated without an account', () => {
    const denial = denialOf({ rolePath: '/team/' });
    const rules = { ...rulesOf('attach'), ceiling: NO_CEILING };
    const decision = decide(denial, null, rules, new Date('2023-02-12T06:36:00Z'));
    const parsed = { kind: 'denial', denial } as const;
    const card = explainCard(
      toExplanation({ input: EVENT, matchesRule: false, parsed, finding: null, decision }),
      PLAIN,
    );
    expect(card).toContain('open-ticket  a ticket would be opened (mode attach)');
    expect(card).toContain('Role       /team/nginx-sample-task-nginx-role');
    expect(card).toContain('Source     ecs-exec, not matched by the denial rule');
    expect(card).toContain('  ? real-session             needs the account, which was not read');
    expect(card).toContain('  ✗ fresh                    the denial is older than 6 hours');
    expect(card).not.toContain('Session ');
  });
});

describe('given an input that cannot be read', () => {
  const reasons = [{ code: 'truncated', detail: 'The error message ends before the log stream.' }];
  const explanation = toExplanation({
    input: `${EVENT}#2`,
    matchesRule: true,
    parsed: REFUSED,
    finding: null,
    decision: { ...NO_DECISION, disposition: 'open-ticket', reasons },
  });

  it('says why, and nothing of a denial', () => {
    expect(explanation).toEqual({
      input: `${EVENT}#2`,
      matchesRule: true,
      denial: null,
      refusal: { code: 'truncated', detail: 'The error message ends before the log stream.' },
      finding: null,
      decision: { ...NO_DECISION, disposition: 'open-ticket', reasons },
    });
  });

  it('is a short card', () => {
    expect(explainCard(explanation, PLAIN)).toBe(
      [
        `${EVENT}#2`,
        'open-ticket  unreadable denial: a person has to look (the deployed function counts it and raises the alarm UnreadableDenials)',
        '',
        'Refused    The error message ends before the log stream. (truncated)',
      ].join('\n'),
    );
  });

  it('is not read, for one reason, where it is no denial of ours', () => {
    const refusal = { code: 'not-json', detail: 'The text is not JSON.' } as const;
    const card = explainCard(
      { ...explanation, refusal, decision: { ...NO_DECISION, disposition: 'not-applicable', reasons: [refusal] } },
      PLAIN,
    );
    expect(card).toBe(`${EVENT}#2\nnot read  The text is not JSON. (not-json)`);
  });
});

describe('given names that would repaint a terminal', () => {
  it('shows no control character but line breaks', () => {
    const hostile = '\u001b[2J\u009b2J\u202eevil\u0007\n';
    const base = explained(REPAIRED);
    const { denial, finding } = base;
    const card = explainCard(
      {
        ...base,
        input: hostile,
        denial: denial === null ? null : { ...denial, roleName: hostile, logGroupName: hostile, policyArn: hostile },
        finding: finding === null ? null : { ...finding, stackName: hostile, taskArn: hostile },
        decision: { ...base.decision, reasons: [{ code: hostile, detail: hostile }] },
      },
      PLAIN,
    );
    expect(card).not.toMatch(/[^\P{C}\n]/u);
  });
});
