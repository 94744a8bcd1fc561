import { preparedPolicyFor } from '../../functions/domain/prepared-policy.ts';
import { type Ceiling, NO_CEILING } from '../../functions/domain/settings.ts';
import { synthesiseMember } from '../../infra/synthesise-member.ts';
import { HOME, memberIn } from './deployed-member.ts';

const GROUPS = ['/ecs/web', '/ecs/api#1'];
const CEILING: Ceiling = { ...NO_CEILING, repair: 'managed-policy', preparedGroups: GROUPS };
const REPAIRS = { Mode: 'attach', RolePatterns: 'sandbox-*' };

let text: string;
beforeAll(() => {
  text = synthesiseMember({ checked: false, ceiling: CEILING });
});

const deployed = (given: Readonly<Record<string, string>>, place = HOME) => Object.values(memberIn(place, given, text));
const policiesIn = (...at: Parameters<typeof deployed>) =>
  deployed(...at)
    .filter(({ type }) => type === 'AWS::IAM::ManagedPolicy')
    .map(({ properties }) => properties);

describe.each([
  ['aws', 'eu-central-1'],
  ['aws', 'eu-south-2'],
  ['aws-cn', 'cn-north-1'],
  ['aws-us-gov', 'us-gov-west-1'],
])('given a member in %s, %s, that repairs by prepared policies', (partition, region) => {
  it('makes for each group the very policy that the hub plans with', () => {
    const place = { partition, region, account: '222222222222' };
    expect(policiesIn(REPAIRS, place)).toEqual(
      GROUPS.map((group) => {
        const prepared = preparedPolicyFor(group, place);
        return {
          Description: `exec-log: delivers ECS Exec transcripts to ${group}`,
          ManagedPolicyName: prepared?.arn.split('/').at(-1),
          Path: '/exec-log/',
          PolicyDocument: prepared?.document,
        };
      }),
    );
  });
});

describe('given a member that repairs by prepared policies', () => {
  const roleIn = (id: string, given: Readonly<Record<string, string>>) =>
    JSON.stringify(memberIn(HOME, given, text)[id]);
  const writeIn = (given: Readonly<Record<string, string>>) =>
    JSON.parse(roleIn('RepairRole', given)).properties.Policies[0].PolicyDocument.Statement[0];

  it('attaches and detaches these, of any of its Regions, and can put no policy', () => {
    const arn = (name: string) => `arn:aws:iam::222222222222:policy/exec-log/ExecLogPrepared-*.${name}`;
    const prepared = { ArnLike: { 'iam:PolicyARN': [arn('+ecs+web'), arn('+ecs+api=1')] } };
    expect(writeIn(REPAIRS)).toMatchObject({
      Sid: 'AttachPreparedPolicy',
      Action: ['iam:AttachRolePolicy', 'iam:DetachRolePolicy'],
      Condition: prepared,
    });
    expect(writeIn({ ...REPAIRS, RoleTagValue: 'yes' }).Condition).toEqual({
      StringEquals: { 'aws:ResourceTag/exec-log-repair': 'yes' },
      ...prepared,
    });
    expect(text).not.toContain('iam:PutRolePolicy');
    const { Statement } = JSON.parse(roleIn('RepairRole', REPAIRS)).properties.Policies[0].PolicyDocument;
    expect(Statement.map(({ Sid }: { readonly Sid: string }) => Sid)).toEqual([
      'AttachPreparedPolicy',
      'ReadAttachments',
      'ReadPreparedPolicies',
      'NeverOwnRoles',
    ]);
  });

  it('lets the hub read what is attached, and our own policies alone', () => {
    const read = roleIn('ReadRole', {});
    expect(read).toContain('iam:ListAttachedRolePolicies');
    expect(read).toContain('"Resource":"arn:aws:iam::222222222222:policy/exec-log/*"');
  });

  it.each(['observe', 'ticket'])('makes no policy under %s', (Mode) => {
    expect(policiesIn({ ...REPAIRS, Mode })).toEqual([]);
  });

  it.each([
    [16, 90, false],
    [20, 60, false],
    [20, 90, true],
  ])('takes %i groups of %i characters, unless a stack set would not: %j', (count, characters, isRefused) => {
    const preparedGroups = Array.from({ length: count }, (_, at) => `/ecs/${at}`.padEnd(characters, 'x'));
    const synthesis = () => synthesiseMember({ checked: false, ceiling: { ...CEILING, preparedGroups } });
    if (isRefused) expect(synthesis).toThrow('expected fewer groups: a stack set takes a template of 51200 bytes');
    else expect(synthesis().length).toBeLessThanOrEqual(51_200);
  });

  it('passes the checks of cdk-nag and the CDK', () => {
    expect(synthesiseMember({ checked: true, ceiling: CEILING })).toBe(text);
  }, 60_000);

  it('refuses a ceiling that prepares none', () => {
    expect(() => synthesiseMember({ checked: false, ceiling: { ...CEILING, preparedGroups: [] } })).toThrow(
      'expected at least one log group',
    );
  });
});
