import { preparedPolicyFor } from '../../functions/domain/prepared-policy.ts';
import type { Ceiling } from '../../functions/domain/settings.ts';
import { parseCeiling } from '../../functions/domain/settings.ts';
import { DeploymentInputError } from '../../infra/settings.ts';
import { synthesise, type Template } from '../../infra/synthesise.ts';
import { aCeiling, propertiesOf, resourcesOf, statement, statementsOf, templateOf } from './deployed.ts';

const GROUPS = ['/ecs/web', '/ecs/api#1'];
const managed: Partial<Ceiling> = { repair: 'managed-policy', preparedGroups: GROUPS, logGroups: ['/ecs/*'] };
const OWN_POLICIES = 'arn:<AWS::Partition>:iam::<AWS::AccountId>:policy/exec-log';
const ARNS = [
  `${OWN_POLICIES}/ExecLogPrepared-<AWS::Region>.+ecs+web`,
  `${OWN_POLICIES}/ExecLogPrepared-<AWS::Region>.+ecs+api=1`,
];

/** A part of a template in one place, as CloudFormation resolves it. */
function inPlace(value: unknown, partition: string, region: string): unknown {
  const names: Readonly<Record<string, string>> = {
    'AWS::Partition': partition,
    'AWS::Region': region,
    'AWS::AccountId': '111111111111',
  };
  if (Array.isArray(value)) return value.map((one) => inPlace(one, partition, region));
  if (typeof value !== 'object' || value === null) return value;
  const [[name, inner] = ['', undefined]] = Object.entries(value);
  if (name === 'Ref') return names[String(inner)] ?? inner;
  if (name === 'Fn::Join') return inner[1].map((one: unknown) => inPlace(one, partition, region)).join(inner[0]);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, inPlace(one, partition, region)]));
}

describe.each(['propose', 'attach'] as const)('given a ceiling of %s that repairs by prepared policies', (mode) => {
  let template: Template;
  beforeAll(async () => {
    template = await templateOf(aCeiling(mode, managed));
  });

  it.each([
    ['aws', 'eu-central-1'],
    ['aws-cn', 'cn-north-1'],
    ['aws-us-gov', 'us-gov-west-1'],
  ])('makes for each group, in %s, the very policy that the functions plan with', (partition, region) => {
    const policies = resourcesOf(template, 'AWS::IAM::ManagedPolicy').map(({ Properties }) =>
      inPlace(Properties, partition, region),
    );
    expect(policies).toEqual(
      GROUPS.map((group) => {
        const prepared = preparedPolicyFor(group, { partition, region, account: '111111111111' });
        return {
          Description: `exec-log: delivers ECS Exec transcripts to ${group}`,
          ManagedPolicyName: prepared?.arn.split('/').at(-1),
          Path: '/exec-log/',
          PolicyDocument: prepared?.document,
        };
      }),
    );
  });

  it('lets the remediator attach and detach exactly these, on the configured roles, and put no policy', () => {
    expect(statement(template, 'RemediatorRole', 'AttachPreparedPolicy')).toEqual({
      Sid: 'AttachPreparedPolicy',
      Effect: 'Allow',
      Action: ['iam:AttachRolePolicy', 'iam:DetachRolePolicy'],
      Resource: ['arn:aws:iam::<AWS::AccountId>:role/sandbox-*'],
      Condition: { ArnEquals: { 'iam:PolicyARN': ARNS } },
    });
    const writes = ['RemediatorRole', 'AuditorRole', 'RecorderRole', 'AcceptorRole']
      .flatMap((role) => statementsOf(template, role))
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap(({ Action }) => Action)
      .filter((action) => /^iam:(?!Get|List|Simulate)/.test(action));
    expect(writes).toEqual(['iam:AttachRolePolicy', 'iam:DetachRolePolicy']);
  });

  it.each(['RemediatorRole', 'AuditorRole'])(
    'lets the %s read what is attached, and our own policies alone',
    (role) => {
      expect(
        ['ReadAttachments', 'ReadPreparedPolicies'].map((sid) => {
          const found = statement(template, role, sid);
          return [found?.Action, found?.Resource, found?.Condition];
        }),
      ).toEqual([
        [['iam:ListAttachedRolePolicies'], ['arn:<AWS::Partition>:iam::<AWS::AccountId>:role/*'], undefined],
        [['iam:GetPolicy', 'iam:GetPolicyVersion'], [`${OWN_POLICIES}/*`], undefined],
      ]);
    },
  );

  it('denies every write to its own roles', () => {
    expect(statement(template, 'RemediatorRole', 'NeverOwnRoles')?.Action).toEqual(
      expect.arrayContaining(['iam:AttachRolePolicy', 'iam:DetachRolePolicy', 'iam:PutRolePolicy']),
    );
  });
});

describe('given a ceiling that repairs by prepared policies', () => {
  it('bounds the attachment by the opt-in tag of roles too', async () => {
    const roleTag = { key: 'exec-log', value: 'repair' };
    const template = await templateOf(aCeiling('attach', { ...managed, roles: [], roleTag }));
    expect(statement(template, 'RemediatorRole', 'AttachPreparedPolicy')?.Condition).toEqual({
      StringEquals: { 'aws:ResourceTag/exec-log': 'repair' },
      ArnEquals: { 'iam:PolicyARN': ARNS },
    });
  });

  it.each(['observe', 'ticket'] as const)('makes no policy under %s', async (mode) => {
    const template = await templateOf(aCeiling(mode, managed));
    expect(resourcesOf(template, 'AWS::IAM::ManagedPolicy')).toEqual([]);
  });

  it("keeps the most and longest groups within IAM's size of a role's policies", async () => {
    const preparedGroups = Array.from({ length: 20 }, (_, at) => `/ecs/${at}`.padEnd(90, 'x'));
    const template = await templateOf(aCeiling('attach', { ...managed, preparedGroups }), { organization: true });
    const properties = inPlace(propertiesOf(template, 'AWS::IAM::Role', 'RemediatorRole'), 'aws', 'eu-central-1');
    const longest = JSON.stringify(properties)
      .replaceAll('<AWS::Partition>', 'aws-us-gov')
      .replaceAll('<AWS::Region>', 'ap-northeast-1')
      .replaceAll('<AWS::AccountId>', '111111111111')
      .replaceAll(/<[A-Za-z]+\.Arn>/g, `arn:aws-us-gov:sqs:ap-northeast-1:111111111111:${'x'.repeat(50)}`);
    expect(longest.length).toBeLessThan(10_240);
  });

  it('passes the checks of cdk-nag', async () => {
    await templateOf(aCeiling('attach', managed));
    expect(() => synthesise({ ceiling: aCeiling('attach', managed) })).not.toThrow();
  });

  it.each<[string, Partial<Ceiling>, string]>([
    ['no group', { preparedGroups: [] }, 'preparedGroups: nothing: expected at least one log group'],
    ['groups and inline policies', { repair: 'inline-policy' }, 'preparedGroups: a list: expected only beside'],
    ['a group twice', { preparedGroups: ['/ecs/a', '/ecs/A'] }, 'preparedGroups.1: "/ecs/A": expected each name once'],
    [
      'a group beyond its own list',
      { preparedGroups: ['/ecs/a', '/other'] },
      'preparedGroups.1: "/other": expected a group that the ceiling\'s logGroups permit',
    ],
  ])('refuses %s', async (_, changes, problem) => {
    const synthesis = templateOf(aCeiling('attach', { ...managed, ...changes }));
    await expect(synthesis).rejects.toThrow(DeploymentInputError);
    await expect(synthesis).rejects.toThrow(problem);
  });

  it('makes no policy in a hub, whose members make them', async () => {
    const hub = await templateOf(aCeiling('attach', managed), { hub: 'o-abcdefghij' });
    expect(resourcesOf(hub, 'AWS::IAM::ManagedPolicy')).toEqual([]);
    expect(JSON.stringify(hub)).not.toMatch(/"iam:/);
  });

  it.each([
    ['20 groups', Array(20).fill('/ecs/a'), true],
    ['21 groups', Array(21).fill('/ecs/a'), false],
    ['a name of 90 characters', ['a'.repeat(90)], true],
    ['a name of 91 characters', ['a'.repeat(91)], false],
    ['a pattern', ['/ecs/*'], false],
  ])('takes %s: %#', (_, preparedGroups, isValid) => {
    expect(parseCeiling({ repair: 'managed-policy', preparedGroups }).kind).toBe(isValid ? 'valid' : 'invalid');
  });
});

describe('given a ceiling that says nothing of it', () => {
  it('makes no policy and tells the functions nothing', async () => {
    const template = await templateOf(aCeiling('attach'));
    expect(resourcesOf(template, 'AWS::IAM::ManagedPolicy')).toEqual([]);
    expect(JSON.stringify(template)).not.toMatch(/AttachPreparedPolicy|preparedGroups|ListAttachedRolePolicies/);
  });
});
