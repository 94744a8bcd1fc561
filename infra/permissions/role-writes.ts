import { Aws } from 'aws-cdk-lib';
import type { Conditions } from 'aws-cdk-lib/aws-iam';
import { preparedGroupsOf } from '../../functions/domain/prepared-policy.ts';
import { type Ceiling, OWN_ROLE_PATH, type SettingsProblem } from '../../functions/domain/settings.ts';
import { DeploymentInputError } from '../settings.ts';
import { type Grant, roleArn } from './grant.ts';
import { preparedArn } from './prepared.ts';

const SOURCE = 'infra/permissions/role-writes.ts';

/** `arn:aws:iam::*:role/sandbox-*` in its three free parts; not `arn:aws:iam::*:user/x`. */
const ROLE_PATTERN = /^arn:(\*|aws\*|aws[a-z-]*):iam::(\*|\d{12}):role\/([\w+=,.@/*-]+)$/;

/** Fewer letters than this in one run (`role/a*`, `role/*-*`, `role/*e*o*r*`) are as good as every role. */
const FEWEST_LETTERS = 3;

/** Every call that changes a role or hands it on. */
const ROLE_WRITES = [
  'iam:AddRoleToInstanceProfile',
  'iam:AttachRolePolicy',
  'iam:CreateRole',
  'iam:DeleteRole',
  'iam:DeleteRolePermissionsBoundary',
  'iam:DeleteRolePolicy',
  'iam:DetachRolePolicy',
  'iam:PassRole',
  'iam:PutRolePermissionsBoundary',
  'iam:PutRolePolicy',
  'iam:RemoveRoleFromInstanceProfile',
  'iam:TagRole',
  'iam:UntagRole',
  'iam:UpdateAssumeRolePolicy',
  'iam:UpdateRole',
  'iam:UpdateRoleDescription',
];

/**
 * The IAM write of a deployment whose ceiling allows one, and the denials around it; nothing under a ceiling of another mode or
 * without roles. IAM has no condition on an inline policy's name or content, so that the roles are all that bounds it; an attachment
 * is bound to the prepared policies as well. Either way, a ceiling that names every role is refused.
 */
export function roleWriteGrants(ceiling: Ceiling): readonly Grant[] {
  if (ceiling.mode !== 'attach' && ceiling.mode !== 'propose') return [];
  const resources = writableRoles(ceiling);
  const never = neverOwnRoles({ ceiling });
  return resources.length === 0 ? [] : [writeGrant(ceiling, resources), never];
}

function writeGrant(ceiling: Ceiling, resources: readonly string[]): Grant {
  const groups = preparedGroupsOf(ceiling);
  const conditions = {
    ...roleConditions(ceiling),
    ...(groups !== null && { ArnEquals: { 'iam:PolicyARN': groups.map((group) => preparedArn(group)) } }),
  };
  return { ...repairWrite(ceiling), resources, ...(Object.keys(conditions).length > 0 && { conditions }) };
}

/** The calls of a repair under this ceiling; whoever makes the statement adds the roles and the conditions. */
export function repairWrite(ceiling: Ceiling): Pick<Grant, 'sid' | 'because' | 'source' | 'actions'> {
  return preparedGroupsOf(ceiling) === null
    ? {
        sid: 'WriteRepairPolicy',
        because: 'attaches and removes the scoped delivery policy, on the roles that the ceiling names and on no other',
        source: SOURCE,
        actions: ['iam:DeleteRolePolicy', 'iam:PutRolePolicy'],
      }
    : {
        sid: 'AttachPreparedPolicy',
        because:
          'attaches and detaches exactly the policies that this template prepared; it can put no other permission on a role',
        source: SOURCE,
        actions: ['iam:AttachRolePolicy', 'iam:DetachRolePolicy'],
      };
}

/** What a role must carry to be written to: the opt-in tag, the permissions boundary, both or nothing. */
function roleConditions(ceiling: Ceiling): Conditions {
  const { roleTag } = ceiling;
  const required = {
    ...(roleTag !== null && { [`aws:ResourceTag/${roleTag.key}`]: roleTag.value }),
    ...boundaryCondition(ceiling),
  };
  return Object.keys(required).length === 0 ? {} : { StringEquals: required };
}

/**
 * The permissions boundary that the ceiling asks for, as IAM's key of it; nothing where it asks for none. IAM knows the key on
 * attaching and detaching, on writing and deleting inline policies.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
 */
export function boundaryCondition({ requireBoundary }: Pick<Ceiling, 'requireBoundary'>): Record<string, string> {
  return typeof requireBoundary === 'string'
    ? { 'iam:PermissionsBoundary': requireBoundary.replace('::*:', `::${Aws.ACCOUNT_ID}:`) }
    : {};
}

/** Whom else than our own roles and AWS's a deployment never writes to. */
interface NeverWritten {
  readonly ceiling: Pick<Ceiling, 'neverRoles'>;
  /** Names or paths. */
  readonly more?: readonly string[];
  /** All writes without it. */
  readonly actions?: readonly string[];
}

/**
 * Every write to our own roles (a hub's among them), to AWS's, to `more` and to the ceiling's `neverRoles` is denied, whatever else
 * is allowed. A pattern of the ceiling that is none throws a DeploymentInputError.
 */
export function neverOwnRoles({ ceiling, more = [], actions = ROLE_WRITES }: NeverWritten): Grant {
  const own = [`${OWN_ROLE_PATH.slice(1)}*`, 'aws-service-role/*', 'aws-reserved/*', ...more].map(roleArn);
  const never = (ceiling.neverRoles ?? []).map((pattern, index) => roleInPlace(pattern, `neverRoles.${index}`));
  return {
    sid: 'NeverOwnRoles',
    because: 'whoever takes over the function must not widen its role, nor one that AWS or the organisation owns',
    source: SOURCE,
    effect: 'deny',
    actions,
    resources: [...new Set([...own, ...arnsIn(never)])],
  };
}

function writableRoles({ roles, roleTag }: Ceiling): readonly string[] {
  if (roles.length === 0 && roleTag !== null) return [roleArn('*')];
  const answers = roles.map((pattern, index) => {
    const path = `roles.${index}`;
    const name = partsOf(pattern)?.name ?? '';
    if (roleTag !== null || !coversEveryRole(name)) return roleInPlace(pattern, path);
    const expectation = 'expected a role name or path to start from: every role may be written only with a roleTag';
    return { path, value: JSON.stringify(pattern), expectation };
  });
  return [...new Set(arnsIn(answers))].sort();
}

/** A role pattern of the ceiling as an ARN of the template, or what is wrong with it. */
function roleInPlace(pattern: string, path: string): string | SettingsProblem {
  const parts = partsOf(pattern);
  if (parts === null) {
    const expectation = 'expected arn:aws:iam::ACCOUNT:role/PATTERN with * or 12 digits as the account';
    return { path, value: JSON.stringify(pattern), expectation };
  }
  const { partition, account, name } = parts;
  // The statement narrows what the pattern leaves open to where the template is deployed.
  return `arn:${partition.endsWith('*') ? Aws.PARTITION : partition}:iam::${account === '*' ? Aws.ACCOUNT_ID : account}:role/${name}`;
}

function partsOf(pattern: string): Readonly<Record<'partition' | 'account' | 'name', string>> | null {
  if (/^\*+$/.test(pattern)) return { partition: '*', account: '*', name: '*' };
  const [, partition = '', account = '', name = ''] = ROLE_PATTERN.exec(pattern) ?? [];
  return name === '' ? null : { partition, account, name };
}

/** The ARNs among the answers; a problem among them throws a DeploymentInputError of all problems. */
function arnsIn(answers: readonly (string | SettingsProblem)[]): readonly string[] {
  const problems = answers.flatMap((answer) => (typeof answer === 'string' ? [] : [answer]));
  if (problems.length > 0) throw new DeploymentInputError('The ceiling', problems);
  return answers.filter((answer) => typeof answer === 'string');
}

function coversEveryRole(name: string): boolean {
  const runs = name.split(/[^A-Za-z0-9]/).map((run) => run.length);
  return name.includes('*') && Math.max(...runs) < FEWEST_LETTERS;
}
