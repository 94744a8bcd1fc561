import { memberSessionName } from '../../functions/domain/member-names.ts';
import { auditGrants } from '../../infra/permissions/audit.ts';
import { observationGrants, recordingGrants } from '../../infra/permissions/reads.ts';
import { trailGrants } from '../../infra/permissions/trails.ts';
import { HOME, memberIn } from './deployed-member.ts';

interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: unknown;
}

interface RoleProperties {
  readonly AssumeRolePolicyDocument: { readonly Statement: readonly unknown[] };
  readonly Policies: readonly { readonly PolicyDocument: { readonly Statement: readonly Statement[] } }[];
  readonly ManagedPolicyArns?: unknown;
}

const REPAIRS = { Mode: 'attach', RolePatterns: 'sandbox-*' };

const roleIn = (id: string, given: Readonly<Record<string, string>> = {}, place = HOME) =>
  memberIn(place, given)[id]?.properties as RoleProperties | undefined;
const statementsOf = (...deployed: Parameters<typeof roleIn>) =>
  roleIn(...deployed)?.Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement) ?? [];

/** What a member trusts one function of the hub with. */
const trustIn = (partition: string, Sid: string, name: 'remediator' | 'recorder' | 'auditor') => ({
  Sid,
  Effect: 'Allow',
  Principal: { AWS: `arn:${partition}:iam::111111111111:role/exec-log/exec-log-${name}` },
  Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
  Condition: {
    StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorg1', 'sts:SourceIdentity': memberSessionName('exec-log', name) },
  },
});

describe.each(['aws', 'aws-cn', 'aws-us-gov'])('given the roles of a member in %s', (partition) => {
  const place = { ...HOME, partition };

  it("lets the hub's three functions read, each by its exact role, in the organisation and under its own identity", () => {
    expect(roleIn('ReadRole', {}, place)?.AssumeRolePolicyDocument.Statement).toEqual([
      trustIn(partition, 'Remediator', 'remediator'),
      trustIn(partition, 'Recorder', 'recorder'),
      trustIn(partition, 'Auditor', 'auditor'),
    ]);
  });

  it('lets the remediator alone repair', () => {
    expect(roleIn('RepairRole', REPAIRS, place)?.AssumeRolePolicyDocument.Statement).toEqual([
      trustIn(partition, 'Remediator', 'remediator'),
    ]);
  });

  it('writes on the named roles, and never on its own, on those of AWS or on those that run the account', () => {
    const role = (name: string) => `arn:${partition}:iam::222222222222:role/${name}`;
    const none = role('exec-log/-');
    expect(statementsOf('RepairRole', { Mode: 'propose', RolePatterns: 'sandbox-*,team/app' }, place)).toEqual([
      {
        Sid: 'WriteRepairPolicy',
        Effect: 'Allow',
        Action: ['iam:DeleteRolePolicy', 'iam:PutRolePolicy'],
        Resource: [role('sandbox-*'), role('team/app'), none, none, none, none],
      },
      {
        Sid: 'NeverOwnRoles',
        Effect: 'Deny',
        Action: 'iam:*',
        Resource: [
          'exec-log/*',
          'aws-service-role/*',
          'aws-reserved/*',
          'OrganizationAccountAccessRole',
          'AWSControlTowerExecution',
          'AWSCloudFormationStackSetExecutionRole',
          'stacksets-exec-*',
          'cdk-*-role-*',
        ].map(role),
      },
    ]);
  });
});

describe('given the read role', () => {
  const actionsOf = (grants: readonly { readonly actions: readonly string[] }[]) =>
    [...new Set(grants.flatMap(({ actions }) => actions))].sort();

  it('reads what the functions of a deployment of its own read, and nothing else', () => {
    const own = [...observationGrants(), ...auditGrants(), ...recordingGrants(), ...trailGrants()];
    const actions = statementsOf('ReadRole').flatMap(({ Action }) => Action);
    expect([...actions].sort()).toEqual(actionsOf(own));
  });

  it('writes nothing', () => {
    const actions = statementsOf('ReadRole').flatMap(({ Action }) => Action);
    expect(
      actions.filter((action) => !/:(Get|List|Describe|LookupEvents$|SimulatePrincipalPolicy$)/.test(action)),
    ).toEqual([]);
  });

  it('reads the account in all its Regions, and buckets of no other account', () => {
    const resources = statementsOf('ReadRole').flatMap(({ Resource }) => Resource);
    expect(resources.filter((arn) => !/^\*$|^arn:aws:(iam:|[a-z]+:\*):222222222222:/.test(arn))).toEqual([
      'arn:aws:s3:::*',
      'arn:aws:cloudtrail:*:*:trail/*',
    ]);
    expect(statementsOf('ReadRole').find(({ Resource }) => Resource === 'arn:aws:s3:::*')?.Condition).toEqual({
      StringEquals: { 'aws:ResourceAccount': '222222222222' },
    });
  });

  it('has a statement id of its own on every statement, and no managed policy', () => {
    const sids = statementsOf('ReadRole').map(({ Sid }) => Sid);
    expect(new Set(sids).size).toBe(sids.length);
    expect(roleIn('ReadRole')?.ManagedPolicyArns).toBeUndefined();
  });
});

describe('given what an account lets be repaired', () => {
  it.each([
    { Mode: 'observe', RolePatterns: 'sandbox-*', exists: false },
    { Mode: 'ticket', RolePatterns: 'sandbox-*', exists: false },
    { Mode: 'propose', RolePatterns: 'sandbox-*', exists: true },
    { Mode: 'attach', RolePatterns: 'sandbox-*', exists: true },
    { Mode: 'attach', RolePatterns: '', exists: false },
    { Mode: 'attach', RolePatterns: '*', exists: false },
    { Mode: 'attach', RolePatterns: '*', RoleTagValue: 'yes', exists: true },
    { Mode: 'attach', RolePatterns: '', RoleTagValue: 'yes', exists: false },
  ])('has a repair role: $exists, under $Mode with $RolePatterns and the tag $RoleTagValue', ({ exists, ...given }) => {
    const parameters = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]));
    expect(roleIn('RepairRole', parameters) !== undefined).toBe(exists);
  });

  it('has no IAM write outside the repair role', () => {
    const others = Object.entries(memberIn(HOME, REPAIRS)).filter(([id]) => id !== 'RepairRole');
    expect(JSON.stringify(others)).not.toMatch(/iam:(Put|Delete|Attach|Detach|Update|Create|Tag|PassRole|\*)/);
  });

  it('may write only to roles that opted in, where it asks for the tag', () => {
    const [write] = statementsOf('RepairRole', { ...REPAIRS, RoleTagValue: 'yes' });
    expect(write?.Condition).toEqual({ StringEquals: { 'aws:ResourceTag/exec-log-repair': 'yes' } });
    expect(statementsOf('RepairRole', REPAIRS)[0]?.Condition).toBeUndefined();
  });

  it.each(['abc', 'a-abc*', 'team/*', 'sandbox-*,team/app-*', Array(6).fill('sandbox-*').join(), '*'])(
    'takes the patterns %j',
    (RolePatterns) => {
      expect(() => memberIn(HOME, { RolePatterns })).not.toThrow();
    },
  );

  it.each([
    'ab*',
    'a*,sandbox-*',
    'sandbox-*,*',
    '*/*',
    '**',
    'sandbox-*,',
    'sandbox-* , team-*',
    'arn:aws:iam::*:role/sandbox-*',
    '$' + '{aws:username}',
    'sandbox-?',
    Array(7).fill('sandbox-*').join(),
  ])('refuses the patterns %j', (RolePatterns) => {
    expect(() => memberIn(HOME, { RolePatterns })).toThrow('RolePatterns');
  });
});
