import { escalationsOf } from '../../infra/permissions/escalation.ts';
import type { RoleStatement } from '../../infra/permissions/statements.ts';

const RHINO = 'https://github.com/RhinoSecurityLabs/AWS-IAM-Privilege-Escalation';
const role = (name: string) => `arn:aws:iam::<account>:role/${name}`;

const aStatement = (changes: Partial<RoleStatement>): RoleStatement => ({
  role: 'remediator',
  sid: 'WriteRepairPolicy',
  because: 'a test needs it',
  source: 'infra/permissions/role-writes.ts',
  effect: 'Allow',
  actions: ['iam:PutRolePolicy'],
  resources: [role('sandbox-*')],
  conditions: [],
  isInverted: false,
  ...changes,
});

const found = (changes: Partial<RoleStatement>) => escalationsOf([aStatement(changes)]);

describe('given a write of inline policies', () => {
  it.each<[string, Partial<RoleStatement>]>([
    ['on roles by their name', {}],
    ['on roles by a name of three letters', { resources: [role('abc*')] }],
    ["on the roles of a member's parameter", { role: 'member: repair', resources: [role('<RolePatterns>')] }],
    ['on roles with an opt-in tag', { resources: [role('*')], conditions: ['StringEquals aws:ResourceTag/team = a'] }],
    ['that is denied', { effect: 'Deny', resources: ['*'] }],
  ])('accepts one %s', (_, changes) => {
    expect(found(changes)).toEqual([]);
  });

  it.each<[string, Partial<RoleStatement>]>([
    ['on every role', { resources: [role('*')] }],
    ['on roles by a name of two letters', { resources: [role('ab*')] }],
    ['on one role by its name and on all', { resources: [role('sandbox-*'), role('*')] }],
    [
      'on every role under another condition',
      { resources: [role('*')], conditions: ['Bool aws:SecureTransport = true'] },
    ],
    ['of another function', { role: 'recorder' }],
    ['in another statement', { sid: 'ReadRoles' }],
    ['in a statement of a name that every object knows', { sid: 'constructor' }],
  ])('reports one %s', (_, changes) => {
    const { role: by, sid, resources } = aStatement(changes);
    expect(found(changes)).toEqual([`${by}: ${sid} allows iam:PutRolePolicy on ${resources.join(', ')}, see ${RHINO}`]);
  });
});

describe('given an attachment', () => {
  const attachment = { sid: 'AttachPreparedPolicy', actions: ['iam:AttachRolePolicy'] };
  const own = (operator: string) =>
    `${operator} iam:PolicyARN = arn:<partition>:iam::<account>:policy/exec-log/ExecLogPrepared-<region>.+ecs+web`;
  const foreign = 'arn:aws:iam::aws:policy/AdministratorAccess';

  it.each([
    ['of prepared policies', [own('ArnEquals')]],
    ['of prepared policies in both branches of a template', [`if A: ${own('ArnLike')}`, `if not A: ${own('ArnLike')}`]],
  ])('accepts one %s', (_, conditions) => {
    expect(found({ ...attachment, conditions })).toEqual([]);
  });

  it.each([
    ['of any policy', []],
    ['of a foreign policy beside a prepared one', [`${own('ArnEquals')}, ${foreign}`]],
    ['of prepared policies in one branch only', [`if not A: ${own('ArnLike')}`]],
    ['of all but the prepared policies', [own('ArnNotEquals')]],
    ['of prepared policies, where a policy is named at all', [own('ArnEqualsIfExists')]],
  ])('reports one %s', (_, conditions) => {
    expect(found({ ...attachment, conditions })).toHaveLength(1);
  });
});

describe('given a hub that acts as other roles', () => {
  const acting = {
    sid: 'ActInMembers',
    role: 'auditor',
    actions: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
    resources: ['arn:<partition>:iam::*:role/exec-log/exec-log-read'],
    conditions: ['StringEquals aws:ResourceOrgID = o-exampleorg1'],
  };

  it('accepts the roles of its members, in its organisation', () => {
    expect(found(acting)).toEqual([]);
  });

  it.each([
    ['roles of any organisation', { conditions: [] }],
    ['any role under our path', { resources: ['arn:<partition>:iam::*:role/exec-log/*'] }],
    ['a role elsewhere', { resources: [...acting.resources, 'arn:<partition>:iam::*:role/admin-read'] }],
  ])('reports %s', (_, changes) => {
    expect(found({ ...acting, ...changes })).toHaveLength(1);
  });
});

describe('given any statement', () => {
  it.each([
    'iam:PassRole',
    'iam:CreatePolicyVersion',
    'iam:UpdateAssumeRolePolicy',
    'iam:DeleteRolePermissionsBoundary',
    'lambda:UpdateFunctionCode',
    'ecs:ExecuteCommand',
    'IAM:passrole',
  ])('reports %s', (action) => {
    expect(found({ actions: ['iam:GetRole', action] })).toHaveLength(1);
  });

  it('reports a pattern of actions, and what names only its exceptions', () => {
    expect([...found({ actions: ['iam:*', 'logs:Put?ogEvents'] }), ...found({ isInverted: true })]).toEqual([
      'remediator: WriteRepairPolicy allows a pattern of actions, iam:*',
      'remediator: WriteRepairPolicy allows a pattern of actions, logs:Put?ogEvents',
      'remediator: WriteRepairPolicy allows all but what it names',
    ]);
  });

  it('accepts what reads', () => {
    expect(found({ actions: ['iam:GetRole', 'ecs:DescribeTasks'], resources: ['*'] })).toEqual([]);
  });
});
