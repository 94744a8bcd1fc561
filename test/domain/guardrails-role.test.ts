import { NO_CEILING } from '../../functions/domain/settings.ts';
import {
  ACCOUNT,
  aDenial,
  aRole,
  aTask,
  aTaskDefinition,
  aTrustPolicy,
  EXECUTION_ROLE_ARN,
  ROLE_ARN,
  ROLE_NAME,
  read,
  rules,
} from '../support/builders.ts';
import { absentRow, itJudges, unreadableRow, withoutAccountRow } from '../support/guardrail-rows.ts';
import { aWorld, type World } from '../support/world.ts';

const withRole = (fields: Parameters<typeof aRole>[0]): World => aWorld({ role: read(aRole(fields)) });
const pathRole = (path: string): World =>
  withRole({ path, roleArn: `arn:aws:iam::111111111111:role${path}${ROLE_NAME}` });
const OTHER_ARN = 'arn:aws:iam::111111111111:role/other';

describe('role-confirmed', () => {
  itJudges('role-confirmed', [
    {
      name: "the task definition's role",
      world: aWorld(),
      holds: true,
      detail: `${ROLE_NAME} is the effective task role of the task`,
    },
    {
      name: 'the override of the task',
      world: aWorld({
        task: read(aTask({ taskRoleArnOverride: ROLE_ARN })),
        taskDefinition: read(aTaskDefinition({ taskRoleArn: OTHER_ARN })),
      }),
      holds: true,
    },
    {
      name: "the task definition's role, overridden",
      world: aWorld({ task: read(aTask({ taskRoleArnOverride: OTHER_ARN })) }),
      holds: false,
      cause: 'not-the-task-role',
    },
    {
      name: 'a task without a role',
      world: aWorld({ taskDefinition: read(aTaskDefinition({ taskRoleArn: null })) }),
      holds: false,
      cause: 'not-the-task-role',
    },
    {
      name: 'the execution role too',
      world: aWorld({ taskDefinition: read(aTaskDefinition({ executionRoleArn: ROLE_ARN })) }),
      holds: false,
      cause: 'shared-with-execution-role',
    },
    {
      name: 'the execution role by override',
      world: aWorld({ task: read(aTask({ executionRoleArnOverride: ROLE_ARN })) }),
      holds: false,
      cause: 'shared-with-execution-role',
    },
    {
      name: 'the execution role no more, by override',
      world: aWorld({
        task: read(aTask({ executionRoleArnOverride: EXECUTION_ROLE_ARN })),
        taskDefinition: read(aTaskDefinition({ executionRoleArn: ROLE_ARN })),
      }),
      holds: true,
    },
    {
      name: 'a role made again',
      world: withRole({ roleId: 'AROAYYYYYYYYYYYYYYYYY' }),
      holds: false,
      cause: 'role-recreated',
    },
    {
      name: 'a role made again that is no task role',
      world: withRole({ roleId: 'AROAYYYYYYYYYYYYYYYYY', trustPolicy: { Statement: [] } }),
      holds: false,
      cause: 'role-recreated',
    },
    { name: 'no role id in the record', world: aWorld({}, { denial: aDenial({ roleId: null }) }), holds: null },
    {
      name: 'a role of another account',
      world: withRole({ roleArn: `arn:aws:iam::222222222222:role/${ROLE_NAME}` }),
      holds: false,
      cause: 'role-elsewhere',
    },
    {
      name: 'a role of another partition',
      world: withRole({ roleArn: `arn:aws-cn:iam::111111111111:role/${ROLE_NAME}` }),
      holds: false,
      cause: 'role-elsewhere',
    },
    {
      name: 'a service-linked role',
      world: pathRole('/aws-service-role/ecs.amazonaws.com/'),
      holds: false,
      cause: 'service-linked',
    },
    {
      name: 'a role of IAM Identity Center',
      world: pathRole('/aws-reserved/sso.amazonaws.com/'),
      holds: false,
      cause: 'identity-center-role',
    },
    {
      name: 'a role of IAM Identity Center by name',
      world: withRole({ roleName: 'AWSReservedSSO_Admin_1a2b' }),
      holds: false,
      cause: 'identity-center-role',
    },
    { name: 'a role of ours', world: pathRole('/exec-log/'), holds: false, cause: 'own-role' },
    {
      name: 'a role in an instance profile',
      world: withRole({ instanceProfileNames: ['web'] }),
      holds: false,
      cause: 'in-instance-profile',
    },
    {
      name: 'a trust that is too wide',
      world: withRole({ trustPolicy: aTrustPolicy({ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' }) }),
      holds: false,
      cause: 'trust-wide',
    },
    {
      name: 'a trust of something else',
      world: withRole({
        trustPolicy: {
          Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
      }),
      holds: false,
      cause: 'trust-not-ecs-tasks',
    },
    {
      name: 'a trust that is no policy',
      world: withRole({ trustPolicy: null }),
      holds: false,
      cause: 'trust-unreadable',
    },
    {
      name: 'no session of a role',
      world: aWorld({}, { denial: aDenial({ roleName: null, principalArn: 'arn:aws:iam::111111111111:user/ci' }) }),
      holds: false,
      cause: 'not-a-role-session',
      detail: 'arn:aws:iam::111111111111:user/ci is no session of a role',
    },
    {
      name: 'another task than that of the session name',
      world: aWorld({}, { denial: aDenial({ sessionName: 'b9112a0a96ed445cbc93a90807e34e37' }) }),
      holds: null,
    },
    absentRow('role', false, 'role-not-found'),
    absentRow('task', false, 'task-not-found'),
    absentRow('taskDefinition', false, 'task-definition-not-found'),
    unreadableRow('role'),
    unreadableRow('task'),
    unreadableRow('taskDefinition'),
    withoutAccountRow(),
  ]);
});

describe('role-allowed', () => {
  const under = (document: object, ceiling: object = {}, role: Parameters<typeof aRole>[0] = {}): World =>
    aWorld({ role: read(aRole(role)) }, { rules: rules(document, { ceiling: { ...NO_CEILING, ...ceiling } }) });
  const roleTag = { key: 'exec-log', value: 'yes' };
  const BOUNDARY = `arn:aws:iam::${ACCOUNT}:policy/team/tasks`;
  const notPermitted = { holds: false, cause: 'not-permitted-by-deployment' } as const;

  itJudges('role-allowed', [
    { name: 'the default list', world: aWorld(), holds: true },
    { name: 'its ARN', world: under({ roles: { allow: [ROLE_ARN] } }), holds: true },
    { name: 'its name only', world: under({ roles: { allow: [ROLE_NAME] } }), holds: false },
    { name: 'another ARN', world: under({ roles: { allow: [`${ROLE_ARN}2`] } }), holds: false },
    { name: 'an empty list', world: under({ roles: { allow: [] } }), holds: false },
    {
      name: 'a path with a colon, which a pattern of another role matches',
      world: under(
        { roles: { allow: ['arn:aws:iam::*:role/sandbox-*'] } },
        {},
        { roleArn: `arn:aws:iam::${ACCOUNT}:role/x:role/sandbox-y/admin` },
      ),
      holds: false,
    },
    {
      name: 'the deny-list before the allow-list',
      world: under({ roles: { allow: [ROLE_ARN], deny: ['*nginx*'] } }),
      holds: false,
    },
    {
      name: 'beside the deny-list',
      world: under({ roles: { deny: ['arn:aws:iam::*:role/break-glass-*'] } }),
      holds: true,
    },
    { name: 'permitted', world: under({}, { roles: [ROLE_ARN] }), holds: true },
    { name: 'not permitted', world: under({}, { roles: ['arn:aws:iam::*:role/team/*'] }), ...notPermitted },
    { name: 'nothing permitted', world: under({}, { roles: [] }), ...notPermitted },
    { name: 'the opt-in tag', world: under({}, { roles: [], roleTag }, { tags: { 'exec-log': 'yes' } }), holds: true },
    {
      name: 'the opt-in tag with another value',
      world: under({}, { roleTag }, { tags: { 'exec-log': 'no' } }),
      ...notPermitted,
    },
    { name: 'no opt-in tag', world: under({}, { roleTag }), ...notPermitted },
    {
      name: 'an opt-in tag that was not read',
      world: {
        ...under({}, { roleTag }),
        observation: aWorld({ role: { kind: 'unreadable', because: 'AccessDenied' } }).observation,
      },
      holds: null,
    },
    {
      name: 'beside the roles that are never written to',
      world: under({}, { neverRoles: [`${ROLE_ARN}2`] }),
      holds: true,
    },
    {
      name: 'among the roles that are never written to, also where everything else allows it',
      world: under({ roles: { allow: [ROLE_ARN] } }, { roles: [ROLE_ARN], neverRoles: [ROLE_ARN] }),
      holds: false,
      cause: 'never-role',
    },
    {
      name: 'the boundary that is asked for',
      world: under({}, { requireBoundary: BOUNDARY }, { permissionsBoundaryArn: BOUNDARY }),
      holds: true,
    },
    {
      name: "the boundary that is asked for in whichever account is the role's",
      world: under({}, { requireBoundary: 'arn:aws:iam::*:policy/team/tasks' }, { permissionsBoundaryArn: BOUNDARY }),
      holds: true,
    },
    {
      name: 'the boundary of another account',
      world: under(
        {},
        { requireBoundary: 'arn:aws:iam::*:policy/team/tasks' },
        { permissionsBoundaryArn: 'arn:aws:iam::222222222222:policy/team/tasks' },
      ),
      holds: false,
      cause: 'boundary-other',
    },
    {
      name: 'a boundary with a longer name',
      world: under({}, { requireBoundary: BOUNDARY }, { permissionsBoundaryArn: `${BOUNDARY}2` }),
      holds: false,
      cause: 'boundary-other',
    },
    {
      name: 'no boundary where one is asked for',
      world: under({}, { requireBoundary: BOUNDARY }, { permissionsBoundaryArn: null }),
      holds: false,
      cause: 'boundary-missing',
    },
    {
      name: 'any boundary where none is asked for',
      world: under({}, { requireBoundary: null }, { permissionsBoundaryArn: BOUNDARY }),
      holds: true,
    },
    {
      name: 'a boundary that was not read',
      world: {
        ...under({}, { requireBoundary: BOUNDARY }),
        observation: aWorld({ role: { kind: 'unreadable', because: 'AccessDenied' } }).observation,
      },
      holds: null,
    },
    {
      name: 'no role in the record',
      world: aWorld({ role: { kind: 'absent' } }, { denial: aDenial({ roleName: null }) }),
      holds: null,
    },
    withoutAccountRow(true),
  ]);
});

describe('role-unmanaged', () => {
  const stack = read({
    stackName: 'nginx',
    stackId: 'arn:aws:cloudformation:ap-northeast-1:111111111111:stack/nginx/1',
  });

  itJudges('role-unmanaged', [
    { name: 'no stack is known', world: aWorld(), holds: true },
    { name: 'a stack owns it', world: aWorld({ stack }), holds: false, cause: 'stack-owned' },
    {
      name: 'a stack owns it, and the settings allow that',
      world: aWorld({ stack }, { rules: rules({ attachToManagedRoles: true }) }),
      holds: true,
    },
    unreadableRow('stack'),
    unreadableRow('role'),
    absentRow('role', false, 'role-not-found'),
    withoutAccountRow(),
  ]);
});
