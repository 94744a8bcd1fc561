import { parseRoleArn } from '../arn.ts';
import type { GuardrailResult } from '../decision.ts';
import { roleArnOf } from '../finding.ts';
import { matchesAnyGlob } from '../glob.ts';
import type { ObservedRole, Reading } from '../observation.ts';
import { type Ceiling, OWN_ROLE_PATH } from '../settings.ts';
import { trustOf } from '../trust.ts';
import { taskUnread } from './confirmed.ts';
import { type Evidence, fails, type Guardrail, holds, missing, NEEDS_ACCOUNT, notEvaluable } from './guardrail.ts';

/** The role of the event is the task's own task role, today, and nothing else besides. */
export const roleConfirmed: Guardrail = ({ denial, finding }: Evidence) => {
  const code = 'role-confirmed';
  if (denial.roleName === null) {
    return fails(code, `${denial.principalArn ?? 'the principal'} is no session of a role`, 'not-a-role-session');
  }
  if (finding === null) {
    return notEvaluable(code, NEEDS_ACCOUNT);
  }
  const { role } = finding.observation;
  if (role.kind !== 'read') {
    return missing(code, `role ${denial.roleName}`, role, 'role-not-found');
  }
  if (denial.roleId === null) {
    return notEvaluable(code, 'the record gives no role id');
  }
  if (role.value.roleId !== denial.roleId) {
    return fails(code, 'a role of this name was deleted and made again since the denial', 'role-recreated');
  }
  const roleArn = parseRoleArn(role.value.roleArn);
  if (roleArn === null || roleArn.account !== denial.account || roleArn.partition !== denial.partition) {
    return fails(code, 'the role belongs to another account', 'role-elsewhere');
  }
  const unfit = unfitRole(role.value, roleArn.account);
  if (unfit !== null) {
    return fails(code, unfit.detail, unfit.cause);
  }
  const unread = taskUnread(code, 'the task', finding);
  if (unread !== null) {
    return unread;
  }
  if (finding.taskRoleArn !== role.value.roleArn) {
    return fails(
      code,
      `the task's role is ${finding.taskRoleArn ?? 'not set'}, not the role of the event`,
      'not-the-task-role',
    );
  }
  if (finding.executionRoleArn === role.value.roleArn) {
    return fails(
      code,
      "the role is also the task's execution role, which is never touched",
      'shared-with-execution-role',
    );
  }
  return holds(code, `${role.value.roleName} is the effective task role of the task`);
};

function unfitRole(role: ObservedRole, account: string): { detail: string; cause: string } | null {
  if (role.path.startsWith('/aws-service-role/')) {
    return { detail: 'a service-linked role cannot be changed', cause: 'service-linked' };
  }
  if (role.path.startsWith('/aws-reserved/') || role.roleName.startsWith('AWSReservedSSO_')) {
    return { detail: 'a role of IAM Identity Center cannot be changed', cause: 'identity-center-role' };
  }
  if (role.path.startsWith(OWN_ROLE_PATH)) {
    return { detail: 'the role is one of this automation', cause: 'own-role' };
  }
  if (role.instanceProfileNames.length > 0) {
    return {
      detail: `the role is in instance profile ${role.instanceProfileNames[0]}: instances would get the permission too`,
      cause: 'in-instance-profile',
    };
  }
  switch (trustOf(role.trustPolicy, account)) {
    case 'ecs-tasks':
      return null;
    case 'wide':
      return { detail: 'the trust policy also trusts everybody or a foreign account', cause: 'trust-wide' };
    case 'not-ecs-tasks':
      return { detail: 'the trust policy does not trust ecs-tasks.amazonaws.com', cause: 'trust-not-ecs-tasks' };
    case 'unreadable':
      return { detail: 'the trust policy cannot be read', cause: 'trust-unreadable' };
  }
}

const ARN_PARTS = 6;

/** The settings and the deployment both allow writing to this role, by its full ARN. */
export const roleAllowed: Guardrail = ({ denial, finding, rules }: Evidence) => {
  const code = 'role-allowed';
  const role = finding?.observation.role ?? { kind: 'absent' as const };
  const roleArn = roleArnOf(denial, role);
  if (roleArn === null) {
    return notEvaluable(code, 'the denial names no role');
  }
  // A path may hold a colon, and then `role/sandbox-*` after any account's star also matches in the middle of it.
  if (roleArn.split(':').length !== ARN_PARTS) {
    return fails(code, "the role's path holds a colon, which no list of roles is safe against");
  }
  const { allow, deny } = rules.settings.roles;
  if (matchesAnyGlob(rules.ceiling.neverRoles ?? [], roleArn)) {
    return fails(code, 'the deployment never writes to this role', 'never-role');
  }
  if (matchesAnyGlob(deny, roleArn)) {
    return fails(code, 'the settings deny this role');
  }
  if (!matchesAnyGlob(allow, roleArn)) {
    return fails(code, 'the settings do not allow this role');
  }
  const { roles, roleTag } = rules.ceiling;
  // Without patterns, the opt-in tag alone says which roles the template's permission covers.
  if (roles.length === 0 ? roleTag === null : !matchesAnyGlob(roles, roleArn)) {
    return fails(code, 'the deployment does not permit this role', 'not-permitted-by-deployment');
  }
  return (
    withoutTag(role, roleTag) ??
    withoutBoundary(role, rules.ceiling.requireBoundary ?? null) ??
    holds(code, 'settings and deployment allow this role')
  );
};

/** The failure of a role without the opt-in tag that the template's permission asks for. */
function withoutTag(role: Reading<ObservedRole>, roleTag: Ceiling['roleTag']): GuardrailResult | null {
  const code = 'role-allowed';
  if (roleTag === null) {
    return null;
  }
  const { key, value } = roleTag;
  if (role.kind !== 'read') {
    return notEvaluable(code, `the opt-in tag ${key} was not read`);
  }
  const carried = Object.hasOwn(role.value.tags, key) ? role.value.tags[key] : undefined;
  return carried === value
    ? null
    : fails(code, `the role does not carry the opt-in tag ${key}=${value}`, 'not-permitted-by-deployment');
}

/** The failure of a role that carries another permissions boundary than the template's permission asks for, or none. */
function withoutBoundary(role: Reading<ObservedRole>, required: string | null): GuardrailResult | null {
  const code = 'role-allowed';
  if (required === null) {
    return null;
  }
  if (role.kind !== 'read') {
    return notEvaluable(code, 'the permissions boundary of the role was not read');
  }
  const { roleArn, permissionsBoundaryArn: carried } = role.value;
  if (carried === null) {
    return fails(code, 'the role carries no permissions boundary, the deployment asks for one', 'boundary-missing');
  }
  return carried === required.replace('::*:', `::${parseRoleArn(roleArn)?.account ?? ''}:`)
    ? null
    : fails(code, 'the role carries another permissions boundary than the deployment asks for', 'boundary-other');
}
