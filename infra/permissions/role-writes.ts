import { Aws } from 'aws-cdk-lib';
import { type Ceiling, OWN_ROLE_PATH, type SettingsProblem } from '../../functions/domain/settings.ts';
import { DeploymentInputError } from '../settings.ts';
import { type Grant, roleArn } from './grant.ts';

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
 * without roles. IAM has no condition on an inline policy's name or content, so the roles are all that bounds it: a ceiling that
 * names every role is refused.
 */
export function roleWriteGrants(ceiling: Ceiling): readonly Grant[] {
  if (ceiling.mode !== 'attach' && ceiling.mode !== 'propose') return [];
  const { roleTag } = ceiling;
  const resources = writableRoles(ceiling);
  if (resources.length === 0) return [];
  return [
    {
      sid: 'WriteRepairPolicy',
      because: 'attaches and removes the scoped delivery policy, on the roles that the ceiling names and on no other',
      actions: ['iam:DeleteRolePolicy', 'iam:PutRolePolicy'],
      resources,
      ...(roleTag !== null && {
        conditions: { StringEquals: { [`aws:ResourceTag/${roleTag.key}`]: roleTag.value } },
      }),
    },
    {
      sid: 'NeverOwnRoles',
      because: 'whoever takes over the function must not widen its role, nor one that AWS or the organisation owns',
      effect: 'deny',
      actions: ROLE_WRITES,
      resources: [roleArn(`${OWN_ROLE_PATH.slice(1)}*`), roleArn('aws-service-role/*'), roleArn('aws-reserved/*')],
    },
  ];
}

function writableRoles({ roles, roleTag }: Ceiling): readonly string[] {
  if (roles.length === 0 && roleTag !== null) return [roleArn('*')];
  const answers = roles.map((pattern, index) => writableRole(pattern, `roles.${index}`, roleTag !== null));
  const problems = answers.flatMap((answer) => (typeof answer === 'string' ? [] : [answer]));
  if (problems.length > 0) throw refusal(problems);
  return [...new Set(answers.filter((answer) => typeof answer === 'string'))].sort();
}

function writableRole(pattern: string, path: string, tagged: boolean): string | SettingsProblem {
  const problem = (expectation: string) => ({ path, value: JSON.stringify(pattern), expectation });
  const [, partition = '', account = '', name = ''] = /^\*+$/.test(pattern)
    ? ['', '*', '*', '*']
    : (ROLE_PATTERN.exec(pattern) ?? []);
  if (name === '') {
    return problem('expected arn:aws:iam::ACCOUNT:role/PATTERN with * or 12 digits as the account');
  }
  if (!tagged && coversEveryRole(name)) {
    return problem('expected a role name or path to start from: every role may be written only with a roleTag');
  }
  // The permission narrows what the pattern leaves open to where the template is deployed.
  return `arn:${partition.endsWith('*') ? Aws.PARTITION : partition}:iam::${account === '*' ? Aws.ACCOUNT_ID : account}:role/${name}`;
}

function coversEveryRole(name: string): boolean {
  const runs = name.split(/[^A-Za-z0-9]/).map((run) => run.length);
  return name.includes('*') && Math.max(...runs) < FEWEST_LETTERS;
}

function refusal(problems: readonly SettingsProblem[]): DeploymentInputError {
  return new DeploymentInputError('The ceiling', problems);
}
