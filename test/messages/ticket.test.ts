import fc from 'fast-check';
import type { Case } from '../../functions/domain/case.ts';
import { causeOf } from '../../functions/messages/cause.ts';
import { ticketDraft } from '../../functions/messages/ticket.ts';
import { anObservation, played, RECURRED, REPAIRED, ROLE_ARN, TICKETED } from './rendered-cases.ts';

const REVERT = 'exec-log revert nginx-sample-task-nginx-role --region ap-northeast-1';

/** The body by its headings, without the code that `infrastructure-patch.test.ts` looks at. */
function sectionsOf(body: string): Readonly<Record<string, string>> {
  const [summary = '', ...sections] = body.split('\n\n## ');
  const entries = sections.map((section) => section.split(/\n([\s\S]*)/));
  return Object.fromEntries([['', summary], ...entries.map(([heading = '', text = '']) => [heading, text])]);
}

describe('given a denial that a person has to settle', () => {
  const { found, finding, decision } = played({
    ...TICKETED,
    observation: { stack: { kind: 'read', value: { stackName: 'nginx-sample' } } },
  });
  const draft = ticketDraft(found, finding, decision, 'exec-log', 'en');

  it('names role, group, place, cause and severity', () => {
    expect({ ...draft, body: '' }).toEqual({
      fingerprint: '0123456789abcdef0123456789abcdef',
      title:
        'ECS Exec transcripts lost: nginx-sample-task-nginx-role is denied on /ecs/nginx-sample/nginx (111111111111 ap-northeast-1)',
      body: '',
      severity: 'medium',
      facts: {
        account: '111111111111',
        region: 'ap-northeast-1',
        role: 'nginx-sample-task-nginx-role',
        logGroup: '/ecs/nginx-sample/nginx',
        cluster: 'arn:aws:ecs:ap-northeast-1:111111111111:cluster/nginx-sample',
        cause: 'missing-permission',
        disposition: 'open-ticket',
        denials: '1',
        firstSeen: '2023-02-11T06:35:04Z',
        lastSeen: '2023-02-11T06:35:04Z',
        sessions: '1',
        people: 'arn:aws:sts::111111111111:assumed-role/Developer/ada@example.com',
      },
    });
  });

  it('says what happened, to whom, why, and what settles it', () => {
    const { 'The permission as code': code = '', ...sections } = sectionsOf(draft.body);
    expect(sections).toEqual({
      '':
        'AWS denied the task role `nginx-sample-task-nginx-role` in cluster ' +
        '`arn:aws:ecs:ap-northeast-1:111111111111:cluster/nginx-sample` the delivery of ECS Exec transcripts to ' +
        '`/ecs/nginx-sample/nginx` (account `111111111111`, Region `ap-northeast-1`): 1 denial between ' +
        '2023-02-11T06:35:04Z and 2023-02-11T06:35:04Z. The shells opened and closed normally; their transcripts are ' +
        'lost and do not come back.',
      'Cause and owner': "No identity-based policy of the task role allows the call. **Owner: the task role's team.**",
      'Unrecorded sessions':
        '- `ecs-execute-command-0289df90ce62e19cc` by ' +
        '`arn:aws:sts::111111111111:assumed-role/Developer/ada@example.com`, opened 2023-02-11T06:30:00Z, container `nginx` of ' +
        'task `arn:aws:ecs:ap-northeast-1:111111111111:task/nginx-sample/a9112a0a96ed445cbc93a90807e34e37`',
      Check:
        'After the change, ask IAM, then open one more exec session and see that its transcript arrives:\n```sh\n' +
        `aws iam simulate-principal-policy --policy-source-arn ${ROLE_ARN} --action-names logs:CreateLogStream ` +
        'logs:PutLogEvents --resource-arns arn:aws:logs:ap-northeast-1:111111111111:log-group:/ecs/nginx-sample/nginx:' +
        'log-stream:ecs-execute-command-probe --context-entries ContextKeyName=aws:RequestedRegion,' +
        'ContextKeyValues=ap-northeast-1,ContextKeyType=string --query ' +
        "'EvaluationResults[].[EvalActionName,EvalDecision]' --output text\n```",
      Evidence:
        '- AWS says: `User: arn:aws:sts::111111111111:assumed-role/nginx-sample-task-nginx-role/' +
        'a9112a0a96ed445cbc93a90807e34e37 is not authorized to perform: logs:CreateLogStream on resource: ' +
        'arn:aws:logs:ap-northeast-1:111111111111:log-group:/ecs/nginx-sample/nginx:log-stream:' +
        'ecs-execute-command-0289df90ce62e19cc because no identity-based policy allows the logs:CreateLogStream action`\n' +
        '- Action: `logs:CreateLogStream`\n' +
        '- Resource: `arn:aws:logs:ap-northeast-1:111111111111:log-group:/ecs/nginx-sample/nginx:log-stream:' +
        'ecs-execute-command-0289df90ce62e19cc`\n' +
        '- Policy type: `identity-based`\n- Kind: `implicit`\n' +
        '- Principal: `arn:aws:sts::111111111111:assumed-role/nginx-sample-task-nginx-role/' +
        'a9112a0a96ed445cbc93a90807e34e37`\n' +
        '- CloudTrail event: `95a42f28-d6de-406c-91df-e24980696995`\n- Time: `2023-02-11T06:35:04Z`\n' +
        '- Simulation: `logs:CreateLogStream` is not allowed now, with the policy allowed\n' +
        '- Simulation: `logs:PutLogEvents` is not allowed now, with the policy allowed',
      'Why no policy was attached':
        '- `mode-allows-attach`: mode ticket: the settings say ticket\n' +
        '- `role-unmanaged`: stack nginx-sample owns the role: the permission belongs in its template',
    });
    expect(
      code.split('\n').filter((line) => line.startsWith('```') || (line.endsWith(':') && !line.startsWith(' '))),
    ).toEqual([
      'CloudFormation:',
      '```yaml',
      'Resources:',
      '```',
      'Terraform:',
      '```hcl',
      '```',
      'CDK:',
      '```ts',
      '```',
    ]);
    expect(code).toContain(
      "belongs to stack `nginx-sample`: add the statements to a policy of the role in that stack's own",
    );
  });
});

describe('given a role that carries our policy', () => {
  it.each([
    ['a repaired case', REPAIRED],
    ['a case that was denied again', RECURRED],
  ])('prints for %s how to take it off', (_name, options) => {
    const { found, finding, decision } = played(options);
    const sections = sectionsOf(ticketDraft(found, finding, decision, 'exec-log', 'en').body);
    expect(sections['Check and undo']).toContain(`To take our policy off the role again:\n\`\`\`sh\n${REVERT}\n\`\`\``);
    expect(sections['What may remove our policy']?.match(/^- \*\*[^*]+\*\*/gm)).toEqual([
      '- **Terraform:**',
      '- **CloudFormation and CDK:**',
    ]);
  });

  it('warns of the stack alone where one owns the role', () => {
    const { found, finding, decision } = played({
      ...RECURRED,
      observation: { stack: { kind: 'read', value: { stackName: 'nginx-sample' } } },
    });
    const sections = sectionsOf(ticketDraft(found, finding, decision, 'exec-log', 'en').body);
    expect(sections['What may remove our policy']?.split('\n')).toEqual([
      expect.stringContaining(
        'but deleting the stack `nginx-sample` fails while ours is on the role: take ours off before',
      ),
    ]);
  });
});

describe('given a role from which somebody took our policy', () => {
  it('says who it was most likely, and warns of nothing any more', () => {
    const { found, finding, decision } = played(RECURRED);
    const reasons = [{ code: 'policy-removed', detail: 'our policy is not on the role' }];
    const { body } = ticketDraft(found, finding, { ...decision, reasons }, 'exec-log', 'en');
    const sections = sectionsOf(body);
    expect(sections['The likeliest cause']).toContain('`aws_iam_role_policies_exclusive`');
    expect(sections['What may remove our policy']).toBeUndefined();
  });
});

describe('given a role that never carried our policy', () => {
  it('warns of nothing that could remove it', () => {
    const { found, finding, decision } = played(TICKETED);
    const sections = sectionsOf(ticketDraft(found, finding, decision, 'exec-log', 'en').body);
    expect(Object.keys(sections)).toEqual([
      '',
      'Cause and owner',
      'Unrecorded sessions',
      'Check',
      'Evidence',
      'Why no policy was attached',
      'The permission as code',
    ]);
  });
});

describe('given a reason for the ticket', () => {
  it.each([
    ['denied-by-boundary', 'the security or platform team', 'medium'],
    ['denied-by-scp', "the organisation's security or platform team", 'medium'],
    ['denied-by-vpc-endpoint', 'the network team', 'medium'],
    ['log-group-missing', 'the team that owns the cluster and its exec configuration', 'medium'],
    ['target-unexpected', 'the security team', 'high'],
    ['write-refused', 'the operators of exec-log', 'high'],
    ['recurrence', "the task role's team", 'high'],
    ['role-allowed', "the task role's team", 'medium'],
  ])('%s goes to %s, %s', (code, owner, severity) => {
    const cause = causeOf({ state: 'ticketed' }, { reasons: [{ code, detail: '' }] });
    expect({ owner: cause.owner, severity: cause.severity }).toEqual({ owner, severity });
  });

  it('is high for a repair that IAM does not show, whatever the cause', () => {
    expect(causeOf({ state: 'unverified' }, { reasons: [] }).severity).toBe('high');
  });

  it('takes a possible attack for the cause before anything else', () => {
    const reasons = ['log-group-missing', 'target-unexpected'].map((code) => ({ code, detail: '' }));
    expect(causeOf({ state: 'ticketed' }, { reasons }).code).toBe('target-unexpected');
  });
});

describe('given a case without a finding', () => {
  it('still says what happened and who has to look', () => {
    const { found, decision } = played(TICKETED);
    expect(Object.keys(sectionsOf(ticketDraft(found, null, decision, 'exec-log', 'en').body))).toEqual([
      '',
      'Cause and owner',
      'Unrecorded sessions',
      'Check',
      'Why no policy was attached',
    ]);
  });
});

describe('given names that a hostile account chose', () => {
  const name = fc
    .array(fc.constantFrom('`', '|', '\n', '@team', '<script>', '](http://x)', '\u202e', '# ', '~~~', 'role', '😀'), {
      maxLength: 600,
    })
    .map((pieces) => pieces.join(''));

  it('keeps the bounds, and closes every code span and fence', () => {
    const { found, finding, decision } = played(TICKETED);
    fc.assert(
      fc.property(name, fc.constantFrom('en' as const, 'ja' as const), (text, language) => {
        const hostile: Case = {
          ...found,
          roleArn: text,
          logGroupName: text,
          clusterArn: text,
          region: text,
          sessionIds: Array.from({ length: 50 }, (_, index) => `${index}${text}`),
        };
        const reasons = decision.reasons.map((reason) => ({ ...reason, detail: text }));
        const guardrails = decision.guardrails.map((result) => ({
          ...result,
          holds: false,
          detail: `${result.code} ${text}`,
        }));
        const observation = anObservation({ stack: { kind: 'read', value: { stackName: text } } });
        const draft = ticketDraft(
          hostile,
          { ...finding, observation },
          { ...decision, reasons, guardrails },
          'exec-log',
          language,
        );
        expect(draft.title.length).toBeLessThanOrEqual(200);
        expect(draft.body.length).toBeLessThanOrEqual(20_000);
        const prose = draft.body
          .replace(/^```[\s\S]*?^```$/gm, '')
          .replace(/\\[\\`*_[\]<>|~&#$]/g, '')
          .replace(/`[^`\n]+`/g, '');
        expect(prose).not.toMatch(/[`|<>[\]]|@[^\u2060]/);
      }),
      { numRuns: 50 },
    );
  });

  it('leaves a patch out whole where it has no room', () => {
    const { found, finding, decision } = played(TICKETED);
    const { repair } = finding;
    if (repair === null) {
      throw new Error('the published case has a repair');
    }
    const [first] = repair.policy.document.Statement;
    const resources = Array.from({ length: 60 }, (_, index) => `arn:aws:s3:::${'b'.repeat(100)}-${index}`);
    const Statement = first === undefined ? [] : [{ ...first, Resource: resources }];
    const large = { ...repair, policy: { ...repair.policy, document: { Version: '2012-10-17' as const, Statement } } };
    const { body } = ticketDraft(found, { ...finding, repair: large }, decision, 'exec-log', 'en');
    expect(body.length).toBeLessThanOrEqual(20_000);
    expect(body).toMatch(/\n\nToo long to show here: CDK\.$/);
  });
});
