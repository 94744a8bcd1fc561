import { isRoleName, parseArn, parseRoleArn } from './arn.ts';
import type { UserIdentity } from './cloudtrail-record.ts';
import type { SentencePrincipal } from './denial-sentence.ts';

/** Who was denied. The role's fields are given only for a role's session. */
export interface Principal {
  readonly arn: string | null;
  readonly account: string | null;
  readonly partition: string | null;
  readonly roleName: string | null;
  readonly rolePath: string | null;
  readonly roleId: string | null;
  readonly sessionName: string | null;
}

/** `AROA...:session` of an assumed role; elsewhere the part before the colon is no role's id (a federated user's is the account). */
function splitPrincipalId(principalId: string | null): { roleId: string | null; sessionName: string | null } {
  const [roleId = '', sessionName = '', ...more] = (principalId ?? '').split(':');
  const isReadable = more.length === 0 && /^\w{1,128}$/.test(roleId);
  return { roleId: isReadable ? roleId : null, sessionName: isReadable && sessionName !== '' ? sessionName : null };
}

/** Joins what sentence and record say of the principal; they have been compared before. */
export function readPrincipal(sentence: SentencePrincipal, identity: UserIdentity): Principal {
  const arnText = sentence.kind === 'arn' ? sentence.arn : identity.arn;
  const arn = arnText === null ? null : parseArn(arnText);
  const sentenceAccount = sentence.kind === 'account' ? sentence.account : null;
  const common = {
    arn: arn === null ? null : arnText,
    account: arn?.account || sentenceAccount || identity.accountId,
    partition: arn?.partition ?? null,
  };
  if (identity.type !== 'AssumedRole') {
    return { ...common, roleName: null, rolePath: null, roleId: null, sessionName: null };
  }
  const issuer = identity.issuer?.type === 'Role' ? identity.issuer : null;
  const role = parseRoleArn(issuer?.arn ?? '');
  return {
    ...common,
    roleName: isRoleName(issuer?.userName ?? '') ? (issuer?.userName ?? null) : null,
    rolePath: role?.path ?? null,
    ...splitPrincipalId(identity.principalId),
  };
}
