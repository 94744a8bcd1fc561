import { OWN_ROLE_PATH } from './settings.ts';

/**
 * The names on which a hub, its functions and the stacks of its members agree without asking each other: a member's template is
 * deployed before anybody can look anything up.
 */

/** `read` is assumed for every reading, `repair` for a write alone; `forward` is EventBridge's. */
export type MemberRole = 'read' | 'repair' | 'forward';

/** The functions of a hub that act in its members; the others never leave it. */
export const HUB_FUNCTIONS = ['remediator', 'recorder', 'auditor'] as const;

export type HubFunction = (typeof HUB_FUNCTIONS)[number];

/** `exec-log-read`: the role's name without its path. */
export function memberRoleName(deploymentId: string, role: MemberRole): string {
  return `${deploymentId}-${role}`;
}

/** The ARN of a role in a member; `account` may be a pattern. */
export function memberRoleArn(partition: string, account: string, deploymentId: string, role: MemberRole): string {
  return `arn:${partition}:iam::${account}:role${OWN_ROLE_PATH}${memberRoleName(deploymentId, role)}`;
}

/** The ARN of a hub function's own role, which is named as the function is. */
export function hubRoleArn(partition: string, hubAccount: string, deploymentId: string, name: HubFunction): string {
  return `arn:${partition}:iam::${hubAccount}:role${OWN_ROLE_PATH}${deploymentId}-${name}`;
}

/**
 * The session name and source identity under which a function acts in a member: the same in every account and at any time, so that
 * one search of CloudTrail finds all that it did. At most 60 of the 64 characters that STS allows.
 */
export function memberSessionName(deploymentId: string, name: HubFunction): string {
  return `exec-log-${deploymentId}-${name}`;
}

/** The bus to which members forward. */
export function hubBusName(deploymentId: string): string {
  return `${deploymentId}-hub`;
}
