import { parseArn } from './arn.ts';

/** Who stands behind a caller's ARN. */
export interface Person {
  readonly kind: 'sso-user' | 'iam-user' | 'role-session' | 'root' | 'unknown';
  /** What people call them: the SSO user's name, the IAM user's, `role/session`, the account's root. */
  readonly name: string;
  /** The role of a role session, by name; null elsewhere. */
  readonly roleName: string | null;
  /** The role session's name; null elsewhere. */
  readonly sessionName: string | null;
}

/** Roles that IAM Identity Center makes; only it can open their sessions, so that their session names prove the user. */
const SSO_ROLE = /^AWSReservedSSO_.+_[0-9a-f]{16}$/;

/** Reads the person from the ARN of a caller. A role session's name is chosen by the caller, except for Identity Center's roles. */
export function personOf(personArn: string | null): Person {
  const arn = personArn === null ? null : parseArn(personArn);
  if (arn === null) return { kind: 'unknown', name: personArn ?? 'unknown', roleName: null, sessionName: null };
  const [kind = '', ...names] = arn.resource.split('/');
  if (arn.service === 'sts' && kind === 'assumed-role' && names.length === 2) {
    const [roleName = '', sessionName = ''] = names;
    return SSO_ROLE.test(roleName)
      ? { kind: 'sso-user', name: sessionName, roleName, sessionName }
      : { kind: 'role-session', name: `${roleName}/${sessionName}`, roleName, sessionName };
  }
  if (arn.service === 'iam' && kind === 'user') {
    return { kind: 'iam-user', name: names.at(-1) ?? '', roleName: null, sessionName: null };
  }
  if (arn.service === 'iam' && arn.resource === 'root') {
    return { kind: 'root', name: `root of ${arn.account}`, roleName: null, sessionName: null };
  }
  return { kind: 'unknown', name: personArn ?? 'unknown', roleName: null, sessionName: null };
}
